"""Which one effect fulfils a wish that the rules allow?

Every amount, piece and term follows from the decisions and the order. What the buyer chose came
from a closed set that was offered, or is a new address that was checked and read back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from tools.domain.changes import Pieces
from tools.domain.effect import (
    CancelItems,
    ChangeAddress,
    EffectId,
    ExchangeItem,
    IssueRefund,
    OpenReturn,
    OrderEffect,
    Permit,
    SendAgain,
    SendPaper,
    effect_id,
)
from tools.domain.order import Order
from tools.domain.party import Address
from tools.domain.shipment import LineId
from tools.policy.decision import Allow, Decision, NeedApproval
from tools.repay import repay

Granted = Allow | NeedApproval
Payer = Literal["buyer", "seller"]
TIME_TO_SEND = timedelta(days=14)
"""After the last day on which goods may be taken back; so long the law gives for sending them."""
_OF_THE_ORDER = ("may_change_address", "may_send_papers")
"""What is asked for the whole order, however many pieces are left."""
_CANCELS_TOO = "cancelled_with_it"


@dataclass(frozen=True)
class Wish:
    """What a buyer wants done, apart from what the rules make of it."""

    conversation: str
    message: str
    """The message in answer to which the effect is summed up."""
    question: str
    lines: tuple[LineId, ...]
    """In the order of the order; each of them was decided on its own."""
    pieces: tuple[Pieces, ...] = ()
    """How many of a line, where the buyer said so; else all that are left."""
    for_sku: str | None = None
    address: Address | None = None
    paper: Literal["receipt", "gift_receipt"] | None = None
    again: bool = False
    """Whether pieces are to be sent a second time instead of paid back."""


def propose(wish: Wish, order: Order, decisions: Mapping[LineId, Decision]) -> OrderEffect | None:
    """Return the effect, not yet confirmed by anybody; None when a person has to see to it.

    Pure: the same wish, order and decisions give the same effect. The effect gateway calls it
    again, with records of its own, and compares.
    """
    granted = _granted(wish, decisions)
    build = _BUILDERS.get(wish.question)
    if build is None or not granted:
        return None
    if wish.question not in _OF_THE_ORDER and _pieces(wish, order) is None:
        return None
    return build(wish, order, granted)


def propose_repayment(
    wish: Wish, order: Order, decisions: Mapping[LineId, Decision]
) -> IssueRefund | None:
    """Return what is paid back once pieces are cancelled; None when nothing can be.

    Asked before they are: afterwards the records only say that they were.
    """
    granted = _granted(wish, decisions)
    is_due = wish.question == "may_cancel" or _cancels_too(granted)
    return _refund(wish, order, granted) if granted and is_due else None


def _granted(wish: Wish, decisions: Mapping[LineId, Decision]) -> Mapping[LineId, Granted]:
    """Return the decision of each line; nothing when one of them is not a yes."""
    found: dict[LineId, Granted] = {}
    for line in wish.lines:
        decision = decisions.get(line)
        if not isinstance(decision, Allow | NeedApproval):
            return {}
        found[line] = decision
    return found


def permit_for(wish: Wish, order: Order, granted: Mapping[LineId, Granted]) -> Permit:
    """Return what an effect rests on."""
    return Permit(
        conversation=wish.conversation,
        question=wish.question,
        order=order.number,
        lines=wish.lines,
        rule_ids=tuple(granted[line].rule_id for line in wish.lines),
        version=granted[wish.lines[0]].version,
    )


def wish_of(effect: OrderEffect, message: str) -> Wish:
    """Return the wish that an effect claims to fulfil, so that it can be worked out again."""
    permit = effect.permit
    paper = effect.paper if isinstance(effect, SendPaper) else None
    return Wish(
        conversation=permit.conversation,
        message=message,
        question=permit.question,
        lines=permit.lines,
        pieces=() if isinstance(effect, ChangeAddress | SendPaper) else effect.pieces,
        for_sku=effect.for_sku if isinstance(effect, ExchangeItem) else None,
        address=effect.address if isinstance(effect, ChangeAddress) else None,
        paper=paper,
        again=isinstance(effect, SendAgain),
    )


def _pieces(wish: Wish, order: Order) -> tuple[Pieces, ...] | None:
    """Return how many of each line are meant; None when there are not so many."""
    said = {one.line: one.quantity for one in wish.pieces}
    found: list[Pieces] = []
    for line_id in wish.lines:
        line = order.line(line_id)
        left = line.quantity - line.cancelled_quantity
        quantity = said.pop(line_id, left)
        if not 1 <= quantity <= left:
            return None
        found.append(Pieces(line=line_id, quantity=quantity))
    return None if said or len(wish.pieces) > len(found) else tuple(found)


def _id(wish: Wish, order: Order, kind: str, *what: str) -> EffectId:
    """Return an id that stays the same until the records say that something was done."""
    done = (
        order.ship_to.model_dump_json(),
        *(one.id for one in (*order.returns, *order.refunds, *order.replacements)),
        *(f"{line.id}={line.cancelled_quantity}" for line in order.lines),
    )
    return effect_id(
        wish.conversation, kind, wish.question, order.number, *wish.lines, "", *what, "", *done
    )


def _named(pieces: tuple[Pieces, ...]) -> tuple[str, ...]:
    return tuple(f"{one.line}x{one.quantity}" for one in pieces)


def _money_back(
    wish: Wish, order: Order, granted: Mapping[LineId, Granted]
) -> IssueRefund | CancelItems | SendAgain | None:
    """Pay back, or send again; what comes with a cancellation is cancelled first.

    What was replaced is not paid back as well, nor sent again once it came back: the rules do not
    look at replacements, so a person does.
    """
    if _is_made_good(wish, order):
        return None
    if _cancels_too(granted):
        return _cancel(wish, order, granted)
    return _send_again(wish, order, granted) if wish.again else _refund(wish, order, granted)


def _is_made_good(wish: Wish, order: Order) -> bool:
    made_good = order.returns + order.replacements if wish.again else order.replacements
    return any(line in one.lines for one in made_good for line in wish.lines)


def _cancels_too(granted: Mapping[LineId, Granted]) -> bool:
    return any(one.terms.get(_CANCELS_TOO) is True for one in granted.values())


def _refund(wish: Wish, order: Order, granted: Mapping[LineId, Granted]) -> IssueRefund | None:
    pieces = _pieces(wish, order) or ()
    most = {line: one.refund for line, one in granted.items() if one.refund is not None}
    paid = repay(order, pieces, most) if len(most) == len(granted) else None
    if paid is None:
        return None
    what = (paid.payment, str(paid.amount), str(paid.already_refunded), *_named(pieces))
    return IssueRefund(
        id=_id(wish, order, "issue_refund", *what),
        permit=permit_for(wish, order, granted),
        payment=paid.payment,
        amount=paid.amount,
        shares=paid.shares,
        already_refunded=paid.already_refunded,
        pieces=pieces if wish.pieces else (),
    )


def _send_again(wish: Wish, order: Order, granted: Mapping[LineId, Granted]) -> SendAgain | None:
    pieces = _pieces(wish, order) or ()
    return SendAgain(
        id=_id(wish, order, "send_again", *_named(pieces)),
        permit=permit_for(wish, order, granted),
        pieces=pieces,
    )


def _return(wish: Wish, order: Order, granted: Mapping[LineId, Granted]) -> OpenReturn | None:
    pieces, payer = _pieces(wish, order) or (), _payer(granted)
    if payer is None or not _is_of_one_seller(wish, order):
        return None
    return OpenReturn(
        id=_id(wish, order, "open_return", *_named(pieces)),
        permit=permit_for(wish, order, granted),
        pieces=pieces,
        shipping_paid_by=payer,
        send_by=_send_by(granted),
    )


def _send_by(granted: Mapping[LineId, Granted]) -> datetime | None:
    """Return by when goods must be on their way; nothing while a window has no end yet."""
    ends = [one.until for one in granted.values()]
    known = [end for end in ends if end is not None]
    return min(known) + TIME_TO_SEND if len(known) == len(ends) else None


def _exchange(wish: Wish, order: Order, granted: Mapping[LineId, Granted]) -> ExchangeItem | None:
    pieces, payer = _pieces(wish, order) or (), _payer(granted)
    line, *others = wish.lines
    is_early = any(one.terms.get("starts") == "on_delivery" for one in granted.values())
    if payer is None or others or is_early:
        return None
    sku = wish.for_sku or order.line(line).sku
    return ExchangeItem(
        id=_id(wish, order, "exchange_item", sku, *_named(pieces)),
        permit=permit_for(wish, order, granted),
        pieces=pieces,
        for_sku=sku,
        shipping_paid_by=payer,
    )


def _payer(granted: Mapping[LineId, Granted]) -> Payer | None:
    payers = {one.terms.get("return_shipping_paid_by") for one in granted.values()}
    if payers == {"seller"}:
        return "seller"
    return "buyer" if payers == {"buyer"} else None


def _is_of_one_seller(wish: Wish, order: Order) -> bool:
    return len({order.line(line).seller for line in wish.lines}) == 1


def _cancel(wish: Wish, order: Order, granted: Mapping[LineId, Granted]) -> CancelItems | None:
    pieces = _pieces(wish, order) or ()
    return CancelItems(
        id=_id(wish, order, "cancel_items", *_named(pieces)),
        permit=permit_for(wish, order, granted),
        pieces=pieces,
    )


def _change_address(
    wish: Wish, order: Order, granted: Mapping[LineId, Granted]
) -> ChangeAddress | None:
    address = wish.address
    if address is None or address.country != order.ship_to.country:
        return None
    return ChangeAddress(
        id=_id(wish, order, "change_address", address.model_dump_json()),
        permit=permit_for(wish, order, granted),
        address=address,
    )


def _send_paper(wish: Wish, order: Order, granted: Mapping[LineId, Granted]) -> SendPaper | None:
    is_unpaid = wish.paper == "receipt" and not order.payments
    if wish.paper is None or is_unpaid:
        return None
    return SendPaper(
        id=_id(wish, order, "send_paper", wish.paper),
        permit=permit_for(wish, order, granted),
        paper=wish.paper,
    )


_BUILDERS: Mapping[str, Callable[[Wish, Order, Mapping[LineId, Granted]], OrderEffect | None]] = {
    "may_refund": _money_back,
    "may_return": _return,
    "may_exchange": _exchange,
    "may_cancel": _cancel,
    "may_change_address": _change_address,
    "may_send_papers": _send_paper,
}
"""By question of the rulebook."""
