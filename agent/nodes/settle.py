"""Carry out what a person agreed to, or pass on what else became of the request."""

from datetime import timedelta

from langgraph.runtime import Runtime

from agent.awaiting import find_awaited, forget, waits
from agent.carrying_out import CarriedOut, carry_out, confirmed, go_on, person_for, tell
from agent.confirming import let_go, waiting, wish_behind
from agent.context import Context
from agent.conversation import ApprovalSettled
from agent.offers import offer
from agent.requests import Request
from agent.state import (
    Awaited,
    Conversation,
    HandingOff,
    PersonsAnswer,
    Proposal,
    Proposed,
    TurnState,
    TurnUpdate,
)
from agent.summing_up import ask_to_confirm
from agent.toolkit import Called, call_tool, tool_scope
from agent.writing.parts import Part, say
from tools.domain.effect import NotPermitted, OrderEffect
from tools.domain.order import Order
from tools.lookup_order import OrderFound

_TIME_TO_ANSWER = timedelta(hours=24)
_NOT_SO_ANY_MORE = ("changed", "needs_approval", "expired", "not_allowed")
"""Why the gateway refuses what a person has agreed to when something has changed since."""


async def settle(state: TurnState, runtime: Runtime[Context]) -> TurnUpdate:
    """Act on a person's answer as it is stored, whatever the event says of it."""
    context, agreed = runtime.context, state.get("confirmed")
    if agreed is not None:
        effect = confirmed(agreed.effect, state["message"].id)
        return await _carry_out(state, agreed, effect, context)
    event = state["message"].event
    assert isinstance(event, ApprovalSettled), "nothing else leads here"
    waited = find_awaited(state["conversation"], event.approval)
    answer = await context.persons.find(event.approval) if context.persons else None
    if waited is None or answer is None:
        return {}
    return await _pass_on(state, waited, answer, context)


async def _pass_on(
    state: TurnState, waited: Awaited, answer: PersonsAnswer, context: Context
) -> TurnUpdate:
    match answer.status:
        case "accepted" | "used":
            return await _carry_out(state, answer.proposal, answer.effect, context)
        case "edited":
            return await _sum_up(state, waited, answer, context)
        case "rejected":
            return _rejected(state, answer, context)
        case "expired" | "void":
            return _lapsed(state, waited, f"approval_{answer.status}", context)
        case "open":
            return {}


async def _carry_out(
    state: TurnState, agreed: Proposal, effect: OrderEffect, context: Context
) -> TurnUpdate:
    called, order = await _look_up(state, effect, context)
    calls = _calls(state, called)
    if order is None:
        person = HandingOff(request=wish_behind(agreed), reason="unavailable", queue="payments")
        return {**calls, "handing_off": person, "parts": (say("unavailable"),)}
    then = agreed.then if effect.permit.approval is not None else None
    made = await carry_out(effect, then, context)
    done: TurnUpdate = {**calls, "order": order, "effects": made.effects, "receipts": made.receipts}
    waited = find_awaited(state["conversation"], effect.permit.approval)
    if waited is not None and _has_changed(made):
        return {**done, **_lapsed(state, waited, "approval_void", context)}
    person = person_for(made, agreed, (), context)
    conversation, parts = _free(state, effect.permit.approval, context)
    by = () if state.get("confirmed") is not None else (say("approval_accepted"),)
    if person is not None:
        parts, conversation = (), state["conversation"]
    return {
        **done,
        "conversation": conversation,
        "handing_off": person,
        "parts": (*by, *tell(made, order, context), *parts),
    }


def _has_changed(made: CarriedOut) -> bool:
    first = made.receipts[0]
    return isinstance(first, NotPermitted) and first.why in _NOT_SO_ANY_MORE


async def _sum_up(
    state: TurnState, waited: Awaited, answer: PersonsAnswer, context: Context
) -> TurnUpdate:
    """Show the buyer what a person made of the effect; it needs a yes of its own."""
    called, order = await _look_up(state, answer.effect, context)
    calls = _calls(state, called)
    if order is None:
        person = HandingOff(request=_wish(waited), reason="unavailable", queue="payments")
        return {**calls, "handing_off": person, "parts": (say("unavailable"),)}
    now = context.clock.now()
    proposal = Proposal(
        effect=answer.effect,
        request=waited.request,
        answered=state["message"].id,
        shown_at=now,
        expires_at=answer.expires_at or now + _TIME_TO_ANSWER,
    )
    update = {"effect": answer.effect.id}
    conversation = waits(_put_off(state["conversation"]), waited.model_copy(update=update))
    asked = ask_to_confirm(conversation, proposal, None, context)
    outcome = Proposed(request=_wish(waited), proposal=proposal)
    return {
        **calls,
        "order": order,
        "conversation": conversation.model_copy(update={"proposal": proposal, "question": asked}),
        "outcomes": (outcome,),
        "parts": (say("approval_edited"),),
    }


def _rejected(state: TurnState, answer: PersonsAnswer, context: Context) -> TurnUpdate:
    """Say why not; who wants to settle it in another way gets the conversation."""
    reason = answer.reason or "not_covered"
    told = say(f"rejected_{reason}")
    if reason == "other_way":
        permit = answer.effect.permit
        table = context.asked(permit.version).table(permit.question)
        person = HandingOff(
            request=wish_behind(answer.proposal),
            reason="rejected_other_way",
            queue="payments" if table is None else table.queue,
        )
        conversation = forget(state["conversation"], answer.id)
        return {"conversation": conversation, "handing_off": person, "parts": (told,)}
    conversation, parts = _free(state, answer.id, context)
    return {
        "conversation": conversation,
        "parts": (told, say("return_offer_person"), *parts),
    }


def _lapsed(state: TurnState, waited: Awaited, macro: str, context: Context) -> TurnUpdate:
    """Say that nothing came of it, and offer to look it up again."""
    conversation = _put_off(forget(state["conversation"], waited.approval))
    wish = _wish(waited)
    later = tuple(one for one in conversation.later if one.id != wish.id)
    question = offer((wish.id,), conversation, context)
    update = {"question": question, "later": later}
    return {"conversation": conversation.model_copy(update=update), "parts": (say(macro),)}


def _free(
    state: TurnState, approval: str | None, context: Context
) -> tuple[Conversation, tuple[Part, ...]]:
    """Stop waiting, and offer again what the buyer was about to answer."""
    conversation = forget(state["conversation"], approval)
    after = go_on(_put_off(conversation), context)
    return after, (() if after.question is None else (say("next_wish"),))


def _put_off(conversation: Conversation) -> Conversation:
    """Keep what was being talked of for later: a yes must not be meant for something else."""
    summed_up = waiting(conversation)
    open_ = (wish_behind(summed_up), *conversation.agenda) if summed_up else conversation.agenda
    every = {one.id: one for one in (*open_, *conversation.later)}
    cleared = let_go(conversation) if summed_up else conversation
    update = {"agenda": (), "later": tuple(every.values()), "question": None}
    return cleared.model_copy(update=update)


def _wish(waited: Awaited) -> Request:
    return Request(id=waited.request or "human_agent")


async def _look_up(
    state: TurnState, effect: OrderEffect, context: Context
) -> tuple[Called, Order | None]:
    """Read the order that the effect is about; the talk may be about another by now."""
    arguments: dict[str, str] = {"number": effect.permit.order}
    scope = tool_scope(context, state["conversation"])
    call_id = f"{state['message'].id}:order"
    called = await call_tool("lookup_order", arguments, call_id=call_id, scope=scope)
    return called, called.result.order if isinstance(called.result, OrderFound) else None


def _calls(state: TurnState, called: Called) -> TurnUpdate:
    calls = (*state.get("tool_calls", ()), called.record)
    return {"messages": [*called.messages], "tool_calls": calls}
