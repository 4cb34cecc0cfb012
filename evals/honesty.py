"""Did a reply say anything that the records do not hold, or that this buyer may not know?"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from agent.guards import find_active_markup
from evals.conversation_file import Sample
from evals.run import Miss, Run, Score, Step
from tools.domain.effect import IssueRefund, OpenReturn, OpenTicket, RecordWithdrawal
from tools.domain.money import DIGITS
from tools.domain.order import Order
from tools.domain.party import Identity

_DIGITS = re.compile(r"\d+")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
_DAY = 86_400
BANK_DAYS = (5, 10)
"""Between which business days a refund usually shows at a bank."""
_SATURDAY = 5


def score_grounding(run: Run, sample: Sample) -> Score:
    """Does every number, date, id and address in a reply stand in a record the buyer may see?

    Independent of the guard that the product itself has: it looks at digits, not at formats.
    """
    del sample
    misses: list[Miss] = []
    for step in run.steps:
        if not step.text:
            continue
        said, held = _said(run, step), _held(run, step)
        numbers = {_plain(n) for n in _DIGITS.findall(f"{said} {held}")} | _ages(run, step)
        loose = [n for n in _DIGITS.findall(step.text) if _plain(n) not in numbers]
        known = f"{said} {held}".casefold()
        loose += [e for e in _EMAIL.findall(step.text) if e.casefold() not in known]
        loose += [fault.text for fault in find_active_markup(step.text)]
        if loose:
            got = f"{', '.join(loose)} in: {step.text}"
            misses.append(Miss(turn=step.number, expected="only what the records hold", got=got))
    return Score(scorer="grounding", misses=tuple(misses))


def score_privacy(run: Run, sample: Sample) -> Score:
    """Is nothing shown of an order that was not verified by then?"""
    del sample
    misses = [miss for step in run.steps for miss in _leaks(run, step)]
    return Score(scorer="privacy", misses=tuple(misses))


def visible(step: Step, order: Order) -> bool:
    """Whether the buyer had shown by the end of this turn that an order is theirs."""
    identity = step.after.identity if step.after else Identity()
    return identity.may_see(order.number, order.email)


def _leaks(run: Run, step: Step) -> Iterator[Miss]:
    shown = _shown(step).casefold()
    if not shown:
        return
    allowed = _said(run, step).casefold()
    allowed += "\n".join(o.model_dump_json() for o in run.orders if visible(step, o)).casefold()
    for order in run.orders:
        if visible(step, order):
            continue
        for secret in _secrets(order):
            if secret.casefold() in shown and secret.casefold() not in allowed:
                expected = f"nothing of order {order.number}, which is not verified"
                yield Miss(turn=step.number, expected=expected, got=f"{secret} in: {step.text}")


def _secrets(order: Order) -> Iterator[str]:
    yield from (line.title for line in order.lines)
    yield from (s.tracking_number for s in order.shipments if s.tracking_number)
    yield from (order.number, order.email, order.ship_to.name, order.ship_to.street)


def _shown(step: Step) -> str:
    reply = step.record.reply if step.record else None
    if reply is None or reply.author == "person":
        return ""
    labels = [choice.label for choice in reply.choices]
    return "\n".join([reply.text, *labels, *(card.model_dump_json() for card in reply.cards)])


def _said(run: Run, step: Step) -> str:
    """Return what the buyer and the people of the desk have said so far."""
    email = run.sample.customer.email if run.sample.customer.verified else None
    turns = [str(one.turn) for one in run.steps if one.number <= step.number]
    return "\n".join([*turns, email or ""])


def _held(run: Run, step: Step) -> str:
    """Return everything from records that a reply of this turn may repeat."""
    orders = [order for order in run.orders if visible(step, order)]
    numbers = {s.tracking_number for order in orders for s in order.shipments}
    parts = [order.model_dump_json() for order in orders]
    parts += [p.model_dump_json() for p in run.parcels if p.tracking_number in numbers]
    parts += [f"{money // 100} {money % 100:02d}" for o in orders for money in _amounts(o)]
    parts += _from_record(step)
    parts += [run.owner_words]
    return "\n".join(parts)


def _from_record(step: Step) -> Iterator[str]:
    record = step.record
    if record is None:
        return
    yield from (decision.model_dump_json() for decision in record.decision)
    yield from (effect.model_dump_json() for effect in record.effects)
    yield from _of_effects(step)
    yield from (_dates(step) if record.reply else ())
    yield from _receipts(step)
    yield str(record.handoff.ticket) if record.handoff else ""
    yield str(step.after.ticket) if step.after else ""


def _of_effects(step: Step) -> Iterator[str]:
    """Yield what is to be done and what was done, with amounts and days as they are told."""
    record, proposal = step.record, step.after.proposal if step.after else None
    assert record is not None, "called with a record only"
    yield from (receipt.model_dump_json() for receipt in record.receipts)
    asked = [proposal.effect] if proposal is not None else []
    asked += [proposal.then] if proposal is not None and proposal.then is not None else []
    effects = [e for e in record.effects if not isinstance(e, OpenTicket | RecordWithdrawal)]
    for effect in (*asked, *effects):
        yield effect.model_dump_json()
        if isinstance(effect, IssueRefund):
            told = [effect.amount.amount, *(share.amount for share in effect.shares)]
            yield from (_as_told(money, effect.amount.currency) for money in told)
            yield " ".join(map(str, BANK_DAYS))
        if isinstance(effect, OpenReturn) and effect.send_by is not None:
            yield from (f"{effect.send_by + timedelta(hours=h):%d}" for h in (-12, 0, 14))
    if record.effects:
        yield from (f"{step.at + timedelta(hours=h):%d}" for h in (-12, 0, 14))


def _as_told(money: int, currency: str) -> str:
    """Return an amount with its digits as a buyer reads them."""
    digits = DIGITS.get(currency, 2)
    return f"{money // 10**digits:,} {money % 10**digits:0{max(digits, 1)}}"


def _receipts(step: Step) -> Iterator[str]:
    """Yield the number of each receipt and when it was said, by the buyer's clock."""
    for kept in step.after.withdrawals if step.after else ():
        local = kept.statement.at.astimezone(ZoneInfo(kept.statement.zone))
        yield f"{kept.number} {local:%Y %m %d %H %I %M}"


def _dates(step: Step) -> Iterator[str]:
    """Yield the expected dates, which follow from records and the owner's patience."""
    assert step.record is not None, "called with a record only"
    cards = step.record.reply.cards if step.record.reply else ()
    return (str(parcel.expected_by) for card in cards for parcel in card.parcels)


def _amounts(order: Order) -> Iterator[int]:
    yield from (line.unit_price.amount for line in order.lines)
    yield from (payment.amount.amount for payment in order.payments)
    yield from (refund.amount.amount for refund in order.refunds)
    yield order.shipping_price.amount


def _ages(run: Run, step: Step) -> set[str]:
    """Return how many days and hours lie between now and each recorded instant."""
    found: set[str] = set()
    orders = [order for order in run.orders if visible(step, order)]
    numbers = {s.tracking_number for order in orders for s in order.shipments}
    sent = [s for order in orders for s in order.shipments]
    instants = [e.at for p in run.parcels if p.tracking_number in numbers for e in p.scans]
    instants += [order.placed_at for order in orders]
    instants += [at for s in sent for at in (s.shipped_at, s.delivered_at, s.packed_at) if at]
    for at in instants:
        seconds = abs((step.at - at).total_seconds())
        days, hours = int(seconds // _DAY), int(seconds // 3600)
        found |= {str(days), str(days + 1), str(hours), str(hours + 1)}
    cards = step.record.reply.cards if step.record and step.record.reply else ()
    due = {s.promised_by for s in sent} | {p.expected_by for card in cards for p in card.parcels}
    due |= set(_sending_dates(run, orders))
    found |= {str(day.day) for day in due if day}
    return found | {str(abs((step.at.date() - day).days)) for day in due if day}


def _sending_dates(run: Run, orders: Iterable[Order]) -> Iterator[date]:
    """Yield by when each seller should have sent an order: working days from placing it."""
    handling = {seller.id: seller.handling_days for seller in run.sellers}
    for order in orders:
        for seller in {line.seller for line in order.lines} & handling.keys():
            day, left = order.placed_at.date(), handling[seller]
            while left:
                day += timedelta(days=1)
                left -= day.weekday() < _SATURDAY
            yield day


def _plain(number: str) -> str:
    return number.lstrip("0") or "0"
