"""Does tracking answer once a parcel and seller, whatever is missing?"""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import a_line, a_rulebook, a_scope, a_shipment, an_order, signed, verified
from tools.connectors.embedded.world import World
from tools.domain.shipment import ParcelReport
from tools.errors import UnavailableError
from tools.parcel_report import find_unsent
from tools.policy.marketplace import Patience
from tools.ports.readers import Storefront
from tools.results import NotFound, NotYours, Unavailable
from tools.track_shipment import (
    Tracked,
    TrackShipmentArguments,
    report_parcels,
    track_shipment,
)


async def reports_of(demo: World, number: str) -> list[tuple[str, str, str]]:
    scope = a_scope(demo, verified(number))
    found = await track_shipment(TrackShipmentArguments(number=number), scope)
    assert isinstance(found, Tracked)
    assert found.number == number
    return [(r.seller, r.milestone, r.condition) for r in found.reports]


async def test_each_parcel_of_each_seller_has_its_report(demo: World):
    assert await reports_of(demo, "ND-1025") == [
        ("northwind-prints", "delivered", "on_time"),
        ("tiny-oak-toys", "out_for_delivery", "on_time"),
        ("luma-jewelry", "packed", "on_time"),
    ]


async def test_a_seller_who_has_sent_nothing_has_a_report_too(demo: World):
    assert await reports_of(demo, "ND-1024") == [
        ("northwind-prints", "delivered", "on_time"),
        ("wooly-fox", "placed", "on_time"),
    ]


async def test_the_rest_of_a_line_has_its_own_report(demo: World):
    assert await reports_of(demo, "ND-1068") == [
        ("clay-and-ember", "in_transit", "on_time"),
        ("clay-and-ember", "placed", "on_time"),
    ]


async def test_a_cancelled_line_is_reported_as_cancelled(demo: World):
    assert await reports_of(demo, "ND-1026") == [
        ("clay-and-ember", "in_transit", "on_time"),
        ("tiny-oak-toys", "placed", "cancelled"),
    ]


async def test_pieces_that_were_cancelled_are_not_waited_for(demo: World):
    assert await reports_of(demo, "ND-1027") == [("luma-jewelry", "delivered", "on_time")]


async def test_a_cancelled_order_is_reported_as_cancelled(demo: World):
    assert await reports_of(demo, "ND-1028") == [("wooly-fox", "placed", "cancelled")]


async def test_a_carrier_that_is_down_hides_only_what_it_alone_knows(demo: World):
    (order,) = [o for o in demo.orders if o.number == "ND-1025"]
    down = order.shipments[0].model_copy(update={"carrier": "nightowl"})
    parcels = (down, *order.shipments[1:])
    world = demo.model_copy(update={"orders": (order.model_copy(update={"shipments": parcels}),)})
    reports = await reports_of(world, "ND-1025")
    assert [(milestone, condition) for _, milestone, condition in reports] == [
        ("shipped", "carrier_unavailable"),
        ("out_for_delivery", "on_time"),
        ("packed", "on_time"),
    ]


async def test_a_shop_that_is_down_is_said_to_be_down(demo: World):
    scope = a_scope(demo, verified("ND-1006"), shop_answers=False)
    found = await track_shipment(TrackShipmentArguments(number="ND-1006"), scope)
    assert found == Unavailable(vendor="embedded")


class _ForgetfulStorefront:
    """Finds orders and then goes down."""

    def __init__(self, storefront: Storefront) -> None:
        self.find_order = storefront.find_order
        self.orders_of = storefront.orders_of
        self.refunds_since = storefront.refunds_since
        self.stock_of = storefront.stock_of

    async def find_seller(self, seller: str) -> None:
        raise UnavailableError("shop", "find_seller", f"no answer about {seller}")


async def test_a_shop_that_goes_down_halfway_is_said_to_be_down(demo: World):
    scope = a_scope(demo, verified("ND-1006"))
    scope = replace(scope, storefront=_ForgetfulStorefront(scope.storefront))
    found = await track_shipment(TrackShipmentArguments(number="ND-1006"), scope)
    assert found == Unavailable(vendor="shop")


@pytest.mark.parametrize(
    ("number", "result"), [("ND-1001", NotYours()), ("ND-4", NotFound()), ("  ", NotFound())]
)
async def test_only_an_order_of_ones_own_is_tracked(
    demo: World, number: str, result: NotYours | NotFound
):
    scope = a_scope(demo, signed("anna.berger@example.com"))
    assert await track_shipment(TrackShipmentArguments(number=number), scope) == result


async def _unsent(demo: World, country: str, *, sent_class: bool = False) -> ParcelReport:
    patience = Patience(transit_days=1, late_days=3, silent_days=5)
    abroad = Patience(transit_days=20, late_days=3, silent_days=5)
    order = an_order(a_line("L1"), a_line("L2"))
    order = order.model_copy(
        update={
            "ship_to": order.ship_to.model_copy(update={"country": country}),
            "lines": tuple(
                line.model_copy(update={"seller": "clay-and-ember"}) for line in order.lines
            ),
            "shipments": (a_shipment("L1", seller="clay-and-ember"),) if sent_class else (),
        }
    )
    book = a_rulebook({"standard": patience, "international": abroad})
    scope = replace(a_scope(demo), rulebook=book)
    return (await report_parcels(order, scope))[-1]


async def test_lines_not_sent_yet_are_expected_by_where_they_go(demo: World):
    home, near, far = [(await _unsent(demo, to)).expected_by for to in ("PT", "DE", "US")]
    assert home is not None
    assert far is not None
    assert near == home
    assert far - home == timedelta(days=19)


async def test_lines_not_sent_yet_go_like_the_sellers_other_parcel(demo: World):
    like_the_other = await _unsent(demo, "US", sent_class=True)
    home = await _unsent(demo, "PT")
    assert like_the_other.shipment is None
    assert like_the_other.expected_by == home.expected_by


async def test_a_seller_far_past_the_handling_time_is_late(demo: World):
    scope = a_scope(demo, verified("ND-1054"))
    found = await track_shipment(TrackShipmentArguments(number="1054"), scope)
    assert isinstance(found, Tracked)
    (late,) = found.reports
    assert (late.condition, late.past_threshold) == ("delayed", True)
    assert late.days_late > 3
    assert late.ship_by is not None


def test_nothing_is_unsent_when_everything_is_in_parcels():
    order = an_order(a_line("L1"), a_line("L2"), shipments=[a_shipment("L1", "L2")])
    assert list(find_unsent(order)) == []


def test_a_cancelled_order_has_cancelled_what_was_not_sent():
    order = an_order(a_line("L1"), a_line("L2"), shipments=[a_shipment("L1")], cancelled=1)
    assert [(lines[0].id, cancelled) for _, lines, cancelled in find_unsent(order)] == [
        ("L2", True)
    ]


def test_due_and_cancelled_lines_of_a_seller_are_told_apart():
    order = an_order(a_line("L1"), a_line("L2", cancelled=1), a_line("L3", seller="oak"))
    assert [(s, [x.id for x in lines], gone) for s, lines, gone in find_unsent(order)] == [
        ("clay", ["L1"], False),
        ("clay", ["L2"], True),
        ("oak", ["L3"], False),
    ]
