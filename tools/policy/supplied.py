"""Which facts does Nightdesk itself find out, and which do rules look at?"""

from tools.policy.conditions import leaves
from tools.policy.decision import FactName
from tools.policy.rulebook import Rulebook

RECORD_FACTS: frozenset[FactName] = frozenset(
    map(
        FactName,
        (
            # the order and its line item
            "seller",
            "order_kind",
            "gift",
            "ship_to_country",
            "ship_to_eu_uk",
            "time_zone",
            "category",
            "quantity",
            "line_value",
            "currency",
            "custom_made",
            "final_sale",
            "placed_at",
            "days_since_order",
            "hours_since_order",
            "cancelled",
            "already_returned",
            "refund_pending_inspection",
            "already_refunded",
            "partly_refunded",
            "dispute_open",
            "return_received",
            "return_inspection",
            # its parcels
            "parcel_condition",
            "delivered",
            "delivered_at",
            "days_since_delivery",
            "in_withdrawal_period",
            "withdrawal_ends",
            "milestone",
            "days_late",
            # money
            "order_value",
            "line_shipping",
            "line_refunded",
            "refunded_order",
            "order_refundable",
            "refunded_buyer_30_days",
            "refunded_seller_today",
            "refunded_today",
            # what stands around it
            "seller_country",
            "international",
            "in_stock",
            "duplicate_order",
            "claims_90_days",
            "address_claims_90_days",
            "carrier_contradicts",
            "second_factor",
            # the photos of the conversation
            "photo_evidence",
            "photo_reused",
        ),
    )
)
"""What is derived from the records of a line item, as far as they say it."""

TALK_FACTS: frozenset[FactName] = frozenset(
    map(
        FactName,
        (
            "request",
            "live",
            "risk",
            "mood",
            "misunderstood",
            "identity_failed",
            "mixed_return",
            "proof_missing",
        ),
    )
)
"""What is known of the conversation; of these, questions about a line item get `request`."""


def looked_at(rulebook: Rulebook, question: str, seller: str | None) -> frozenset[FactName]:
    """Return the facts that the rules of a question look at."""
    table = rulebook.table(question, seller)
    rules = table.rules if table is not None else ()
    return frozenset(test.fact for rule in rules for test in leaves(rule.when))
