"""Does the embedded shop show what was paid back through Stripe?"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent.worker.store import Store
from tests.contract.stripe_till import StripeTill, stripe_by_charge
from tests.contract.tills import NOON, Paid, a_refund, till_world
from tools.connectors.booked_payments import BookedPayments
from tools.connectors.embedded.changes import ShopChanges
from tools.connectors.embedded.marketplace import EmbeddedMarketplace
from tools.connectors.embedded.storefront import EmbeddedStorefront
from tools.connectors.embedded.world import load_world
from tools.domain.order import Order


@dataclass
class Shop:
    """The embedded shop, paid through Stripe."""

    till: StripeTill
    store: Store
    folder: Path

    async def opened(self) -> tuple[Paid, BookedPayments, EmbeddedStorefront]:
        paid = await self.till.paid()
        till_world(self.folder)
        file = self.folder / "till.yaml"
        payments = f"{{id: {paid.payment}, amount: 76.90 EUR, captured_at: -8d}}"
        number = f"number: {paid.order}\n"
        file.write_text(file.read_text().replace(number, f"{number}    payments: [{payments}]\n"))
        world = load_world(file)
        market, changes = EmbeddedMarketplace(world, NOON), ShopChanges(self.store.engine, "till")
        booked = BookedPayments(self.till.payments, market, changes, NOON)
        return paid, booked, EmbeddedStorefront(market, changes)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with stripe_by_charge(tmp_path) as till, closing(Store.open(":memory:")) as store:
        yield Shop(till, store, tmp_path)


async def shown(storefront: EmbeddedStorefront, paid: Paid) -> Order:
    order = await storefront.find_order(paid.order)
    assert order is not None
    return order


async def test_a_refund_shows_on_the_order_once(shop: Shop):
    paid, booked, storefront = await shop.opened()
    made = await booked.refund(a_refund(paid, 500), idempotency_key="k")
    assert await booked.refund(a_refund(paid, 500), idempotency_key="k") == made
    assert await booked.find(paid.payment, "k") == made
    (refund,) = (await shown(storefront, paid)).refunds
    assert (refund.id, refund.amount, refund.lines) == (made.id, made.amount, ("L1",))
    assert refund.payment == paid.payment


async def test_what_others_paid_back_is_learnt_when_the_payment_is_looked_at(shop: Shop):
    paid, booked, storefront = await shop.opened()
    await shop.till.refund_elsewhere(paid, 700)
    await shop.till.refund_elsewhere(paid, 100)
    await booked.state_of(paid.payment)
    refunds = (await shown(storefront, paid)).refunds
    assert sorted(one.amount.amount for one in refunds) == [100, 700]


async def test_a_refund_that_came_back_is_learnt(shop: Shop):
    paid, booked, storefront = await shop.opened()
    made = await booked.refund(a_refund(paid, 500), idempotency_key="k")
    shop.till.server.elsewhere(f"refunds/{made.id}", {"status": "failed"})
    await booked.state_of(paid.payment)
    assert [one.status for one in (await shown(storefront, paid)).refunds] == ["failed"]


async def test_a_dispute_is_learnt(shop: Shop):
    paid, booked, storefront = await shop.opened()
    await shop.till.dispute(paid)
    await booked.state_of(paid.payment)
    assert [one.dispute for one in (await shown(storefront, paid)).payments] == ["open"]


async def test_a_payment_of_no_order_is_told_all_the_same(shop: Shop):
    _, booked, _ = await shop.opened()
    other = await shop.till.paid("JPY")
    state = await booked.state_of(other.payment)
    assert state is not None
    assert state.captured == other.amount
