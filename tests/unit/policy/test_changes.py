"""May an order be cancelled, or sent elsewhere, for as long as the owner says so?"""

import pytest

from tests.unit.policy.asking import ask, cents, known, limits, rules_of
from tests.unit.policy.examples import FORTNIGHT, NOW, said, shipped
from tools.policy.decision import Allow, Deny, FactName, HandOff, NeedApproval, NeedFacts
from tools.policy.engine import decide
from tools.policy.facts import Value

OPEN: dict[str, Value] = {"delivered": False, "milestone": "placed", "hours_since_order": 30}
PACKED: dict[str, Value] = {**OPEN, "milestone": "packed"}
SENT: dict[str, Value] = {**OPEN, "milestone": "shipped"}
EUROPE: dict[str, Value] = {"ship_to_eu_uk": True}
RING: dict[str, Value] = {**OPEN, "custom_made": True}

CANCEL: list[tuple[dict[str, Value], type, str]] = [
    ({**OPEN, "dispute_open": True}, HandOff, "dispute_open"),
    ({**OPEN, "cancelled": True}, Deny, "cancelled"),
    ({**OPEN, "already_refunded": True}, Deny, "already_refunded"),
    ({**OPEN, "partly_refunded": True}, HandOff, "partly_refunded"),
    ({**SENT, "parcel_condition": "lost"}, HandOff, "lost_on_the_way"),
    ({**SENT, **EUROPE}, HandOff, "sent_by_law"),
    ({**EUROPE, "days_since_delivery": FORTNIGHT}, HandOff, "sent_by_law"),
    ({**OPEN, "order_kind": "bulk"}, HandOff, "bulk"),
    ({**RING, "hours_since_order": 24}, Allow, "custom_made_grace"),
    ({**RING, "hours_since_order": 25}, HandOff, "custom_made"),
    ({**RING, "hours_since_order": 1, "milestone": "packed"}, HandOff, "custom_made"),
    ({**OPEN, "order_kind": "bundle"}, Allow, "bundle_placed"),
    (OPEN, Allow, "placed"),
    ({**OPEN, **EUROPE}, Allow, "placed"),
    ({**PACKED, **EUROPE}, Allow, "packed_by_law"),
    (PACKED, NeedApproval, "packed"),
    (SENT, Deny, "sent"),
    ({**SENT, **EUROPE, "custom_made": True}, Deny, "custom_made_sent"),
    ({"custom_made": True}, Deny, "custom_made_sent"),
    ({**SENT, "milestone": "out_for_delivery"}, Deny, "sent"),
    ({}, Deny, "arrived"),
    ({**EUROPE, "days_since_delivery": FORTNIGHT + 1}, Deny, "arrived"),
]
ADDRESS: list[tuple[dict[str, Value], type, str]] = [
    ({**OPEN, "dispute_open": True}, HandOff, "address_dispute_open"),
    ({**OPEN, "cancelled": True}, Deny, "address_cancelled"),
    ({**OPEN, "already_refunded": True}, Deny, "address_cancelled"),
    ({}, Deny, "address_arrived"),
    (SENT, Deny, "address_sent"),
    ({**OPEN, "contact_changed_lately": True}, HandOff, "contact_changed"),
    ({**OPEN, "address_changed_before": True}, HandOff, "changed_before"),
    ({**OPEN, "second_factor": False}, HandOff, "not_confirmed"),
    ({**OPEN, "order_kind": "bulk"}, HandOff, "address_bulk"),
    (PACKED, NeedApproval, "address_packed"),
    ({**OPEN, "address_in_same_country": False}, HandOff, "abroad"),
    ({**OPEN, "address_in_same_country": True}, Allow, "not_packed"),
]


@pytest.mark.parametrize(("changes", "kind", "rule"), CANCEL)
def test_how_far_it_got_decides_whether_it_can_be_cancelled(
    changes: dict[str, Value], kind: type, rule: str
):
    decision = ask("may_cancel", **changes)
    assert (type(decision), decision.rule_id) == (kind, f"changes.{rule}")


@pytest.mark.parametrize(("changes", "kind", "rule"), ADDRESS)
def test_an_address_is_changed_only_for_who_is_surely_the_buyer(
    changes: dict[str, Value], kind: type, rule: str
):
    decision = ask("may_change_address", **changes)
    assert (type(decision), decision.rule_id) == (kind, f"changes.{rule}")


@pytest.mark.parametrize(
    ("question", "rows", "rest"),
    [
        ("may_cancel", CANCEL, "changes.otherwise"),
        ("may_change_address", ADDRESS, "changes.address_otherwise"),
    ],
)
def test_every_rule_of_changes_is_tried_here(
    question: str, rows: list[tuple[dict[str, Value], type, str]], rest: str
):
    assert rules_of(question) - {f"changes.{row[-1]}" for row in rows} == {rest}


@pytest.mark.parametrize(
    "changes",
    [
        OPEN,
        {**OPEN, "order_kind": "bundle"},
        {**RING, "hours_since_order": 0},
        PACKED,
        {**PACKED, **EUROPE},
    ],
)
def test_what_is_cancelled_is_paid_back_with_its_delivery(changes: dict[str, Value]):
    assert cents(ask("may_cancel", **changes)) == 34_90


def test_a_large_amount_is_cancelled_once_a_person_agrees():
    most = ask("may_cancel", **OPEN, line_value=75_10, order_refundable=500_00)
    more = ask("may_cancel", **OPEN, line_value=75_11, order_refundable=500_00)
    assert (type(most), type(more), cents(more)) == (Allow, NeedApproval, 80_01)


def test_nobody_in_europe_is_told_no_while_they_may_withdraw():
    milestones = ("placed", "packed", "shipped", "in_transit", "out_for_delivery", "delivered")
    for milestone in milestones:
        there = {"delivered": milestone == "delivered", "milestone": milestone}
        assert not isinstance(ask("may_cancel", **EUROPE, **there), Deny)


def test_only_the_country_of_the_new_address_is_asked_for():
    decision = ask("may_change_address", **OPEN)
    assert isinstance(decision, NeedFacts)
    assert decision.facts == ("address_in_same_country",)


def test_a_person_cannot_stand_in_for_the_code_that_the_buyer_confirms():
    facts = known(**OPEN, address_in_same_country=True)
    facts[FactName("second_factor")] = said(value=True, name="second_factor", source="person")
    decision = decide("may_change_address", facts, shipped(), NOW)
    assert isinstance(decision, HandOff)


@pytest.mark.parametrize("unknown", ["milestone", "second_factor", "contact_changed_lately"])
def test_what_the_records_do_not_say_goes_to_a_person(unknown: str):
    facts = known(**OPEN, address_in_same_country=True)
    left = {name: fact for name, fact in facts.items() if name != unknown}
    assert isinstance(decide("may_change_address", left, shipped(), NOW), HandOff)


def test_a_seller_chooses_the_grace_within_limits():
    limit = limits("changes", "may_cancel")["grace_hours"]
    assert [n for n in range(200) if limit.admits(n)] == list(range(1, 73))
