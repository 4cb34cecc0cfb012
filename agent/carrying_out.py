"""How is a confirmed effect carried out with what follows it, and what is said of that?"""

from dataclasses import dataclass

from agent.confirming import wish_behind
from agent.context import Context
from agent.offers import offer
from agent.state import Conversation, DecisionRecord, HandingOff, Proposal
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


@dataclass(frozen=True)
class CarriedOut:
    """What was asked for, and what came of it, in the same order."""

    effects: tuple[OrderEffect, ...]
    receipts: tuple[Receipt, ...]


def confirmed(effect: OrderEffect, message: str | None, approval: str | None = None) -> OrderEffect:
    """Return the effect with the buyer's own message, and a person's word, in its permit."""
    known = effect.permit.approval
    update = {"confirmed_by": message, "approval": approval or known}
    return effect.model_copy(update={"permit": effect.permit.model_copy(update=update)})


async def carry_out(
    effect: OrderEffect, then: IssueRefund | None, context: Context, known: Receipt | None = None
) -> CarriedOut:
    """Perform a confirmed effect and, once it is done, what was summed up to follow."""
    receipt = known or await context.effects.perform(effect)
    if not isinstance(receipt, Done) or then is None:
        return CarriedOut((effect,), (receipt,))
    permit = effect.permit
    paid = confirmed(then, permit.confirmed_by, permit.approval)
    return CarriedOut((effect, paid), (receipt, await context.effects.perform(paid)))


def tell(made: CarriedOut, order: Order, context: Context) -> list[Part]:
    """Return what is said of it, from the receipts alone."""
    first, *rest = made.receipts
    return [_told(first, order, context), *(_told_of_money(one, order, context) for one in rest)]


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


def person_for(
    made: CarriedOut, agreed: Proposal, decisions: tuple[DecisionRecord, ...], context: Context
) -> HandingOff | None:
    """Let a person see to what was agreed and did not happen."""
    for effect, receipt in zip(made.effects, made.receipts, strict=True):
        if not isinstance(receipt, Failed | NotPermitted):
            continue
        is_rest = effect is not made.effects[0]
        permit = effect.permit
        table = context.asked(permit.version).table(permit.question)
        return HandingOff(
            request=wish_behind(agreed),
            reason="repayment_open" if is_rest else _REASONS[receipt.kind],
            queue="payments" if is_rest or table is None else table.queue,
            decisions=tuple(one for one in decisions if one.question == permit.question),
        )
    return None


def go_on(conversation: Conversation, context: Context) -> Conversation:
    """Offer the wish that waited for this one."""
    if not conversation.later:
        return conversation
    waiting = conversation.later[0]
    question = offer((waiting.id,), conversation, context)
    update = {"question": question, "later": conversation.later[1:], "agenda": ()}
    return conversation.model_copy(update=update)
