"""May this person answer this request?"""

from typing import Literal

from agent.worker.approvals import Approval
from agent.worker.people import Person
from tools.domain.changes import Pieces
from tools.domain.effect import EffectId, IssueRefund, OrderEffect, effect_id
from tools.domain.money import Money
from tools.domain.order import Order
from tools.domain.sharing import share
from tools.policy.caps import HARD_CAPS
from tools.policy.marketplace import ROLES, MarketplacePolicy, Role

Problem = Literal[
    "unknown",
    "not_open",
    "expired",
    "own_case",
    "above_role",
    "not_editable",
    "not_smaller",
    "facts_changed",
    "records_unavailable",
    "no_words",
]
"""Why an answer does not count; the pages have a sentence for each."""


def money_of(approval: Approval) -> Money | None:
    """Return what would be paid back, at once or with what is done; None when nothing is."""
    if isinstance(approval.effect, IssueRefund):
        return approval.effect.amount
    then = approval.proposal.then
    return None if then is None else then.amount


def most_for(role: Role, currency: str, policy: MarketplacePolicy) -> int:
    """Return the largest refund that a role may agree to, in minor units."""
    hard = HARD_CAPS.get(currency)
    below = ROLES[: ROLES.index(role) + 1]
    own = max(policy.approvals.get(one, {}).get(currency, 0) for one in below)
    return 0 if hard is None else min(own, hard.action)


def may_agree(role: Role, amount: Money | None, policy: MarketplacePolicy) -> bool:
    """Whether a role may agree to an effect of so much; what moves no money, anybody may."""
    return amount is None or amount.amount <= most_for(role, amount.currency, policy)


def is_own_case(person: Person, order: Order | None, signed_email: str | None) -> bool:
    """Whether a person would decide their own purchase."""
    own = {text.casefold() for text in (person.name, person.email) if text}
    buyers = (order.email if order is not None else None, signed_email)
    return any(text is not None and text.casefold() in own for text in buyers)


def made_smaller(effect: OrderEffect, amount: int) -> IssueRefund | None:
    """Return a refund of less, under an id of its own; None when there is no such refund."""
    if not isinstance(effect, IssueRefund) or not 1 <= amount < effect.amount.amount:
        return None
    weights = {one.of: one.amount for one in effect.shares}
    parts = share(amount, weights)
    shares = tuple(
        one.model_copy(update={"amount": parts[one.of]})
        for one in effect.shares
        if parts[one.of] > 0
    )
    permit = effect.permit.model_copy(update={"confirmed_by": None})
    update = {
        "id": _smaller_id(effect.id, amount),
        "permit": permit,
        "amount": Money(amount=amount, currency=effect.amount.currency),
        "shares": shares,
    }
    return effect.model_copy(update=update)


def pieces_of(effect: OrderEffect, order: Order) -> tuple[Pieces, ...]:
    """Return the pieces that an effect is about; all that are left where it names none."""
    named: tuple[Pieces, ...] = getattr(effect, "pieces", ())
    if named:
        return named
    lines = [line for line in order.lines if line.id in effect.permit.lines]
    return tuple(
        Pieces(line=line.id, quantity=max(1, line.quantity - line.cancelled_quantity))
        for line in lines
    )


def _smaller_id(effect: EffectId, amount: int) -> EffectId:
    return effect_id(effect, "edited", str(amount))
