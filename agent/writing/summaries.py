"""How is an effect summed up before it happens, and what is said once it has or has not?"""

from datetime import date, tzinfo
from typing import Literal

from agent.state import Proposal
from agent.writing.parts import Part, Slot, say
from tools.domain.changes import (
    AddressChanged,
    Cancelled,
    Exchanged,
    OrderChange,
    PaperSent,
    Pieces,
    ProviderRefund,
    ReturnOpened,
    SentAgain,
)
from tools.domain.effect import (
    ChangeAddress,
    Done,
    ExchangeItem,
    IssueRefund,
    OpenReturn,
    OrderEffect,
    SendPaper,
)
from tools.domain.money import Money
from tools.domain.order import Order
from tools.domain.party import Address
from tools.policy.calendar import local_day

_BANK_DAYS: dict[str, Slot] = {"first": 5, "last": 10}
"""Business days until banks usually show a refund; longer than most need."""
_OF_GOODS = {
    "open_return": "confirm_return",
    "exchange_item": "confirm_exchange",
    "cancel_items": "confirm_cancel",
    "send_again": "confirm_send_again",
}


def sum_up(proposal: Proposal, order: Order, zone: tzinfo) -> Part:
    """Return what would be done, for what, how much, where to and when, and the question."""
    effect, then = proposal.effect, proposal.then
    parts = [_summary(effect, order), *_terms(effect, order, zone)]
    if then is not None:
        parts += [say("confirm_repayment", amount=then.amount), *_way_of(then)]
    asked = say("confirm_with_person" if proposal.needs_person else "confirm_question")
    return Part(sentences=(*parts, asked))


def _summary(effect: OrderEffect, order: Order) -> Part:
    number = order.number
    match effect:
        case ChangeAddress(address=address):
            return say("confirm_address", order=number, **_address(address))
        case SendPaper(paper=paper):
            return say("confirm_paper", paper=say(f"paper_{paper}"), order=number)
        case IssueRefund(amount=amount):
            items = items_of(_paid_for(effect, order), order)
            return say("confirm_refund", amount=amount, items=items, order=number)
        case _:
            items = items_of(effect.pieces, order)
            return say(_OF_GOODS[effect.kind], items=items, order=number)


def _terms(effect: OrderEffect, order: Order, zone: tzinfo) -> list[Part]:
    del order
    match effect:
        case IssueRefund():
            return _way_of(effect)
        case OpenReturn(shipping_paid_by=payer, send_by=send_by):
            by = [] if send_by is None else [say("confirm_send_by", date=local_day(send_by, zone))]
            return [say(f"return_terms_{payer}"), *by]
        case ExchangeItem(shipping_paid_by=payer):
            return [say(f"return_terms_{payer}")]
        case _:
            return []


def refund_way() -> Part:
    """Return which way a refund goes and when it usually shows; never that it has arrived."""
    return say("refund_way", **_BANK_DAYS)


def _way_of(refund: IssueRefund) -> list[Part]:
    """Say how much of it is for the delivery, which way it goes and when it shows."""
    delivery = sum(one.amount for one in refund.shares if one.of == "shipping")
    share = Money(amount=delivery, currency=refund.amount.currency)
    told = [say("refund_delivery_share", amount=share)] if delivery else []
    return [*told, refund_way()]


def _paid_for(effect: IssueRefund, order: Order) -> tuple[Pieces, ...]:
    if effect.pieces:
        return effect.pieces
    lines = [order.line(line) for line in effect.permit.lines]
    return tuple(
        Pieces(line=one.id, quantity=max(1, one.quantity - one.cancelled_quantity)) for one in lines
    )


def items_of(pieces: tuple[Pieces, ...], order: Order) -> tuple[str, ...]:
    """Return how many of what, one entry for each line."""
    return tuple(f"{one.quantity} × {order.line(one.line).title}" for one in pieces)


def _address(address: Address) -> dict[str, Slot]:
    return {
        "name": address.name,
        "street": address.street,
        "postcode": address.postcode,
        "city": address.city,
        "country": address.country,
    }


def tell_done(receipt: Done, order: Order, zone: tzinfo) -> Part:
    """Return what happened, when, and by which number it can be found."""
    day = local_day(receipt.at, zone)
    return Part(sentences=tuple(_done(receipt.change, order, day, zone)))


def _done(change: OrderChange, order: Order, day: date, zone: tzinfo) -> list[Part]:
    match change:
        case ProviderRefund():
            return _refunded(change, day)
        case ReturnOpened():
            return _return_opened(change, order, zone)
        case AddressChanged(address=address):
            return [say("done_address", order=order.number, **_address(address))]
        case PaperSent(paper=paper, to=to):
            return [say("done_paper", paper=say(f"paper_{paper}"), order=order.number, to=to)]
        case _:
            return _sent_or_cancelled(change, order, day)


def _sent_or_cancelled(
    change: Exchanged | Cancelled | SentAgain, order: Order, day: date
) -> list[Part]:
    told: dict[str, Slot] = {"number": change.id, "items": items_of(change.pieces, order)}
    match change:
        case Exchanged(back=None):
            return [say("done_exchange", **told)]
        case Exchanged(back=back):
            return [say("done_exchange", **told), say("done_back", number=str(back))]
        case Cancelled():
            return [say("done_cancel", **told, date=day)]
        case SentAgain():
            return [say("done_send_again", **told)]


def _refunded(change: ProviderRefund, day: date) -> list[Part]:
    macro: Literal["done_refund", "done_refund_pending"] = (
        "done_refund" if change.status == "succeeded" else "done_refund_pending"
    )
    told = say(macro, amount=change.amount, date=day, number=change.id)
    by = [say("done_reference", reference=change.reference)] if change.reference else []
    return [told, *by, refund_way()]


def _return_opened(change: ReturnOpened, order: Order, zone: tzinfo) -> list[Part]:
    items = items_of(change.pieces, order)
    to = _address(change.send_to)
    parts = [say("done_return", number=change.id, items=items), say("done_return_to", **to)]
    if change.label is not None:
        parts.append(say("done_return_label", label=change.label))
    else:
        parts.append(say("return_terms_buyer"))
    if change.send_by is not None:
        parts.append(say("confirm_send_by", date=local_day(change.send_by, zone)))
    return [*parts, say("done_return_next")]
