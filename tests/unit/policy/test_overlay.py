"""Whose word counts, where the law, the marketplace and a seller differ?"""

import pytest

from tests.unit.policy.examples import NOW
from tests.unit.policy.small_law import More, Tree, documents, fact, findings, rule, rulebook
from tools.policy.decision import Decision, FactName, Setting
from tools.policy.documents import Limit
from tools.policy.engine import decide
from tools.policy.facts import Fact, Value

FACTS = {
    "seller": fact("word", "record"),
    "rec": fact("bool", "record"),
    "days": fact("int", "record"),
}
WINDOW = rule("window", "allow", {"days": {"at_most": "$window"}})
TABLE = [
    rule("wall", "deny", {"rec": True}, locked=True),
    WINDOW,
    rule("otherwise", {"hand_off": {}}),
]
LAW: More = {"parameters": {"window": 30}, "limits": {"window": {"at_least": 14, "at_most": 60}}}


def ask(sellers: dict[str, Tree], **values: Value) -> Decision:
    law: More = {**LAW, "sellers": sellers}
    book = rulebook(TABLE, FACTS, **law)
    known = {
        FactName(name): Fact(name=FactName(name), value=value, source="record", as_of=NOW)
        for name, value in {"seller": "ann", "rec": False, **values}.items()
    }
    return decide("may_try", known, book, NOW)


def faults(sellers: dict[str, Tree], **more: Tree) -> list[str]:
    law: More = {**LAW, "sellers": sellers}
    if "limits" in more:
        law["limits"] = more["limits"]
    return [f"{f.file}: {f.sentence}" for f in findings(documents(TABLE, FACTS, **law))]


def test_without_a_word_of_the_seller_the_marketplace_decides():
    decision = ask({}, days=3)
    assert decision.layer == "marketplace"
    assert decision.settings == (Setting(name="window", value=30),)


def test_a_number_of_the_seller_makes_it_the_sellers_answer():
    decision = ask({"ann": {"parameters": {"window": 14}}}, days=3)
    assert decision.layer == "seller"
    assert decision.settings == (Setting(name="window", value=14, layer="seller", default=30),)


def test_a_rule_of_the_seller_is_the_sellers_answer():
    own = rule("soft", "need_approval", {"days": 3}, before="window")
    decision = ask({"ann": {"rules": [own]}}, days=3)
    assert (decision.rule_id, decision.layer) == ("ann/small.soft", "seller")
    assert [step.layer for step in decision.trace] == ["limit", "seller"]


def test_what_is_locked_is_the_marketplaces_limit():
    assert ask({}, rec=True, days=3).layer == "limit"


@pytest.mark.parametrize("window", [14, 60])
def test_a_seller_may_choose_within_the_limit(window: int):
    assert faults({"ann": {"parameters": {"window": window}}}) == []


@pytest.mark.parametrize("window", [13, 61])
def test_a_seller_may_not_choose_beyond_the_limit(window: int):
    sentence = f"lets sellers set `window` to at least 14 and at most 60, not `{window}`."
    assert [sentence in f for f in faults({"ann": {"parameters": {"window": window}}})] == [True]


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        (rule("wall", "allow", {"rec": True}), "`wall` is locked by the marketplace; no seller"),
        (
            rule("first", "allow", {"days": 1}, before="wall"),
            "`wall` is locked by the marketplace; a seller's rule goes in front of",
        ),
        (
            rule("window", "allow", {"days": 1}, locked=True),
            "Only the marketplace locks rules.",
        ),
        (
            rule("own", "allow", {"days": 1}, before="otherwise", locked=True),
            "Only the marketplace locks rules.",
        ),
    ],
)
def test_no_seller_touches_what_is_locked(own: Tree, sentence: str):
    assert any(
        f"sellers/ann.yaml: {sentence}" in fault for fault in faults({"ann": {"rules": [own]}})
    )


def test_only_the_marketplace_sets_limits():
    found = faults({"ann": {"limits": {"window": {"at_most": 90}}}})
    assert found == ["sellers/ann.yaml: Only the marketplace sets limits for its sellers."]


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        ({"windw": {"at_most": 90}}, "There is no parameter `windw`. Did you mean `window`?"),
        ({"window": {"at_most": 29}}, "The marketplace's own `30` is not at most 29."),
        ({"window": {"in": ["a"]}}, "The marketplace's own `30` is not one of a."),
    ],
)
def test_a_limit_is_about_a_parameter_and_holds_for_the_marketplace(limits: Tree, sentence: str):
    assert f"small.yaml: {sentence}" in faults({}, limits=limits)


@pytest.mark.parametrize(
    ("limit", "value", "admitted"),
    [
        ({"in": ["buyer", "seller"]}, "seller", True),
        ({"in": ["buyer", "seller"]}, "nobody", False),
        ({"in": [1]}, True, False),
        ({"at_least": 1}, 1, True),
        ({"at_least": 1}, 0, False),
        ({"at_most": 1}, 2, False),
        ({"at_most": 1}, True, False),
        ({"at_most": 1}, "1", False),
        ({}, 5, True),
    ],
)
def test_a_limit_admits_what_it_says(limit: Tree, value: Value, admitted: bool):
    assert Limit.model_validate(limit).admits(value) is admitted
