"""Which tills do the contract suites of the writing ports ask, and over which orders?

A connector joins with one line in `TILLS` or `DESKS`.
"""

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine, create_engine

from agent.worker.store import Store
from tests.builders import NOW
from tools.connectors.clocks import FixedClock
from tools.connectors.embedded.changes import Disputed, ShopChanges
from tools.connectors.embedded.elsewhere import EmbeddedElsewhere
from tools.connectors.embedded.marketplace import EmbeddedMarketplace
from tools.connectors.embedded.storefront import EmbeddedStorefront
from tools.connectors.embedded.world import World, load_world
from tools.connectors.embedded_order_desk import EmbeddedOrderDesk
from tools.connectors.embedded_payments import EmbeddedPayments
from tools.connectors.flaky_payments import FlakyPayments, Whim
from tools.domain.effect import EffectId, IssueRefund, Permit
from tools.domain.money import Money
from tools.domain.order import OrderNumber, PaymentId
from tools.domain.returns import RefundShare
from tools.domain.shipment import LineId
from tools.ports.readers import Storefront
from tools.ports.writers import OrderDesk, Payments

AMOUNTS = {"EUR": 7690, "JPY": 7690, "KWD": 7690}
"""What was paid, in minor units, by currencies of every kind."""
_PRICES = {"EUR": ("24.00", "4.90"), "JPY": ("2400", "490"), "KWD": ("2.400", "0.490")}
NOON = FixedClock(NOW)


@dataclass(frozen=True)
class Paid:
    """A payment of three pieces of one line and their delivery, nothing of it paid back yet."""

    order: OrderNumber
    payment: PaymentId
    amount: Money


class Till(Protocol):
    """A provider of payments, and the ways to it that are not ours."""

    @property
    def payments(self) -> Payments: ...

    async def paid(self, currency: str = "EUR") -> Paid:
        """Let a buyer pay."""
        ...

    async def refund_elsewhere(self, paid: Paid, amount: int) -> None:
        """Pay back by hand."""
        ...

    async def dispute(self, paid: Paid) -> None:
        """Let the buyer's bank ask for the money back."""
        ...


class EmbeddedTill:
    """The embedded marketplace; every currency has one order."""

    def __init__(self, engine: Engine, world: World, *, whim: Whim | None = None) -> None:
        market, changes = EmbeddedMarketplace(world, NOON), ShopChanges(engine, world.name)
        own = EmbeddedPayments(market, changes, NOON)
        self.payments: Payments = own if whim is None else FlakyPayments(own, repeat(whim))
        self.elsewhere = EmbeddedElsewhere(market, changes, NOON)
        self.desk = EmbeddedOrderDesk(market, changes, NOON)
        self.storefront = EmbeddedStorefront(market, changes)

    async def paid(self, currency: str = "EUR") -> Paid:
        amount = Money(amount=AMOUNTS[currency], currency=currency)
        return Paid(f"ND-{currency}", PaymentId(f"P-ND-{currency}"), amount)

    async def refund_elsewhere(self, paid: Paid, amount: int) -> None:
        self.elsewhere.refund(paid.payment, money(paid, amount), f"by hand {amount}")

    async def dispute(self, paid: Paid) -> None:
        self.elsewhere.dispute(Disputed(payment=paid.payment, now="open"))


@contextmanager
def embedded(folder: Path) -> Generator[EmbeddedTill]:
    with closing(Store.open(folder / "shop.sqlite")) as store:
        yield EmbeddedTill(store.engine, till_world(folder))


@contextmanager
def embedded_in_memory(folder: Path) -> Generator[EmbeddedTill]:
    with closing(Store.open(":memory:")) as store:
        yield EmbeddedTill(store.engine, till_world(folder))


@contextmanager
def embedded_in_its_own_file(folder: Path) -> Generator[EmbeddedTill]:
    engine = create_engine(f"sqlite:///{folder / 'shop.sqlite'}")
    yield EmbeddedTill(engine, till_world(folder))
    engine.dispose()


@contextmanager
def embedded_asked_twice(folder: Path) -> Generator[EmbeddedTill]:
    with closing(Store.open(":memory:")) as store:
        yield EmbeddedTill(store.engine, till_world(folder), whim="twice")


TILLS: list[Callable[[Path], AbstractContextManager[Till]]] = [
    embedded,
    embedded_in_memory,
    embedded_in_its_own_file,
    embedded_asked_twice,
]


class ChangingShop(Protocol):
    """A desk, and what the shop shows afterwards."""

    @property
    def desk(self) -> OrderDesk: ...

    @property
    def storefront(self) -> Storefront: ...


DESKS: list[Callable[[Path], AbstractContextManager[ChangingShop]]] = [
    embedded,
    embedded_in_memory,
    embedded_in_its_own_file,
]


def money(paid: Paid, amount: int) -> Money:
    return Money(amount=amount, currency=paid.amount.currency)


def a_refund(paid: Paid, amount: int, *, already: int = 0, key: str = "k") -> IssueRefund:
    return IssueRefund(
        id=EffectId(key),
        permit=a_permit(paid.order),
        payment=paid.payment,
        amount=money(paid, amount),
        shares=(RefundShare(of=LineId("L1"), amount=amount),),
        already_refunded=already,
    )


def a_permit(order: OrderNumber, *lines: str) -> Permit:
    return Permit(
        conversation="c1",
        question="may_refund",
        order=order,
        lines=tuple(LineId(line) for line in lines or ("L1",)),
        rule_ids=("refunds.test",),
        version="test",
    )


def till_world(folder: Path) -> World:
    file = folder / "till.yaml"
    file.write_text(_TEXT + "".join(_paid_order(currency) for currency in AMOUNTS))
    return load_world(file)


def _paid_order(currency: str) -> str:
    price, shipping = _PRICES[currency]
    return f"""
  - number: ND-{currency}
    customer: ida
    placed_at: -9d 10:00
    shipping_price: {shipping} {currency}
    lines:
      - {{id: L1, seller: kiln, title: Mug, sku: M-1, category: ceramics, quantity: 3, unit_price: {price} {currency}}}"""


_TEXT = """
returns_to: {name: Harbour Market, street: Quay 9, city: Bremen, postcode: "28195", country: DE}
sellers:
  - id: kiln
    name: Kiln & Co
    country: PT
    handling_days: 3
    returns_to: {street: Rua da Olaria 2, city: Porto, postcode: 4000-001, country: PT}
  - {id: loom, name: Loom, country: GB, handling_days: 1}
customers:
  - id: ida
    name: Ida Sommer
    email: Ida@Example.com
    locale: de
    address: {street: Kaiweg 1, city: Kiel, postcode: "24103", country: DE}
stock:
  - {seller: kiln, sku: M-1, pieces: 2}
  - {seller: kiln, sku: M-2, pieces: 1}
  - {seller: kiln, sku: M-0, pieces: 0}
orders:
  - number: ND-NEW
    customer: ida
    placed_at: -5h
    shipping_price: 0.00 EUR
    lines:
      - {id: L1, seller: kiln, title: Mug, sku: M-1, category: ceramics, quantity: 3, unit_price: 10.00 EUR}
      - {id: L2, seller: loom, title: Rug, sku: R-1, category: textiles, unit_price: 10.00 EUR}
    shipments:
      - {id: S1, seller: kiln, lines: [{line: L1, quantity: 2}]}
  - number: ND-HALF
    customer: ida
    placed_at: -3d
    shipping_price: 0.00 EUR
    lines:
      - {id: L1, seller: kiln, title: Mug, sku: M-1, category: ceramics, quantity: 3, unit_price: 10.00 EUR}
    shipments:
      - {id: S1, seller: kiln, lines: [{line: L1, quantity: 1}], packed_at: -2d}
  - number: ND-SENT
    customer: ida
    placed_at: -9d
    shipping_price: 0.00 EUR
    lines:
      - {id: L1, seller: kiln, title: Mug, sku: M-1, category: ceramics, quantity: 3, unit_price: 10.00 EUR}
      - {id: L2, seller: loom, title: Rug, sku: R-1, category: textiles, unit_price: 10.00 EUR}
      - {id: L3, seller: kiln, title: Jug, sku: J-1, category: ceramics, unit_price: 10.00 EUR}
    shipments:
      - {id: S1, seller: kiln, lines: [{line: L1, quantity: 3}, {line: L3, quantity: 1}], shipped_at: -7d, delivered_at: -5d}
      - {id: S2, seller: loom, lines: [{line: L2, quantity: 1}], shipped_at: -7d, delivered_at: -5d}
    returns:
      - {id: RT1, lines: [L3], requested_at: -1d}"""
