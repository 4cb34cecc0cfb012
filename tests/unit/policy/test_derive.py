"""Are the facts of a line item exactly what the records say?"""

from datetime import datetime, timedelta

import pytest

from tests.builders import NOW, a_line, a_shipment, ago, an_address, an_order, euros
from tests.unit.policy.examples import shipped
from tools.connectors.calendars import HolidayCalendar
from tools.domain.money import Money
from tools.domain.order import Order, Payment, PaymentId
from tools.domain.party import SellerId
from tools.domain.returns import Refund, RefundId, Return, ReturnId
from tools.domain.shipment import (
    LineId,
    Milestone,
    ParcelCondition,
    ParcelReport,
    ShipmentId,
)
from tools.policy.decision import FactName
from tools.policy.derive import derive_facts
from tools.policy.facts import Value

CALENDAR = HolidayCalendar()


def values(order: Order, *reports: ParcelReport, line: str = "L1") -> dict[str, Value]:
    facts = derive_facts(order, order.line(LineId(line)), reports, NOW, CALENDAR)
    return {name: fact.value for name, fact in facts.items()}


def report(
    name: str = "S1",
    *,
    condition: ParcelCondition = "on_time",
    milestone: Milestone = "in_transit",
    delivered: float | None = None,
) -> ParcelReport:
    return ParcelReport(
        shipment=ShipmentId(name),
        seller=SellerId("clay"),
        seller_name="Clay",
        titles=("Mug",),
        lines=(LineId("L1"),),
        milestone=milestone if delivered is None else "delivered",
        condition=condition,
        delivered_at=None if delivered is None else ago(days=delivered),
    )


def changed(order: Order, **update: object) -> Order:
    return order.model_copy(update=update)


def refund(cents: int, *lines: str, status: str = "succeeded") -> Refund:
    raw = {"id": RefundId("F1"), "amount": euros(cents), "lines": lines, "created_at": NOW}
    return Refund.model_validate({**raw, "status": status})


def test_every_fact_comes_from_the_records_of_this_instant():
    order = an_order(shipments=[a_shipment()])
    for name, fact in derive_facts(
        order, order.lines[0], (report(delivered=2),), NOW, CALENDAR
    ).items():
        assert (fact.name, fact.source, fact.as_of) == (name, "record", NOW)


def test_every_fact_is_in_the_shipped_catalogue_and_fits_it():
    order = an_order(shipments=[a_shipment()])
    for name, fact in derive_facts(
        order, order.lines[0], (report(delivered=2),), NOW, CALENDAR
    ).items():
        assert shipped().catalogue[name].fits(fact.value)
        assert "record" in shipped().catalogue[name].sources


def test_what_was_bought_is_told():
    line = a_line(quantity=3, cancelled=1)
    told = values(an_order(line, placed=4))
    assert told["seller"] == "clay"
    assert told["category"] == "ceramics"
    assert (told["quantity"], told["line_value"], told["currency"]) == (2, 4800, "EUR")
    assert (told["order_kind"], told["gift"], told["days_since_order"]) == ("consumer", False, 4)
    assert (told["custom_made"], told["final_sale"]) == (False, False)


@pytest.mark.parametrize(
    ("country", "expected"),
    [("DE", True), ("GB", True), ("PT", True), ("US", False), ("CH", False), ("NO", False)],
)
def test_the_country_says_whether_european_law_holds(country: str, expected: bool):
    told = values(an_order(ship_to=an_address(country=country)))
    assert (told["ship_to_country"], told["ship_to_eu_uk"]) == (country, expected)


def test_a_line_is_cancelled_with_its_order_or_with_all_its_pieces():
    assert values(an_order(cancelled=1))["cancelled"] is True
    assert values(an_order(a_line(quantity=2, cancelled=2)))["cancelled"] is True
    assert values(an_order(a_line(quantity=2, cancelled=1)))["cancelled"] is False


@pytest.mark.parametrize(
    ("lines", "received", "inspection", "expected"),
    [
        (("L1",), None, "pending", (True, False)),
        (("L1",), 1.0, "pending", (True, True)),
        (("L1",), 1.0, "passed", (True, False)),
        (("L2",), 1.0, "pending", (False, False)),
    ],
)
def test_a_return_is_told_with_its_inspection(
    lines: tuple[str, ...], received: float | None, inspection: str, expected: tuple[bool, bool]
):
    one = Return.model_validate(
        {
            "id": ReturnId("R1"),
            "lines": lines,
            "requested_at": ago(days=3),
            "received_at": None if received is None else ago(days=received),
            "inspection": inspection,
        }
    )
    told = values(changed(an_order(), returns=(one,)))
    assert (told["already_returned"], told["refund_pending_inspection"]) == expected


@pytest.mark.parametrize(
    ("refunds", "expected"),
    [
        ((), (False, False)),
        ((refund(2400, "L1"),), (True, False)),
        ((refund(1000, "L1"),), (False, True)),
        ((refund(1000, "L1"), refund(1400, "L1")), (True, False)),
        ((refund(2400, "L1", status="failed"),), (False, False)),
        ((refund(2400, "L1", status="pending"),), (True, False)),
        ((refund(2400, "L2"),), (False, False)),
        ((refund(2400, "L1", "L2"),), (False, True)),
        ((refund(4800, "L1", "L2"),), (True, False)),
        ((refund(490),), (False, False)),
        ((refund(5290),), (True, False)),
    ],
)
def test_a_refund_counts_for_the_lines_it_names(
    refunds: tuple[Refund, ...], expected: tuple[bool, bool]
):
    order = changed(an_order(a_line("L1"), a_line("L2")), refunds=refunds)
    told = values(order)
    assert (told["already_refunded"], told["partly_refunded"]) == expected


@pytest.mark.parametrize(
    ("cents", "expected"), [(2400, (False, False)), (3000, (False, True)), (7200, (True, False))]
)
def test_a_refund_of_cancelled_pieces_leaves_the_others_untouched(
    cents: int, expected: tuple[bool, bool]
):
    order = an_order(a_line(quantity=3, cancelled=1))
    told = values(changed(order, refunds=(refund(cents, "L1"),)))
    assert (told["already_refunded"], told["partly_refunded"]) == expected


def test_a_refund_for_a_line_that_the_order_does_not_have_breaks_nothing():
    told = values(changed(an_order(), refunds=(refund(2400, "L1", "L9"),)))
    assert told["already_refunded"] is True


@pytest.mark.parametrize(("state", "expected"), [("open", True), ("won", False), ("none", False)])
def test_only_an_open_dispute_counts(state: str, expected: bool):
    payment = Payment.model_validate(
        {
            "id": PaymentId("P1"),
            "amount": Money(amount=1, currency="EUR"),
            "captured_at": NOW,
            "dispute": state,
        }
    )
    assert values(changed(an_order(), payments=(payment,)))["dispute_open"] is expected


def arrival(order: Order, *reports: ParcelReport) -> tuple[Value | None, ...]:
    told = values(order, *reports)
    return told.get("delivered"), told.get("days_since_delivery"), told.get("parcel_condition")


def test_a_line_without_a_parcel_has_not_arrived():
    assert arrival(an_order()) == (False, None, "on_time")


def test_what_is_still_with_the_seller_tells_how_it_fares():
    late = report(condition="delayed").model_copy(update={"shipment": None})
    assert arrival(an_order(), late) == (False, None, "delayed")
    other = late.model_copy(update={"lines": (LineId("L2"),)})
    assert arrival(an_order(a_line()), other) == (False, None, "on_time")


def test_a_delivered_parcel_is_told_with_its_day():
    order = an_order(shipments=[a_shipment()])
    told = values(order, report(delivered=2))
    assert told["delivered_at"] == ago(days=2).isoformat()
    assert arrival(order, report(delivered=2)) == (True, 2, "on_time")


def test_the_last_of_several_parcels_counts():
    order = an_order(a_line(quantity=2), shipments=[a_shipment(), a_shipment(name="S2")])
    assert arrival(order, report(delivered=9), report("S2", delivered=2)) == (True, 2, "on_time")
    assert arrival(order, report(delivered=9), report("S2")) == (False, None, "on_time")


def test_a_piece_that_is_in_no_parcel_yet_keeps_a_line_from_having_arrived():
    order = an_order(a_line(quantity=2), shipments=[a_shipment()])
    assert arrival(order, report(delivered=9)) == (False, None, "on_time")


def test_a_cancelled_piece_is_not_waited_for():
    order = an_order(a_line(quantity=2, cancelled=1), shipments=[a_shipment()])
    assert arrival(order, report(delivered=9)) == (True, 9, "on_time")


def test_parcels_of_other_lines_do_not_count():
    parcels = [a_shipment("L1"), a_shipment("L2", name="S2")]
    order = an_order(a_line("L1"), a_line("L2"), shipments=parcels)
    reports = (report(delivered=3), report("S2", condition="lost"))
    assert arrival(order, *reports) == (True, 3, "on_time")


def test_the_worst_parcel_gives_the_condition():
    order = an_order(a_line(quantity=2), shipments=[a_shipment(), a_shipment(name="S2")])
    assert arrival(order, report(delivered=9), report("S2", condition="lost")) == (
        False,
        None,
        "lost",
    )


@pytest.mark.parametrize(
    "condition", ["carrier_unavailable", "unknown_to_carrier", "no_tracking_number"]
)
def test_nobody_can_say_whether_an_unseen_parcel_has_arrived(condition: ParcelCondition):
    order = an_order(shipments=[a_shipment()])
    assert arrival(order, report(condition=condition)) == (None, None, condition)


def test_an_unseen_parcel_that_is_still_with_the_seller_has_not_arrived():
    order = an_order(shipments=[a_shipment()])
    told = arrival(order, report(condition="carrier_unavailable", milestone="packed"))
    assert told == (False, None, "carrier_unavailable")


@pytest.mark.parametrize(
    ("shipped_days", "delivered", "expected"),
    [
        (3, 1, (True, 1, None)),
        (3, -1, (None, None, None)),
        (3, None, (None, None, None)),
        (None, None, (False, None, None)),
    ],
)
def test_without_a_report_the_shops_own_record_counts(
    shipped_days: float | None, delivered: float | None, expected: tuple[Value | None, ...]
):
    order = an_order(shipments=[a_shipment(shipped=shipped_days, delivered=delivered)])
    assert arrival(order) == expected


def test_a_report_without_a_parcel_says_nothing_about_arrival():
    unsent = report().model_copy(update={"shipment": None})
    assert arrival(an_order(), unsent) == (False, None, "on_time")


@pytest.mark.parametrize(
    ("delivered_at", "expected"),
    [
        (NOW + timedelta(days=2), 0),
        (NOW.replace(hour=0) - timedelta(hours=1), 0),
        (NOW.replace(hour=0) - timedelta(hours=1, microseconds=1), 1),
    ],
)
def test_days_are_those_of_the_place_it_goes_to_and_never_negative(
    delivered_at: datetime, expected: int
):
    order = an_order(shipments=[a_shipment()])
    seen = report().model_copy(update={"delivered_at": delivered_at})
    facts = derive_facts(order, order.lines[0], (seen,), NOW, CALENDAR)
    assert facts[FactName("days_since_delivery")].value == expected
