"""Does a person take what the owner wants a person to take, and nothing else?"""

import pytest

from tests.unit.policy.asking import rules_of
from tests.unit.policy.examples import NOW, facts, shipped
from tools.policy.decision import Allow, Decision, HandOff
from tools.policy.engine import decide
from tools.policy.facts import Value

PLAIN: dict[str, Value] = {
    "request": "order_status",
    "live": True,
    "risk": "none",
    "mood": "calm",
    "misunderstood": 0,
    "identity_failed": False,
    "mixed_return": False,
    "proof_missing": False,
    "milestone": "in_transit",
    "parcel_condition": "on_time",
    "custom_made": False,
    "dispute_open": False,
    "international": False,
    "claims_90_days": 0,
}
"""A calm buyer asks where the parcel is."""
LIVE_DAMAGE: dict[str, Value] = {"request": "damaged_item"}

RULES: list[tuple[dict[str, Value], str, str]] = [
    ({"request": "human_agent"}, "general", "human_agent"),
    ({"risk": "medical_or_safety"}, "safety", "medical_or_safety"),
    ({"risk": "self_harm"}, "safety", "medical_or_safety"),
    ({"risk": "chargeback"}, "payments", "chargeback"),
    ({"risk": "fraud"}, "payments", "chargeback"),
    ({"risk": "legal"}, "general", "legal"),
    ({"request": "chargeback_fraud"}, "payments", "chargeback_fraud"),
    ({"risk": "sensitive_occasion"}, "general", "sensitive_occasion"),
    ({"identity_failed": True}, "general", "identity"),
    ({"misunderstood": 2}, "general", "not_understood"),
    ({"misunderstood": 1, "mood": "angry"}, "general", "angry_not_understood"),
    ({"dispute_open": True, "request": "refund_status"}, "payments", "disputed_money"),
    ({"claims_90_days": 3, **LIVE_DAMAGE}, "payments", "repeated_claims"),
    ({"custom_made": True, **LIVE_DAMAGE}, "returns", "custom_made_defect"),
    ({"mixed_return": True, "request": "start_return"}, "returns", "mixed_return"),
    ({"mood": "angry", "request": "complaint"}, "general", "upset"),
    ({"live": False, "request": "exchange"}, "returns", "not_live_returns"),
    ({"live": False, "request": "refund_request"}, "payments", "not_live_payments"),
    ({"live": False, "request": "cancel_order"}, "delivery", "not_live_delivery"),
    ({"live": False, "request": "complaint"}, "general", "not_live"),
    ({"proof_missing": True, **LIVE_DAMAGE}, "returns", "proof_missing"),
    (
        {"request": "not_received", "milestone": "delivered"},
        "delivery",
        "delivered_not_received",
    ),
    ({"parcel_condition": "lost"}, "delivery", "lost"),
    ({"parcel_condition": "returned_to_sender"}, "delivery", "returned_to_sender"),
    ({"parcel_condition": "on_hold"}, "delivery", "on_hold"),
    ({"international": True, "request": "complaint"}, "delivery", "international_dispute"),
    (
        {"international": True, "request": "not_received", "parcel_condition": "stalled"},
        "delivery",
        "international_dispute",
    ),
]
STAYS: list[dict[str, Value]] = [
    {},
    {"mood": "upset"},
    {"mood": "angry"},
    {"mood": "upset", "request": "complaint"},
    {"misunderstood": 1},
    {"misunderstood": 1, "mood": "upset"},
    {"risk": "injection"},
    {"international": True},
    {"international": True, "request": "not_received"},
    {"claims_90_days": 2, "request": "damaged_item"},
    {"claims_90_days": 9},
    {"dispute_open": True},
    {"custom_made": True},
    {"mixed_return": True, "request": "return_eligibility"},
    {"proof_missing": True},
    {"parcel_condition": "delayed", "request": "delivery_delay"},
]


def needs_person(**changes: Value) -> Decision:
    return decide("needs_person", facts(**{**PLAIN, **changes}), shipped(), NOW)


@pytest.mark.parametrize(("changes", "queue", "rule"), RULES)
def test_a_person_takes_it(changes: dict[str, Value], queue: str, rule: str):
    decision = needs_person(**changes)
    assert isinstance(decision, HandOff)
    assert (decision.rule_id, decision.queue) == (f"handoff.{rule}", queue)


@pytest.mark.parametrize("changes", STAYS)
def test_the_assistant_keeps_it(changes: dict[str, Value]):
    decision = needs_person(**changes)
    assert (type(decision), decision.rule_id) == (Allow, "handoff.assistant")


def test_every_rule_of_handing_over_is_tried_here():
    tried = {f"handoff.{row[-1]}" for row in RULES}
    assert rules_of("needs_person") - tried == {"handoff.assistant"}


def test_danger_comes_before_everything_but_the_wish_for_a_person():
    worst = needs_person(risk="self_harm", misunderstood=9, mood="angry", identity_failed=True)
    assert worst.rule_id == "handoff.medical_or_safety"


def test_nobody_is_accused_of_their_claims():
    sentence = needs_person(claims_90_days=5, request="damaged_item").because["en"]
    assert "fraud" not in sentence.casefold()
    assert "claim" not in sentence.casefold()
