"""Is every kind of fault in the rules found, and said in a sentence that helps?"""

from datetime import date

import pytest
from pydantic import JsonValue

from tests.unit.policy.small_law import Tree, documents, fact, findings, rule
from tools.policy.compile import compile_rulebook
from tools.policy.lint import lint

FACTS = {
    "rec": fact("bool", "record"),
    "said": fact("bool", "buyer", "person"),
    "days": fact("int", "record"),
    "size": fact("choice", "record", choices={"small": {}, "large": {}}),
    "town": fact("word", "record"),
    "came": fact("instant", "record"),
}
ELSE = rule("otherwise", {"hand_off": {}})


def faults(*rules: Tree, parameters: Tree | None = None, **sellers: Tree) -> list[str]:
    """Return file, place and sentence of each fault of a table that ends with a safety net."""
    read = documents([*rules, ELSE], FACTS, parameters=parameters, sellers=sellers)
    return [f"{f.file} {'.'.join(map(str, f.path))}: {f.sentence}" for f in findings(read)]


def test_rules_without_a_fault_have_no_finding():
    plain: Tree = {"rec": True, "said": True, "days": {"at_most": 3}}
    assert faults(rule("one", "deny", plain, demand={"said": ["person"]})) == []


BAD_CONDITIONS: list[tuple[Tree, str]] = [
    ({"recc": True}, "no fact `recc`. Did you mean `rec`?"),
    ({"nott": {"rec": True}}, "no fact `nott`. Did you mean `not`?"),
    ({"rec": "yes"}, "`rec` is true or false, not `yes`."),
    ({"days": True}, "`days` is a whole number, not `True`."),
    ({"town": 3}, "`town` is a word, not `3`."),
    ({"town": None}, "`town` is a word, not `None`."),
    ({"size": "smal"}, "no choice `smal`. Did you mean `small`?"),
    ({"size": "x"}, "no choice `x`. It has small, large."),
    ({"size": 1}, "`size` is a word, not `1`."),
    ({"size": {"in": []}}, "`in` takes a list of values."),
    ({"size": {"in": "small"}}, "`in` takes a list of values."),
    ({"days": {"at_mots": 3}}, "`at_mots` is not a test. Did you mean `at_most`?"),
    ({"days": {"at_most": "three"}}, "`at_most` takes a whole number, not `three`."),
    ({"days": {"at_most": True}}, "`at_most` takes a whole number, not `True`."),
    ({"days": {"at_most": 1.5}}, "`at_most` takes a whole number, not `1.5`."),
    ({"days": {"at_most": "$windw"}}, "No parameter `windw`. Did you mean `window`?"),
    ({"days": {}}, "`days` is tested for nothing"),
    ({"rec": {"at_most": 1}}, "`rec` is not a number, so it has no range."),
    ({"came": "2026"}, "`came` is an instant; test the days since it instead."),
    ({"any": {"rec": True}}, "`any` takes a list of conditions."),
    ({"all": []}, "`all` takes a list of conditions."),
    ({"not": True}, "A condition is a mapping"),
    ({"any": [True]}, "A condition is a mapping"),
]


@pytest.mark.parametrize(("when", "sentence"), BAD_CONDITIONS, ids=[b[1] for b in BAD_CONDITIONS])
def test_a_condition_that_cannot_be_read_is_found(when: Tree, sentence: str):
    found = faults(rule("one", "deny", when), parameters={"window": 3})
    assert any(sentence in fault for fault in found)


BAD_OUTCOMES: list[tuple[object, str]] = [
    ("denny", "`denny` is not an outcome. Did you mean `deny`?"),
    (["deny"], "`then` is one of allow, deny, need_approval, hand_off."),
    ({"allow": {}, "deny": {}}, "`then` is one of"),
    ({"hand_off": "returns"}, "`hand_off` takes a mapping"),
    ({"hand_off": {"queue": "return"}}, "Input should be 'general'"),
    ({"allow": {"untill": {}}}, "Extra inputs are not permitted"),
    ({"allow": {"until": {"after": "came", "days": -1}}}, "greater than or equal to 0"),
    (
        {"allow": {"until": {"after": "cam", "days": 1}}},
        "`cam` is not an instant of the catalogue. Did you mean `came`?",
    ),
    ({"deny": {"since": {"after": "days", "days": 1}}}, "`days` is not an instant"),
]


@pytest.mark.parametrize(("then", "sentence"), BAD_OUTCOMES, ids=[b[1] for b in BAD_OUTCOMES])
def test_an_outcome_that_cannot_be_read_is_found(then: Tree, sentence: str):
    assert any(sentence in fault for fault in faults(rule("one", then, {"rec": True})))


def test_a_fault_stands_where_it_was_written():
    deep: Tree = {"all": [{"rec": True}, {"not": {"any": [{"dayz": 1}]}}]}
    found = faults(rule("one", "deny", deep))
    place = "small.yaml questions.may_try.rules.0.when.all.1.not.any.0.dayz"
    assert found == [f"{place}: The catalogue has no fact `dayz`. Did you mean `days`?"]


UNREACHABLE: list[tuple[list[Tree], str]] = [
    (
        [rule("one", "deny"), rule("two", "allow", {"rec": True})],
        "`two` and whatever stands below it can never apply: `one` above has no condition",
    ),
    (
        [
            rule("one", "deny", {"days": {"at_most": 30}}),
            rule("two", "allow", {"days": {"less_than": 10}}),
        ],
        "`two` can never apply: `one` above",
    ),
    (
        [
            rule("one", "deny", {"rec": True}),
            rule("two", "deny", {"rec": False}),
            rule("three", "allow", {"said": True}),
        ],
        "`three` can never apply: the rules above together",
    ),
    (
        [rule("one", "deny", {"days": {"more_than": 5, "less_than": 6}})],
        "its conditions contradict each other",
    ),
    (
        [rule("one", "deny", {"rec": True, "not": {"rec": True}})],
        "its conditions contradict each other",
    ),
    (
        [
            rule("one", "deny", {"size": {"in": ["small", "large"]}}),
            rule("two", "deny", {"size": "small"}),
        ],
        "`two` can never apply: `one` above",
    ),
]


@pytest.mark.parametrize(("rules", "sentence"), UNREACHABLE, ids=[u[1] for u in UNREACHABLE])
def test_a_rule_that_can_never_apply_is_found(rules: list[Tree], sentence: str):
    assert any(sentence in fault for fault in faults(*rules))


def test_a_safety_net_may_be_out_of_reach():
    assert faults(rule("one", "deny", {"rec": True}), rule("two", "deny", {"rec": False})) == []


def test_a_case_that_no_rule_decides_is_shown():
    gap = documents([rule("one", "deny", {"rec": True, "days": {"at_most": 30}})], FACTS)
    assert [f.sentence for f in findings(gap)] == [
        "No rule of `may_try` decides this case: rec is true, days is 31."
    ]


def test_a_table_without_rules_decides_nothing():
    assert [f.sentence for f in findings(documents([], FACTS))] == [
        "No rule of `may_try` decides this case: anything."
    ]


def of_seller(*rules: Tree, **parameters: JsonValue) -> Tree:
    return {"rules": [*rules], "parameters": {**parameters}}


WINDOW = rule("in_window", "deny", {"days": {"at_most": "$window"}})
BAD_OVERLAYS: list[tuple[Tree, str]] = [
    (of_seller(windw=3), "no parameter `windw`. Did you mean `window`?"),
    (of_seller(window=-1), "`window` cannot be less than 0."),
    (of_seller(window="long"), "`window` is like `30`, not `long`."),
    (of_seller(window=True), "`window` is like `30`, not `True`."),
    (of_seller(rule("new", "deny", {"rec": True})), "A new rule needs `before`"),
    (
        of_seller(rule("new", "deny", before="in_windw")),
        "no rule `in_windw`. Did you mean `in_window`?",
    ),
    (of_seller(rule("in_window", "deny", before="otherwise")), "remove `before`"),
    (of_seller(rule("in_window", "deny", {"rec": True}), rule("in_window")), "A second rule"),
    (
        of_seller(rule("new", "deny", {"rec": True, "not": {"rec": True}}, before="otherwise")),
        "`new` can never apply",
    ),
    (
        of_seller(rule("otherwise", "deny", {"rec": True})),
        "No rule of `may_try` decides this case: seller is ann",
    ),
]


@pytest.mark.parametrize(("overlay", "sentence"), BAD_OVERLAYS, ids=[b[1] for b in BAD_OVERLAYS])
def test_a_sellers_fault_stands_in_the_sellers_file(overlay: Tree, sentence: str):
    found = faults(WINDOW, parameters={"window": 30}, ann=overlay)
    assert any(fault.startswith("sellers/ann.yaml") and sentence in fault for fault in found)


def test_a_seller_may_replace_and_add_rules():
    overlay = of_seller(
        rule("new", "deny", {"rec": True}, before="otherwise"),
        rule("in_window", "allow", {"days": {"at_most": "$window"}}),
        window=10,
    )
    assert faults(WINDOW, parameters={"window": 30}, ann=overlay) == []


def test_a_file_of_an_unknown_seller_is_found():
    assert any(
        "no seller `anne`. Did you mean `ann`?" in fault for fault in faults(anne=of_seller())
    )
    assert any("Add it to marketplace.yaml." in fault for fault in faults(zoe=of_seller()))


def test_a_seller_cannot_answer_a_question_of_its_own():
    read = documents([ELSE], FACTS)
    raw = read.model_dump(mode="json")
    raw["sellers"]["bob"] = {**raw["tables"]["small"], "questions": {"may_tri": {}}}
    found = findings(type(read).model_validate(raw))
    assert [f.sentence for f in found] == [
        "The marketplace has no question `may_tri`. Did you mean `may_try`?"
    ]


def test_a_question_is_settled_in_one_file_only():
    read = documents([ELSE], FACTS)
    raw = read.model_dump(mode="json")
    raw["tables"]["twin"] = raw["tables"]["small"]
    found = findings(type(read).model_validate(raw))
    assert [f.sentence for f in found] == ["`may_try` is settled in small.yaml already."]


@pytest.mark.parametrize(
    ("value", "sentence"), [(-1, "less than 0"), (1.5, "is a number"), (["a"], "is a number")]
)
def test_a_parameter_is_a_plain_value(value: JsonValue, sentence: str):
    found = faults(WINDOW, parameters={"window": value})
    assert found[0].startswith("small.yaml questions.may_try.parameters.window: ")
    assert sentence in found[0]


def test_a_rule_without_a_condition_is_reported_once():
    found = faults(rule("one"), rule("two", "deny", {"rec": True}), rule("three", "deny"), ann={})
    assert len(found) == 1
    assert found[0].startswith("small.yaml questions.may_try.rules.1: ")


def test_two_rules_of_one_name_are_found():
    assert any("A second rule is called `one`" in f for f in faults(rule("one"), rule("one")))


def test_only_sellers_place_rules_before_others():
    assert any(
        "`before` is for sellers' files" in f for f in faults(rule("one", before="otherwise"))
    )


BAD_WORDS: list[tuple[Tree, str]] = [
    ({"because": {"de": "eins"}}, "There is no sentence in en."),
    ({"because": {"en": "  "}}, "There is no sentence in en."),
    ({"because": {"en": "open {brace"}}, "A brace has no partner."),
    (
        {"because": {"en": "{price} is due"}},
        "`{price}` is not a number that can be shown; here is none.",
    ),
    (
        {"because": {"en": "{days} left"}},
        "`{days}` is not a number that can be shown; here is none.",
    ),
    ({"demand": {"days": ["record"]}}, "The rule does not look at `days`."),
    ({"demand": {"rec": ["photo"]}}, "Nobody can supply `rec` here; the catalogue allows record."),
]


@pytest.mark.parametrize(("changes", "sentence"), BAD_WORDS, ids=[b[1] for b in BAD_WORDS])
def test_what_a_rule_says_and_believes_is_checked(changes: Tree, sentence: str):
    assert any(sentence in f for f in faults(rule("one", "deny", {"rec": True}, **changes)))


def test_a_sentence_may_show_numbers_when_there_is_a_deadline():
    until: Tree = {"allow": {"until": {"after": "came", "days": 3}}}
    found = faults(rule("one", until, {"rec": True}, because={"en": "{days} of {window} {x}"}))
    assert [f.rpartition(": ")[2] for f in found] == [
        "`{x}` is not a number that can be shown; here are days, window."
    ]


BAD_FACTS: list[tuple[str, Tree, str]] = [
    ("bad", fact("bool"), "Nobody may supply `bad`; name its sources."),
    ("bad", fact("bool", "buyer", question={}), "There is no sentence in en."),
    ("bad", fact("bool", "record", question={}), "There is no sentence in en."),
    ("bad", fact("bool", "record", fresh_for={}), "Say with `fresh_for` how long `bad` may be"),
    ("bad", fact("choice", "record"), "`bad` is a choice but has no `choices`."),
    ("bad", fact("choice", "buyer", choices={"a": {"de": "A"}}), "There is no sentence in en."),
    (
        "bad",
        fact("int", "record", counts_from="cam"),
        "which is not an instant. Did you mean `came`?",
    ),
    ("bad", fact("int", "record", counts_from="rec"), "`bad` counts from `rec`"),
    ("bad", fact("bool", "record", counts_from="came"), "`bad` counts days, so it is an `int`."),
    ("any", fact("bool", "record"), "`any` is a word of the rules, not a fact."),
]


@pytest.mark.parametrize(("name", "bad", "sentence"), BAD_FACTS, ids=[b[2] for b in BAD_FACTS])
def test_a_fault_in_the_catalogue_is_found(name: str, bad: Tree, sentence: str):
    found = findings(documents([ELSE], {**FACTS, name: bad}))
    assert any(f.file == "facts.yaml" and sentence in f.sentence for f in found)


def test_a_review_that_is_due_is_found_on_the_day_after():
    read = documents([ELSE], FACTS, sellers={"ann": {}})
    assert findings(read, date(2030, 1, 1)) == ()
    assert {f.file for f in findings(read, date(2030, 1, 2))} == {
        "marketplace.yaml",
        "facts.yaml",
        "fallbacks.yaml",
        "small.yaml",
        "sellers/ann.yaml",
    }


def test_the_facts_of_the_floor_cannot_be_taken_away():
    read = documents([ELSE], FACTS)
    found = lint(read, compile_rulebook(read, "")[0], None)
    assert any("floor.withdrawal needs the fact `ship_to_eu_uk`" in f.sentence for f in found)


def test_english_is_always_there():
    raw = documents([ELSE], FACTS).model_dump(mode="json")
    raw["marketplace"]["locales"] = ["de"]
    read = type(documents([ELSE], FACTS)).model_validate(raw)
    assert any("`en` has to be among the locales." in f.sentence for f in findings(read))
