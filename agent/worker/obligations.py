"""How is what was promised kept in mind until a receipt closes it?"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, select, update

from agent.conversation import ApprovalSettled, HandBack, InboundMessage, PersonSaid
from agent.promises import Promise, PromiseKind
from agent.turn import TurnResult
from agent.worker.audit_entries import Entry, PromiseClosed, PromiseMade
from agent.worker.database import Database
from agent.worker.promise_tables import obligations
from agent.worker.tables import ledger
from tools.domain.effect import Done, Failed
from tools.domain.model import Frozen

_COLUMNS = obligations.c
_SETTLED = ("CONFIRMED", "FAILED")
_TELLS: tuple[PromiseKind, ...] = ("effect_outcome", "word_on_outcome")


class Obligation(Frozen):
    """A promise that was made, and what became of it."""

    id: int
    conversation: str
    order: str | None
    kind: PromiseKind
    about: str
    made_at: datetime
    due_at: datetime
    closed_at: datetime | None = None
    closed_by: str | None = None

    def is_overdue(self, now: datetime) -> bool:
        """Whether it is open although its time has passed."""
        return self.closed_at is None and self.due_at < now


class Obligations:
    """What was promised, as the store has it; errors are those of `Database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self) -> tuple[Obligation, ...]:
        """Return what is not kept yet, the earliest due first."""
        return self._read(_COLUMNS.closed_at.is_(None))

    def all(self) -> tuple[Obligation, ...]:
        """Return everything that was ever promised, the earliest due first."""
        return self._read(_COLUMNS.id > 0)

    def overdue(self, now: datetime) -> tuple[Obligation, ...]:
        """Return what should have been kept by now."""
        return self._read(_COLUMNS.closed_at.is_(None) & (_COLUMNS.due_at < now))

    def _read(self, which: ColumnElement[bool]) -> tuple[Obligation, ...]:
        query = select(obligations).where(which).order_by(_COLUMNS.due_at, _COLUMNS.id)
        with self._database.reading("promises") as connection:
            rows = connection.execute(query).all()
        return tuple(
            Obligation(
                id=row.id,
                conversation=row.conversation,
                order=row.order_number,
                kind=row.kind,
                about=row.about,
                made_at=row.made_at,
                due_at=row.due_at,
                closed_at=row.closed_at,
                closed_by=row.closed_by,
            )
            for row in rows
        )


def keep_promises(
    connection: Connection, message: InboundMessage, result: TurnResult, at: datetime
) -> list[Entry]:
    """Write down what a turn promises and close what it keeps; return what the log has to tell.

    Within the turn's transaction, so that nothing is said without being owed.
    """
    told: list[Entry] = [
        *_close(connection, _kept_by(message, result), message.id, at),
        *_make(connection, message, result.record.promises, at),
    ]
    # What was found out between the call and this commit keeps its promise at once.
    settled = select(ledger.c.effect).where(ledger.c.status.in_(_SETTLED))
    mine = _COLUMNS.conversation == message.conversation
    found = mine & (_COLUMNS.kind == "effect_outcome") & _COLUMNS.about.in_(settled)
    return [*told, *_close(connection, found, "ledger", at)]


def close_by_outcome(connection: Connection, effect: str, at: datetime) -> list[Entry]:
    """Close what was promised about finding out what became of an effect, within its transaction."""
    found = (_COLUMNS.kind == "effect_outcome") & (_COLUMNS.about == effect)
    return _close(connection, found, "ledger", at)


def close_by_record(connection: Connection, promise: int, by: str, at: datetime) -> list[Entry]:
    """Close one promise that the shop's records show to be kept, or past."""
    return _close(connection, _COLUMNS.id == promise, by, at)


def _kept_by(message: InboundMessage, result: TurnResult) -> ColumnElement[bool]:
    kinds: list[ColumnElement[bool]] = []
    match message.event:
        case PersonSaid() | HandBack():
            kinds.append(_COLUMNS.kind.in_(("person_answer", "approval_answer")))
        case ApprovalSettled():
            kinds.append(_COLUMNS.kind == "approval_answer")
        case _:
            pass
    if not result.conversation.awaiting:
        kinds.append(_COLUMNS.kind == "approval_answer")
    if result.record.reply is not None:
        ended = [r.effect for r in result.record.receipts if isinstance(r, Done | Failed)]
        kinds.append(_COLUMNS.kind.in_(_TELLS) & _COLUMNS.about.in_(ended))
    which = _COLUMNS.id < 0
    for kind in kinds:
        which = which | kind
    return (_COLUMNS.conversation == message.conversation) & which


def _make(
    connection: Connection, message: InboundMessage, promises: Iterable[Promise], at: datetime
) -> list[Entry]:
    """Write promises down; one that is open already is not owed twice."""
    made: list[Entry] = []
    for promise in promises:
        known = select(_COLUMNS.id).where(
            _COLUMNS.conversation == message.conversation,
            _COLUMNS.kind == promise.kind,
            _COLUMNS.about == promise.about,
            _COLUMNS.closed_at.is_(None),
        )
        if connection.scalar(known) is not None:
            continue
        row = {
            "conversation": message.conversation,
            "message_id": message.id,
            "order_number": promise.order,
            "kind": promise.kind,
            "about": promise.about,
            "made_at": at,
            "due_at": promise.due_at,
        }
        number = connection.execute(insert(obligations), row).inserted_primary_key
        assert number is not None, "one row was added"
        made.append(PromiseMade(promise=number[0], kind=promise.kind, about=promise.about))
    return made


def _close(
    connection: Connection, which: ColumnElement[bool], by: str, at: datetime
) -> list[Entry]:
    query = select(_COLUMNS.id, _COLUMNS.kind, _COLUMNS.about)
    rows = connection.execute(query.where(which, _COLUMNS.closed_at.is_(None))).all()
    if rows:
        mine = update(obligations).where(_COLUMNS.id.in_([row.id for row in rows]))
        connection.execute(mine.values(closed_at=at, closed_by=by))
    return [PromiseClosed(promise=row.id, kind=row.kind, about=row.about, by=by) for row in rows]
