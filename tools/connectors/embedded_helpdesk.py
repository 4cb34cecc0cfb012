"""How does Nightdesk keep tickets when the marketplace has no helpdesk of its own?"""

import base64
import hashlib
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC

from pydantic import ValidationError
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    Row,
    String,
    Table,
    Text,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from tools.domain.ticket import Ticket, TicketDraft, TicketId
from tools.errors import RefusedError, UnavailableError

_VENDOR = "embedded helpdesk"
_ID_LENGTHS = (6, 8, 12, 16)
"""Short numbers first; a longer one only where two keys begin alike."""

_metadata = MetaData()
_tickets = Table(
    "tickets",
    _metadata,
    Column("id", String, primary_key=True),
    Column("idempotency_key", String, nullable=False, unique=True),
    Column("status", String, nullable=False, index=True),
    Column("assignee", String),
    Column("due_at", String, nullable=False),
    Column("draft", Text, nullable=False),
    Column("note", Text, nullable=False, default=""),
)


class EmbeddedHelpdesk:
    """Tickets in one table; the engine may be that of any other database of ours.

    Implements the ports `Helpdesk` and `TicketBoard`.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with self._writing("prepare") as connection:
            _metadata.create_all(connection)

    async def open_ticket(self, draft: TicketDraft, *, idempotency_key: str) -> TicketId:
        """Store a ticket and return its number; the same key always gives the same ticket."""
        with self._writing("open ticket") as connection:
            if known := _number_of(connection, idempotency_key):
                return known
            number = _free_number(connection, idempotency_key)
            row = {
                "id": number,
                "idempotency_key": idempotency_key,
                "status": "open",
                "due_at": draft.due_at.astimezone(UTC).isoformat(timespec="microseconds"),
                "draft": draft.model_dump_json(),
            }
            connection.execute(insert(_tickets), row)
        return number

    async def list_tickets(self, *, closed: bool = False) -> tuple[Ticket, ...]:
        """Return the tickets that are not closed, or those that are; the earliest due first."""
        wanted = _tickets.c.status == "closed" if closed else _tickets.c.status != "closed"
        query = select(_tickets).where(wanted).order_by(_tickets.c.due_at, _tickets.c.id)
        with self._writing("list tickets") as connection:
            rows = connection.execute(query).all()
        return tuple(_ticket(row) for row in rows)

    async def find_ticket(self, ticket: TicketId) -> Ticket | None:
        """Return a ticket, or None."""
        with self._writing("find ticket") as connection:
            row = connection.execute(select(_tickets).where(_tickets.c.id == ticket)).one_or_none()
        return None if row is None else _ticket(row)

    async def assign(self, ticket: TicketId, person: str | None) -> bool:
        """Say whose ticket it is; False when there is no such ticket that is not closed."""
        return self._change(ticket, assignee=person)

    async def mark_answered(self, ticket: TicketId) -> bool:
        """Note that a person has answered; False as above."""
        return self._change(ticket, status="answered")

    async def close(self, ticket: TicketId, note: str = "") -> bool:
        """Close a ticket for good; False when it is not there or closed already."""
        return self._change(ticket, status="closed", note=note)

    def _change(self, ticket: TicketId, **values: str | None) -> bool:
        not_closed = (_tickets.c.id == ticket, _tickets.c.status != "closed")
        with self._writing("change ticket") as connection:
            changed = connection.execute(update(_tickets).where(*not_closed).values(values))
        return changed.rowcount == 1

    @contextmanager
    def _writing(self, operation: str) -> Generator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except (OperationalError, IntegrityError) as error:
            # Two processes may reach for one number; asking again finds the other's ticket.
            raise UnavailableError(_VENDOR, operation, str(error.orig)) from error
        except DatabaseError as error:
            raise RefusedError(_VENDOR, operation, str(error.orig)) from error


def _number_of(connection: Connection, idempotency_key: str) -> TicketId | None:
    query = select(_tickets.c.id).where(_tickets.c.idempotency_key == idempotency_key)
    return connection.scalar(query)


def _free_number(connection: Connection, idempotency_key: str) -> TicketId:
    digest = hashlib.sha256(idempotency_key.encode()).digest()
    letters = base64.b32encode(digest).decode()
    for length in _ID_LENGTHS:
        number = f"T-{letters[:length]}"
        if connection.scalar(select(_tickets.c.id).where(_tickets.c.id == number)) is None:
            return number
    raise AssertionError("no two keys have the same 80 bits")


def _ticket(row: Row[tuple[object, ...]]) -> Ticket:
    try:
        draft = TicketDraft.model_validate_json(row.draft)
    except ValidationError as error:
        raise RefusedError(_VENDOR, "read ticket", f"{row.id} is damaged") from error
    return Ticket(id=row.id, status=row.status, draft=draft, assignee=row.assignee)
