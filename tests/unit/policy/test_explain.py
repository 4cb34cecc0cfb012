"""Do the plain words say everything that the rules say?"""

import pytest
from pydantic import JsonValue
from typing_extensions import Unpack

from agent.bootstrap import load_law
from agent.cli.policy_words import load_words
from agent.settings import Settings
from tests.unit.policy.examples import POLICY
from tests.unit.policy.small_law import More, Tree, documents, fact, rule
from tools.policy.caps import HARD_CAPS
from tools.policy.compile import compile_rulebook
from tools.policy.explain import Law, explain
from tools.policy.page import Grid, Heading, Listing, Page, Paragraph

WORDS = load_words(Settings().prompts_dir).explain
SHIPPED = load_law(POLICY)
FACTS: dict[str, Tree] = {
    "broken": fact("bool", "record", "photo", meaning="It came broken."),
    "gift": fact("bool", "record", meaning="A gift; by the buyer's word."),
    "pieces": fact("int", "record", meaning="EU pieces."),
    "days": fact("int", "record", meaning="Days since then.", counts_from="at"),
    "at": fact("instant", "record", meaning="When it arrived."),
    "colour": fact("choice", "record", meaning="Its colour.", choices={"red": {"en": "Red"}, "sky_blue": {}}),
}  # fmt: skip


def small_law(*rules: Tree, **more: Unpack[More]) -> Law:
    """Write a law with a last rule that always applies."""
    last = rule("last", "need_approval")
    written = documents([*rules, last], FACTS, **more)
    book, findings = compile_rulebook(written, "v1")
    assert findings == ()
    return Law(written, book)


def said(page: Page) -> list[str]:
    """Return every sentence of a page, without its grids."""
    lines: list[str] = []
    for block in page:
        if isinstance(block, Heading | Paragraph):
            lines.append(block.text)
        elif isinstance(block, Listing):
            lines.extend(block.items)
    return lines


def rules_of(page: Page) -> tuple[str, ...]:
    return next(block.items for block in page if isinstance(block, Listing) and block.numbered)


def table_of(page: Page) -> Grid:
    return next(block for block in page if isinstance(block, Grid))


def first_rule(when: Tree, then: JsonValue = "deny", **more: JsonValue) -> str:
    law = small_law(rule("one", then, when, **more))
    return rules_of(explain(law, WORDS, question="may_try"))[0]


CONDITIONS: list[tuple[Tree, str]] = [
    ({"broken": True}, "If it came broken:"),
    ({"broken": False}, "If not “it came broken”:"),
    ({"not": {"broken": True}}, "If not “it came broken”:"),
    ({"gift": True}, "If a gift:"),
    ({"pieces": 3}, "If EU pieces: 3:"),
    ({"pieces": {"at_least": 3}}, "If EU pieces: at least 3:"),
    ({"pieces": {"less_than": 3}}, "If EU pieces: at most 2:"),
    ({"days": {"at_least": 3, "at_most": 5}}, "If days since then: from 3 to 5 days:"),
    ({"colour": {"in": ["red", "sky_blue"]}}, "If its colour: “Red” or sky blue:"),
    ({"broken": True, "gift": False}, "If it came broken; and not “a gift”:"),
    (
        {"any": [{"broken": True}, {"gift": True}]},
        "If at least one of these holds (it came broken; or a gift):",
    ),
    ({"not": {"broken": True, "gift": True}}, "If not (it came broken; and a gift):"),
]


@pytest.mark.parametrize(("when", "words"), CONDITIONS, ids=[c[1] for c in CONDITIONS])
def test_a_condition_is_said_in_the_words_of_the_catalogue(when: Tree, words: str):
    assert first_rule(when) == f"{words} no. Why: A test."


OUTCOMES: list[tuple[JsonValue, str]] = [
    ("allow", "yes"),
    (
        {"allow": {"until": {"after": "at", "days": 9}, "terms": {"paid_by": "seller", "fee": 0}}},
        "yes, for 9 days counted from this: when it arrived (paid by: seller, fee: 0)",
    ),
    ("deny", "no"),
    (
        {"deny": {"since": {"after": "at", "days": 9}}},
        "no, since the 9 days are over, counted from this: when it arrived",
    ),
    ("need_approval", "yes, once a person agrees"),
    ({"hand_off": {"queue": "payments"}}, "a person decides (payments)"),
    ({"allow": {"refund": {"of": "item"}}}, "yes, paying back 100 % of the item"),
    (
        {"need_approval": {"refund": {"of": "item", "percent": 50, "cap": "photo"}}},
        "yes, once a person agrees, paying back 50 % of the item within the cap for photos",
    ),
    ({"allow": {"until": {"at": "at"}}}, "yes, until this: when it arrived"),
]


@pytest.mark.parametrize(("then", "words"), OUTCOMES, ids=[o[1] for o in OUTCOMES])
def test_an_outcome_is_said_with_its_numbers(then: JsonValue, words: str):
    assert first_rule({"broken": True}, then) == f"If it came broken: {words}. Why: A test."


def test_whom_a_rule_believes_is_said():
    told = first_rule({"broken": True}, demand={"broken": ["photo"]})

    assert "it came broken: as told by photo only" in told


def test_the_last_rule_is_for_every_other_case():
    page = explain(small_law(), WORDS, question="may_try")

    assert rules_of(page) == ("In every other case: yes, once a person agrees. Why: A test.",)


def test_the_caps_are_told_beside_what_no_file_lifts():
    grids = [block for block in explain(SHIPPED, WORDS) if isinstance(block, Grid)]
    rows = [row[:2] for row in grids[0].rows]
    assert (WORDS.caps_own, "80.00 EUR") in rows
    assert (WORDS.caps_hard, "500.00 EUR") in rows


def test_a_marketplace_without_caps_pays_nothing_by_itself():
    assert Paragraph(WORDS.no_caps) in explain(small_law(), WORDS)


def test_the_lower_caps_of_a_seller_are_told():
    caps: Tree = {"EUR": HARD_CAPS["EUR"].model_dump()}
    law = small_law(caps=caps, seller_caps={"ann": {"EUR": {"day": 5}}})
    told = "\n".join(said(explain(law, WORDS)))
    assert "ann pays back less without a person (everything, one day): 0.05 EUR." in told


def test_what_each_role_may_approve_is_told():
    told = "\n".join(said(explain(SHIPPED, WORDS)))
    assert "the role lead may agree to a refund of at most 300.00 EUR." in told


def test_what_is_locked_and_what_a_seller_may_choose_is_told():
    within: Tree = {"days": {"at_most": "$window"}}
    law = small_law(
        rule("one", "allow", within, locked=True),
        parameters={"window": 30},
        limits={"window": {"at_least": 14, "at_most": 60}},
    )
    told = "\n".join(said(explain(law, WORDS)))
    assert "(No seller may change this.)" in told
    assert "window: 30; a seller may choose at least 14 and at most 60 (in rule 1)" in told


def test_every_shipped_rule_is_explained_once():
    page = explain(SHIPPED, WORDS)
    numbered = [b.items for b in page if isinstance(b, Listing) and b.numbered]
    assert numbered.pop(0) == tuple(WORDS.layers.values())
    tables = SHIPPED.rulebook.tables.values()

    assert [len(items) for items in numbered] == [len(table.rules) for table in tables]
    for items, table in zip(numbered, tables, strict=True):
        ends = [
            item.removesuffix(" (No seller may change this.)").endswith(f"Why: {r.basis}")
            for item, r in zip(items, table.rules, strict=True)
        ]
        assert all(ends)
        assert len(set(items)) == len(items)


def test_a_dispute_goes_to_the_people_who_handle_payments():
    first = rules_of(explain(SHIPPED, WORDS, question="may_return"))[0]

    assert first.startswith(
        "If the buyer's bank or payment service is looking into a payment of this order: "
        "a person decides (payments). Why:"
    )


def test_what_holds_everywhere_is_told_with_its_numbers():
    told = "\n".join(said(explain(SHIPPED, WORDS)))

    assert "Policy lead, Lanternfair answers for marketplace.yaml" in told
    assert "A person answers within 24 hours." in told
    assert "days without a scan until then: 10" in told


def test_one_question_leaves_the_rest_out():
    told = "\n".join(said(explain(SHIPPED, WORDS, question="may_return")))

    assert "needs person" not in told
    assert "reviewed by 2029-06-30" in told
    assert "reply" not in told


def test_each_seller_is_told_with_what_differs():
    told = said(explain(SHIPPED, WORDS, question="may_return"))

    assert "window days: 45 instead of 30 (in rule 12, 15, 17, 22)." in told
    assert any(line.startswith("Before rule 10: If made to the buyer's") for line in told)
    assert any(line.startswith("Before rule 14: If the piece was washed") for line in told)
    assert "As above for: northwind-prints." in told
    exchanges = said(explain(SHIPPED, WORDS, question="may_exchange"))
    assert any(line.startswith("Instead of rule 10: If made to the buyer's") for line in exchanges)


def test_rights_that_no_file_can_loosen_are_told():
    told = "\n".join(said(explain(SHIPPED, WORDS, question="may_return")))

    assert "the answer is yes for at least 14 days, and to the end of the next" in told
    assert "the answer is not simply no. (Directive" in told
    assert WORDS.no_floor in said(explain(SHIPPED, WORDS, question="needs_person"))


def test_the_law_can_be_told_as_one_seller_has_it():
    page = explain(SHIPPED, WORDS, question="may_return", seller="sugar-lantern")
    told = "\n".join(said(page))

    assert "window days: 14" in told
    (own,) = [rule for rule in rules_of(page) if "This depends on the seller" in rule]
    assert "Import rules for food" in own
    assert "Sugar Lantern, shop owner answers for sellers/sugar-lantern.yaml" in told
    assert "differs" not in told


def test_a_seller_without_rules_has_those_of_all():
    plain = explain(SHIPPED, WORDS, question="may_return")
    page = explain(SHIPPED, WORDS, question="may_return", seller="northwind-prints")

    assert rules_of(page) == rules_of(plain)


def test_a_seller_may_say_nothing_about_a_question():
    page = explain(SHIPPED, WORDS, question="needs_person", seller="wooly-fox")

    assert not any("wooly-fox.yaml" in line for line in said(page))


def test_a_queue_of_its_own_is_told():
    changes: dict[str, Tree] = {"ann": {"queue": "safety"}}

    told = said(explain(small_law(sellers=changes), WORDS, question="may_try"))

    assert "What no rule settles: a person decides (safety)." in told


def test_when_every_seller_differs_nobody_is_left():
    changes: dict[str, Tree] = {"ann": {"queue": "safety"}, "bob": {"queue": "safety"}}

    told = said(explain(small_law(sellers=changes), WORDS, question="may_try"))

    assert not any(line.startswith("As above for") for line in told)


def test_a_parameter_is_found_wherever_a_rule_names_it():
    conditions: Tree = {"any": [{"days": {"at_most": "$limit"}}, {"broken": True}]}
    law = small_law(rule("one", "deny", conditions), parameters={"limit": 4, "unnamed": True})

    told = said(explain(law, WORDS, question="may_try"))

    assert "limit: 4 (in rule 1)" in told
    assert "unnamed: true (in rule –)" in told


def test_a_question_without_parameters_has_no_list_of_them():
    assert WORDS.parameters not in said(explain(small_law(), WORDS, question="may_try"))


def test_the_decision_table_has_a_row_for_each_rule_and_a_column_for_each_fact():
    law = small_law(
        rule("one_two", "deny", {"broken": True, "gift": False, "pieces": {"at_most": 2}}),
        rule("three", "allow", {"pieces": {"more_than": 4}, "days": {"at_least": 1, "at_most": 2}}),
        rule("four", "deny", {"colour": "red"}),
    )

    table = table_of(explain(law, WORDS, question="may_try"))

    names = ("it came broken", "a gift", "EU pieces", "days since then", "its colour")
    assert table.header == ("No.", "Rule", *names, "Answer")
    assert table.rows == (
        ("1", "one two", "yes", "no", "≤ 2", "", "", "no"),
        ("2", "three", "", "", "≥ 5", "1 to 2", "", "yes"),
        ("3", "four", "", "", "", "", "“Red”", "no"),
        ("4", "last", "", "", "", "", "", "yes, once a person agrees"),
    )


def test_what_is_more_involved_has_a_column_of_its_own():
    law = small_law(rule("one", "deny", {"gift": True, "not": {"broken": True}}))

    table = table_of(explain(law, WORDS, question="may_try"))

    assert table.header == ("No.", "Rule", "a gift", "Also", "Answer")
    assert [row[3] for row in table.rows] == ["not “it came broken”", ""]
