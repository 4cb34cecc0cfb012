"""Is money paid back in the cases that the owner named, to the cent, and in no others?"""

import pytest

from tests.unit.policy.asking import ask, cents, known, limits, rules_of
from tests.unit.policy.examples import NOW, said, shipped
from tools.policy.decision import Allow, Deny, FactName, HandOff, NeedApproval, Setting
from tools.policy.engine import decide
from tools.policy.facts import Value

BACK: dict[str, Value] = {
    "already_returned": True,
    "return_received": True,
    "return_inspection": "passed",
}
TWICE: dict[str, Value] = {"duplicate_order": True, "delivered": False, "milestone": "placed"}
LOST: dict[str, Value] = {"delivered": False, "milestone": "shipped", "parcel_condition": "lost"}
LATE: dict[str, Value] = {**LOST, "parcel_condition": "delayed", "days_late": 14}
BROKEN: dict[str, Value] = {"return_reason": "damaged"}
SHOWN: dict[str, Value] = {**BROKEN, "photo_evidence": "shows_damage"}

RULES: list[tuple[dict[str, Value], type, str]] = [
    ({"dispute_open": True, **BACK}, HandOff, "dispute_open"),
    ({"already_refunded": True, **BACK}, Deny, "already_refunded"),
    ({"cancelled": True, **TWICE}, HandOff, "cancelled"),
    ({"partly_refunded": True, **BACK}, HandOff, "partly_refunded"),
    ({"order_kind": "bulk", **LOST}, HandOff, "bulk"),
    ({**BACK, "return_inspection": "failed"}, HandOff, "inspection_failed"),
    ({**BACK, "return_inspection": "pending"}, HandOff, "inspection_pending"),
    ({"refund_pending_inspection": True}, HandOff, "inspection_pending"),
    ({**BACK, "order_kind": "bundle"}, NeedApproval, "returned_bundle"),
    ({**BACK, "ship_to_eu_uk": True}, Allow, "returned_by_law"),
    (BACK, Allow, "returned"),
    ({"already_returned": True}, HandOff, "on_its_way_back"),
    (TWICE, Allow, "duplicate_open"),
    ({**TWICE, "custom_made": True}, NeedApproval, "duplicate_packed"),
    ({**TWICE, "milestone": "packed"}, NeedApproval, "duplicate_packed"),
    ({**TWICE, "milestone": "shipped"}, HandOff, "duplicate_sent"),
    ({**LOST, "claims_90_days": 3}, HandOff, "repeated_claims"),
    ({**LOST, "order_kind": "bundle"}, HandOff, "bundle"),
    ({**SHOWN, "custom_made": True}, HandOff, "custom_made_defect"),
    (LOST, Allow, "lost"),
    ({**LOST, "quantity": 2}, NeedApproval, "lost_in_part"),
    ({**LOST, "parcel_condition": "returned_to_sender"}, HandOff, "returned_to_sender"),
    ({**LOST, "delivered": True, "carrier_contradicts": True}, HandOff, "carrier_contradicts"),
    ({**SHOWN, "photo_reused": True}, HandOff, "photo_seen_before"),
    ({**SHOWN, "address_claims_90_days": 2}, HandOff, "address_seen_before"),
    (BROKEN, NeedApproval, "damaged_unproven"),
    ({**SHOWN, "photo_evidence": "unclear"}, NeedApproval, "damaged_unproven"),
    (SHOWN, Allow, "damaged"),
    ({**SHOWN, "return_reason": "faulty"}, HandOff, "defect"),
    ({**SHOWN, "return_reason": "wrong_item"}, HandOff, "defect"),
    (LATE, Allow, "late"),
    ({**LATE, "quantity": 2}, NeedApproval, "late_in_part"),
    ({**LATE, "parcel_condition": "on_hold"}, HandOff, "otherwise"),
    ({**LATE, "milestone": "packed"}, HandOff, "otherwise"),
    ({"return_reason": "changed_mind"}, HandOff, "otherwise"),
]
OVERLAYS: list[tuple[dict[str, Value], type, str]] = [
    ({**LATE, "days_late": 20, "seller": "moonpress-books"}, HandOff, "refunds.otherwise"),
    (
        {**LATE, "days_late": 21, "seller": "moonpress-books"},
        NeedApproval,
        "moonpress-books/refunds.late",
    ),
    ({**LATE, "days_late": 6, "seller": "salt-soap"}, HandOff, "refunds.otherwise"),
    ({**LATE, "days_late": 7, "seller": "salt-soap"}, Allow, "refunds.late"),
]


@pytest.mark.parametrize(("changes", "kind", "rule"), RULES)
def test_a_rule_decides_its_case(changes: dict[str, Value], kind: type, rule: str):
    decision = ask("may_refund", **changes)
    assert (type(decision), decision.rule_id) == (kind, f"refunds.{rule}")


@pytest.mark.parametrize(("changes", "kind", "rule"), OVERLAYS)
def test_a_seller_is_as_patient_as_its_file_says(changes: dict[str, Value], kind: type, rule: str):
    decision = ask("may_refund", **changes)
    assert (type(decision), decision.rule_id) == (kind, rule)


def test_every_rule_of_refunds_is_tried_here():
    tried = {f"refunds.{row[-1]}" for row in RULES} | {row[-1] for row in OVERLAYS}
    assert rules_of("may_refund") <= tried


@pytest.mark.parametrize(
    ("changes", "last", "first_other"),
    [
        ({**LOST, "claims_90_days": 2}, "lost", {"claims_90_days": 3}),
        ({**SHOWN, "days_since_delivery": 30}, "damaged", {"days_since_delivery": 31}),
        (LATE, "late", {"days_late": 13}),
    ],
)
def test_a_limit_is_where_the_file_puts_it(
    changes: dict[str, Value], last: str, first_other: dict[str, Value]
):
    assert ask("may_refund", **changes).rule_id == f"refunds.{last}"
    other = ask("may_refund", **{**changes, **first_other})
    assert (type(other), cents(other)) == (HandOff, None)


@pytest.mark.parametrize(
    ("changes", "paid"),
    [
        (BACK, 30_00),
        ({**BACK, "ship_to_eu_uk": True}, 34_90),
        ({**BACK, "order_kind": "bundle"}, 34_90),
        (TWICE, 34_90),
        (LOST, 34_90),
        (LATE, 34_90),
        (SHOWN, 34_90),
        (BROKEN, 34_90),
        ({**LOST, "line_refunded": 1}, 34_89),
        ({**LOST, "line_refunded": 34_89}, 1),
        ({**LOST, "order_refundable": 34_89}, 34_89),
        ({**LOST, "line_value": 0, "line_shipping": 1}, 1),
    ],
)
def test_it_pays_to_the_cent(changes: dict[str, Value], paid: int):
    assert cents(ask("may_refund", **changes)) == paid


@pytest.mark.parametrize("spent", [{"line_refunded": 34_90}, {"order_refundable": 0}])
def test_what_is_spent_is_looked_at_by_a_person(spent: dict[str, Value]):
    decision = ask("may_refund", **{**LOST, **spent})
    assert (type(decision), decision.rule_id) == (HandOff, "fallbacks.nothing_left")


CAPS: list[tuple[str, dict[str, Value], dict[str, Value]]] = [
    ("action", {"line_value": 75_10}, {"line_value": 75_11}),
    ("order", {"refunded_order": 115_10}, {"refunded_order": 115_11}),
    ("buyer_30_days", {"refunded_buyer_30_days": 165_10}, {"refunded_buyer_30_days": 165_11}),
    ("seller_day", {"refunded_seller_today": 365_10}, {"refunded_seller_today": 365_11}),
    ("day", {"refunded_today": 965_10}, {"refunded_today": 965_11}),
]


@pytest.mark.parametrize(("cap", "within", "above"), CAPS, ids=[row[0] for row in CAPS])
def test_a_cap_holds_to_the_cent(cap: str, within: dict[str, Value], above: dict[str, Value]):
    rich: dict[str, Value] = {**LOST, "order_refundable": 500_00}
    assert isinstance(ask("may_refund", **{**rich, **within}), Allow)
    decision = ask("may_refund", **{**rich, **above})
    assert isinstance(decision, NeedApproval)
    assert (decision.rule_id, decision.over, decision.layer) == (f"caps.{cap}", (cap,), "limit")


def test_a_photo_alone_pays_up_to_its_own_cap():
    rich: dict[str, Value] = {**SHOWN, "order_refundable": 500_00}
    assert isinstance(ask("may_refund", **{**rich, "line_value": 35_10}), Allow)
    decision = ask("may_refund", **{**rich, "line_value": 35_11})
    assert isinstance(decision, NeedApproval)
    assert decision.over == ("photo",)


def test_above_the_hard_cap_nothing_is_paid():
    rich: dict[str, Value] = {**LOST, "order_refundable": 5000_00}
    last = ask("may_refund", **{**rich, "line_value": 495_10})
    assert (type(last), cents(last)) == (NeedApproval, 500_00)
    over = ask("may_refund", **{**rich, "line_value": 495_11})
    assert isinstance(over, HandOff)
    assert (over.rule_id, over.queue, over.layer) == ("floor.hard_cap", "payments", "law")


def test_a_currency_without_caps_is_paid_by_a_person():
    decision = ask("may_refund", **{**LOST, "currency": "CHF"})
    assert isinstance(decision, NeedApproval)
    assert "action" in decision.over


@pytest.mark.parametrize("sum_of", ["refunded_today", "line_shipping", "currency"])
def test_nothing_is_paid_while_a_sum_is_unknown(sum_of: str):
    facts = {name: fact for name, fact in known(**LOST).items() if name != sum_of}
    decision = decide("may_refund", facts, shipped(), NOW)
    assert (type(decision), decision.rule_id) == (HandOff, "fallbacks.nobody_knows")


@pytest.mark.parametrize(
    ("changes", "within", "above", "cap"),
    [
        (LOST, 55_10, 55_11, "action"),
        (SHOWN, 20_10, 20_11, "photo"),
    ],
)
def test_a_seller_may_pay_less_without_a_person(
    changes: dict[str, Value], within: int, above: int, cap: str
):
    own: dict[str, Value] = {**changes, "seller": "clay-and-ember", "order_refundable": 500_00}
    assert isinstance(ask("may_refund", **{**own, "line_value": within}), Allow)
    decision = ask("may_refund", **{**own, "line_value": above})
    assert isinstance(decision, NeedApproval)
    assert decision.over == (cap,)


def test_only_the_carriers_own_scan_says_lost():
    facts = {**known(**LOST), FactName("parcel_condition"): said("lost", "parcel_condition")}
    assert isinstance(decide("may_refund", facts, shipped(), NOW), Allow)
    facts[FactName("parcel_condition")] = said("lost", "parcel_condition", "person")
    assert isinstance(decide("may_refund", facts, shipped(), NOW), HandOff)


def test_a_yes_says_what_the_seller_has_set():
    decision = ask("may_refund", **{**LATE, "seller": "salt-soap"})
    assert decision.layer == "seller"
    assert decision.settings == (
        Setting(name="late_refund_after_days", value=7, layer="seller", default=14),
        Setting(name="late_refund_percent", value=100),
    )


@pytest.mark.parametrize(
    ("name", "lowest", "highest"),
    [
        ("damage_days", 14, 90),
        ("claims_for_person", 2, 5),
        ("late_refund_after_days", 3, 45),
        ("late_refund_percent", 20, 100),
    ],
)
def test_a_seller_chooses_within_limits(name: str, lowest: int, highest: int):
    limit = limits("refunds", "may_refund")[name]
    admitted = [n for n in range(highest + 50) if limit.admits(n)]
    assert admitted == list(range(lowest, highest + 1))
