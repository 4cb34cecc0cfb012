"""Does every period end at the right second, whatever the clocks do?"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import a_line, a_shipment, an_address, an_order
from tests.unit.policy.clocks import FIRST, ZONES, changes, first_after
from tests.unit.policy.examples import shipped
from tools.connectors.calendars import HolidayCalendar
from tools.domain.party import SellerId
from tools.domain.shipment import ParcelReport, ShipmentId
from tools.policy.calendar import days_between, end_of_day, local_day
from tools.policy.decision import Allow, Decision, Deny, FactName
from tools.policy.derive import derive_facts
from tools.policy.engine import decide
from tools.policy.facts import Fact
from tools.policy.floor import LAW_OF_EU_OR_UK

CALENDAR = HolidayCalendar()
SECOND = timedelta(seconds=1)
ABROAD = ("US", "CL", "CU", "EG", "LB", "PY", "GL", "NZ", "AU", "CA", "IL", "NP", "MD", "MA", "JP")
WINDOW, FORTNIGHT = 30, 14


def near_a_change(zone: str, days: int) -> st.SearchStrategy[datetime]:
    """Instants from which a period ends around a change of the clocks, and any others."""
    spread = st.integers(-2 * 86_400, 2 * 86_400).map(lambda s: timedelta(seconds=s))
    ends = st.tuples(st.sampled_from(changes(zone)), spread)
    anytime = st.integers(0, 4 * 365 * 86_400).map(lambda s: FIRST + timedelta(seconds=s))
    return st.one_of(ends.map(lambda pair: pair[0] - timedelta(days=days) + pair[1]), anytime)


def never(day: date) -> bool:
    del day
    return False


@settings(max_examples=600, deadline=None)
@given(data=st.data(), zone=st.sampled_from(ZONES), days=st.sampled_from([0, 1, 14]))
def test_a_day_ends_when_the_clock_on_the_wall_shows_the_next(
    data: st.DataObject, zone: str, days: int
):
    known, start = ZoneInfo(zone), data.draw(near_a_change(zone, days))
    over = first_after(start, days, known, never)
    end = end_of_day(local_day(start, known) + timedelta(days=days), known)
    assert end == over - timedelta(microseconds=1)
    assert days_between(start, over - SECOND, known) == days
    assert days_between(start, over, known) == days + 1


def asked(country: str, delivered: datetime, now: datetime, *, final: bool) -> Decision:
    """Ask the shipped rules, from the records, about a print that was delivered."""
    line = a_line(seller="northwind-prints").model_copy(
        update={"category": "prints", "final_sale": final}
    )
    parcel = a_shipment(seller="northwind-prints", tracked=False)
    order = an_order(line, shipments=[parcel], ship_to=an_address(country=country))
    report = ParcelReport(
        shipment=ShipmentId("S1"),
        seller=SellerId("northwind-prints"),
        seller_name="Northwind",
        titles=("Mug",),
        milestone="delivered",
        condition="on_time",
        delivered_at=delivered,
    )
    order = order.model_copy(update={"placed_at": delivered - timedelta(days=3)})
    facts = derive_facts(order, line, (report,), now, CALENDAR)
    said = {"return_reason": "changed_mind", "unused": True, "partly_refunded": False}
    for name, value in said.items():
        source = "record" if name == "partly_refunded" else "buyer"
        facts[FactName(name)] = Fact(name=FactName(name), value=value, source=source, as_of=now)
    return decide("may_return", facts, shipped(), now)


def assert_ends_at(over: datetime, country: str, delivered: datetime, *, final: bool) -> None:
    for now in (over - SECOND, over, over + SECOND):
        decision = asked(country, delivered, now, final=final)
        if now < over:
            assert isinstance(decision, Allow)
            assert decision.until == over - timedelta(microseconds=1)
        else:
            assert isinstance(decision, Deny)
            assert decision.since is None or decision.since < now


@settings(max_examples=250, deadline=None)
@given(data=st.data(), country=st.sampled_from([*sorted(LAW_OF_EU_OR_UK), *ABROAD]))
def test_a_window_ends_with_its_last_second_where_the_parcel_went(
    data: st.DataObject, country: str
):
    zone = CALENDAR.zone(country)
    delivered = data.draw(near_a_change(zone.key, WINDOW))
    over = first_after(delivered, WINDOW, zone, never)
    assert_ends_at(over, country, delivered, final=False)


@settings(max_examples=250, deadline=None)
@given(data=st.data(), country=st.sampled_from(sorted(LAW_OF_EU_OR_UK)))
def test_the_right_to_withdraw_ends_with_its_last_second(data: st.DataObject, country: str):
    delivered = data.draw(near_a_change(CALENDAR.zone(country).key, FORTNIGHT))

    def is_off(day: date) -> bool:
        return CALENDAR.is_day_off(day, country)

    ends = [first_after(delivered, FORTNIGHT, zone, is_off) for zone in CALENDAR.zones(country)]
    assert_ends_at(max(ends), country, delivered, final=True)


def test_the_ends_of_the_calendar_are_told_in_utc():
    honolulu, first = ZoneInfo("Pacific/Honolulu"), datetime(1, 1, 1, tzinfo=UTC)
    assert local_day(first, honolulu) == date(1, 1, 1)
    assert days_between(first, first, honolulu) == 0
