"""Does the demo marketplace show every case that the rules and the answers can meet?"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from tests.builders import a_rulebook, a_scope
from tools.connectors.calendars import HolidayCalendar
from tools.connectors.clocks import FixedClock
from tools.connectors.embedded.carrier import EmbeddedCarrier
from tools.connectors.embedded.marketplace import EmbeddedMarketplace
from tools.connectors.embedded.storefront import EmbeddedStorefront
from tools.connectors.embedded.world import World
from tools.domain.order import Order
from tools.domain.party import Identity
from tools.domain.shipment import MILESTONES, ParcelCondition, ParcelReport
from tools.scope import ToolScope
from tools.track_shipment import report_parcels

Seen = list[tuple[Order, tuple[ParcelReport, ...]]]


async def look(world: World, at: datetime) -> Seen:
    clock = FixedClock(at)
    market = EmbeddedMarketplace(world, clock)
    shop, carrier = EmbeddedStorefront(market), EmbeddedCarrier(market)
    scope = ToolScope(Identity(), shop, carrier, clock, HolidayCalendar(), a_rulebook())
    orders = [await shop.find_order(order.number) for order in world.orders]
    return [(order, await report_parcels(order, scope)) for order in orders if order]


@pytest.fixture(scope="module")
def seen(demo: World) -> Seen:
    return asyncio.run(look(demo, datetime(2026, 3, 11, 12, tzinfo=UTC)))


def test_it_is_as_large_as_promised(demo: World):
    assert {(seller.id, seller.handling_days) for seller in demo.sellers} == {
        ("clay-and-ember", 3),
        ("northwind-prints", 2),
        ("luma-jewelry", 7),
        ("tiny-oak-toys", 4),
        ("salt-soap", 1),
        ("moonpress-books", 2),
        ("wooly-fox", 10),
        ("sugar-lantern", 2),
    }
    assert len(demo.customers) >= 25
    assert len({customer.address.country for customer in demo.customers}) >= 9
    languages = {customer.locale.split("-")[0] for customer in demo.customers}
    assert languages >= {"en", "de", "fr", "es", "it", "pt", "nl", "pl", "ja"}
    assert len(demo.orders) >= 60


def test_every_address_is_reserved_for_examples(demo: World):
    domains = {customer.email.partition("@")[2] for customer in demo.customers}
    assert domains <= {"example.com", "example.org", "example.net"}


def test_every_seller_and_customer_has_an_order(demo: World):
    assert {order.customer for order in demo.orders} == {one.id for one in demo.customers}
    sold = {line.seller for order in demo.orders for line in order.lines}
    assert sold == {seller.id for seller in demo.sellers}


def test_every_order_says_which_case_it_shows(demo: World):
    notes = [order.note for order in demo.orders]
    assert all(notes)
    assert len(set(notes)) == len(notes)


@pytest.mark.parametrize("condition", get_args(ParcelCondition))
def test_it_has_every_condition_of_a_parcel(seen: Seen, condition: ParcelCondition):
    assert any(report.condition == condition for _, reports in seen for report in reports)


@pytest.mark.parametrize("milestone", MILESTONES)
def test_it_has_every_milestone_on_time(seen: Seen, milestone: str):
    assert any(
        (report.milestone, report.condition) == (milestone, "on_time")
        for _, reports in seen
        for report in reports
    )


def _delivered(reports: tuple[ParcelReport, ...], low: int, high: int) -> bool:
    today = datetime(2026, 3, 11, tzinfo=UTC).date()
    dates = [report.delivered_at.date() for report in reports if report.delivered_at]
    return any(low <= (today - day).days <= high for day in dates)


def _inspection_pending(order: Order) -> bool:
    return any(one.received_at and one.inspection == "pending" for one in order.returns)


def _last_scans(reports: tuple[ParcelReport, ...]) -> set[str]:
    return {report.last_scan.status for report in reports if report.last_scan}


def _refunded_in_part(order: Order) -> bool:
    paid = sum(payment.amount.amount for payment in order.payments)
    back = sum(one.amount.amount for one in order.refunds if one.status == "succeeded")
    return 0 < back < paid and not any(line.cancelled_quantity for line in order.lines)


CASES: dict[str, Callable[[Order, tuple[ParcelReport, ...]], bool]] = {
    "delivered recently": lambda _, r: _delivered(r, 0, 1),
    "delivered inside the return window": lambda _, r: _delivered(r, 2, 12),
    "delivered at the edge of a fortnight": lambda _, r: _delivered(r, 14, 14),
    "delivered just past a fortnight": lambda _, r: _delivered(r, 15, 15),
    "delivered at the edge of thirty days": lambda _, r: _delivered(r, 30, 30),
    "delivered long ago": lambda _, r: _delivered(r, 60, 999),
    "late, but the owner still waits": lambda _, r: any(
        x.days_late and not x.past_threshold for x in r
    ),
    "late, and the owner waits no longer": lambda _, r: any(
        x.condition == "delayed" and x.past_threshold for x in r
    ),
    "silent past the threshold without a scan": lambda _, r: any(
        x.condition == "no_scan_yet" and x.past_threshold for x in r
    ),
    "the seller has not sent it in time": lambda _, r: any(
        x.shipment is None and x.days_late for x in r
    ),
    "several parcels of one seller": lambda o, _: (
        len(o.shipments) > 1 and len({s.seller for s in o.shipments}) == 1
    ),
    "several sellers": lambda o, _: len({line.seller for line in o.lines}) > 1,
    "one parcel delivered, another not": lambda _, r: (
        len({x.milestone == "delivered" for x in r}) > 1
    ),
    "part of a line sent": lambda _, r: (
        len({x.titles for x in r}) < len(r) and {x.shipment is None for x in r} == {True, False}
    ),
    "a line cancelled": lambda o, _: any(0 < x.cancelled_quantity == x.quantity for x in o.lines),
    "part of a line cancelled": lambda o, _: any(
        0 < x.cancelled_quantity < x.quantity for x in o.lines
    ),
    "the order cancelled": lambda o, _: o.cancelled_at is not None,
    "a gift": lambda o, _: o.gift,
    "custom-made": lambda o, _: any(line.custom_made for line in o.lines),
    "final sale to the United States": lambda o, _: (
        o.lines[0].final_sale and o.ship_to.country == "US"
    ),
    "final sale to Germany": lambda o, _: o.lines[0].final_sale and o.ship_to.country == "DE",
    "bulk": lambda o, _: o.kind == "bulk",
    "a bundle": lambda o, _: o.kind == "bundle",
    "food": lambda o, _: o.lines[0].category == "food",
    "sealed cosmetics": lambda o, _: o.lines[0].category == "cosmetics",
    "a return on its way back": lambda o, _: any(not x.received_at for x in o.returns),
    "refund pending inspection": lambda o, _: _inspection_pending(o) and not o.refunds,
    "inspection failed": lambda o, _: any(x.inspection == "failed" for x in o.returns),
    "refunded in part": lambda o, _: _refunded_in_part(o),
    "refund failed": lambda o, _: any(x.status == "failed" for x in o.refunds),
    "refund on its way": lambda o, _: any(x.status == "pending" for x in o.refunds),
    "in dispute": lambda o, _: any(x.dispute == "open" for x in o.payments),
    "not paid": lambda o, _: not o.payments,
    "paid in two parts": lambda o, _: len(o.payments) > 1,
    "a currency without minor units": lambda o, _: o.shipping_price.currency == "JPY",
    "marked delivered by the shop only": lambda o, r: (
        any(s.delivered_at for s in o.shipments) and _last_scans(r) == {"in_transit"}
    ),
    "delivered and then scanned in transit": lambda _, r: any(
        x.milestone == "delivered" and x.last_scan and x.last_scan.status == "in_transit" for x in r
    ),
    "a title that gives orders": lambda o, _: any("SYSTEM:" in line.title for line in o.lines),
    "a title with markup": lambda o, _: any("<script>" in line.title for line in o.lines),
    "a carrier's text that gives orders": lambda _, r: any(
        x.last_scan and "Assistant," in x.last_scan.text for x in r
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_has_every_case(seen: Seen, case: str):
    assert [order.number for order, reports in seen if CASES[case](order, reports)]


@pytest.mark.parametrize("hour", [0, 7, 23])
@pytest.mark.parametrize("day", range(7))
async def test_it_never_ages(demo: World, seen: Seen, day: int, hour: int):
    later = datetime(2031, 8, 4, hour, 59, tzinfo=UTC) + timedelta(days=day)
    assert [
        (order.number, [(x.milestone, x.condition, x.past_threshold) for x in reports])
        for order, reports in await look(demo, later)
    ] == [
        (order.number, [(x.milestone, x.condition, x.past_threshold) for x in reports])
        for order, reports in seen
    ]


async def test_nothing_in_it_comes_from_the_future(demo: World):
    midnight = datetime(2026, 3, 11, 0, 0, tzinfo=UTC)
    for order, reports in await look(demo, midnight):
        assert order.placed_at <= midnight
        assert all(payment.captured_at <= midnight for payment in order.payments)
        assert all((x.last_scan_age or timedelta(0)) >= timedelta(0) for x in reports)


async def test_money_adds_up_in_every_order(demo: World):
    shop = a_scope(demo).storefront
    for number in [order.number for order in demo.orders]:
        order = await shop.find_order(number)
        assert order is not None
        total = order.shipping_price
        for line in order.lines:
            total += line.unit_price * line.quantity
        paid = sum(payment.amount.amount for payment in order.payments)
        assert paid in {total.amount, 0}
