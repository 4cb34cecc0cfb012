"""Must a person take this? The rulebook's question `needs_person`, asked with what is known."""

from datetime import datetime

from agent.context import Context
from agent.requests import Request, RequestId
from agent.state import Conversation, HandingOff
from agent.understanding.reading import Reading
from tools.domain.shipment import ParcelReport
from tools.policy.decision import FactName, HandOff
from tools.policy.engine import decide
from tools.policy.facts import Fact, Facts

_AT_ONCE: tuple[RequestId, ...] = ("human_agent", "chargeback_fraud")


def person_for_conversation(
    conversation: Conversation, reading: Reading, context: Context, at: datetime
) -> HandingOff | None:
    """Return the handoff that the talk itself calls for, before any record is read."""
    attempts = context.rulebook.marketplace.identity_attempts
    wishes = [r for r in conversation.agenda if r.id in _AT_ONCE] or [Request(id="smalltalk")]
    for risk in sorted(reading.risks) or ["none"]:
        person = _ask(
            {
                "request": wishes[0].id,
                "risk": risk,
                "mood": reading.mood,
                "misunderstood": conversation.misunderstood,
                "identity_failed": conversation.failed_attempts >= attempts,
            },
            wishes[0],
            context,
            at,
        )
        if person is not None:
            return person
    return None


def person_for_request(
    request: Request, reports: tuple[ParcelReport, ...], context: Context, at: datetime
) -> HandingOff | None:
    """Return the handoff that a request calls for, given where the parcels are."""
    live = request.id in context.live
    for report in reports or (None,):
        known: dict[str, bool | int | str] = {"request": request.id, "live": live}
        if report is not None:
            known["milestone"] = report.milestone
            known["parcel_condition"] = report.condition
        person = _ask(known, request, context, at)
        if person is not None:
            return person
    return None


def _ask(
    known: dict[str, bool | int | str], request: Request, context: Context, at: datetime
) -> HandingOff | None:
    facts: dict[str, bool | int | str] = {**_NOTHING_SPECIAL, **known}
    decision = decide("needs_person", _as_facts(facts, at), context.rulebook, at)
    if not isinstance(decision, HandOff):
        return None
    reason = decision.rule_id.rpartition(".")[2]
    named = request.id if reason.startswith("not_live") else reason
    return HandingOff(request=request, reason=named, queue=decision.queue, because=decision.because)


_NOTHING_SPECIAL: dict[str, bool | int | str] = {
    "request": "smalltalk",
    "live": True,
    "risk": "none",
    "mood": "calm",
    "misunderstood": 0,
    "identity_failed": False,
    "milestone": "placed",
    "parcel_condition": "on_time",
}


def _as_facts(known: dict[str, bool | int | str], at: datetime) -> Facts:
    return {
        FactName(name): Fact(name=FactName(name), value=value, source="record", as_of=at)
        for name, value in known.items()
    }
