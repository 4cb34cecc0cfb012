"""What does a reply commit to? Read from what it is made of, never from its words."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from agent.promises import PROMISING, Promise, PromiseKind
from agent.state import TurnState
from agent.writing.compose import compose
from agent.writing.parts import Part
from tools.domain.changes import Exchanged, ProviderRefund, ReturnOpened
from tools.domain.effect import Done, Open, OpenTicket, Receipt, RecordWithdrawal
from tools.policy.marketplace import MarketplacePolicy
from tools.policy.rulebook import Rulebook


def promised(state: TurnState, rulebook: Rulebook, now: datetime) -> tuple[Promise, ...]:
    """Return what the reply that is made of this turn commits to; each thing once."""
    if state["message"].event.kind == "person_said":
        return ()
    said = dict.fromkeys(_macros(compose(state, rulebook)))
    kinds: dict[PromiseKind, None] = {}
    for macro in said:
        kinds.update(dict.fromkeys(PROMISING.get(macro, ())))
    market = rulebook.marketplace
    return tuple(one for kind in kinds for one in _of_kind(kind, state, market, now))


def _macros(parts: tuple[Part, ...]) -> Iterator[str]:
    for part in parts:
        if part.macro is not None:
            yield part.macro
        yield from _macros(part.sentences)
        yield from _macros(tuple(slot for slot in part.slots.values() if isinstance(slot, Part)))


def _of_kind(
    kind: PromiseKind, state: TurnState, market: MarketplacePolicy, now: datetime
) -> tuple[Promise, ...]:
    """A promise that nothing can be found for is about the order: it never gets lost."""
    found = tuple(_about(kind, state))
    due = now + _time_for(kind, market)
    order = state["conversation"].order
    if not found:
        about = order or state["message"].id
        return (Promise(kind=kind, about=about, order=order, due_at=due),)
    return tuple(
        Promise(
            kind=kind,
            about=about,
            order=_order_of(receipt, state) or order,
            due_at=max(due, (_send_by(receipt) or now) + _time_for(kind, market)),
        )
        for about, receipt in found
    )


def _about(kind: PromiseKind, state: TurnState) -> Iterator[tuple[str, Receipt | None]]:
    handoff = state.get("handoff")
    if kind == "person_answer" and handoff is not None and handoff.ticket is not None:
        yield handoff.ticket, None
    for receipt in state.get("receipts", ()):
        match kind, receipt:
            case (("effect_outcome" | "word_on_outcome"), Open(effect=effect)):
                yield effect, receipt
            case "refund_outcome", Done(change=ProviderRefund(id=name, status="pending")):
                yield name, receipt
            case "return_received", Done(change=ReturnOpened(id=name)):
                yield name, receipt
            case "return_received", Done(change=Exchanged(back=name)) if name is not None:
                yield name, receipt
            case _:
                pass


def _order_of(receipt: Receipt | None, state: TurnState) -> str | None:
    effects = {effect.id: effect for effect in state.get("effects", ())}
    effect = effects.get(receipt.effect) if receipt is not None else None
    if effect is None or isinstance(effect, OpenTicket | RecordWithdrawal):
        return None
    return effect.permit.order


def _send_by(receipt: Receipt | None) -> datetime | None:
    match receipt:
        case Done(change=ReturnOpened(send_by=send_by)):
            return send_by
        case _:
            return None


def _time_for(kind: PromiseKind, market: MarketplacePolicy) -> timedelta:
    times = market.promises
    match kind:
        case "person_answer" | "approval_answer":
            return timedelta(hours=market.reply_hours)
        case "effect_outcome" | "word_on_outcome":
            return timedelta(hours=times.outcome_hours)
        case "refund_outcome" | "refund_after_check":
            return timedelta(days=times.refund_days)
        case "return_received":
            return timedelta(days=times.return_days)
