"""What does every storefront promise?"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import NOW, euros
from tests.contract.small_world import small_world
from tools.connectors.clocks import FixedClock
from tools.connectors.embedded.marketplace import EmbeddedMarketplace
from tools.connectors.embedded.storefront import EmbeddedStorefront
from tools.domain.party import Seller, SellerId
from tools.domain.returns import RefundId
from tools.errors import UnavailableError
from tools.ports.readers import Storefront

Connect = Callable[[Path], tuple[Storefront, Storefront]]
"""Gives a storefront over the small world, and the same one while it is down."""


def embedded_in_memory(folder: Path) -> tuple[Storefront, Storefront]:
    market = EmbeddedMarketplace(small_world(folder), FixedClock(NOW))
    return EmbeddedStorefront(market), EmbeddedStorefront(market, available=False)


def embedded_in_a_file(folder: Path) -> tuple[Storefront, Storefront]:
    world = small_world(folder)
    file = folder / "shop.sqlite"
    EmbeddedMarketplace(world, FixedClock(NOW), file).close()
    market = EmbeddedMarketplace(world, FixedClock(NOW), file)
    closed = EmbeddedMarketplace(world, FixedClock(NOW))
    closed.close()
    return EmbeddedStorefront(market), EmbeddedStorefront(closed)


CONNECTORS: list[Connect] = [embedded_in_memory, embedded_in_a_file]


@pytest.fixture(params=CONNECTORS, ids=lambda connect: connect.__name__)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Storefront, Storefront]:
    connect: Connect = request.param
    return connect(tmp_path)


@pytest.fixture
def storefront(pair: tuple[Storefront, Storefront]) -> Storefront:
    return pair[0]


@pytest.fixture
def down(pair: tuple[Storefront, Storefront]) -> Storefront:
    return pair[1]


async def test_an_order_is_found_by_its_number_with_everything_on_it(storefront: Storefront):
    order = await storefront.find_order("ND-8")
    assert order is not None
    assert (order.number, order.email, order.gift) == ("ND-8", "Ida@Example.com", True)
    assert (order.ship_to.name, order.ship_to.postcode) == ("Ole Sommer", "5000")
    assert [(line.title, line.unit_price) for line in order.lines] == [("Bowl", euros(3000))]
    assert [(paid.amount, paid.dispute) for paid in order.payments] == [(euros(3000), "open")]
    assert [(back.lines, back.inspection) for back in order.returns] == [(("L1",), "pending")]
    assert [(refund.amount, refund.status) for refund in order.refunds] == [(euros(500), "pending")]


async def test_an_order_goes_to_its_customer_unless_it_says_otherwise(storefront: Storefront):
    order = await storefront.find_order("ND-7")
    assert order is not None
    assert (order.ship_to.name, order.ship_to.country) == ("Ida Sommer", "DE")


async def test_a_parcel_has_its_carrier_and_dates(storefront: Storefront):
    order = await storefront.find_order("ND-7")
    assert order is not None
    (parcel,) = order.shipments_of(order.lines[0].id)
    assert (parcel.carrier, parcel.delivered_at) == ("kestrel", None)
    assert parcel.promised_by == NOW.date() - timedelta(days=1)
    assert parcel.shipped_at == NOW.replace(hour=15) - timedelta(days=6)


async def test_instants_are_aware_and_in_utc(storefront: Storefront):
    order = await storefront.find_order("ND-9")
    assert order is not None
    assert order.placed_at == NOW - timedelta(hours=5)
    assert order.placed_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "number", ["ND-1", "nd-7", "", "ND-7' or '1'='1", "%", "\x00", "\ud800", "9" * 10_000, "注文"]
)
async def test_any_other_string_is_no_order(storefront: Storefront, number: str):
    assert await storefront.find_order(number) is None


@pytest.mark.parametrize("email", ["ida@example.com", "IDA@EXAMPLE.COM", " Ida@Example.com "])
async def test_the_orders_of_an_address_come_newest_first(storefront: Storefront, email: str):
    assert [order.number for order in await storefront.orders_of(email)] == ["ND-8", "ND-7"]


@pytest.mark.parametrize("email", ["", "nobody@example.com", "ida", "%@example.com", "\ud800@x.y"])
async def test_an_address_without_orders_has_none(storefront: Storefront, email: str):
    assert await storefront.orders_of(email) == ()


async def test_a_seller_is_found_by_id(storefront: Storefront):
    assert await storefront.find_seller(SellerId("kiln")) == Seller(
        id=SellerId("kiln"), name="Kiln & Co", country="PT", handling_days=3
    )
    assert await storefront.find_seller(SellerId("nobody")) is None


async def test_what_was_paid_back_is_told_from_an_instant_on_and_without_what_failed(
    storefront: Storefront,
):
    today = await storefront.refunds_since(NOW - timedelta(days=1, hours=1))
    assert {one.refund for one in today} == {"RF1", "RF3"}
    assert await storefront.refunds_since(NOW) == ()
    at = {one.refund: one.at for one in today}
    exactly = await storefront.refunds_since(at[RefundId("RF3")])
    assert {one.refund for one in exactly} == {"RF3"}


async def test_a_refund_is_divided_between_the_sellers_by_value(storefront: Storefront):
    made = await storefront.refunds_since(NOW - timedelta(days=9))
    parts = {(one.refund, one.seller): one.amount.amount for one in made}
    assert parts == {
        ("RF1", "kiln"): 500,
        ("RF2", "kiln"): 7,
        ("RF2", "loom"): 3,
        ("RF3", "kiln"): 67,
        ("RF3", "loom"): 33,
    }
    assert {one.order for one in made if one.amount.currency == "GBP"} == {"ND-10"}


async def test_the_reason_of_a_refund_is_told_where_it_is_recorded(storefront: Storefront):
    order = await storefront.find_order("ND-10")
    assert order is not None
    assert [refund.reason for refund in order.refunds] == ["damaged", None, None]


async def test_the_stock_is_told_per_seller_and_kind_where_it_is_counted(storefront: Storefront):
    assert await storefront.stock_of(SellerId("kiln"), "M-1") == 4
    assert await storefront.stock_of(SellerId("loom"), "R-1") == 0
    assert await storefront.stock_of(SellerId("loom"), "M-1") is None
    assert await storefront.stock_of(SellerId("kiln"), "\ud800") is None


async def test_claims_of_other_accounts_at_an_address_are_counted(storefront: Storefront):
    order = await storefront.find_order("ND-10")
    assert order is not None
    since = NOW - timedelta(days=90)
    neighbour = order.model_copy(update={"number": "ND-99", "email": "neighbour@example.com"})
    elsewhere = order.ship_to.model_copy(update={"street": "Another street 1"})
    moved = neighbour.model_copy(update={"ship_to": elsewhere})
    assert await storefront.claims_at_address(neighbour, since) == 1
    assert await storefront.claims_at_address(order, since) == 0
    assert await storefront.claims_at_address(moved, since) == 0
    assert await storefront.claims_at_address(neighbour, NOW) == 0


async def test_claims_of_the_same_account_are_not_counted_twice(storefront: Storefront):
    order = await storefront.find_order("ND-10")
    assert order is not None
    shouting = order.model_copy(update={"email": order.email.upper()})
    assert await storefront.claims_at_address(shouting, NOW - timedelta(days=90)) == 0


CALLS: dict[str, Callable[[Storefront], Awaitable[object]]] = {
    "find_order": lambda shop: shop.find_order("ND-7"),
    "orders_of": lambda shop: shop.orders_of("jo@example.org"),
    "find_seller": lambda shop: shop.find_seller(SellerId("kiln")),
    "refunds_since": lambda shop: shop.refunds_since(NOW),
    "stock_of": lambda shop: shop.stock_of(SellerId("kiln"), "M-1"),
}


@pytest.mark.parametrize("call", CALLS)
async def test_a_shop_that_is_down_says_so_and_that_trying_again_may_help(
    down: Storefront, call: str
):
    with pytest.raises(UnavailableError) as caught:
        await CALLS[call](down)
    assert caught.value.retryable
    assert caught.value.vendor == "embedded"
