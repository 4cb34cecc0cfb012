"""What would the rulebook say about one line item of a buyer's own order?"""

from typing import Annotated, Literal

from pydantic import Field

from tools.domain.model import Frozen
from tools.domain.order import LineItem, Order
from tools.domain.shipment import LineId
from tools.errors import OutsideError
from tools.lookup_order import LookupOrderArguments, OrderFound, lookup_order
from tools.photo_facts import photo_facts
from tools.policy.decision import Decision, FactName
from tools.policy.derive_records import derive_record_facts
from tools.policy.engine import decide
from tools.policy.facts import Fact, Source
from tools.records_around import read_around
from tools.results import NotFound, NotYours, Unavailable
from tools.scope import ToolScope
from tools.track_shipment import report_parcels

_FROM_RECORDS: Source = "record"


class CheckPolicyArguments(Frozen):
    """Which question of the rulebook, about what."""

    question: str
    """For instance `may_return`."""
    number: str
    """Of the order, as the buyer wrote it."""
    line: str
    """The id of a line item of this order."""


class PolicyDecided(Frozen):
    """The rulebook's answer and everything needed to reach it again."""

    kind: Literal["decided"] = "decided"
    question: str
    number: str
    line: str
    decision: Decision
    facts: tuple[Fact, ...]


CheckPolicyResult = Annotated[
    PolicyDecided | NotFound | NotYours | Unavailable, Field(discriminator="kind")
]


async def check_policy(arguments: CheckPolicyArguments, scope: ToolScope) -> CheckPolicyResult:
    """Ask the rulebook about a line item of an order that the buyer has been shown to own."""
    found = await lookup_order(LookupOrderArguments(number=arguments.number), scope)
    match found:
        case OrderFound(order=order):
            line = _find_line(order, arguments.line)
            return (
                NotFound()
                if line is None
                else await _decide(arguments.question, order, line, scope)
            )
        case NotFound() | NotYours() | Unavailable():
            return found
        case _:
            return NotFound()  # an empty number names no order


def _find_line(order: Order, line_id: str) -> LineItem | None:
    return next((line for line in order.lines if line.id == LineId(line_id)), None)


async def _decide(
    question: str, order: Order, line: LineItem, scope: ToolScope
) -> CheckPolicyResult:
    try:
        reports = await report_parcels(order, scope)
    except OutsideError as error:
        return Unavailable(vendor=error.vendor)
    now, around = scope.clock.now(), await read_around(order, line, scope)
    # What a buyer says about something the records know does not replace the record.
    said = {fact.name: fact for fact in scope.said if fact.source != _FROM_RECORDS}
    known = derive_record_facts(order, line, reports, around, now, scope.calendar)
    known |= await photo_facts(order, scope, now)
    if scope.request is not None:
        name = FactName("request")
        known[name] = Fact(name=name, value=scope.request, source="record", as_of=now)
    facts = {**said, **known}
    return PolicyDecided(
        question=question,
        number=order.number,
        line=line.id,
        decision=decide(question, facts, scope.rulebook, now),
        facts=tuple(facts.values()),
    )
