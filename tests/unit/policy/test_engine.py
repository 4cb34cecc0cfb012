"""Does the engine keep to the table, the sources and the unknown?"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.unit.policy.examples import NOW, case, facts, may_return, said, shipped
from tests.unit.policy.small_law import Tree, fact, rule, rulebook
from tools.policy.decision import Allow, Decision, Deny, FactName, HandOff, NeedApproval, NeedFacts
from tools.policy.engine import decide
from tools.policy.facts import Fact, Source, Value
from tools.policy.rulebook import Rulebook

FACTS = {
    "rec": fact("bool", "record"),
    "said": fact("bool", "buyer", "person"),
    "more": fact("bool", "buyer"),
    "days": fact("int", "record", counts_from="came"),
    "came": fact("instant", "record"),
}


def law(*rules: Tree) -> Rulebook:
    return rulebook([*rules], FACTS)


def ask(book: Rulebook, sources: Mapping[str, Source] | None = None, **values: Value) -> Decision:
    by = sources or {}
    own: dict[str, Source] = {"said": "buyer", "more": "buyer"}
    known = {
        FactName(name): said(value, name, by.get(name, own.get(name, "record")))
        for name, value in values.items()
    }
    return decide("may_try", known, book, NOW)


def test_the_first_rule_that_applies_wins():
    book = law(rule("one", "deny", {"rec": True}), rule("two", "need_approval", {"rec": True}))
    assert ask(book, rec=True).rule_id == "small.one"


def test_an_unknown_record_above_a_different_answer_goes_to_a_person():
    book = law(rule("one", "deny", {"rec": True}), rule("two", "need_approval"))
    decision = ask(book)
    assert isinstance(decision, HandOff)
    assert decision.rule_id == "fallbacks.nobody_knows"


def test_an_unknown_record_above_the_same_answer_does_not_matter():
    book = law(rule("one", "deny", {"rec": True}), rule("two", "deny"))
    decision = ask(book)
    assert isinstance(decision, Deny)
    assert decision.rule_id == "small.two"


def test_a_fact_that_the_buyer_can_supply_is_asked_for():
    book = law(rule("one", "deny", {"said": True}), rule("two", "allow"))
    decision = ask(book)
    assert isinstance(decision, NeedFacts)
    assert (decision.facts, decision.rule_id) == (("said",), "small.one")


def test_nothing_is_asked_when_every_answer_leads_to_a_person():
    hand: Tree = {"hand_off": {"queue": "returns"}}
    book = law(rule("one", hand, {"said": True}), rule("two", "deny", {"rec": True}))
    decision = ask(book)
    assert isinstance(decision, HandOff)


def test_nothing_is_asked_below_a_rule_that_applies():
    book = law(rule("one", "deny"), rule("two", "allow", {"said": True}))
    assert isinstance(ask(book), Deny)


@pytest.mark.parametrize(
    ("test", "days", "kind"),
    [
        ({"at_least": 3}, 3, Deny),
        ({"more_than": 3}, 3, Allow),
        ({"more_than": 3}, 4, Deny),
        ({"less_than": 3}, 3, Allow),
        ({"less_than": 3}, 2, Deny),
        ({"at_most": 9, "less_than": 5}, 5, Allow),
        ({"less_than": 5, "at_most": 9}, 5, Allow),
        ({"at_least": 2, "at_most": 4}, 1, Allow),
    ],
)
def test_a_range_means_what_its_words_say(test: Tree, days: int, kind: type):
    book = law(rule("one", "deny", {"days": test}), rule("two", "allow"))
    assert isinstance(ask(book, days=days), kind)


def test_a_case_that_no_rule_covers_goes_to_a_person():
    decision = ask(law(rule("one", "deny", {"rec": True})), rec=False)
    assert (decision.kind, decision.rule_id) == ("hand_off", "fallbacks.no_rule")


def test_a_question_without_rules_goes_to_a_person():
    decision = decide("may_dance", {}, law(), NOW)
    assert (decision.kind, decision.rule_id) == ("hand_off", "fallbacks.no_question")


def test_a_word_of_the_buyer_about_a_record_counts_as_unknown():
    book = law(rule("one", "allow", {"rec": True}), rule("two", "deny"))
    assert isinstance(ask(book, {"rec": "buyer"}, rec=True), HandOff)


@pytest.mark.parametrize(("source", "kind"), [("buyer", HandOff), ("person", Allow)])
def test_a_rule_may_demand_a_better_source(source: Source, kind: type):
    book = law(
        rule("one", "allow", {"said": True}, demand={"said": ["person"]}), rule("two", "deny")
    )
    assert isinstance(ask(book, {"said": source}, said=True), kind)


def test_a_demand_that_the_buyer_meets_is_asked_for():
    book = law(rule("one", "allow", {"said": True}, demand={"said": ["buyer"]}), rule("x", "deny"))
    assert isinstance(ask(book, {"said": "person"}, said=True), NeedFacts)


@pytest.mark.parametrize("value", ["yes", 1, "true"])
def test_a_value_of_another_kind_counts_as_unknown(value: Value):
    assert isinstance(
        ask(law(rule("one", "deny", {"rec": True}), rule("x", "allow")), rec=value), HandOff
    )


def test_a_fact_that_the_catalogue_does_not_know_changes_nothing():
    book = law(rule("one", "deny"))
    assert ask(book, unheard=True) == ask(book)


@pytest.mark.parametrize(
    ("then", "kind"),
    [
        ("allow", Allow),
        ("deny", Deny),
        ("need_approval", NeedApproval),
        ({"hand_off": {"queue": "safety"}}, HandOff),
    ],
)
def test_each_outcome_becomes_its_decision(then: str | Tree, kind: type):
    assert isinstance(ask(law(rule("one", then))), kind)


UNTIL: Tree = {"allow": {"until": {"after": "came", "days": 10}}}


def test_a_deadline_counts_from_the_instant():
    decision = ask(law(rule("one", UNTIL)), came="2026-05-01T23:59:00+00:00")
    assert isinstance(decision, Allow)
    assert decision.until == datetime(2026, 5, 11, 23, 59, 59, 999999, UTC)


def test_a_deadline_counts_in_utc():
    decision = ask(law(rule("one", UNTIL)), came="2026-05-01T23:59:00-05:00")
    assert isinstance(decision, Allow)
    assert decision.until == datetime(2026, 5, 12, 23, 59, 59, 999999, UTC)


@pytest.mark.parametrize("came", ["9999-12-31T00:00:00+00:00", "yesterday", "2026-05-01T00:00:00"])
def test_a_deadline_that_cannot_be_reckoned_is_left_out(came: str):
    decision = ask(law(rule("one", UNTIL)), came=came)
    assert isinstance(decision, Allow)
    assert decision.until is None


def test_a_sentence_with_days_that_are_unknown_is_not_said():
    book = law(rule("one", UNTIL, because={"en": "{days} days of {window}"}))
    assert ask(book).rule_id == "fallbacks.nobody_knows"
    assert ask(book, days=3).because["en"] == "3 days of 10"


def test_days_beyond_the_calendar_are_unknown():
    book = law(rule("one", UNTIL, because={"en": "{days} days"}))
    assert ask(book, days=10**9).rule_id == "fallbacks.nobody_knows"


def test_the_trace_says_what_became_of_each_rule_and_why():
    book = law(
        rule("one", "deny", {"rec": True}),
        rule("two", "deny", {"said": True, "more": True}),
        rule("three", "allow"),
    )
    trace = ask(book, rec=False, said=True).trace
    assert [(step.outcome, step.why) for step in trace] == [
        ("not_matched", "rec is false (record)"),
        ("unknown", "more is not known"),
        ("matched", "always applies"),
    ]


def test_every_decision_names_the_version_of_the_rules():
    assert may_return().version == shipped().version
    assert len(shipped().version) == 16


def below_the_floor(then: Tree | str, **changes: Value) -> Decision:
    """Ask a rulebook that only says one thing, which no linter would have let pass."""
    one = rule("no", then)
    bad = rulebook([one], {"delivered_at": fact("instant", "record")}, question="may_return")
    return decide(
        "may_return", case(**changes), replace(shipped(), tables=bad.tables, sellers={}), NOW
    )


@pytest.mark.parametrize(
    "then",
    ["deny", "need_approval", {"allow": {"until": {"after": "delivered_at", "days": 13}}}],
)
def test_less_than_the_law_grants_goes_to_a_person(then: Tree | str):
    decision = below_the_floor(then, ship_to_eu_uk=True, return_reason="changed_mind")
    assert isinstance(decision, HandOff)
    assert (decision.rule_id, decision.queue) == ("floor.withdrawal", "general")
    assert decision.trace[-1].rule_id == "floor.withdrawal"


@pytest.mark.parametrize("days", [14, 28])
def test_as_much_as_the_law_grants_is_said(days: int):
    then: Tree = {"allow": {"until": {"after": "delivered_at", "days": days}}}
    decision = below_the_floor(then, ship_to_eu_uk=True, return_reason="changed_mind")
    assert isinstance(decision, Allow)


def test_a_defect_is_never_denied_anywhere():
    assert below_the_floor("deny", return_reason="faulty").rule_id == "floor.defect"


def test_a_right_whose_facts_are_unknown_counts_as_reached():
    assert below_the_floor("deny", ship_to_eu_uk=True, final_sale=True).kind == "hand_off"


@pytest.mark.parametrize(
    "exempt",
    [
        {"ship_to_eu_uk": False},
        {"custom_made": True},
        {"order_kind": "bulk"},
        {"days_since_delivery": 15},
        {"category": "soap", "seal_broken": True},
        {"cancelled": True},
        {"already_returned": True},
    ],
)
def test_outside_the_floor_a_denial_stands(exempt: dict[str, Value]):
    changes: dict[str, Value] = {"ship_to_eu_uk": True, "return_reason": "changed_mind", **exempt}
    assert below_the_floor("deny", **changes).rule_id == "small.no"


def test_facts_are_read_with_their_source():
    assert facts(unused=True)[FactName("unused")] == Fact(
        name=FactName("unused"), value=True, source="buyer", as_of=NOW
    )


@pytest.mark.parametrize(("age", "kind"), [(60, Deny), (61, HandOff)])
def test_a_fact_that_is_too_old_counts_as_unknown(age: int, kind: type):
    facts = {"rec": fact("bool", "record", fresh_for={"hours": 1})}
    book = rulebook([rule("one", "deny", {"rec": True}), rule("two", "allow")], facts)
    then = NOW - timedelta(minutes=age)
    known = {FactName("rec"): Fact(name=FactName("rec"), value=True, source="record", as_of=then)}
    assert isinstance(decide("may_try", known, book, NOW), kind)
