"""Which cases does the law decide for the buyer, whatever the owner's rules say?

The law is written down here a second time, shorter and narrower than in the product: only what is
certain counts. The zone of a country is the one that most people live in, and of public holidays
only those that the whole country has.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tools.domain.money import Money
from tools.domain.order import LineItem, Order, Payment, PaymentId
from tools.domain.party import Address, CustomerId, Seller, SellerId
from tools.domain.shipment import LineId, ParcelReport, Shipment, ShipmentId, ShippedLine
from tools.policy.facts import FactSpec, Value
from tools.policy.rulebook import Rulebook

ZONES = dict(
    pair.split("=")
    for pair in [
        "AT=Vienna",
        "BE=Brussels",
        "BG=Sofia",
        "CY=Nicosia",
        "CZ=Prague",
        "DE=Berlin",
        "DK=Copenhagen",
        "EE=Tallinn",
        "ES=Madrid",
        "FI=Helsinki",
        "FR=Paris",
        "GB=London",
        "GR=Athens",
        "HR=Zagreb",
        "HU=Budapest",
        "IE=Dublin",
        "IT=Rome",
        "LT=Vilnius",
        "LU=Luxembourg",
        "LV=Riga",
        "MT=Malta",
        "NL=Amsterdam",
        "PL=Warsaw",
        "PT=Lisbon",
        "RO=Bucharest",
        "SE=Stockholm",
        "SI=Ljubljana",
        "SK=Bratislava",
    ]
)
_EASTER_MONDAY = frozenset(
    [
        "AT",
        "BE",
        "CZ",
        "DE",
        "DK",
        "FR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "NL",
        "PL",
        "SE",
        "SI",
        "SK",
    ]
)
_EASTER_SUNDAYS = {2025: (4, 20), 2026: (4, 5), 2027: (3, 28), 2028: (4, 16)}
_SEALED = ("cosmetics", "food", "soap")
_CATEGORIES = (*_SEALED, "ceramics", "jewellery", "knitwear", "books", "toys", "prints")
DEFECTS = ("damaged", "faulty", "wrong_item", "not_as_described")
_ELSEWHERE = ("US", "CA", "JP", "CH", "NO", "AU")
_FORTNIGHT = 14
_SINCE = datetime(2025, 10, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Claim:
    """A buyer who asks about a line item, and what is true of it."""

    question: str
    order: Order
    reports: tuple[ParcelReport, ...]
    seller: Seller
    now: datetime
    truth: dict[str, Value] = field(default_factory=dict[str, Value])
    """What the buyer answers when asked."""

    @property
    def line(self) -> LineItem:
        return self.order.lines[0]

    @property
    def exempt(self) -> tuple[str, ...]:
        """Name the articles by which the buyer cannot change their mind."""
        if self.truth["return_reason"] in DEFECTS:
            return ()
        is_opened = self.line.category in _SEALED and self.truth["seal_broken"] is True
        return ("16(c)",) * self.line.custom_made + ("16(e)",) * is_opened


def withdrawal_end(delivered: datetime, country: str) -> datetime:
    """Return the last instant of the period as a consumer would count it on a wall calendar."""
    zone = ZoneInfo(f"Europe/{ZONES[country]}" if country != "CY" else "Asia/Nicosia")
    day = delivered.astimezone(zone).date() + timedelta(days=_FORTNIGHT)
    while _is_day_off(day, country):
        day += timedelta(days=1)
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(days=1)
    return midnight.astimezone(UTC) - _TICK


def _is_day_off(day: date, country: str) -> bool:
    if day.isoweekday() in {6, 7} or (day.month, day.day) in {(1, 1), (12, 25)}:
        return True
    easter = _EASTER_SUNDAYS.get(day.year)
    return (
        country in _EASTER_MONDAY
        and easter is not None
        and day == date(day.year, *easter) + timedelta(days=1)
    )


class Claimants:
    """Makes claims, the same ones for the same seed."""

    def __init__(self, rulebook: Rulebook, seed: int) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - the same cases each time, no secret
        self._sellers = rulebook.marketplace.sellers
        self._asked = {n: s for n, s in rulebook.catalogue.items() if s.askable and s.question}

    def minds_changed(self, count: int) -> Iterator[Claim]:
        """Yield consumers in the EU or the UK within their fortnight, who never call it that."""
        for _ in range(count):
            dice = self._dice
            country = dice.choice(list(ZONES))
            last = _SINCE + timedelta(seconds=dice.randrange(820 * 86_400))
            end = withdrawal_end(last, country)
            now = dice.choice(
                (last, end, end, end - timedelta(seconds=1), self._between(last, end))
            )
            arrived = dice.random() < 0.9  # noqa: PLR2004 - most have it already
            question = dice.choice(("may_return", "may_return", "may_return", "may_refund"))
            if not arrived:
                question = dice.choice(("may_return", "may_cancel", "may_refund"))
            reasons = ("changed_mind", "does_not_fit", "other")
            yield self._claim(question, country, last if arrived else None, now, reasons)

    def faults_found(self, count: int) -> Iterator[Claim]:
        """Yield buyers anywhere, at any time, whose goods are not as they should be."""
        for _ in range(count):
            dice = self._dice
            country = dice.choice((*ZONES, *_ELSEWHERE))
            last = _SINCE + timedelta(seconds=dice.randrange(820 * 86_400))
            now = last + timedelta(seconds=dice.randrange(1, 1000 * 86_400))
            question = dice.choice(("may_return", "may_return", "may_refund", "may_exchange"))
            yield self._claim(question, country, last, now, DEFECTS)

    def _between(self, start: datetime, end: datetime) -> datetime:
        return start + timedelta(seconds=self._dice.randrange(int((end - start).total_seconds())))

    def _claim(
        self,
        question: str,
        country: str,
        arrived: datetime | None,
        now: datetime,
        reasons: tuple[str, ...],
    ) -> Claim:
        dice = self._dice
        seller = Seller(
            id=SellerId(dice.choice(self._sellers)),
            name="A shop",
            country=dice.choice(("DE", "GB", "US", "IT")),
            handling_days=3,
        )
        placed = (arrived or now) - timedelta(days=dice.randrange(2, 20), hours=dice.randrange(24))
        lines = tuple(self._line(number, seller.id) for number in range(dice.choice((1, 1, 2, 3))))
        parcels, reports = self._parcels(lines, seller.id, placed, arrived)
        paid = sum(line.unit_price.amount * line.quantity for line in lines) + 490
        order = Order(
            number="ND-7100",
            customer=CustomerId("C1"),
            email="ida@example.com",
            placed_at=placed,
            kind=dice.choice(("consumer", "consumer", "consumer", "bundle")),
            gift=dice.random() < 0.3,  # noqa: PLR2004 - some are gifts
            ship_to=Address(name="Ida", street="Kai 1", city="A", postcode="1", country=country),
            lines=lines,
            shipments=parcels,
            payments=(
                Payment(
                    id=PaymentId("P1"),
                    amount=Money(amount=paid, currency="EUR"),
                    captured_at=placed,
                ),
            ),
            shipping_price=Money(amount=490, currency="EUR"),
        )
        truth = {name: self._answer(spec) for name, spec in self._asked.items()}
        return Claim(
            question, order, reports, seller, now, {**truth, "return_reason": dice.choice(reasons)}
        )

    def _answer(self, spec: FactSpec) -> Value:
        match spec.kind:
            case "bool":
                return self._dice.random() < 0.5  # noqa: PLR2004 - either
            case "choice":
                return self._dice.choice(list(spec.choices))
            case "int":
                return self._dice.randrange(60)
            case _:
                return "other"

    def _line(self, number: int, seller: SellerId) -> LineItem:
        dice = self._dice
        return LineItem(
            id=LineId(f"L{number}"),
            seller=seller,
            title="Thing",
            sku=f"SKU-{number}",
            category=dice.choice(_CATEGORIES),
            quantity=dice.choice((1, 1, 2, 4)),
            unit_price=Money(amount=dice.choice((900, 2400, 7999, 60_000)), currency="EUR"),
            custom_made=dice.random() < 0.1,  # noqa: PLR2004 - a few
            final_sale=dice.random() < 0.4,  # noqa: PLR2004 - many, since that is where it counts
        )

    def _parcels(
        self,
        lines: tuple[LineItem, ...],
        seller: SellerId,
        placed: datetime,
        arrived: datetime | None,
    ) -> tuple[tuple[Shipment, ...], tuple[ParcelReport, ...]]:
        """Send the pieces in one parcel or several; the last one comes when the claim says."""
        dice, parcels, reports = self._dice, list[Shipment](), list[ParcelReport]()
        some_missing = dice.random() < 0.15  # noqa: PLR2004 - now and then a part has not come yet
        for line in lines:
            pieces = (line.quantity,) if dice.random() < 0.6 else (1,) * line.quantity  # noqa: PLR2004
            for part, quantity in enumerate(pieces):
                name = ShipmentId(f"{line.id}-{part}")
                is_first = not parcels
                came = arrived if is_first or arrived is None else self._between(placed, arrived)
                if some_missing and not is_first:
                    came = None
                under_way = came is None and dice.random() < 0.5  # noqa: PLR2004
                parcel = Shipment(
                    id=name,
                    seller=seller,
                    lines=(ShippedLine(line=line.id, quantity=quantity),),
                    shipped_at=placed + timedelta(days=1) if came or under_way else None,
                    delivered_at=came,
                    carrier="swift",
                    tracking_number=f"T{name}",
                )
                report = ParcelReport(
                    shipment=name,
                    seller=seller,
                    seller_name="A shop",
                    titles=("Thing",),
                    milestone="delivered" if came else "in_transit" if under_way else "placed",
                    condition="on_time",
                    delivered_at=came,
                )
                parcels.append(parcel)
                reports.append(report)
        return tuple(parcels), tuple(reports)
