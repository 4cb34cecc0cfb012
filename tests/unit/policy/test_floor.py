"""Which answers does the law not let stand, and until when does it stretch a yes?"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import JsonValue, TypeAdapter

from tests.unit.policy.examples import NOW, case, shipped, without
from tests.unit.policy.small_law import Tree, fact, rule, rulebook
from tools.policy.decision import Allow, Decision, Deny, HandOff
from tools.policy.documents import Then
from tools.policy.engine import decide
from tools.policy.facts import Facts, Value
from tools.policy.floor import FLOORS, extended, is_less, undercut
from tools.policy.walk import known_to

RIGHTS = {floor.id.removeprefix("floor."): floor for floor in FLOORS}
THEN: TypeAdapter[Then] = TypeAdapter(Then)
ENDS = datetime(2026, 6, 1, 21, 59, 59, 999999, UTC)
EUROPEAN: dict[str, Value] = {
    "ship_to_eu_uk": True,
    "ship_to_country": "DE",
    "return_reason": "changed_mind",
    "withdrawal_ends": ENDS.isoformat(),
    "in_withdrawal_period": True,
    "milestone": "delivered",
}


def then(kind: str, **more: object) -> Then:
    return THEN.validate_python({"kind": kind, **more})


def european(**changes: Value) -> Facts:
    return case(**{**EUROPEAN, **changes})


def ask(question: str, outcome: JsonValue, facts: Facts) -> Decision:
    """Ask a rulebook that only says one thing, which no linter would have let pass."""
    own = {name: fact("instant", "record") for name in ("delivered_at", "withdrawal_ends")}
    tables = rulebook([rule("only", outcome)], own, question=question).tables
    return decide(question, facts, replace(shipped(), tables=tables, sellers={}), NOW)


@pytest.mark.parametrize(
    ("right", "question", "facts"),
    [
        ("withdrawal", "may_return", {}),
        ("withdrawal", "may_return", {"order_kind": "bundle", "final_sale": True, "gift": True}),
        ("withdrawal", "may_return", {"days_since_delivery": 16}),
        ("withdrawal", "may_return", {"delivered": False}),
        ("withdrawal", "may_return", {"category": "food", "seal_broken": False}),
        ("cancel", "may_cancel", {"milestone": "placed", "delivered": False}),
        ("cancel", "may_cancel", {"milestone": "packed", "final_sale": True}),
        ("defect", "may_return", {"return_reason": "faulty", "in_withdrawal_period": False}),
        (
            "defect",
            "may_return",
            {"return_reason": "faulty", "delivered": False, "ship_to_eu_uk": False},
        ),
        ("defect_refund", "may_refund", {"return_reason": "damaged", "ship_to_eu_uk": False}),
        ("defect_refund", "may_refund", {"return_reason": "wrong_item", "already_returned": True}),
        ("defect_refund", "may_refund", {"return_reason": "faulty", "order_kind": "bulk"}),
    ],
)
def test_a_right_is_not_denied(right: str, question: str, facts: dict[str, Value]):
    decision = ask(question, "deny", european(**facts))
    assert isinstance(decision, HandOff)
    assert (decision.rule_id, decision.layer) == (f"floor.{right}", "law")


@pytest.mark.parametrize(
    ("question", "facts"),
    [
        ("may_return", {"in_withdrawal_period": False}),
        ("may_return", {"ship_to_eu_uk": False}),
        ("may_return", {"order_kind": "bulk"}),
        ("may_return", {"custom_made": True}),
        ("may_return", {"category": "soap", "seal_broken": True}),
        ("may_return", {"already_refunded": True}),
        ("may_return", {"refund_pending_inspection": True}),
        ("may_cancel", {"milestone": "shipped"}),
        ("may_cancel", {"milestone": "placed", "custom_made": True}),
        ("may_cancel", {"milestone": "placed", "cancelled": True}),
        ("may_cancel", {"milestone": "placed", "already_refunded": True}),
        ("may_cancel", {"milestone": "placed", "ship_to_eu_uk": False}),
        ("may_refund", {}),
        ("may_refund", {"return_reason": "damaged", "already_refunded": True}),
        ("may_refund", {"return_reason": "damaged", "delivered": False, "milestone": "shipped"}),
        ("may_exchange", {"return_reason": "damaged"}),
    ],
)
def test_outside_of_a_right_a_denial_stands(question: str, facts: dict[str, Value]):
    assert isinstance(ask(question, "deny", european(**facts)), Deny)


@pytest.mark.parametrize(
    "unknown", ["ship_to_eu_uk", "in_withdrawal_period", "order_kind", "custom_made", "milestone"]
)
def test_a_right_of_which_something_is_unknown_counts_as_reached(unknown: str):
    question = "may_cancel" if unknown == "milestone" else "may_return"
    facts = without(unknown, **EUROPEAN)
    assert isinstance(ask(question, "deny", facts), HandOff)


LEAST: Tree = {"after": "delivered_at", "days": 14}


@pytest.mark.parametrize(
    ("outcome", "less"),
    [
        (then("allow"), False),
        (then("allow", until=LEAST), False),
        (then("allow", until={**LEAST, "days": 13}), True),
        (then("allow", until={**LEAST, "after": "placed_at"}), True),
        (then("allow", until={"at": "withdrawal_ends"}), False),
        (then("allow", until={"at": "delivered_at"}), True),
        (then("hand_off"), False),
        (then("need_approval"), True),
        (then("deny"), True),
    ],
)
def test_less_than_the_fortnight_is_less(outcome: Then, less: bool):
    assert is_less(outcome, RIGHTS["withdrawal"]) is less


@pytest.mark.parametrize(("right", "less"), [("cancel", True), ("defect_refund", False)])
def test_whether_a_person_may_have_to_agree_hangs_on_the_right(right: str, less: bool):
    assert is_less(then("need_approval"), RIGHTS[right]) is less


def test_a_right_without_a_term_lets_a_yes_end_whenever():
    assert not is_less(then("allow", until={**LEAST, "days": 1}), RIGHTS["cancel"])


def test_a_right_is_only_cut_short_by_its_own_question():
    lookup = known_to(None, european(return_reason="faulty"), shipped().catalogue)
    assert undercut("may_exchange", then("deny"), lookup) is None


def until(days: int, **changes: Value) -> Allow:
    """Allow so many days after a delivery five days ago; withdrawal ends in twelve."""
    delivered = (NOW - timedelta(days=5)).isoformat()
    outcome: Tree = {"allow": {"until": {"after": "delivered_at", "days": days}}}
    decision = ask("may_return", outcome, european(delivered_at=delivered, **changes))
    assert isinstance(decision, Allow)
    return decision


def test_a_yes_lasts_as_long_as_the_law_has_it_last():
    decision = until(14)
    assert (decision.until, decision.layer) == (ENDS, "law")
    assert (decision.trace[-1].rule_id, decision.trace[-1].layer) == ("floor.withdrawal", "law")
    assert "Directive 2011/83/EU" in decision.trace[-1].why


@pytest.mark.parametrize(
    "facts",
    [{"in_withdrawal_period": False}, {"custom_made": True}, {"order_kind": "bulk"}],
)
def test_a_yes_outside_of_the_right_ends_when_the_rule_says(facts: dict[str, Value]):
    decision = until(14, **facts)
    assert (decision.until, decision.layer) != (ENDS, "law")


def test_a_yes_that_lasts_longer_is_left_alone():
    decision = until(60)
    assert decision.until is not None
    assert decision.until > ENDS
    assert decision.layer == "marketplace"


def test_without_a_known_end_nothing_is_stretched():
    lookup = known_to(None, without("withdrawal_ends", **EUROPEAN), shipped().catalogue)
    assert extended("may_return", NOW, lookup) is None


def test_only_a_right_with_a_term_stretches_a_yes():
    lookup = known_to(None, european(milestone="placed"), shipped().catalogue)
    assert extended("may_cancel", NOW, lookup) is None
    assert extended("may_return", NOW, lookup) == (ENDS, RIGHTS["withdrawal"])


@pytest.mark.parametrize(
    ("country", "where"),
    [("DE", "2011/83/EU"), ("RE", "2011/83/EU"), ("GB", "2013"), ("US", "every country")],
)
def test_the_law_of_the_buyers_country_is_cited(country: str, where: str):
    assert where in RIGHTS["withdrawal"].cited(country)


def test_each_right_is_cited_for_both_laws_and_its_facts_are_in_the_catalogue():
    for floor in FLOORS:
        assert floor.cited("FR") != floor.cited("GB")
        assert floor.facts <= set(shipped().catalogue)
