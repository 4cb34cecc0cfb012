"""May an item be exchanged where the owner says so?"""

import pytest

from tests.unit.policy.asking import ask, limits, rules_of
from tests.unit.policy.examples import FORTNIGHT
from tools.policy.decision import Allow, Decision, Deny, HandOff, NeedApproval, NeedFacts
from tools.policy.facts import Value

FINE: dict[str, Value] = {"return_reason": "does_not_fit", "unused": True}
UNDER_WAY: dict[str, Value] = {"delivered": False, "milestone": "in_transit"}
GIFT: dict[str, Value] = {**FINE, "gift": True}

RULES: list[tuple[dict[str, Value], type, str]] = [
    ({**FINE, "dispute_open": True}, HandOff, "dispute_open"),
    ({**FINE, "cancelled": True}, Deny, "cancelled"),
    ({**FINE, "already_refunded": True}, Deny, "already_refunded"),
    ({**FINE, "already_returned": True}, Deny, "already_returned"),
    ({**FINE, "refund_pending_inspection": True}, Deny, "already_returned"),
    ({**FINE, "partly_refunded": True}, HandOff, "partly_refunded"),
    ({**FINE, "order_kind": "bulk"}, HandOff, "bulk"),
    ({**FINE, "order_kind": "bundle"}, HandOff, "bundle"),
    ({**UNDER_WAY, "parcel_condition": "lost"}, HandOff, "lost_on_the_way"),
    ({"return_reason": "wrong_item", "days_since_delivery": 200}, HandOff, "defect"),
    ({"return_reason": "damaged", "custom_made": True}, HandOff, "defect"),
    ({**FINE, "custom_made": True}, Deny, "custom_made"),
    ({**FINE, "category": "soap", "seal_broken": True}, Deny, "seal_broken"),
    ({**UNDER_WAY, "milestone": "packed"}, NeedApproval, "not_sent"),
    (UNDER_WAY, Allow, "under_way"),
    ({**UNDER_WAY, "in_stock": False}, Deny, "out_of_stock"),
    ({**GIFT, "days_since_delivery": 60}, Allow, "gift_in_window"),
    ({**FINE, "category": "soap", "seal_broken": False}, Allow, "in_window"),
    (FINE, Allow, "in_window"),
    ({**FINE, "ship_to_eu_uk": True, "final_sale": True}, HandOff, "withdrawal_open"),
    ({**FINE, "ship_to_eu_uk": True, "unused": False}, HandOff, "withdrawal_open"),
    ({**FINE, "final_sale": True}, Deny, "final_sale"),
    ({**GIFT, "days_since_delivery": 61}, Deny, "late_gift"),
    ({**FINE, "days_since_delivery": 31}, Deny, "late"),
    ({**FINE, "in_stock": False}, Deny, "out_of_stock"),
    ({**FINE, "unused": False}, Deny, "used"),
]
OVERLAYS: list[tuple[str, dict[str, Value], type, str]] = [
    ("luma-jewelry", {"custom_made": True}, NeedApproval, "luma-jewelry/exchanges.custom_made"),
    ("luma-jewelry", {"days_since_delivery": 14}, Allow, "exchanges.in_window"),
    ("luma-jewelry", {"days_since_delivery": 15}, Deny, "exchanges.late"),
    ("moonpress-books", {"days_since_delivery": 45}, Allow, "exchanges.in_window"),
    ("moonpress-books", {"days_since_delivery": 46}, Deny, "exchanges.late"),
    ("sugar-lantern", {"days_since_delivery": 14}, Allow, "exchanges.in_window"),
    ("sugar-lantern", {"days_since_delivery": 15, "gift": True}, Deny, "exchanges.late_gift"),
    ("tiny-oak-toys", {"days_since_delivery": 90, "gift": True}, Allow, "exchanges.gift_in_window"),
    ("tiny-oak-toys", {"days_since_delivery": 91, "gift": True}, Deny, "exchanges.late_gift"),
    ("wooly-fox", {"washed": True}, Deny, "wooly-fox/exchanges.washed"),
    ("wooly-fox", {"washed": False}, Allow, "exchanges.in_window"),
    (
        "clay-and-ember",
        {"original_packaging": False},
        NeedApproval,
        "clay-and-ember/exchanges.packaging_gone",
    ),
    ("clay-and-ember", {"original_packaging": True}, Allow, "exchanges.in_window"),
]


def may_exchange(**changes: Value) -> Decision:
    return ask("may_exchange", **changes)


@pytest.mark.parametrize(("changes", "kind", "rule"), RULES)
def test_a_rule_decides_its_case(changes: dict[str, Value], kind: type, rule: str):
    decision = may_exchange(**changes)
    assert (type(decision), decision.rule_id) == (kind, f"exchanges.{rule}")


@pytest.mark.parametrize(("seller", "changes", "kind", "rule"), OVERLAYS)
def test_a_seller_differs_as_its_file_says(
    seller: str, changes: dict[str, Value], kind: type, rule: str
):
    decision = may_exchange(**{**FINE, "seller": seller, **changes})
    assert (type(decision), decision.rule_id) == (kind, rule)


def test_every_rule_of_exchanges_is_tried_here():
    tried = {f"exchanges.{row[-1]}" for row in RULES} | {row[-1] for row in OVERLAYS}
    assert rules_of("may_exchange") - tried == {"exchanges.otherwise"}


def test_who_may_still_withdraw_hears_no_plain_no_to_the_last_day():
    used: dict[str, Value] = {**FINE, "ship_to_eu_uk": True, "unused": False}
    assert isinstance(may_exchange(**used, days_since_delivery=FORTNIGHT), HandOff)
    assert isinstance(may_exchange(**used, days_since_delivery=FORTNIGHT + 1), Deny)


@pytest.mark.parametrize(
    ("seller", "payer"), [("salt-soap", "seller"), ("northwind-prints", "buyer")]
)
def test_a_yes_says_who_pays_for_the_way_back(seller: str, payer: str):
    decision = may_exchange(**FINE, seller=seller)
    assert isinstance(decision, Allow)
    assert decision.terms["return_shipping_paid_by"] == payer


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({}, ("return_reason", "unused")),
        ({"in_stock": False}, ("return_reason",)),
        ({"seller": "wooly-fox"}, ("return_reason", "washed", "unused")),
        ({"order_kind": "bundle"}, None),
    ],
)
def test_only_what_decides_is_asked(changes: dict[str, Value], asked: tuple[str, ...] | None):
    decision = may_exchange(**changes)
    assert (decision.facts if isinstance(decision, NeedFacts) else None) == asked


@pytest.mark.parametrize(
    ("name", "lowest", "highest"), [("exchange_days", 14, 120), ("gift_exchange_days", 14, 365)]
)
def test_a_seller_chooses_within_limits(name: str, lowest: int, highest: int):
    limit = limits("exchanges", "may_exchange")[name]
    assert [n for n in range(500) if limit.admits(n)] == list(range(lowest, highest + 1))
