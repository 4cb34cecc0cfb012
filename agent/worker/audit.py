"""What happened, in which order, and has anybody changed it since?

An append-only chain: each entry's hash covers the one before. Entries hold ids and hashes, so that
erasing a person's data does not break the chain.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection, String, insert, select, type_coerce

from agent.worker.audit_entries import KINDS, Entry
from agent.worker.audit_subjects import SPEAKERS, digest, read_subjects, vouched_for
from agent.worker.tables import events, instant_text
from tools.domain.model import Frozen

_LAST = select(events.c.seq, events.c.chain).order_by(events.c.seq.desc()).limit(1)
_ADD_EVENTS = insert(events)
_ALL = select(
    events.c.seq,
    type_coerce(events.c.at, String),
    events.c.conversation,
    events.c.kind,
    events.c.payload,
    events.c.previous,
    events.c.chain,
).order_by(events.c.seq)
_PAGE = 5_000
_BETWEEN = "\x1f"


class Head(Frozen):
    """The last entry of the chain, as it can be kept elsewhere."""

    seq: int
    chain: str
    at: datetime
    """When it was looked at."""


def append_event(connection: Connection, at: datetime, conversation: str, entry: Entry) -> None:
    """Add an entry; call it inside the transaction of what it reports.

    What concerns the whole house has no conversation: an empty name.
    """
    append_events(connection, at, conversation, (entry,))


def append_events(
    connection: Connection, at: datetime, conversation: str, entries: Iterable[Entry]
) -> None:
    """Add entries in their order, inside the transaction of what they report."""
    last = connection.execute(_LAST).one_or_none()
    seq, previous = (last.seq, last.chain) if last is not None else (0, "")
    when = instant_text(at)
    rows: list[dict[str, object]] = []
    for number, entry in enumerate(entries, start=seq + 1):
        kind, payload = type(entry).__name__, entry.model_dump_json()
        chain = _chain(previous, when, conversation, kind, payload)
        rows.append(
            {
                "seq": number,
                "at": at,
                "conversation": conversation,
                "kind": kind,
                "payload": payload,
                "previous": previous,
                "chain": chain,
            }
        )
        previous = chain
    if rows:
        connection.execute(_ADD_EVENTS, rows)


def read_head(connection: Connection, now: datetime) -> Head | None:
    """Return the last entry; None when there is none yet."""
    last = connection.execute(_LAST).one_or_none()
    return None if last is None else Head(seq=last.seq, chain=last.chain, at=now)


def find_breaks(connection: Connection, heads: Iterable[Head] = ()) -> list[str]:
    """Return a sentence for each place where the chain itself is not whole."""
    return list(_walk(connection, {}, {head.seq: head for head in heads}))


def find_tampering(connection: Connection, heads: Iterable[Head] = ()) -> list[str]:
    """Return a sentence for each place where the chain and what it speaks of do not agree.

    `heads` were kept elsewhere: without one, entries that were cut off at the end are only missed
    where something they speak of is still there.
    """
    vouched: dict[str, str] = {}
    found = list(_walk(connection, vouched, {head.seq: head for head in heads}))
    for name, value in read_subjects(connection):
        known = vouched.pop(name, None)
        if known is None:
            found.append(f"{name} has no event.")
        elif known != value:
            found.append(f"{name} is not what was committed.")
    return [*found, *(f"{name} is missing." for name in vouched)]


def _walk(
    connection: Connection, vouched: dict[str, str], heads: Mapping[int, Head]
) -> Iterator[str]:
    """Follow the chain; `vouched` gets what its sound entries say about other rows."""
    before, expected = "", 1
    met: set[int] = set()
    rows = connection.execution_options(yield_per=_PAGE).execute(_ALL)
    for seq, at, conversation, kind, payload, previous, chain in rows:
        sound = seq == expected and previous == before and _is_plain(at, kind, payload)
        if sound and chain == _chain(before, at, conversation, kind, payload):
            if kind in SPEAKERS:
                vouched.update(vouched_for(conversation, kind, payload))
        else:
            yield f"Event {seq} is not what was written, or its neighbour is missing."
        if seq in heads:
            met.add(seq)
            if heads[seq].chain != chain:
                yield f"Event {seq} is not the one that was anchored."
        before, expected = chain, seq + 1
    yield from (
        f"Event {seq} was anchored and is not there any more." for seq in sorted(heads.keys() - met)
    )


def _is_plain(at: str, kind: str, payload: str) -> bool:
    """Whether the chain's words can only be divided in one way."""
    return kind in KINDS and _BETWEEN not in payload and _BETWEEN not in at


def _chain(previous: str, at: str, conversation: str, kind: str, payload: str) -> str:
    words = _BETWEEN.join((previous, at, conversation, kind, payload))
    return hashlib.sha256(words.encode()).hexdigest()


__all__ = [
    "append_event",
    "append_events",
    "digest",
    "find_breaks",
    "find_tampering",
    "read_head",
]
