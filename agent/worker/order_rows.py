"""Which rows does an effect on an order or on money begin with?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, text

from agent.worker.audit import append_event, digest
from agent.worker.audit_entries import EffectBegun, EffectJudged
from agent.worker.budgets import Till
from agent.worker.entries import OPEN
from agent.worker.refusals import Refusal, Refused
from agent.worker.tables import ledger, verdicts
from agent.worker.verdicts import Verdict
from tools.domain.effect import OrderEffect

_ONE_AT_A_TIME = 0x6E696768
"""An arbitrary number, the same in every process."""
HELD = timedelta(seconds=90)
"""Longer than an attempt with all its repetitions takes."""


@dataclass(frozen=True)
class Begin:
    """What is written before a provider is called."""

    effect: OrderEffect
    verdict: Verdict
    till: Till | None
    """For money."""
    holder: str
    now: datetime


def append_judged(
    connection: Connection, now: datetime, effect: OrderEffect, judged: Verdict | Refusal
) -> None:
    """Add to the audit chain what the gateway said of an effect."""
    yes = isinstance(judged, Verdict)
    entry = EffectJudged(
        effect=effect.id,
        kind=effect.kind,
        outcome="permitted" if yes else judged.reason,
        rule_ids=effect.permit.rule_ids,
        version=effect.permit.version,
        facts_sha256=judged.facts_sha256 if yes else None,
        approval=effect.permit.approval,
        verdict_sha256=digest(judged.model_dump_json()) if yes else None,
    )
    append_event(connection, now, effect.permit.conversation, entry)


def take_turns(connection: Connection) -> None:
    """Let one process at a time look at sums and add to them; SQLite does so by itself."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})


def check_alone(connection: Connection, effect: OrderEffect, verdict: Verdict) -> None:
    """Refuse while something else of the order is open, or the buyer's word is used already."""
    permit = effect.permit
    other = (
        select(ledger.c.effect)
        .join_from(ledger, verdicts, verdicts.c.effect == ledger.c.effect)
        .where(verdicts.c.order_number == permit.order, ledger.c.status.in_(OPEN))
    )
    if (name := connection.scalar(other.limit(1))) is not None:
        raise Refused("effect_open", name)
    used = select(verdicts.c.effect).where(
        verdicts.c.conversation == permit.conversation,
        verdicts.c.confirmed_by == _word(effect, verdict),
    )
    if (name := connection.scalar(used)) is not None:
        raise Refused("confirmation_used", name)


def insert_effect(connection: Connection, begin: Begin) -> None:
    """Write down an effect and what it rests on, held by whoever is about to attempt it."""
    effect, now = begin.effect, begin.now
    words = effect.model_dump_json()
    row = {
        "effect": effect.id,
        "kind": effect.kind,
        "payload": words,
        "status": "PENDING",
        "created_at": now,
        "updated_at": now,
    }
    connection.execute(insert(ledger), row)
    entry = EffectBegun(effect=effect.id, kind=effect.kind, effect_sha256=digest(words))
    append_event(connection, now, effect.permit.conversation, entry)
    judged = {
        "effect": effect.id,
        "conversation": effect.permit.conversation,
        "confirmed_by": _word(effect, begin.verdict),
        "order_number": effect.permit.order,
        "leads_to": begin.verdict.then.id if begin.verdict.then is not None else None,
        "verdict": begin.verdict.model_dump_json(),
        "holder": begin.holder,
        "held_until": now + HELD,
    }
    connection.execute(insert(verdicts), judged)


def _word(effect: OrderEffect, verdict: Verdict) -> str:
    """Return the buyer's word, which counts once; what follows from an effect shares its word."""
    word = effect.permit.confirmed_by or ""
    return word if verdict.follows is None else f"{word} after {verdict.follows}"
