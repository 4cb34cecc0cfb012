"""What do all records together say about one line item?"""

from datetime import datetime

from tools.domain.order import LineItem, Order
from tools.domain.shipment import ParcelReport
from tools.policy.around import Around
from tools.policy.calendar import Calendar
from tools.policy.decision import FactName
from tools.policy.derive import derive_facts
from tools.policy.derive_history import history_around, history_of_order
from tools.policy.derive_money import money_around, money_of_order
from tools.policy.derive_signals import signals
from tools.policy.facts import Fact, Value


def derive_record_facts(
    order: Order,
    line: LineItem,
    reports: tuple[ParcelReport, ...],
    around: Around,
    now: datetime,
    calendar: Calendar,
) -> dict[FactName, Fact]:
    """Return every record fact of a line item at an instant; what nobody told is left out."""
    values: dict[str, Value] = {
        **money_of_order(order, line),
        **money_around(order, line, around, now),
        **history_of_order(order, line, reports, now),
        **history_around(order, line, around, now),
        **signals(order, line, reports, around),
    }
    more = {
        FactName(name): Fact(name=FactName(name), value=value, source="record", as_of=now)
        for name, value in values.items()
    }
    return {**derive_facts(order, line, reports, now, calendar), **more}
