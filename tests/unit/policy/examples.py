"""Which cases do the tests of the rules start from?"""

from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path

from tools.connectors.policy_files import load_rulebook
from tools.policy.decision import Decision, FactName
from tools.policy.engine import decide
from tools.policy.facts import Fact, Source, Value
from tools.policy.rulebook import Rulebook

POLICY = Path(__file__).parents[3] / "policy"
FORTNIGHT = 14
NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
RECORD: dict[str, Value] = {
    "seller": "northwind-prints",
    "order_kind": "consumer",
    "gift": False,
    "ship_to_eu_uk": False,
    "category": "prints",
    "custom_made": False,
    "final_sale": False,
    "delivered": True,
    "days_since_delivery": 5,
    "in_withdrawal_period": False,
    "parcel_condition": "on_time",
    "milestone": "delivered",
    "cancelled": False,
    "already_returned": False,
    "refund_pending_inspection": False,
    "already_refunded": False,
    "partly_refunded": False,
    "dispute_open": False,
}
"""Everything the records know of an ordinary item that arrived five days ago, outside Europe."""


@cache
def shipped() -> Rulebook:
    return load_rulebook(POLICY)


def said(value: Value, name: str, source: Source = "record") -> Fact:
    return Fact(name=FactName(name), value=value, source=source, as_of=NOW)


def facts(**values: Value) -> dict[FactName, Fact]:
    """State values, each from the first source that the shipped catalogue believes."""
    catalogue = shipped().catalogue
    return {
        FactName(name): said(value, name, catalogue[FactName(name)].sources[0])
        for name, value in values.items()
    }


def case(**changes: Value) -> dict[FactName, Fact]:
    """State the ordinary item with some things different.

    Its right to withdraw lasts a fortnight, and what has not arrived is in transit, unless another
    thing is said of it.
    """
    told = {**RECORD, **changes}
    if told["delivered"] is not True:
        told["milestone"] = changes.get("milestone", "in_transit")
    if told["ship_to_eu_uk"] is not True:
        return facts(**told)
    left = FORTNIGHT - int(told["days_since_delivery"])
    ends = datetime.combine(NOW.date() + timedelta(days=left), time.max, UTC).isoformat()
    known: dict[str, Value] = {"withdrawal_ends": ends} if told["delivered"] is True else {}
    known["in_withdrawal_period"] = left >= 0 or not known
    return facts(**{**told, **known, **changes})


def without(*names: str, **changes: Value) -> dict[FactName, Fact]:
    """State the ordinary item with some things unknown."""
    return {name: fact for name, fact in case(**changes).items() if name not in names}


def may_return(**changes: Value) -> Decision:
    """Ask the shipped rules about the ordinary item with some things different."""
    return decide("may_return", case(**changes), shipped(), NOW)
