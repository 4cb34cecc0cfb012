"""How is the buyer asked whether an effect may happen?"""

from agent.confirming import FEWER, no_to, yes_to
from agent.context import Context
from agent.state import Conversation, Proposal, Question
from agent.understanding.reading import OfferedChoice
from tools.domain.effect import OrderEffect
from tools.domain.order import Order


def ask_to_confirm(
    conversation: Conversation, proposal: Proposal, order: Order | None, context: Context
) -> Question:
    """Return the question under a summary; with the order, fewer pieces may be chosen."""
    language, text = conversation.language, context.macros.text
    choices = [
        OfferedChoice(id=yes_to(proposal), label=text("choice_yes", language)),
        OfferedChoice(id=no_to(proposal), label=text("choice_no_thanks", language)),
    ]
    if order is not None and _has_several(proposal.effect, order):
        choices.append(OfferedChoice(id=FEWER, label=text("choice_fewer", language)))
    return Question(about="confirm", expecting="yes_no", choices=tuple(choices))


def _has_several(effect: OrderEffect, order: Order) -> bool:
    if effect.kind in ("change_address", "send_paper"):
        return False
    lines = [order.line(line) for line in effect.permit.lines]
    return len(lines) > 1 or any(one.quantity - one.cancelled_quantity > 1 for one in lines)
