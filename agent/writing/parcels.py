"""How is one parcel told in the buyer's words, in a sentence and on a card?"""

from datetime import date, datetime, timedelta

from agent.conversation import OrderCard, ParcelCard
from agent.writing.macros import Macros
from agent.writing.parts import Part, Slot, say
from agent.writing.rendering import render
from tools.domain.order import LineItem, Order
from tools.domain.shipment import ParcelReport

_FINAL = ("delivered", "out_for_delivery")
_SILENT_ABOUT_SCANS = ("cancelled", "no_tracking_number", "unknown_to_carrier", "no_scan_yet")


def shop_name(line: LineItem, reports: tuple[ParcelReport, ...]) -> str:
    """Return what the shop of a line item is called; its id while nothing else is known."""
    return next((one.seller_name for one in reports if one.seller == line.seller), line.seller)


def parcel_parts(report: ParcelReport) -> tuple[Part, ...]:
    """Return what to say about a parcel: the state, the last scan with its age, what comes next."""
    return (_state(report), *_last_scan(report), *_next(report))


def _state(report: ParcelReport) -> Part:
    slots: dict[str, Slot] = {
        "items": report.titles,
        "seller": report.seller_name,
        "carrier": carrier_name(report.carrier),
        "tracking": report.tracking_number or "",
    }
    if report.milestone == "delivered" and report.condition in ("on_time", "delayed"):
        return _dated("parcel_delivered", slots, report.delivered_at)
    match report.condition:
        case "on_time":
            return _on_time(report, slots)
        case "delayed":
            return _delayed(report, slots)
        case "stalled":
            assert report.last_scan_age is not None, "silence is counted from a scan"
            return say("parcel_stalled", **slots, age=report.last_scan_age)
        case condition:
            return say(f"parcel_{condition}", **slots)


def carrier_name(carrier: str | None) -> str:
    """Return a carrier as a name; shops keep some of them in small letters."""
    return carrier.title() if carrier and carrier.islower() else carrier or ""


def _on_time(report: ParcelReport, slots: dict[str, Slot]) -> Part:
    if report.milestone == "out_for_delivery":
        return say("parcel_out_for_delivery", **slots)
    return _dated(f"parcel_{report.milestone}", slots, report.expected_by)


def _delayed(report: ParcelReport, slots: dict[str, Slot]) -> Part:
    late = timedelta(days=report.days_late)
    if report.milestone in ("placed", "packed") and report.ship_by is not None:
        return say("parcel_delayed_not_shipped", **slots, date=report.ship_by, late=late)
    if report.expected_by is None or not report.days_late:
        return say("parcel_delayed_by_carrier", **slots)
    return say("parcel_delayed", **slots, date=report.expected_by, late=late)


def _dated(macro: str, slots: dict[str, Slot], day: date | datetime | None) -> Part:
    return say(macro, **slots, date=day) if day is not None else say(f"{macro}_no_date", **slots)


def _last_scan(report: ParcelReport) -> tuple[Part, ...]:
    scan, age = report.last_scan, report.last_scan_age
    if scan is None or age is None or report.condition in _SILENT_ABOUT_SCANS:
        return ()
    if scan.status == "delivered" and report.milestone == "delivered":
        return ()
    what = say(f"scan_{scan.status}")
    if scan.place:
        return (say("last_scan_at", what=what, place=scan.place, ago=age),)
    return (say("last_scan", what=what, ago=age),)


def _next(report: ParcelReport) -> tuple[Part, ...]:
    if report.condition not in ("on_time", "delayed") or report.milestone in _FINAL:
        return ()
    return (say(f"next_{report.milestone}"),)


def order_card(
    order: Order, reports: tuple[ParcelReport, ...], macros: Macros, language: str
) -> OrderCard:
    """Return the order as a card for channels that can draw one."""
    cards = tuple(_card(report, macros, language) for report in reports)
    return OrderCard(number=order.number, placed_on=order.placed_at.date(), parcels=cards)


def _card(report: ParcelReport, macros: Macros, language: str) -> ParcelCard:
    delivered = report.milestone == "delivered" and report.condition in ("on_time", "delayed")
    plain = report.condition == "on_time" or delivered
    headline = f"headline_{report.milestone if plain else report.condition}"
    scan = _last_scan(report)
    return ParcelCard(
        seller=report.seller_name,
        items=report.titles,
        milestone=report.milestone,
        condition=report.condition,
        headline=macros.text(headline, language),
        expected_by=report.expected_by,
        last_scan=render(scan[0], macros, language).text if scan else None,
        tracking_number=report.tracking_number,
    )
