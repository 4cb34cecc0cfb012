"""Where is a refund? What the records say of it, and when a person has to look."""

from datetime import UTC, datetime, timedelta

from agent.requests import Request
from agent.state import HandingOff
from agent.writing.parts import Part, say
from agent.writing.summaries import refund_way
from tools.domain.order import Order
from tools.domain.returns import Refund, Return
from tools.policy.calendar import local_day

_TOO_LONG = timedelta(days=16)
"""By then the bank has had ten business days, and a holiday."""


def person_for_refund(request: Request, order: Order, now: datetime) -> HandingOff | None:
    """Return why a person has to say where the money is."""
    if any(payment.dispute == "open" for payment in order.payments):
        return HandingOff(request=request, reason="disputed_money", queue="payments")
    failed = any(refund.status == "failed" for refund in order.refunds)
    made = [one for one in order.refunds if one.status != "failed"]
    late = any(now - one.created_at > _TOO_LONG for one in made if one.status == "pending")
    if late or (failed and not made):
        return HandingOff(request=request, reason="refund_stuck", queue="payments")
    back = [one for one in order.returns if one.received_at is not None]
    if not made and any(one.inspection != "pending" for one in back):
        return HandingOff(request=request, reason="refund_due", queue="payments")
    return None


def refund_parts(order: Order) -> list[Part]:
    """Return each refund and each return that no refund followed yet; never that it has arrived."""
    made = [one for one in order.refunds if one.status != "failed"]
    told = [_refund(one) for one in sorted(made, key=lambda one: one.created_at)]
    refunded = {line for one in made for line in one.lines}
    waiting = [one for one in order.returns if not refunded & {*one.lines}]
    told += [_return(one) for one in waiting] if not made or refunded else []
    if told:
        return told
    return [say("refund_none", order=order.number)]


def _refund(refund: Refund) -> Part:
    day = local_day(refund.created_at, UTC)
    if refund.status == "pending":
        return say("refund_under_way", amount=refund.amount, date=day)
    return Part(
        sentences=(say("refund_issued", amount=refund.amount, date=day), refund_way()),
    )


def _return(back: Return) -> Part:
    if back.received_at is None:
        return say("refund_waits_for_goods", date=local_day(back.requested_at, UTC))
    return say("refund_waits_for_check", date=local_day(back.received_at, UTC))
