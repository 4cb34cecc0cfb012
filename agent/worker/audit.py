"""What happened, in which order, and has anybody changed it since?

An append-only chain: each entry's hash covers the one before. Entries hold ids and hashes, so that
erasing a person's data does not break the chain.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, Row, insert, select

from agent.worker.tables import events, instant_text, turns
from tools.domain.model import Frozen

_LAST_CHAIN = select(events.c.chain).order_by(events.c.seq.desc()).limit(1)
_ADD_EVENT = insert(events)


class TurnCommitted(Frozen):
    """One message became one turn."""

    turn: int
    message: str
    record_sha256: str


class EffectSettled(Frozen):
    """The ledger learnt what became of an effect."""

    effect: str
    kind: str
    status: str


class TurnFaulted(Frozen):
    """A turn could not be handled as usual; why is in the operator's log."""

    message: str
    why: str


class StateSetAside(Frozen):
    """A stored conversation could not be read; its text was kept for repair by hand."""

    state_sha256: str


def digest(text: str) -> str:
    """Return the SHA-256 of a stored text."""
    return hashlib.sha256(text.encode()).hexdigest()


def append_event(
    connection: Connection,
    at: datetime,
    conversation: str,
    entry: TurnCommitted | EffectSettled | TurnFaulted | StateSetAside,
) -> None:
    """Add an entry; call it inside the transaction of what it reports."""
    previous = connection.scalar(_LAST_CHAIN)
    kind, payload = type(entry).__name__, entry.model_dump_json()
    connection.execute(
        _ADD_EVENT,
        {
            "at": at,
            "conversation": conversation,
            "kind": kind,
            "payload": payload,
            "previous": previous or "",
            "chain": _chain(previous or "", at, conversation, kind, payload),
        },
    )


def find_tampering(connection: Connection) -> list[str]:
    """Return a sentence for each place where the chain and the turns do not agree."""
    records = {
        (row.conversation, row.turn): digest(row.record)
        for row in connection.execute(select(turns.c.conversation, turns.c.turn, turns.c.record))
    }
    found: list[str] = []
    previous = ""
    for row in connection.execute(select(events).order_by(events.c.seq)):
        chain = _chain(previous, row.at, row.conversation, row.kind, row.payload)
        if row.previous != previous or row.chain != chain:
            found.append(f"Event {row.seq} is not what was written, or its neighbour is missing.")
        previous = row.chain
        found += _turn_faults(row, records)
    found += [f"Turn {turn} of {name} has no event." for name, turn in sorted(records)]
    return found


def _turn_faults(
    row: Row[tuple[object, ...]], records: dict[tuple[str, int], str]
) -> Iterator[str]:
    if row.kind != TurnCommitted.__name__:
        return
    entry = TurnCommitted.model_validate_json(row.payload)
    if records.pop((row.conversation, entry.turn), None) != entry.record_sha256:
        yield f"Turn {entry.turn} of {row.conversation} is not what was committed."


def _chain(previous: str, at: datetime, conversation: str, kind: str, payload: str) -> str:
    return digest("\x1f".join((previous, instant_text(at), conversation, kind, payload)))
