"""Does the product, from an order in the records to its decision, count days as the oracle does?"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from tests.builders import an_address, euros
from tests.oracle.cases import Asked
from tests.oracle.comparing import Count, Difference, judge, parts, rulebook
from tests.oracle.independent.survey import Case
from tests.oracle.timetable import Parcel, is_day_off
from tools.domain.order import LineItem, Order
from tools.domain.party import Country, CustomerId, SellerId
from tools.domain.shipment import LineId, Shipment, ShipmentId, ShippedLine
from tools.policy.decision import FactName
from tools.policy.derive import derive_facts
from tools.policy.engine import decide
from tools.policy.facts import Fact

_NOON = datetime(2026, 6, 17, 12, tzinfo=UTC)


class OneZone:
    """A calendar in which every country lies in one zone."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)

    def zone(self, country: Country) -> ZoneInfo:
        return self._zone if country else ZoneInfo("UTC")

    def zones(self, country: Country) -> tuple[ZoneInfo, ...]:
        return (self.zone(country),)

    def is_day_off(self, day: date, country: Country) -> bool:
        return bool(country) and is_day_off(day)


def order_of(parcel: Parcel) -> Order:
    """Write the order as the shop would have it."""
    line = LineItem(
        id=LineId("L1"),
        seller=SellerId(parcel.seller),
        title="Map of the moon",
        sku="MAP-1",
        category="prints",
        quantity=1,
        unit_price=euros(2400),
        final_sale=parcel.final_sale,
    )
    shipment = Shipment(
        id=ShipmentId("S1"),
        seller=line.seller,
        lines=(ShippedLine(line=line.id, quantity=1),),
        shipped_at=parcel.placed,
        delivered_at=parcel.delivered,
    )
    return Order(
        number="ND-7000",
        customer=CustomerId("C1"),
        email="ida@example.com",
        placed_at=parcel.placed,
        gift=parcel.gift,
        ship_to=an_address(country=parcel.country),
        lines=(line,),
        shipments=(shipment,),
        shipping_price=euros(490),
    )


def late_or_early(parcels: Iterable[Parcel], count: Count) -> Iterator[Difference]:
    """Decide about each parcel and compare; also whether the derived counts are the oracle's."""
    for parcel in parcels:
        order, case = order_of(parcel), parcel.case()
        facts = derive_facts(order, order.lines[0], (), parcel.now, OneZone(parcel.zone))
        for name in ("return_reason", "unused"):
            if name in case:
                told = case[name]
                raw = {"name": name, "value": told.value, "source": "buyer", "as_of": told.at}
                facts[FactName(name)] = Fact.model_validate(raw)
        decision = decide("may_return", facts, rulebook(), parcel.now)
        verdict = judge().judge("may_return", case, parcel.now)
        count.compared += 1
        count.kinds[verdict.kind] += 1
        asked = Asked("may_return", case, parcel.now)
        for part, ours, oracle in (*_counts(facts, case), *parts(decision, verdict)):
            if ours != oracle:
                yield Difference(asked, part, ours, oracle, decision, verdict)
                break


def _counts(facts: dict[FactName, Fact], case: Case) -> Iterator[tuple[str, object, object]]:
    for name in ("days_since_delivery", "in_withdrawal_period", "time_zone"):
        yield name, facts[FactName(name)].value, case[name].value


def windows() -> dict[str, int]:
    """Return how long each seller takes back what is unused, one seller for each length."""
    by_length: dict[int, str] = {}
    for seller in judge().binder.sellers:
        case = Parcel("UTC", _NOON, _NOON, seller=seller).case()
        ends = judge().judge("may_return", case, _NOON).ends
        if ends is not None:
            by_length.setdefault((ends - _NOON).days, seller)
    return {seller: days for days, seller in by_length.items()}
