"""What exactly does a buyer want done, in the terms in which effects are worked out?"""

from collections.abc import Mapping
from typing import Literal

from agent.requests import Request, RequestId
from agent.state import DecisionRecord, TurnState
from tools.domain.effect import IssueRefund
from tools.policy.caps import exceeded
from tools.policy.decision import FactName
from tools.policy.payback import NEEDED
from tools.policy.rulebook import Rulebook
from tools.propose import Wish

_SELLER = FactName("seller")
_PAPERS: Mapping[RequestId, Literal["receipt", "gift_receipt"]] = {
    "gift_receipt": "gift_receipt",
    "invoice_receipt": "receipt",
}


def make_wish(state: TurnState, request: Request, allowed: tuple[DecisionRecord, ...]) -> Wish:
    """Return the wish, with what the buyer chose from what was offered."""
    conversation = state["conversation"]
    lines = tuple(one.line for one in allowed)
    return Wish(
        conversation=conversation.id,
        message=state["message"].id,
        question=allowed[0].question,
        lines=lines,
        pieces=tuple(one for one in conversation.pieces if one.line in lines),
        address=conversation.new_address,
        paper=_PAPERS.get(request.id),
    )


def adds_up_too_high(
    effect: IssueRefund, allowed: tuple[DecisionRecord, ...], rulebook: Rulebook
) -> bool:
    """Whether several lines, each within the caps, exceed one of them together."""
    if len(allowed) == 1:
        return False
    return any(_is_over(effect.amount.amount, one, effect, rulebook) for one in allowed)


def _is_over(total: int, made: DecisionRecord, effect: IssueRefund, rulebook: Rulebook) -> bool:
    known = {fact.name: fact.value for fact in made.facts}
    seller = known.get(_SELLER)
    caps = rulebook.caps(str(seller)).get(effect.amount.currency)
    paid = {name: value for name in NEEDED if type(value := known.get(name)) is int}
    if caps is None or len(paid) < len(NEEDED):
        return True
    return any(exceeded(total, caps, paid, photo_only=False))
