"""What do the shipped rules say about the ordinary item, with its payments known?"""

from pathlib import Path

from tests.unit.policy.examples import NOW, case, said, shipped
from tools.connectors.policy_files import read_documents
from tools.policy.decision import Allow, Decision, FactName, NeedApproval
from tools.policy.documents import Limit
from tools.policy.engine import decide
from tools.policy.facts import Fact, Value

POLICY = Path(__file__).parents[3] / "policy"
PAID: dict[str, Value] = {
    "currency": "EUR",
    "quantity": 1,
    "line_value": 30_00,
    "line_shipping": 4_90,
    "line_refunded": 0,
    "order_refundable": 34_90,
    "refunded_order": 0,
    "refunded_buyer_30_days": 0,
    "refunded_seller_today": 0,
    "refunded_today": 0,
    "return_received": False,
    "return_inspection": "none",
    "duplicate_order": False,
    "claims_90_days": 0,
    "address_claims_90_days": 0,
    "carrier_contradicts": False,
    "photo_reused": False,
    "milestone": "delivered",
    "days_late": 0,
    "hours_since_order": 200,
    "in_stock": True,
    "photo_evidence": "none",
    "second_factor": True,
    "contact_changed_lately": False,
    "address_changed_before": False,
}
"""An item of 30 euros with 4.90 for its delivery, of which nothing was paid back."""


def known(**changes: Value) -> dict[FactName, Fact]:
    """State the ordinary item with some things different; what photos show, photos say."""
    facts = case(**{**PAID, **changes})
    shown = facts[FactName("photo_evidence")].value
    if shown != "none":
        facts[FactName("photo_evidence")] = said(shown, "photo_evidence", "photo")
    return facts


def ask(question: str, **changes: Value) -> Decision:
    return decide(question, known(**changes), shipped(), NOW)


def cents(decision: Decision) -> int | None:
    """Return what may be paid back at most."""
    if isinstance(decision, Allow | NeedApproval) and decision.refund is not None:
        return decision.refund.amount
    return None


def limits(stem: str, question: str) -> dict[str, Limit]:
    """Return what sellers may choose."""
    return read_documents(POLICY).tables[stem].questions[question].limits


def rules_of(question: str) -> set[str]:
    """Name every rule that the marketplace or a seller has for a question."""
    tables = (table for _, table in shipped().all_tables() if table.question == question)
    return {rule.id for table in tables for rule in table.rules}
