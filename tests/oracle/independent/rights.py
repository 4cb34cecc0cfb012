"""What does the law grant, and how much may nobody pay, whatever the owner's files say?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import JsonValue

from tests.oracle.independent.sheets import Row, Value

Known = Callable[[str], Value | None]

_DEFECTS = frozenset({"damaged", "faulty", "wrong_item", "not_as_described"})
_FORTNIGHT = 14


@dataclass(frozen=True)
class Right:
    """Something that a buyer has in every case that is not known to be another case."""

    name: str
    question: str
    case: Mapping[str, frozenset[Value]]
    """What each fact must be; unknown may be that."""
    lost: Mapping[str, frozenset[Value]] = field(default_factory=dict[str, frozenset[Value]])
    """Lost when all of this is known to be so."""
    either: Mapping[str, frozenset[Value]] = field(default_factory=dict[str, frozenset[Value]])
    """One of these must be so; unknown may be."""
    fortnight: bool = False
    """Lasts till the end of the period in which a consumer may change their mind."""
    approval_will_do: bool = False

    def may_hold(self, known: Known) -> bool:
        for fact, values in self.case.items():
            value = known(fact)
            if value is not None and value not in values:
                return False
        told = [known(fact) for fact in self.either]
        wanted = self.either.values()
        if told and all(v is not None and v not in w for v, w in zip(told, wanted, strict=True)):
            return False
        return not self.lost or any(known(fact) not in self.lost[fact] for fact in self.lost)

    def is_cut_by(self, row: Row) -> bool:
        """Whether an outcome grants less."""
        if row.kind == "deny":
            return True
        if row.kind == "need_approval":
            return not self.approval_will_do
        until = row.then.get("until")
        if row.kind == "hand_off" or not self.fortnight or not isinstance(until, dict):
            return False
        return not _lasts(until)


def _lasts(until: Mapping[str, JsonValue]) -> bool:
    if "at" in until:
        return until["at"] == "withdrawal_ends"
    days = until["days"]
    return until["after"] == "delivered_at" and isinstance(days, int) and days >= _FORTNIGHT


_YES, _NO = frozenset[Value]({True}), frozenset[Value]({False})
_CONSUMER_IN_EUROPE: dict[str, frozenset[Value]] = {
    "ship_to_eu_uk": _YES,
    "order_kind": frozenset({"consumer", "bundle"}),
    "custom_made": _NO,
    "in_withdrawal_period": _YES,
}
_KEPT = dict.fromkeys(
    ("cancelled", "already_returned", "already_refunded", "refund_pending_inspection"), _NO
)
_DEFECTIVE: dict[str, frozenset[Value]] = {
    "return_reason": frozenset[Value](_DEFECTS),
}
_SOME_OF_IT_IS_THERE: dict[str, frozenset[Value]] = {
    "delivered": _YES,
    "milestone": frozenset({"delivered"}),
}
RIGHTS = (
    Right(
        "floor.withdrawal",
        "may_return",
        {**_CONSUMER_IN_EUROPE, **_KEPT},
        lost={"category": frozenset({"cosmetics", "food", "soap"}), "seal_broken": _YES},
        fortnight=True,
    ),
    Right(
        "floor.cancel",
        "may_cancel",
        {
            **_CONSUMER_IN_EUROPE,
            "cancelled": _NO,
            "already_refunded": _NO,
            "milestone": frozenset({"placed", "packed"}),
        },
    ),
    Right("floor.defect", "may_return", {**_DEFECTIVE, **_KEPT}, either=_SOME_OF_IT_IS_THERE),
    Right(
        "floor.defect_refund",
        "may_refund",
        {**_DEFECTIVE, "already_refunded": _NO},
        either=_SOME_OF_IT_IS_THERE,
        approval_will_do=True,
    ),
)


def right_cut(question: str, row: Row, known: Known) -> Right | None:
    """Return the right that a row would cut short."""
    for right in RIGHTS:
        if right.question == question and right.is_cut_by(row) and right.may_hold(known):
            return right
    return None


def outlasted(question: str, until: datetime, ends: datetime | None, known: Known) -> bool:
    """Whether the law's own period runs on after a yes would end."""
    return (
        ends is not None
        and ends > until
        and any(
            right.question == question and right.fortnight and right.may_hold(known)
            for right in RIGHTS
        )
    )


MOST_EVER: Mapping[str, tuple[int, int, int, int, int, int]] = {
    # action, order, buyer in 30 days, seller in a day, marketplace in a day, on a photo alone
    "EUR": (50_000, 100_000, 150_000, 500_000, 1_250_000, 25_000),
    "GBP": (45_000, 90_000, 135_000, 450_000, 1_125_000, 22_500),
    "USD": (55_000, 110_000, 165_000, 550_000, 1_375_000, 27_500),
    "CHF": (50_000, 100_000, 150_000, 500_000, 1_250_000, 25_000),
    "CAD": (70_000, 140_000, 210_000, 700_000, 1_750_000, 35_000),
    "AUD": (80_000, 160_000, 240_000, 800_000, 2_000_000, 40_000),
    "NZD": (90_000, 180_000, 270_000, 900_000, 2_250_000, 45_000),
    "SEK": (550_000, 1_100_000, 1_650_000, 5_500_000, 13_750_000, 275_000),
    "NOK": (550_000, 1_100_000, 1_650_000, 5_500_000, 13_750_000, 275_000),
    "DKK": (370_000, 740_000, 1_110_000, 3_700_000, 9_250_000, 185_000),
    "PLN": (220_000, 440_000, 660_000, 2_200_000, 5_500_000, 110_000),
    "CZK": (1_250_000, 2_500_000, 3_750_000, 12_500_000, 31_250_000, 625_000),
    "HUF": (20_000_000, 40_000_000, 60_000_000, 200_000_000, 500_000_000, 10_000_000),
    "RON": (250_000, 500_000, 750_000, 2_500_000, 6_250_000, 125_000),
    "BGN": (100_000, 200_000, 300_000, 1_000_000, 2_500_000, 50_000),
    "JPY": (80_000, 160_000, 240_000, 800_000, 2_000_000, 40_000),
}
CAPS = ("action", "order", "buyer_30_days", "seller_day", "day", "photo")
PAID_BEFORE = (
    "",
    "refunded_order",
    "refunded_buyer_30_days",
    "refunded_seller_today",
    "refunded_today",
)
"""What counts towards each cap beside the refund itself; nothing towards the first."""


def caps_passed(
    amount: int, caps: Mapping[str, int], before: Mapping[str, int], *, on_a_photo: bool
) -> tuple[str, ...]:
    """Name the caps that an amount passes; a cap that is not set is 0."""
    sums = [amount + before.get(fact, 0) for fact in PAID_BEFORE]
    if on_a_photo:
        sums.append(amount)
    return tuple(name for name, total in zip(CAPS, sums, strict=False) if total > caps.get(name, 0))


def most_ever(currency: str) -> Mapping[str, int]:
    return dict(zip(CAPS, MOST_EVER.get(currency, (0,) * len(CAPS)), strict=True))
