"""Was done what should be done at the shop, no more and no less, and only after a yes to it?"""

from collections.abc import Iterator

from evals.expectation import EndState, GoodsExpectation, RefundExpectation
from evals.run import Miss, Run
from tools.domain.effect import (
    Effect,
    ExchangeItem,
    OpenReturn,
    OpenTicket,
    OrderEffect,
    RecordWithdrawal,
    SendPaper,
)
from tools.domain.order import Order

Difference = tuple[str, object, object]


def done_differences(run: Run, end: EndState) -> Iterator[Difference]:
    """Compare the shop's books with what the author expects; nothing may happen beside it."""
    before = {order.number: order for order in run.orders}
    pairs = [(before[order.number], order) for order in run.changed]
    refunds = [str(one) for was, now in pairs for one in _refunds(was, now)]
    cancelled = [str(one) for was, now in pairs for one in _cancelled(was, now)]
    moved = {now.number: now.ship_to.postcode for was, now in pairs if was.ship_to != now.ship_to}
    yield "refunds", sorted(map(str, end.refunds)), sorted(refunds)
    yield "cancellations", sorted(map(str, end.cancellations)), sorted(cancelled)
    yield "new addresses", dict(end.sent_to), moved
    yield "returns", sorted(map(str, end.returns)), sorted(_goods(run, OpenReturn))
    yield "exchanges", sorted(map(str, end.exchanges)), sorted(_goods(run, ExchangeItem))
    yield "papers", sorted(end.papers), sorted(_papers(run))


def unagreed(run: Run) -> Iterator[Miss]:
    """Yield each effect that the buyer was not asked about in the turn before.

    What a person was asked about after that may happen as soon as they have answered.
    """
    asked: frozenset[str] = frozenset()
    shown: dict[str, tuple[str, ...]] = {}
    for step in run.steps:
        record = step.record
        done = [e for e in record.effects if is_of_order(e)] if record is not None else []
        for effect in done:
            if effect.id not in asked:
                wanted = "a summary of it in the turn before"
                yield Miss(turn=step.number, expected=wanted, got=f"{effect.kind} {effect.id}")
        proposal = step.after.proposal if step.after is not None else None
        if proposal is not None:
            then = [proposal.then.id] if proposal.then is not None else []
            shown[proposal.effect.id] = (proposal.effect.id, *then)
        awaited = step.after.awaiting if step.after is not None else ()
        open_ = [*(one.effect for one in awaited), *([proposal.effect.id] if proposal else [])]
        asked = frozenset(name for effect in open_ for name in shown.get(effect, ()))


def is_of_order(effect: Effect) -> bool:
    """Whether an effect moves money or changes an order."""
    return not isinstance(effect, OpenTicket | RecordWithdrawal)


def _refunds(was: Order, now: Order) -> Iterator[RefundExpectation]:
    known = {refund.id for refund in was.refunds}
    for refund in now.refunds:
        if refund.id not in known:
            paid = refund.amount
            yield RefundExpectation(order=now.number, amount=paid.amount, currency=paid.currency)


def _cancelled(was: Order, now: Order) -> Iterator[GoodsExpectation]:
    gone: dict[str, int] = {}
    for line in now.lines:
        before = was.line(line.id).cancelled_quantity
        if line.cancelled_quantity > before:
            gone[line.id] = line.cancelled_quantity - before
    if gone:
        yield GoodsExpectation(order=now.number, pieces=gone)


def _goods(run: Run, kind: type[OpenReturn | ExchangeItem]) -> Iterator[str]:
    for effect in _really_done(run):
        if isinstance(effect, kind):
            pieces: dict[str, int] = {one.line: one.quantity for one in effect.pieces}
            yield str(GoodsExpectation(order=effect.permit.order, pieces=pieces))


def _papers(run: Run) -> Iterator[str]:
    papers = (effect for effect in _really_done(run) if isinstance(effect, SendPaper))
    return (f"{effect.paper} {effect.permit.order}" for effect in papers)


def _really_done(run: Run) -> Iterator[OrderEffect]:
    """Yield the effects that have a receipt which says so."""
    for record in run.records:
        done = {receipt.effect for receipt in record.receipts if receipt.kind == "done"}
        for effect in record.effects:
            if effect.id in done and not isinstance(effect, OpenTicket | RecordWithdrawal):
                yield effect
