"""Do what the buyer has said yes to, if it is still what the rules and the records come to."""

from langgraph.runtime import Runtime

from agent.confirming import drop, wish_behind
from agent.context import Context
from agent.offers import offer
from agent.state import Conversation, HandingOff, Proposal, TurnState, TurnUpdate
from agent.writing.parts import Part, say
from agent.writing.summaries import tell_done
from tools.domain.effect import (
    Done,
    Failed,
    IssueRefund,
    NotPermitted,
    Open,
    OrderEffect,
    Receipt,
)
from tools.domain.order import Order

_REASONS = {"failed": "effect_failed", "not_permitted": "effect_refused"}


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
    done = confirmed(agreed.effect, state["message"].id)
    receipt = known or await context.effects.perform(done)
    effects: list[OrderEffect] = [done]
    receipts: list[Receipt] = [receipt]
    if isinstance(receipt, Done) and agreed.then is not None:
        paid = confirmed(agreed.then, state["message"].id)
        effects.append(paid)
        receipts.append(await context.effects.perform(paid))
    return _settled(state, agreed, tuple(effects), tuple(receipts), context)


def confirmed(effect: OrderEffect, message: str) -> OrderEffect:
    """Return the effect with the buyer's own message in its permit."""
    permit = effect.permit.model_copy(update={"confirmed_by": message})
    return effect.model_copy(update={"permit": permit})


def same(one: Proposal, other: Proposal) -> bool:
    """Whether two summaries would do the same, for the same reasons."""
    return (one.effect, one.then) == (other.effect, other.then)


def _settled(
    state: TurnState,
    agreed: Proposal,
    effects: tuple[OrderEffect, ...],
    receipts: tuple[Receipt, ...],
    context: Context,
) -> TurnUpdate:
    order = state.get("order")
    assert order is not None, "`act` looked for it"
    conversation = _go_on(drop(state["conversation"]), context)
    parts = [_told(receipt, order, context) for receipt in receipts[:1]]
    parts += [_told_of_money(receipt, order, context) for receipt in receipts[1:]]
    person = next(
        (
            _to_person(state, agreed, effect, receipt, context)
            for effect, receipt in zip(effects, receipts, strict=True)
            if isinstance(receipt, Failed | NotPermitted)
        ),
        None,
    )
    if conversation.question is not None and person is None:
        parts.append(say("next_wish"))
    return {
        "conversation": conversation,
        "effects": (*state.get("effects", ()), *effects),
        "receipts": (*state.get("receipts", ()), *receipts),
        "outcomes": (),
        "handing_off": person,
        "parts": (*state.get("parts", ()), *parts),
    }


def _go_on(conversation: Conversation, context: Context) -> Conversation:
    """Offer the wish that waited for this one."""
    if not conversation.later:
        return conversation
    waiting = conversation.later[0]
    question = offer((waiting.id,), conversation, context)
    update = {"question": question, "later": conversation.later[1:], "agenda": ()}
    return conversation.model_copy(update=update)


def _told(receipt: Receipt, order: Order, context: Context) -> Part:
    match receipt:
        case Done():
            return tell_done(receipt, order, context.calendar.zone(order.ship_to.country))
        case Open():
            return say("effect_open")
        case NotPermitted():
            return say("effect_refused")
        case _:
            return say("effect_failed")


def _told_of_money(receipt: Receipt, order: Order, context: Context) -> Part:
    """Say what became of the money for what was just cancelled."""
    went = isinstance(receipt, Done | Open)
    return _told(receipt, order, context) if went else say("repayment_open")


def _to_person(
    state: TurnState, agreed: Proposal, effect: OrderEffect, receipt: Receipt, context: Context
) -> HandingOff:
    """Let a person see to what was agreed and did not happen."""
    is_rest = isinstance(effect, IssueRefund) and effect.id != agreed.effect.id
    permit = effect.permit
    made = state.get("decisions", ())
    decisions = tuple(one for one in made if one.question == permit.question)
    table = context.asked(permit.version).table(permit.question)
    return HandingOff(
        request=wish_behind(agreed),
        reason="repayment_open" if is_rest else _REASONS[receipt.kind],
        queue="payments" if is_rest or table is None else table.queue,
        decisions=decisions,
    )
