"""Do the records tell whether, and until when, a consumer may still change their mind?"""

from datetime import datetime, timedelta

import pytest

from tests.builders import NOW, a_line, a_shipment, ago, an_address, an_order, euros
from tools.connectors.calendars import HolidayCalendar
from tools.domain.order import LineItem, Order
from tools.domain.returns import Refund, RefundId
from tools.domain.shipment import LineId, ParcelReport, ShipmentId
from tools.policy.derive import derive_facts
from tools.policy.facts import Value

L1, L2 = a_line("L1"), a_line("L2")
TOGETHER = (a_shipment("L1"), a_shipment("L2", name="S2"))


def report(name: str, delivered: float | None, *, seen: bool = True) -> ParcelReport:
    """Report a parcel of `ago(days=...)`; with `seen=False` nobody knows where it is."""
    return ParcelReport(
        shipment=ShipmentId(name),
        seller=L1.seller,
        seller_name="Clay",
        titles=("Mug",),
        milestone="in_transit" if delivered is None else "delivered",
        condition="on_time" if seen else "unknown_to_carrier",
        delivered_at=None if delivered is None else ago(days=delivered),
    )


def told(order: Order, *reports: ParcelReport, line: LineItem = L1) -> tuple[Value | None, ...]:
    """Return whether the period runs, and the day in UTC on which it ends."""
    facts = derive_facts(order, order.line(line.id), reports, NOW, HolidayCalendar())
    values = {str(name): fact.value for name, fact in facts.items()}
    ends = values.get("withdrawal_ends")
    return values.get("in_withdrawal_period"), ends and str(ends)[:10]


def one(*, delivered: float | None = None, country: str = "DE") -> Order:
    parcel = a_shipment("L1", delivered=delivered)
    return an_order(L1, shipments=[parcel], ship_to=an_address(country=country))


def two(*, first: LineItem = L1, second: LineItem = L2) -> Order:
    return an_order(first, second, shipments=TOGETHER)


@pytest.mark.parametrize(
    ("days", "expected"),
    [(2, (True, "2026-03-23")), (14, (True, "2026-03-11")), (15, (False, "2026-03-10"))],
)
def test_the_period_runs_until_its_end(days: float, expected: tuple[Value, ...]):
    assert told(one(), report("S1", days)) == expected


def test_outside_of_the_law_there_is_no_period():
    assert told(one(country="US"), report("S1", 2)) == (False, None)


def test_before_the_delivery_the_right_can_be_used_and_has_no_end():
    assert told(one(), report("S1", None)) == (True, None)


def test_while_nobody_knows_of_the_delivery_nobody_knows_of_the_right():
    assert told(one(), report("S1", None, seen=False)) == (None, None)


def test_a_carriers_clock_that_is_ahead_counts_as_now():
    assert told(one(), report("S1", -30)) == told(one(), report("S1", 0))


def test_what_was_bought_together_ends_with_the_last_of_it():
    assert told(two(), report("S1", 20), report("S2", 2)) == (True, "2026-03-23")


def test_while_a_part_is_on_its_way_the_period_has_not_begun():
    assert told(two(), report("S1", 20), report("S2", None)) == (True, None)


def test_another_sellers_parcel_is_another_contract():
    other = a_line("L2", seller="wooly")
    assert told(two(second=other), report("S1", 20), report("S2", 2))[0] is False


def test_a_cancelled_part_is_not_waited_for():
    gone = a_line("L2", cancelled=1)
    assert told(two(second=gone), report("S1", 20), report("S2", None))[0] is False


def test_a_lost_part_that_was_paid_back_is_not_waited_for():
    back = Refund(
        id=RefundId("F1"),
        amount=euros(2400),
        lines=(LineId("L2"),),
        status="succeeded",
        created_at=NOW,
    )
    order = two().model_copy(update={"refunds": (back,)})
    assert told(order, report("S1", 20), report("S2", None))[0] is False


def test_a_part_of_which_nothing_is_known_leaves_the_end_open():
    unseen = report("S2", None, seen=False)
    assert told(two(), report("S1", 2), unseen) == (True, None)
    assert told(two(), report("S1", 20), unseen) == (None, None)


def test_of_a_cancelled_order_nothing_can_be_withdrawn():
    order = one().model_copy(update={"cancelled_at": ago(days=1)})
    assert told(order, report("S1", 2)) == (False, None)


@pytest.mark.parametrize(("country", "zone"), [("DE", "Europe/Berlin"), ("US", "Pacific/Honolulu")])
def test_the_zone_is_that_of_the_place_it_goes_to(country: str, zone: str):
    order = one(country=country)
    facts = derive_facts(order, L1, (), NOW, HolidayCalendar())
    assert {str(n): f.value for n, f in facts.items()}["time_zone"] == zone


def test_the_end_is_the_last_microsecond_of_the_day_there():
    order = one()
    facts = derive_facts(order, L1, (report("S1", 2),), NOW, HolidayCalendar())
    ends = {str(n): f.value for n, f in facts.items()}["withdrawal_ends"]
    assert datetime.fromisoformat(str(ends)) + timedelta(microseconds=1) == datetime.fromisoformat(
        "2026-03-24T00:00:00+01:00"
    )
