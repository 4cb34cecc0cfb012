"""What happened, in which order, and has anybody changed it since?

An append-only chain: each entry's hash covers the one before. Entries hold ids and hashes, so that
erasing a person's data does not break the chain.
"""

import hashlib
from datetime import datetime

from sqlalchemy import Connection, Row, insert, select

from agent.worker.tables import (
    events,
    instant_text,
    rulebook_publication,
    rulebook_version,
    turns,
)
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


class EffectJudged(Frozen):
    """The gateway said whether an effect on an order or on money may happen."""

    effect: str
    kind: str
    outcome: str
    """`permitted`, or the reason why not."""
    rule_ids: tuple[str, ...]
    version: str
    facts_sha256: str | None = None
    approval: str | None = None


class MoneyReserved(Frozen):
    """An amount was set aside for a refund, within every cap."""

    effect: str
    currency: str
    amount: int


class OutsideRefundFound(Frozen):
    """The provider paid back what Nightdesk did not ask for."""

    refund_sha256: str
    currency: str
    amount: int


class RefundFailedLater(Frozen):
    """A refund that was confirmed did not arrive after all."""

    effect: str
    why: str


class BreakerMoved(Frozen):
    """Money stopped moving without a person, or moves again."""

    now: str
    """`open` or `closed`."""
    why: str


class ApprovalMoved(Frozen):
    """A request for a person's word was made, answered, or fell away."""

    approval: str
    version: int
    effect: str
    step: str
    by: str | None = None
    """A colleague; never the buyer."""
    role: str | None = None
    facts_sha256: str


class WithdrawalRecorded(Frozen):
    """A consumer's statement was kept."""

    number_sha256: str
    statement_sha256: str


class TurnFaulted(Frozen):
    """A turn could not be handled as usual; why is in the operator's log."""

    message: str
    why: str


class StateSetAside(Frozen):
    """A stored conversation could not be read; its text was kept for repair by hand."""

    state_sha256: str


class RulebookStored(Frozen):
    """A version of the rules was seen for the first time."""

    version: str
    files_sha256: str


class RulebookLoaded(Frozen):
    """A process began to ask this version of the rules."""

    version: str
    published: bool
    """Else it came from the folder, since nothing was ever published."""


class RulebookPublished(Frozen):
    """From here on a version of the rules was in force."""

    n: int
    version: str
    record_sha256: str


Entry = (
    TurnCommitted
    | EffectSettled
    | EffectJudged
    | MoneyReserved
    | OutsideRefundFound
    | RefundFailedLater
    | BreakerMoved
    | ApprovalMoved
    | WithdrawalRecorded
    | TurnFaulted
    | StateSetAside
    | RulebookStored
    | RulebookLoaded
    | RulebookPublished
)


def digest(text: str) -> str:
    """Return the SHA-256 of a stored text."""
    return hashlib.sha256(text.encode()).hexdigest()


def append_event(
    connection: Connection,
    at: datetime,
    conversation: str,
    entry: Entry,
) -> None:
    """Add an entry; call it inside the transaction of what it reports.

    What concerns the whole house has no conversation: an empty name.
    """
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
    """Return a sentence for each place where the chain and what it speaks of do not agree."""
    rows = _digests(connection)
    found: list[str] = []
    previous = ""
    for row in connection.execute(select(events).order_by(events.c.seq)):
        chain = _chain(previous, row.at, row.conversation, row.kind, row.payload)
        if row.previous != previous or row.chain != chain:
            found.append(f"Event {row.seq} is not what was written, or its neighbour is missing.")
        previous = row.chain
        subject = _subject(row)
        if subject is not None and rows.pop(subject[0], None) != subject[1]:
            found.append(f"{subject[0]} is not what was committed.")
    return [*found, *(f"{name} has no event." for name in sorted(rows))]


def _digests(connection: Connection) -> dict[str, str]:
    """Return the digest of every row that some event vouches for, by the row's name."""
    held = select(turns.c.conversation, turns.c.turn, turns.c.record)
    versions = select(rulebook_version.c.version, rulebook_version.c.files)
    published = select(rulebook_publication.c.n, rulebook_publication.c.record)
    return {
        **{
            f"Turn {row.turn} of {row.conversation}": digest(row.record)
            for row in connection.execute(held)
        },
        **{_version(row.version): digest(row.files) for row in connection.execute(versions)},
        **{_publication(row.n): digest(row.record) for row in connection.execute(published)},
    }


def _subject(row: Row[tuple[object, ...]]) -> tuple[str, str] | None:
    """Return the row that an event vouches for, and its digest."""
    match row.kind:
        case TurnCommitted.__name__:
            turn = TurnCommitted.model_validate_json(row.payload)
            return f"Turn {turn.turn} of {row.conversation}", turn.record_sha256
        case RulebookStored.__name__:
            stored = RulebookStored.model_validate_json(row.payload)
            return _version(stored.version), stored.files_sha256
        case RulebookPublished.__name__:
            published = RulebookPublished.model_validate_json(row.payload)
            return _publication(published.n), published.record_sha256
        case _:
            return None


def _version(version: str) -> str:
    return f"Version {version} of the rules"


def _publication(n: int) -> str:
    return f"Publication {n} of the rules"


def _chain(previous: str, at: datetime, conversation: str, kind: str, payload: str) -> str:
    return digest("\x1f".join((previous, instant_text(at), conversation, kind, payload)))
