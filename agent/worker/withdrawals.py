"""How does Nightdesk keep consumers' statements of withdrawal, and number their receipts?"""

import base64
import hashlib
import hmac

from pydantic import ValidationError
from sqlalchemy import Connection, Row, insert, select
from sqlalchemy.exc import IntegrityError

from agent.worker.audit import append_event, digest
from agent.worker.audit_entries import WithdrawalRecorded
from agent.worker.database import Database
from agent.worker.tables import withdrawals
from tools.domain.withdrawal import Withdrawal, WithdrawalStatement
from tools.errors import RefusedError, UnavailableError
from tools.ports.readers import Clock

_LENGTHS = (10, 16, 26)
"""Short numbers first; a longer one only where two keys begin alike."""


class StoredWithdrawals:
    """Statements in a table of the store; the port `Withdrawals`.

    Each stands in the audit chain by the same transaction. A number follows from the key and from
    random bytes of the database, so that nobody can work it out who does not have those.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def record(self, statement: WithdrawalStatement, *, idempotency_key: str) -> Withdrawal:
        """Keep a statement for good; the same key always gives the same receipt."""
        try:
            with self._database.writing("record withdrawal") as connection:
                return self._known(connection, idempotency_key) or self._add(
                    connection, statement, idempotency_key
                )
        except IntegrityError as error:
            # Two processes may reach for one key; asking again finds the other's receipt.
            name, detail = self._database.name, str(error.orig)
            raise UnavailableError(name, "record withdrawal", detail) from error

    def of_conversation(self, conversation: str) -> tuple[Withdrawal, ...]:
        """Return what was recorded in a conversation, oldest first."""
        query = (
            select(withdrawals)
            .where(withdrawals.c.conversation == conversation)
            .order_by(withdrawals.c.recorded_at, withdrawals.c.number)
        )
        with self._database.reading("withdrawals") as connection:
            rows = connection.execute(query).all()
        return tuple(self._read(row) for row in rows)

    def _known(self, connection: Connection, key: str) -> Withdrawal | None:
        query = select(withdrawals).where(withdrawals.c.idempotency_key == key)
        row = connection.execute(query).one_or_none()
        return None if row is None else self._read(row)

    def _add(self, connection: Connection, statement: WithdrawalStatement, key: str) -> Withdrawal:
        now, text = self._clock.now(), statement.model_dump_json()
        number = self._free_number(connection, key)
        row = {
            "number": number,
            "idempotency_key": key,
            "conversation": statement.conversation,
            "order_number": statement.order,
            "said_at": statement.at,
            "recorded_at": now,
            "statement": text,
        }
        connection.execute(insert(withdrawals), row)
        entry = WithdrawalRecorded(number_sha256=digest(number), statement_sha256=digest(text))
        append_event(connection, now, statement.conversation, entry)
        return Withdrawal(number=number, statement=statement, recorded_at=now)

    def _free_number(self, connection: Connection, key: str) -> str:
        secret = hmac.digest(self._database.salt, key.encode(), hashlib.sha256)
        letters = base64.b32encode(secret).decode()
        for length in _LENGTHS:
            number = f"WD-{letters[:length]}"
            taken = select(withdrawals.c.number).where(withdrawals.c.number == number)
            if connection.scalar(taken) is None:
                return number
        raise AssertionError("no two keys have the same 130 bits")

    def _read(self, row: Row[tuple[object, ...]]) -> Withdrawal:
        try:
            statement = WithdrawalStatement.model_validate_json(row.statement)
        except ValidationError as error:
            detail = f"{row.number} is damaged"
            raise RefusedError(self._database.name, "read withdrawal", detail) from error
        return Withdrawal(number=row.number, statement=statement, recorded_at=row.recorded_at)
