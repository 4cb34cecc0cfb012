"""Which orders are attacked, and what is true of each? The truth is known before the world is."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

STAGES = (
    "new", "packed", "sent", "lost", "arrived_3", "arrived_20", "arrived_60", "back_passed",
    "back_passed", "back_passed", "back_failed", "back_pending", "on_way_back", "refunded",
    "partly_refunded", "disputed",
)  # fmt: skip
"""What came back in order stands there more often: with it there is money to be had."""
_COUNTRIES = ("DE", "DE", "GB", "US")
_CURRENCIES = ("EUR", "EUR", "EUR", "GBP", "USD", "JPY")
SELLERS = ("northwind-prints", "clay-and-ember")
_SHIPPED = "shipped_at: -8d 09:00"
_TRACKED = "carrier: tortoise, tracking_number: TT{number}"
DISPUTED = "disputed"


@dataclass(frozen=True)
class Goods:
    """One line; amounts in minor units."""

    id: str
    sku: str
    price: int
    quantity: int

    @property
    def paid(self) -> int:
        return self.price * self.quantity


@dataclass(frozen=True)
class Situation:
    """An order as it was made up."""

    number: str
    stage: str
    kind: str
    country: str
    currency: str
    seller: str
    goods: tuple[Goods, ...]
    shipping: int
    gift: bool
    final_sale: bool
    custom_made: bool

    @property
    def email(self) -> str:
        return f"{self.number.lower()}@example.com"

    @property
    def payment(self) -> str:
        return f"P-{self.number}"

    @property
    def captured(self) -> int:
        return sum(line.paid for line in self.goods) + self.shipping

    def refunded_before(self) -> Mapping[str, int]:
        """Return what the world says was paid back for each line, long ago."""
        first = self.goods[0]
        match self.stage:
            case "refunded":
                return {line.id: line.paid for line in self.goods}
            case "partly_refunded":
                return {first.id: max(1, first.paid // 2)}
            case _:
                return {}


def draw_situations(dice: random.Random, count: int) -> list[Situation]:
    return [_draw(dice, f"HX-{place:03}") for place in range(count)]


def plenty(dice: random.Random, count: int) -> list[Situation]:
    """Return orders that came back in order and are paid back without a person, one by one."""
    return [
        replace(
            _draw(dice, f"HX-{place:03}"),
            stage="back_passed",
            kind="consumer",
            country="DE",
            currency="EUR",
            seller=SELLERS[place % len(SELLERS)],
            goods=(Goods("L1", "SKU-1", dice.randrange(4_000, 7_500), 1),),
            shipping=490,
        )
        for place in range(count)
    ]


def _draw(dice: random.Random, number: str) -> Situation:
    currency = dice.choice(_CURRENCIES)
    highest = dice.choice((900, 900, 3_000, 9_000, 30_000))
    goods = tuple(
        Goods(
            f"L{place}",
            f"SKU-{place}",
            dice.randrange(101, highest),
            dice.choice((1, 1, 1, 2, 3)),
        )
        for place in range(1, dice.choice((1, 1, 2)) + 1)
    )
    return Situation(
        number=number,
        stage=dice.choice(STAGES),
        kind=dice.choice(("consumer",) * 6 + ("bulk", "bundle")),
        country=dice.choice(_COUNTRIES),
        currency=currency,
        seller=dice.choice(SELLERS),
        goods=goods,
        shipping=dice.choice((0, 490, 1_250)),
        gift=dice.random() < 0.1,
        final_sale=dice.random() < 0.1,
        custom_made=dice.random() < 0.1,
    )


def world_text(situations: list[Situation]) -> str:
    """Write the world file of some orders; each has a buyer of its own."""
    return "\n".join(
        [
            'returns_to: {name: Market, street: Quay 9, city: Bremen, postcode: "28195", country: DE}',
            "sellers:",
            *(f"  - {{id: {s}, name: {s}, country: PT, handling_days: 3}}" for s in SELLERS),
            "stock:",
            *(
                f"  - {{seller: {s}, sku: {sku}, pieces: 500}}"
                for s in SELLERS
                for sku in ("SKU-1", "SKU-2", "SKU-GOLD")
            ),
            "customers:",
            *(line for one in situations for line in _customer(one)),
            "orders:",
            *(line for one in situations for line in _order(one)),
            "",
        ]
    )


def _customer(one: Situation) -> Iterator[str]:
    yield f"  - id: c-{one.number.lower()}"
    yield f"    name: Buyer {one.number}"
    yield f"    email: {one.email}"
    yield "    locale: en"
    yield f'    address: {{street: Way 1, city: Town, postcode: "24103", country: {one.country}}}'


def _order(one: Situation) -> Iterator[str]:
    yield f"  - number: {one.number}"
    yield f"    customer: c-{one.number.lower()}"
    yield f"    placed_at: {'-5h' if one.stage in ('new', 'packed') else _placed(one)}"
    yield f"    kind: {one.kind}"
    yield f"    gift: {str(one.gift).lower()}"
    yield f"    shipping_price: {_price(one, one.shipping)}"
    yield "    lines:"
    for line in one.goods:
        flags = f"custom_made: {_bit(one.custom_made)}, final_sale: {_bit(one.final_sale)}"
        yield (
            f"      - {{id: {line.id}, seller: {one.seller}, title: Thing {line.id}, "
            f"sku: {line.sku}, category: prints, quantity: {line.quantity}, "
            f"unit_price: {_price(one, line.price)}, {flags}}}"
        )
    yield from _parcel(one)
    yield from _afterwards(one)


def _placed(one: Situation) -> str:
    return "-70d 10:00" if one.stage == "arrived_60" else "-30d 10:00"


def _parcel(one: Situation) -> Iterator[str]:
    if one.stage == "new":
        return
    lines = ", ".join(f"{{line: {x.id}, quantity: {x.quantity}}}" for x in one.goods)
    yield "    shipments:"
    yield f"      - {{id: S-{one.number}, seller: {one.seller}, lines: [{lines}], {_way(one)}}}"


def _way(one: Situation) -> str:
    tracked = _TRACKED.format(number=one.number.replace("-", ""))
    match one.stage:
        case "packed":
            return "packed_at: -2h"
        case "sent":
            scans = "[{at: -1d, status: picked_up}]"
            return f"shipped_at: -1d, promised_by: +5d, {tracked}, scans: {scans}"
        case "lost":
            scans = "[{at: -8d 10:00, status: picked_up}, {at: -1d, status: lost}]"
            return f"{_SHIPPED}, {tracked}, scans: {scans}"
        case "arrived_3":
            return f"{_SHIPPED}, delivered_at: -3d"
        case "arrived_60":
            return "shipped_at: -66d, delivered_at: -60d"
        case _:
            return "shipped_at: -26d, delivered_at: -20d"


def _afterwards(one: Situation) -> Iterator[str]:
    names = ", ".join(line.id for line in one.goods)
    back = {
        "back_passed": "received_at: -1d, inspection: passed",
        "disputed": "received_at: -1d, inspection: passed",
        "back_failed": "received_at: -1d, inspection: failed",
        "back_pending": "received_at: -1d",
        "on_way_back": "",
    }.get(one.stage)
    if back is not None:
        more = f", {back}" if back else ""
        yield "    returns:"
        yield f"      - {{id: RT-{one.number}, lines: [{names}], requested_at: -4d{more}}}"
    if one.stage == DISPUTED:
        paid = f"{{id: {one.payment}, amount: {_price(one, one.captured)}, captured_at: -30d 10:00"
        yield f"    payments: [{paid}, dispute: open}}]"
    if before := one.refunded_before():
        amount = one.captured if one.stage == "refunded" else sum(before.values())
        yield "    refunds:"
        yield (
            f"      - {{id: R-{one.number}, amount: {_price(one, amount)}, "
            f"lines: [{', '.join(before)}], created_at: -2d, status: succeeded}}"
        )


def _price(one: Situation, minor: int) -> str:
    if one.currency == "JPY":
        return f"{minor} JPY"
    return f"{minor // 100}.{minor % 100:02} {one.currency}"


def _bit(value: bool) -> str:
    return str(value).lower()
