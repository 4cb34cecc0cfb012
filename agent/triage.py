"""Must a person take this? The rulebook's question `needs_person`, asked with what is known."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from agent.context import Context
from agent.photo_asking import lacks_proof
from agent.requests import Request, RequestId
from agent.state import Conversation, DecisionRecord, HandingOff, TriageRecord, TurnState
from agent.understanding.reading import Reading
from tools.policy.decision import Decision, FactName, HandOff
from tools.policy.engine import decide
from tools.policy.facts import Fact, Facts, Value
from tools.policy.rulebook import Rulebook
from tools.policy.supplied import looked_at

_QUESTION = "needs_person"
_SELLER = FactName("seller")
_AT_ONCE: tuple[RequestId, ...] = ("human_agent", "chargeback_fraud")
_SENT_BACK: tuple[RequestId, ...] = ("start_return", "exchange")
_TALK: Mapping[str, Value] = {
    "request": "smalltalk",
    "live": True,
    "risk": "none",
    "mood": "calm",
    "misunderstood": 0,
    "identity_failed": False,
    "mixed_return": False,
    "proof_missing": False,
}
"""A talk that calls for nothing special."""
_NOT_LOOKED_UP: Mapping[str, Value] = {
    "milestone": "placed",
    "parcel_condition": "on_time",
    "order_kind": "consumer",
    "gift": False,
    "custom_made": False,
    "final_sale": False,
    "dispute_open": False,
    "international": False,
    "claims_90_days": 0,
    "address_claims_90_days": 0,
    "carrier_contradicts": False,
    "photo_reused": False,
    "days_late": 0,
    "photo_evidence": "none",
}
"""Stands in where no line item is looked at, so that no rule waits for records."""
Looked = tuple[HandingOff | None, TriageRecord]
"""The handoff, if there must be one, and how that was found."""


def person_for_conversation(
    conversation: Conversation, reading: Reading, context: Context, at: datetime
) -> Looked:
    """Return the handoff that the talk itself calls for, before any record is read."""
    attempts = context.rulebook.marketplace.identity_attempts
    wishes = [r for r in conversation.agenda if r.id in _AT_ONCE] or [Request(id="smalltalk")]
    talk: dict[str, Value] = {
        "request": wishes[0].id,
        "mood": reading.mood,
        "misunderstood": conversation.misunderstood,
        "identity_failed": conversation.failed_attempts >= attempts,
    }
    risks = sorted(reading.risks) or ["none"]
    cases = (_as_facts({**_NOT_LOOKED_UP, **_TALK, **talk, "risk": risk}, at) for risk in risks)
    decision, facts = _first_handoff(cases, context.rulebook, at)
    record = TriageRecord(decision=_brief(decision), facts=_used(facts, context.rulebook))
    return _person(decision, wishes[0]), record


def person_for_request(
    request: Request, state: TurnState, decisions: tuple[DecisionRecord, ...], context: Context
) -> Looked:
    """Return the handoff that a request calls for, given its line items or where parcels are.

    What the records of a line item leave open stays unknown.
    """
    at, reading, rulebook = state["message"].at, state.get("reading"), context.rulebook
    answers = {record.decision.kind for record in decisions}
    talk: dict[str, Value] = {
        "request": request.id,
        "live": request.id in context.live,
        "mood": reading.mood if reading is not None else "calm",
        "mixed_return": request.id in _SENT_BACK and len(answers) > 1,
        "proof_missing": lacks_proof(request, state["conversation"]),
    }
    known = _as_facts({**_TALK, **talk}, at)
    lines = [{**{fact.name: fact for fact in one.facts}, **known} for one in decisions]
    parcels = [{**one, **known} for one in _parcels(state, at)]
    decision, facts = _first_handoff(lines or parcels, rulebook, at)
    about = next((r for r, case in zip(decisions, lines, strict=True) if case is facts), None)
    record = TriageRecord(
        request=request.id,
        order=about.order if about is not None else state["conversation"].order,
        line=about.line if about is not None else None,
        decision=_brief(decision),
        facts=_used(facts, rulebook),
    )
    return _person(decision, request), record


def _parcels(state: TurnState, at: datetime) -> Iterator[Facts]:
    for report in state.get("reports", ()) or (None,):
        known: dict[str, Value] = {}
        if report is not None:
            known = {"milestone": report.milestone, "parcel_condition": report.condition}
        yield _as_facts({**_NOT_LOOKED_UP, **known}, at)


def _first_handoff(
    cases: Iterable[Facts], rulebook: Rulebook, at: datetime
) -> tuple[Decision, Facts]:
    """Return the first case in which a person is needed; else the first of all."""
    first: tuple[Decision, Facts] | None = None
    for facts in cases:
        decision = decide(_QUESTION, facts, rulebook, at)
        if isinstance(decision, HandOff):
            return decision, facts
        first = first or (decision, facts)
    assert first is not None, "there is always something to look at"
    return first


def _person(decision: Decision, request: Request) -> HandingOff | None:
    if not isinstance(decision, HandOff):
        return None
    reason = decision.rule_id.rpartition(".")[2]
    named = request.id if reason.startswith("not_live") else reason
    return HandingOff(request=request, reason=named, queue=decision.queue, because=decision.because)


def _brief(decision: Decision) -> Decision:
    """Keep the step that decided; the others can be walked again."""
    return decision.model_copy(update={"trace": decision.trace[-1:]})


def _used(facts: Facts, rulebook: Rulebook) -> tuple[Fact, ...]:
    """Return the facts that the rules look at, and whose shop they are about."""
    seller = facts.get(_SELLER)
    names = looked_at(rulebook, _QUESTION, str(seller.value) if seller is not None else None)
    return tuple(fact for name, fact in facts.items() if name in names or name == _SELLER)


def _as_facts(known: Mapping[str, Value], at: datetime) -> Facts:
    return {
        FactName(name): Fact(name=FactName(name), value=value, source="record", as_of=at)
        for name, value in known.items()
    }
