"""Do the shipped rules answer as the owner means them to?"""

from datetime import UTC, datetime

import pytest

from tests.unit.policy.asking import limits
from tests.unit.policy.examples import NOW, case, facts, may_return, shipped, without
from tools.policy.decision import Allow, Deny, HandOff, NeedApproval, NeedFacts
from tools.policy.engine import decide
from tools.policy.facts import Value

FINE: dict[str, Value] = {"return_reason": "changed_mind", "unused": True}
USED: dict[str, Value] = {"return_reason": "changed_mind", "unused": False}
HALF_HERE: dict[str, Value] = {"delivered": False, "milestone": "delivered"}
BUNDLE_GIFT: dict[str, Value] = {"order_kind": "bundle", "gift": True}


RULES: list[tuple[dict[str, Value], type, str]] = [
    ({"dispute_open": True}, HandOff, "returns.dispute_open"),
    ({"cancelled": True}, Deny, "returns.cancelled"),
    ({"refund_pending_inspection": True}, Deny, "returns.inspection_pending"),
    ({"already_refunded": True}, Deny, "returns.already_refunded"),
    ({"already_returned": True}, Deny, "returns.already_returned"),
    ({"partly_refunded": True}, HandOff, "returns.partly_refunded"),
    ({"order_kind": "bulk"}, HandOff, "returns.bulk"),
    ({**FINE, "order_kind": "bundle"}, Allow, "returns.bundle_in_window"),
    ({**FINE, **BUNDLE_GIFT, "days_since_delivery": 60}, Allow, "returns.bundle_gift_in_window"),
    ({**FINE, **BUNDLE_GIFT, "days_since_delivery": 61}, Deny, "returns.late_gift"),
    ({**USED, "order_kind": "bundle", "ship_to_eu_uk": True}, Allow, "returns.bundle_withdrawal"),
    ({**USED, "order_kind": "bundle"}, Deny, "returns.used"),
    ({"delivered": False, "parcel_condition": "lost"}, HandOff, "returns.lost_on_the_way"),
    ({"return_reason": "damaged"}, HandOff, "returns.defect"),
    ({"return_reason": "faulty", "final_sale": True}, HandOff, "returns.defect"),
    ({"return_reason": "wrong_item", "custom_made": True}, HandOff, "returns.defect"),
    ({"return_reason": "not_as_described", "gift": True}, HandOff, "returns.defect"),
    ({**HALF_HERE, "return_reason": "faulty", "custom_made": True}, HandOff, "returns.defect"),
    ({**FINE, "custom_made": True}, Deny, "returns.custom_made"),
    ({**FINE, "custom_made": True, "ship_to_eu_uk": True}, Deny, "returns.custom_made"),
    ({**FINE, "category": "soap", "seal_broken": True}, Deny, "returns.seal_broken"),
    ({**FINE, "category": "soap", "seal_broken": False}, Allow, "returns.in_window"),
    ({"delivered": False}, Allow, "returns.not_delivered"),
    ({**FINE, "gift": True, "days_since_delivery": 60}, Allow, "returns.gift_in_window"),
    (FINE, Allow, "returns.in_window"),
    ({**FINE, "ship_to_eu_uk": True}, Allow, "returns.in_window"),
    ({**USED, "ship_to_eu_uk": True}, Allow, "returns.withdrawal"),
    ({**FINE, "ship_to_eu_uk": True, "final_sale": True}, Allow, "returns.withdrawal"),
    ({**FINE, "final_sale": True}, Deny, "returns.final_sale"),
    ({**FINE, "gift": True, "days_since_delivery": 61}, Deny, "returns.late_gift"),
    ({**FINE, "days_since_delivery": 31}, Deny, "returns.late"),
    (USED, Deny, "returns.used"),
]
OVERLAYS: list[tuple[str, dict[str, Value], type, str]] = [
    ("clay-and-ember", {"original_packaging": True}, Allow, "returns.in_window"),
    (
        "clay-and-ember",
        {"original_packaging": False},
        NeedApproval,
        "clay-and-ember/returns.packaging_gone",
    ),
    (
        "clay-and-ember",
        {"original_packaging": False, "ship_to_eu_uk": True},
        Allow,
        "returns.in_window",
    ),
    ("luma-jewelry", {"days_since_delivery": 14}, Allow, "returns.in_window"),
    ("luma-jewelry", {"days_since_delivery": 15}, Deny, "returns.late"),
    ("luma-jewelry", {"custom_made": True}, HandOff, "luma-jewelry/returns.workshop"),
    (
        "luma-jewelry",
        {"custom_made": True, "days_since_delivery": 14},
        HandOff,
        "luma-jewelry/returns.workshop",
    ),
    (
        "luma-jewelry",
        {"custom_made": True, "days_since_delivery": 15},
        Deny,
        "returns.custom_made",
    ),
    ("moonpress-books", {"days_since_delivery": 45}, Allow, "returns.in_window"),
    ("moonpress-books", {"days_since_delivery": 46}, Deny, "returns.late"),
    ("sugar-lantern", {}, Deny, "sugar-lantern/returns.far_away_food"),
    ("sugar-lantern", {"ship_to_eu_uk": True}, Allow, "returns.in_window"),
    ("tiny-oak-toys", {"days_since_delivery": 60}, Allow, "returns.in_window"),
    ("tiny-oak-toys", {"days_since_delivery": 61}, Deny, "returns.late"),
    ("wooly-fox", {"washed": False}, Allow, "returns.in_window"),
    ("wooly-fox", {"washed": True}, Deny, "wooly-fox/returns.washed"),
    ("wooly-fox", {"washed": True, "ship_to_eu_uk": True}, Allow, "returns.in_window"),
    (
        "wooly-fox",
        {"washed": True, "ship_to_eu_uk": True, "days_since_delivery": 15},
        Deny,
        "wooly-fox/returns.washed",
    ),
]


@pytest.mark.parametrize(("changes", "kind", "rule"), RULES)
def test_a_rule_decides_its_case(changes: dict[str, Value], kind: type, rule: str):
    decision = may_return(**changes)
    assert (type(decision), decision.rule_id) == (kind, rule)


def test_a_final_sale_that_is_still_under_way_to_europe_may_go_back():
    decision = may_return(delivered=False, final_sale=True, ship_to_eu_uk=True)
    assert isinstance(decision, Allow)
    assert decision.rule_id == "returns.not_delivered_withdrawal"


@pytest.mark.parametrize(("seller", "changes", "kind", "rule"), OVERLAYS)
def test_a_seller_differs_as_its_file_says(
    seller: str, changes: dict[str, Value], kind: type, rule: str
):
    decision = may_return(**{**FINE, "seller": seller, **changes})
    assert (type(decision), decision.rule_id) == (kind, rule)


@pytest.mark.parametrize(("seller", "payer"), [("salt-soap", "seller"), ("wooly-fox", "buyer")])
def test_a_yes_says_who_pays_for_the_way_back(seller: str, payer: str):
    decision = may_return(**{**FINE, "seller": seller, "washed": False, "category": "prints"})
    assert isinstance(decision, Allow)
    assert decision.terms["return_shipping_paid_by"] == payer


@pytest.mark.parametrize(
    ("eu", "final", "unused", "last_day"),
    [
        (False, False, True, 30),
        (True, False, True, 30),
        (True, False, False, 14),
        (True, True, True, 14),
    ],
)
def test_a_window_ends_with_its_last_day(eu: bool, final: bool, unused: bool, last_day: int):
    changes: dict[str, Value] = {
        "ship_to_eu_uk": eu,
        "final_sale": final,
        "unused": unused,
        "return_reason": "other",
    }
    last = may_return(**changes, days_since_delivery=last_day)
    after = may_return(**changes, days_since_delivery=last_day + 1)
    assert isinstance(last, Allow)
    assert last.until == datetime(2026, 5, 20, 23, 59, 59, 999999, UTC)
    assert isinstance(after, Deny)


def test_a_late_no_says_since_when():
    decision = may_return(**FINE, days_since_delivery=33)
    assert isinstance(decision, Deny)
    assert decision.since == datetime(2026, 5, 17, 23, 59, 59, 999999, UTC)
    assert "33 days ago" in decision.because["en"]
    assert "is 30 days" in decision.because["en"]


def test_an_item_under_way_is_told_its_window_without_a_date():
    under_way = without("days_since_delivery", delivered=False)
    decision = decide("may_return", under_way, shipped(), NOW)
    assert isinstance(decision, Allow)
    assert decision.until is None
    assert "30 days" in decision.because["en"]


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({}, ("return_reason", "unused")),
        ({"return_reason": "other"}, ("unused",)),
        ({"unused": True}, ("return_reason",)),
        ({"final_sale": True}, ("return_reason",)),
        ({"final_sale": True, "ship_to_eu_uk": True}, ("return_reason",)),
        ({"days_since_delivery": 31}, ("return_reason",)),
        ({"custom_made": True}, ("return_reason",)),
        ({"custom_made": True, "seller": "luma-jewelry"}, None),
        ({"category": "soap"}, ("return_reason", "seal_broken", "unused")),
        ({"seller": "wooly-fox"}, ("return_reason", "washed", "unused")),
        ({"seller": "wooly-fox", "ship_to_eu_uk": True}, ("return_reason", "unused")),
        ({"delivered": False}, None),
        ({"order_kind": "bulk"}, None),
    ],
)
def test_only_what_decides_is_asked(changes: dict[str, Value], asked: tuple[str, ...] | None):
    decision = may_return(**changes)
    assert (decision.facts if isinstance(decision, NeedFacts) else None) == asked


def test_a_record_that_is_missing_goes_to_a_person_without_questions():
    unclear = without("delivered", "days_since_delivery", "parcel_condition", "milestone")
    decision = decide("may_return", unclear, shipped(), NOW)
    assert isinstance(decision, HandOff)
    assert (decision.rule_id, decision.queue) == ("fallbacks.nobody_knows", "returns")


def test_nothing_known_at_all_goes_to_a_person():
    assert isinstance(decide("may_return", facts(), shipped(), NOW), HandOff)


def test_the_law_is_the_same_for_a_seller_without_a_file():
    assert shipped().table("may_return", "northwind-prints") == shipped().tables["may_return"]


def test_a_sellers_own_rulebook_answers_like_the_whole_one():
    of_seller = shipped().for_seller("wooly-fox")
    asked = case(**FINE, washed=True, seller="wooly-fox")
    assert decide("may_return", asked, of_seller, NOW) == decide(
        "may_return", asked, shipped(), NOW
    )


def test_every_shipped_rule_of_returns_is_tried_here():
    tried = {row[-1].rpartition(".")[2] for row in (*RULES, *OVERLAYS)}
    tables = (table for _, table in shipped().all_tables() if table.question == "may_return")
    rules = {rule.id.rpartition(".")[2] for table in tables for rule in table.rules}
    assert rules - tried == {"otherwise", "not_delivered_withdrawal"}


@pytest.mark.parametrize("changes", [FINE, {**FINE, "gift": True}, {**USED, "ship_to_eu_uk": True}])
def test_a_set_goes_back_as_a_whole(changes: dict[str, Value]):
    decision = may_return(**changes, order_kind="bundle")
    assert isinstance(decision, Allow)
    assert decision.terms["whole_set"] is True


@pytest.mark.parametrize(
    ("name", "lowest", "highest"), [("window_days", 14, 120), ("gift_window_days", 14, 365)]
)
def test_a_seller_chooses_a_window_within_limits(name: str, lowest: int, highest: int):
    limit = limits("returns", "may_return")[name]
    assert [n for n in range(500) if limit.admits(n)] == list(range(lowest, highest + 1))


def test_a_seller_may_pay_for_the_way_back_or_leave_it_to_the_buyer():
    limit = limits("returns", "may_return")["return_shipping_paid_by"]
    words = ("buyer", "seller", "nobody", "", True)
    assert [word for word in words if limit.admits(word)] == ["buyer", "seller"]
