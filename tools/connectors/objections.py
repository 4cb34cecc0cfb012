"""Why does a till pay nothing back, whatever it may be asked for?"""

from tools.domain.changes import PaymentState
from tools.domain.effect import IssueRefund


def objection(effect: IssueRefund, state: PaymentState) -> str | None:
    """Return what speaks against a refund, as far as the payment itself can tell."""
    amount = effect.amount
    objections = {
        "the payment is in another currency": amount.currency != state.captured.currency,
        "there is nothing to pay": amount.amount < 1,
        "the shares do not add up": sum(x.amount for x in effect.shares) != amount.amount,
        "the payment is disputed": state.disputed,
        "another sum was paid back by now": state.refunded != effect.already_refunded,
        "it is more than was paid": state.refunded + amount.amount > state.captured.amount,
    }
    return next((why for why, holds in objections.items() if holds), None)
