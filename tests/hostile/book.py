"""What has happened to an order by now, and what facts follow from it? Shares no code with production."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.hostile.situations import Goods, Situation
from tests.oracle.independent.sheets import Value
from tests.oracle.independent.survey import Told

EUROPE = {"DE": "Europe/Berlin", "GB": "Europe/London"}
_MILESTONES = {"new": "placed", "packed": "packed", "sent": "in_transit", "lost": "in_transit"}
_DAYS = {"arrived_3": 3, "arrived_60": 60}
_INSPECTED = {"back_failed": "failed", "back_pending": "pending"}
SHIPPING = "shipping"


@dataclass
class Book:
    """One order, with everything that the till and the order desk wrote down since."""

    about: Situation
    refunded: Counter[str] = field(default_factory=Counter[str])
    """By line, and for the delivery."""
    total: int = 0
    today: int = 0
    cancelled: Counter[str] = field(default_factory=Counter[str])
    paid_for_cancelled: Counter[str] = field(default_factory=Counter[str])
    coming_back: Counter[str] = field(default_factory=Counter[str])
    sent_again: Counter[str] = field(default_factory=Counter[str])
    disputed: bool = False

    def __post_init__(self) -> None:
        before = self.about.refunded_before()
        self.disputed = self.about.stage == "disputed"
        self.refunded.update(before)
        self.total = sum(before.values())
        if self.about.stage == "refunded":
            self.refunded[SHIPPING] = self.about.shipping
            self.total = self.about.captured
        if self.about.stage in ("on_way_back", "back_passed", "back_failed", "back_pending"):
            self.coming_back.update({line.id: line.quantity for line in self.about.goods})

    def left(self, line: Goods) -> int:
        return line.quantity - self.cancelled[line.id]

    def delivery_of(self, line: Goods) -> int:
        """Divide what the delivery cost by value; what rounding leaves goes to the largest rests."""
        whole = sum(one.paid for one in self.about.goods)
        parts = {one.id: divmod(self.about.shipping * one.paid, whole) for one in self.about.goods}
        rest = self.about.shipping - sum(part for part, _ in parts.values())
        favoured = sorted(parts, key=lambda name: (-parts[name][1], name))[:rest]
        return parts[line.id][0] + (line.id in favoured)

    def facts(self, line: Goods, at: datetime, today: "Day", **said: Value) -> dict[str, Told]:
        """Return every fact that a rule about money or goods could look at."""
        known = {
            **self._bought(line, at),
            **self._paid(line, today),
            **self._sent(at),
            **self._happened(line),
        }
        told = {name: Told(value, "record", at) for name, value in known.items()}
        told["photo_evidence"] = Told("none", "photo", at)
        return {**{name: Told(value, "buyer", at) for name, value in said.items()}, **told}

    def _bought(self, line: Goods, at: datetime) -> dict[str, Value]:
        about = self.about
        return {
            "seller": about.seller,
            "order_kind": about.kind,
            "gift": about.gift,
            "ship_to_country": about.country,
            "ship_to_eu_uk": about.country in EUROPE,
            "time_zone": EUROPE.get(about.country, "America/New_York"),
            "category": "prints",
            "quantity": self.left(line),
            "currency": about.currency,
            "custom_made": about.custom_made,
            "final_sale": about.final_sale,
            "hours_since_order": 5 if about.stage in ("new", "packed") else 24 * 30,
            "in_stock": True,
            "duplicate_order": False,
            "claims_90_days": 0,
            "address_claims_90_days": 0,
            "carrier_contradicts": False,
            "photo_reused": False,
            "placed_at": (at - timedelta(days=30)).isoformat(),
        }

    def _paid(self, line: Goods, today: "Day") -> dict[str, Value]:
        about = self.about
        back = max(0, self.refunded[line.id] - self.paid_for_cancelled[line.id])
        return {
            "order_value": about.captured,
            "line_value": line.price * self.left(line),
            "line_shipping": self.delivery_of(line),
            "line_refunded": back,
            "order_refundable": about.captured - self.total,
            "refunded_order": self.total,
            "refunded_buyer_30_days": self.total,
            "refunded_today": today.by_currency[about.currency],
            "refunded_seller_today": today.by_seller[about.currency, about.seller],
        }

    def _sent(self, at: datetime) -> dict[str, Value]:
        stage = self.about.stage
        under_way = stage in _MILESTONES
        days = _DAYS.get(stage, 20)
        in_europe = self.about.country in EUROPE
        known: dict[str, Value] = {
            "delivered": not under_way,
            "milestone": _MILESTONES.get(stage, "delivered"),
            "parcel_condition": "lost" if stage == "lost" else "on_time",
            "days_late": 0,
            "in_withdrawal_period": in_europe and (under_way or days == _DAYS["arrived_3"]),
        }
        if not under_way:
            arrived = at - timedelta(days=days)
            known |= {"delivered_at": arrived.isoformat(), "days_since_delivery": days}
            if in_europe:
                known["withdrawal_ends"] = (arrived + timedelta(days=14)).isoformat()
        return known

    def _happened(self, line: Goods) -> dict[str, Value]:
        stage = self.about.stage
        back = stage in ("back_passed", "disputed", *_INSPECTED)
        all_back = self.total >= self.about.captured
        fully = all_back or self.refunded[line.id] >= line.paid
        partly = self.refunded[line.id] > self.paid_for_cancelled[line.id]
        return {
            "cancelled": self.left(line) == 0,
            "already_returned": bool(self.coming_back[line.id]) or stage == "disputed",
            "refund_pending_inspection": stage == "back_pending",
            "already_refunded": fully,
            "partly_refunded": partly and not fully,
            "dispute_open": self.disputed,
            "return_received": back,
            "return_inspection": _INSPECTED.get(stage, "passed") if back else "none",
        }


@dataclass
class Day:
    """What was paid back today in the whole marketplace."""

    by_currency: Counter[str] = field(default_factory=Counter[str])
    by_seller: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    without_a_person: Counter[str] = field(default_factory=Counter[str])
