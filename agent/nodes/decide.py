"""Store what the rulebook says about each request; every later node obeys it."""

from dataclasses import replace

from langgraph.runtime import Runtime

from agent.context import Context
from agent.offers import offer
from agent.photo_asking import ask_for_photo, count_asking
from agent.playbooks import PLAYBOOKS
from agent.refunds_made import person_for_refund
from agent.requests import Request
from agent.state import (
    Answered,
    Asking,
    Conversation,
    DecisionRecord,
    HandingOff,
    Outcome,
    Question,
    TriageRecord,
    TurnState,
    TurnUpdate,
)
from agent.toolkit import Called, call_tool, tool_scope
from agent.triage import person_for_request
from agent.understanding.reading import AnswerKind, OfferedChoice
from agent.writing.parts import Part, say
from tools.check_policy import PolicyDecided
from tools.domain.order import LineItem, Order
from tools.domain.shipment import LineId
from tools.policy.decision import Allow, Deny, FactName, HandOff, NeedApproval, NeedFacts

EXPECTING: dict[str, AnswerKind] = {
    "bool": "yes_no",
    "int": "number",
    "choice": "choice",
    "word": "choice",
    "instant": "date",
}
TRACKED = {request for request, playbook in PLAYBOOKS.items() if playbook.track}
MAX_LINES_AT_ONCE = 4
"""With more line items than this the buyer is asked which one is meant."""


async def decide(state: TurnState, runtime: Runtime[Context]) -> TurnUpdate:
    """Go through the agenda up to the first request that waits for the buyer or a person."""
    context = runtime.context
    person = state.get("handing_off")
    outcomes: list[Outcome] = []
    called: list[Called] = []
    decided: list[DecisionRecord] = []
    triage = [*state.get("triage", ())]
    for request in () if person is not None else state["conversation"].agenda:
        calls = await _check_lines(state, request, context)
        decisions = tuple(r for call in calls if (r := _record(call)) is not None)
        outcome, looked = _outcome(state, request, decisions, context)
        called.extend(calls)
        decided.extend(decisions if _counts(outcome) else ())
        triage.append(looked)
        outcomes.append(outcome)
        if isinstance(outcome, HandingOff):
            person = outcome
        if not isinstance(outcome, Answered):
            break
    return {
        "outcomes": tuple(outcomes),
        "handing_off": person,
        "conversation": _after(state, tuple(outcomes), context),
        "decisions": tuple(decided),
        "triage": tuple(triage),
        "messages": [message for call in called for message in call.messages],
        "tool_calls": (*state.get("tool_calls", ()), *(call.record for call in called)),
    }


async def _check_lines(state: TurnState, request: Request, context: Context) -> list[Called]:
    question, order = PLAYBOOKS[request.id].question, state.get("order")
    if question is None or order is None:
        return []
    calls: list[Called] = []
    for line in _lines_meant(state["conversation"], order):
        about = state["conversation"].model_copy(update={"line": line.id})
        arguments = {"question": question, "number": order.number, "line": line.id}
        call_id = f"{state['message'].id}:{request.id}:{line.id}"
        scope = tool_scope(context, about, request.id)
        called = await call_tool("check_policy", arguments, call_id=call_id, scope=scope)
        if context.newest is not None and _is_below_floor(called):
            scope = replace(scope, rulebook=context.newest)
            called = await call_tool("check_policy", arguments, call_id=call_id, scope=scope)
        calls.append(called)
    return calls


def _is_below_floor(called: Called) -> bool:
    """Whether the rules that the conversation began with grant less than the law does."""
    result = called.result
    return isinstance(result, PolicyDecided) and result.decision.rule_id.startswith("floor.")


def _lines_meant(conversation: Conversation, order: Order) -> list[LineItem]:
    if conversation.line is not None:
        return [order.line(conversation.line)]
    return [line for line in order.lines if line.cancelled_quantity < line.quantity]


def _record(called: Called) -> DecisionRecord | None:
    match called.result:
        case PolicyDecided() as told:
            return DecisionRecord(
                question=told.question,
                order=told.number,
                line=LineId(told.line),
                decision=told.decision,
                facts=told.facts,
            )
        case _:
            return None


def _counts(outcome: Outcome) -> bool:
    """Whether what the rules say leads anywhere; an answer from the records does without it."""
    return not isinstance(outcome, Answered) or bool(outcome.decisions)


def _outcome(
    state: TurnState, request: Request, decisions: tuple[DecisionRecord, ...], context: Context
) -> tuple[Outcome, TriageRecord]:
    person, looked = person_for_request(request, state, decisions, context)
    if person is not None:
        return person.model_copy(update={"decisions": decisions}), looked
    return _without_person(state, request, decisions, context), looked


def _without_person(
    state: TurnState, request: Request, decisions: tuple[DecisionRecord, ...], context: Context
) -> Outcome:
    order = state.get("order")
    if PLAYBOOKS[request.id].answer == "records":
        if request.id != "refund_status" or order is None:
            return Answered(request=request)
        person = person_for_refund(request, order, context.clock.now())
        return person or Answered(request=request)
    if not decisions:
        table = context.rulebook.table(PLAYBOOKS[request.id].question or "")
        queue = table.queue if table is not None else "general"
        reason = "no_order" if order is None else "unavailable"
        return HandingOff(request=request, reason=reason, queue=queue)
    if len(decisions) > 1 and _is_line_needed(decisions):
        question = _which_line(state["conversation"])
        return Asking(request=request, question=question, words=say("ask_which_item"))
    conversation = state["conversation"]
    asking = ask_for_photo(request, decisions, conversation, context)
    return asking or _from_decision(request, decisions, context, conversation)


def _is_line_needed(decisions: tuple[DecisionRecord, ...]) -> bool:
    """A split answer is given at once; only what depends on more is asked item by item."""
    settled = all(isinstance(record.decision, Allow | Deny) for record in decisions)
    return not settled or len(decisions) > MAX_LINES_AT_ONCE


def _which_line(conversation: Conversation) -> Question:
    choices = tuple(OfferedChoice(id=f"line:{i.id}", label=i.label) for i in conversation.items)
    return Question(about="line", expecting="item", choices=choices)


def _from_decision(
    request: Request,
    decisions: tuple[DecisionRecord, ...],
    context: Context,
    conversation: Conversation,
) -> Outcome:
    first = decisions[0]
    match first.decision:
        case Allow() | Deny() if PLAYBOOKS[request.id].answer in ("rules", "effect"):
            return Answered(request=request, decisions=decisions)
        case NeedApproval() if context.persons and _takes_only_a_yes(request, first):
            return Answered(request=request, decisions=decisions)
        case NeedFacts(facts=facts):
            language = context.macros.locale(conversation.language)
            question = _ask_fact(facts[0], first, context, language)
            spec = context.asked(first.decision.version).catalogue[facts[0]]
            words = Part(text=spec.question)
            return Asking(request=request, question=question, words=words)
        case HandOff() as decision:
            queue = decision.queue
        case Allow() | Deny() | NeedApproval() as decision:
            table = context.asked(decision.version).table(first.question)
            queue = table.queue if table is not None else "general"
    return HandingOff(
        request=request,
        reason=decision.rule_id,
        queue=queue,
        because=decision.because,
        decisions=decisions,
    )


def _takes_only_a_yes(request: Request, record: DecisionRecord) -> bool:
    """Whether a person has to agree to money; where they have to act first they get the case."""
    decision = record.decision
    if PLAYBOOKS[request.id].answer != "effect" or not isinstance(decision, NeedApproval):
        return False
    return record.question == "may_refund" or bool(decision.over)


def _ask_fact(fact: FactName, record: DecisionRecord, context: Context, language: str) -> Question:
    """Return the catalogue's question, with its choices as buttons."""
    spec = context.asked(record.decision.version).catalogue[fact]
    choices = tuple(
        OfferedChoice(id=f"fact:{choice}", label=label.get(language, label["en"]))
        for choice, label in spec.choices.items()
    )
    expecting = EXPECTING[spec.kind]
    return Question(about="fact", expecting=expecting, choices=choices, fact=fact, line=record.line)


def _after(state: TurnState, outcomes: tuple[Outcome, ...], context: Context) -> Conversation:
    """Take what is answered off the agenda and remember what is asked."""
    conversation = state["conversation"]
    if not outcomes:
        return conversation
    done = {outcome.request.id for outcome in outcomes if isinstance(outcome, Answered)}
    asked = next((o.question for o in outcomes if isinstance(o, Asking)), None)
    update = {
        "agenda": tuple(r for r in conversation.agenda if r.id not in done),
        "question": asked or _next_step(state, outcomes, context),
        "photo_asked": count_asking(conversation, asked),
        "last_requests": tuple(outcome.request.id for outcome in outcomes),
    }
    return conversation.model_copy(update=update)


def _next_step(
    state: TurnState, outcomes: tuple[Outcome, ...], context: Context
) -> Question | None:
    """Offer what a buyer is likely to want after this answer."""
    told = [o for o in outcomes if isinstance(o, Answered)]
    told = [o for o in told if PLAYBOOKS[o.request.id].answer == "rules"]
    decisions = [record.decision for outcome in told for record in outcome.decisions]
    if any(isinstance(decision, Allow) for decision in decisions):
        return offer(("start_return",), state["conversation"], context)
    late = any(report.past_threshold for report in state.get("reports", ()))
    if late and {outcome.request.id for outcome in outcomes} <= TRACKED:
        return offer(("human_agent",), state["conversation"], context)
    return None
