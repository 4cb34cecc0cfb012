"""Do what the buyer has said yes to, if it is still what the rules and the records come to."""

from langgraph.runtime import Runtime

from agent.awaiting import answers_within, ask_person, waits
from agent.carrying_out import CarriedOut, carry_out, confirmed, go_on, person_for, tell
from agent.confirming import drop
from agent.context import Context
from agent.state import Proposal, TurnState, TurnUpdate
from agent.writing.parts import say
from tools.domain.effect import NotPermitted, OrderEffect

_A_PERSON_MAY = ("breaker_open", "needs_approval", "over_budget")
"""Why the gateway refuses what a person may still agree to."""


async def act(state: TurnState, runtime: Runtime[Context]) -> TurnUpdate:
    """Perform the confirmed effect, once; when something has changed, nothing is done."""
    agreed, order = state.get("confirmed"), state.get("order")
    if agreed is None or order is None:
        return {}
    context = runtime.context
    known = await context.effects.receipt_of(agreed.effect.id)
    anew = state["conversation"].proposal
    if known is None and (anew is None or not same(anew, agreed)):
        return {"parts": (*state.get("parts", ()), say("confirm_changed"))}
    effect = confirmed(agreed.effect, state["message"].id)
    if known is None and agreed.needs_person:
        return await _ask(state, agreed, effect, context)
    made = await carry_out(effect, agreed.then, context, known)
    receipt = made.receipts[0]
    if isinstance(receipt, NotPermitted) and receipt.why in _A_PERSON_MAY and context.persons:
        asked = await _ask(state, agreed, effect, context)
        return {**asked, "effects": (effect,), "receipts": (receipt,)}
    return _settled(state, agreed, made, context)


def same(one: Proposal, other: Proposal) -> bool:
    """Whether two summaries would do the same, for the same reasons."""
    mine = (one.effect, one.then, one.needs_person)
    return mine == (other.effect, other.then, other.needs_person)


async def _ask(
    state: TurnState, agreed: Proposal, effect: OrderEffect, context: Context
) -> TurnUpdate:
    """Ask a person; the buyer goes on talking."""
    made = state.get("decisions", ())
    awaited = await ask_person(agreed, effect, made, state["conversation"], context)
    conversation = go_on(waits(drop(state["conversation"]), awaited), context)
    parts = [say("approval_asked", time=answers_within(context.rulebook))]
    if conversation.question is not None:
        parts.append(say("next_wish"))
    return {
        "conversation": conversation,
        "outcomes": (),
        "parts": (*state.get("parts", ()), *parts),
    }


def _settled(state: TurnState, agreed: Proposal, made: CarriedOut, context: Context) -> TurnUpdate:
    order = state.get("order")
    assert order is not None, "`act` looked for it"
    conversation = go_on(drop(state["conversation"]), context)
    parts = tell(made, order, context)
    person = person_for(made, agreed, state.get("decisions", ()), context)
    if conversation.question is not None and person is None:
        parts.append(say("next_wish"))
    return {
        "conversation": conversation,
        "effects": (*state.get("effects", ()), *made.effects),
        "receipts": (*state.get("receipts", ()), *made.receipts),
        "outcomes": (),
        "handing_off": person,
        "parts": (*state.get("parts", ()), *parts),
    }
