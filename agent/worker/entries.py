"""What does the ledger say about an effect on an order or on money?"""

from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Connection, Select, select

from agent.worker.tables import ledger, verdicts
from agent.worker.verdicts import Verdict
from tools.domain.effect import EffectId, OrderEffect, Receipt

_EFFECT: TypeAdapter[OrderEffect] = TypeAdapter(OrderEffect)
RECEIPT: TypeAdapter[Receipt] = TypeAdapter(Receipt)
OPEN = ("PENDING", "UNKNOWN")
"""The provider may have done it, or may still do it."""

EntryQuery = Select[str, str, str | None, datetime, str, str | None]
ENTRIES: EntryQuery = select(
    ledger.c.payload,
    ledger.c.status,
    ledger.c.receipt,
    ledger.c.updated_at,
    verdicts.c.verdict,
    verdicts.c.holder,
).join_from(ledger, verdicts, verdicts.c.effect == ledger.c.effect)


@dataclass(frozen=True)
class Entry:
    """An effect in the ledger."""

    effect: OrderEffect
    status: str
    receipt: Receipt | None
    verdict: Verdict
    updated_at: datetime
    holder: str | None = None
    """Whose attempt is running."""

    @property
    def is_open(self) -> bool:
        """Whether its outcome is not known yet."""
        return self.status in OPEN


def find_entry(connection: Connection, effect: EffectId) -> Entry | None:
    """Return what is known of an effect."""
    return next(iter(read_entries(connection, ENTRIES.where(ledger.c.effect == effect))), None)


def find_cause(connection: Connection, effect: EffectId) -> Entry | None:
    """Return the effect that this one follows, where one does."""
    query = ENTRIES.where(verdicts.c.leads_to == effect)
    return next(iter(read_entries(connection, query)), None)


def read_entries(connection: Connection, query: EntryQuery) -> list[Entry]:
    """Return the entries that a query finds; raises nothing of its own."""
    return [
        Entry(
            _EFFECT.validate_json(row.payload),
            row.status,
            None if row.receipt is None else RECEIPT.validate_json(row.receipt),
            Verdict.model_validate_json(row.verdict),
            row.updated_at,
            row.holder,
        )
        for row in connection.execute(query)
    ]
