"""Is what a provider says it did what it was asked to do?"""

from tools.domain.changes import (
    AddressChanged,
    Cancelled,
    Exchanged,
    OrderChange,
    PaperSent,
    ProviderRefund,
    ReturnOpened,
    SentAgain,
)
from tools.domain.effect import (
    CancelItems,
    ChangeAddress,
    ExchangeItem,
    IssueRefund,
    OpenReturn,
    OrderEffect,
    SendAgain,
    SendPaper,
)


def answers(effect: OrderEffect, change: OrderChange) -> bool:
    """Whether a change is the one that an effect asks for."""
    if isinstance(change, ProviderRefund):
        return isinstance(effect, IssueRefund) and _pays(effect, change)
    return change.order == effect.permit.order and _does(effect, change)


def _pays(effect: IssueRefund, made: ProviderRefund) -> bool:
    asked = (effect.payment, effect.amount, effect.id)
    return (made.payment, made.amount, made.key) == asked


def _does(effect: OrderEffect, change: OrderChange) -> bool:
    match effect, change:
        case (
            (OpenReturn(pieces=asked), ReturnOpened(pieces=done))
            | (CancelItems(pieces=asked), Cancelled(pieces=done))
            | (SendAgain(pieces=asked), SentAgain(pieces=done))
        ):
            return asked == done
        case ExchangeItem(pieces=asked, for_sku=sku), Exchanged(pieces=done, for_sku=sent):
            return (asked, sku) == (done, sent)
        case ChangeAddress(address=wanted), AddressChanged(address=got):
            return wanted == got
        case SendPaper(paper=wanted), PaperSent(paper=got):
            return wanted == got
        case _:
            return False
