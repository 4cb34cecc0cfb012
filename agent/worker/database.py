"""How is the database opened, and what does a transaction promise?"""

import secrets
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Literal

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    StaticPool,
    create_engine,
    event,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from agent.worker.tables import SCHEMA_VERSION, meta, metadata
from tools.errors import BadInputError, Fault, RefusedError, UnavailableError

_BUSY_MS = 5_000
_READING = "nightdesk_reading"


class Database:
    """Short transactions, durable when they return.

    They run on the event loop's thread: on the embedded database each takes a fraction of a
    millisecond, less than a thread switch under load would cost.
    """

    def __init__(self, engine: Engine, name: str) -> None:
        self.engine = engine
        self.name = name
        self.salt = b""
        """Random bytes of this database, for hashes that must not be looked up elsewhere."""

    @contextmanager
    def writing(self, operation: str) -> Generator[Connection]:
        """Commit on leaving, roll back on an exception.

        Raises `UnavailableError` when it cannot be stored now (disk full, locked), `RefusedError`
        when the database is damaged. `IntegrityError` passes through.
        """
        with self._translated(operation), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self, operation: str) -> Generator[Connection]:
        """For a single statement, which sees one moment; raises as `writing` does."""
        with self._translated(operation), self.engine.connect() as connection:
            yield connection.execution_options(**{_READING: True})

    @contextmanager
    def snapshot(self, operation: str) -> Generator[Connection]:
        """For several statements that see one moment and lock nobody out; raises as `writing`."""
        with self._translated(operation), self.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                reading = connection.execution_options(**{_READING: True})
                reading.exec_driver_sql("BEGIN").close()
            else:
                reading = connection.execution_options(isolation_level="REPEATABLE READ")
            yield reading

    @contextmanager
    def _translated(self, operation: str) -> Generator[None]:
        try:
            yield
        except IntegrityError:
            raise
        except OperationalError as error:
            raise UnavailableError(self.name, operation, str(error.orig)) from error
        except DatabaseError as error:
            raise RefusedError(self.name, operation, str(error.orig)) from error


def open_database(target: Path | Literal[":memory:"]) -> Database:
    """Open or create a database file, or a private one in memory.

    Raises `BadInputError` when the file cannot be one of ours.
    """
    if target == ":memory:":
        database = Database(_sqlite(":memory:", memory=True), "memory")
    else:
        path = Path(target)
        _make_private_file(path)
        database = Database(_sqlite(str(path), memory=False), path.name)
    try:
        with database.writing("open") as connection:
            _prepare(connection, database)
    except RefusedError as error:
        raise BadInputError(_not_ours(target, str(error))) from error
    return database


def _prepare(connection: Connection, database: Database) -> None:
    """Create what is missing, or refuse a database that a newer Nightdesk wrote."""
    metadata.create_all(connection)
    known = {row.key: row.value for row in connection.execute(select(meta.c.key, meta.c.value))}
    if not known:
        known = {"schema_version": str(SCHEMA_VERSION), "salt": secrets.token_hex(16)}
        connection.execute(insert(meta), [{"key": k, "value": v} for k, v in known.items()])
    version = known.get("schema_version", "")
    if version.isdecimal() and 0 < int(version) < SCHEMA_VERSION:  # what it lacked is made by now
        newer = update(meta).where(meta.c.key == "schema_version")
        connection.execute(newer.values(value=str(SCHEMA_VERSION)))
        version = str(SCHEMA_VERSION)
    if version != str(SCHEMA_VERSION):
        sentence = f"has schema {version or '?'}, this Nightdesk works with {SCHEMA_VERSION}."
        raise BadInputError(Fault(database.name, 0, 0, sentence))
    database.salt = bytes.fromhex(known["salt"])


def _make_private_file(path: Path) -> None:
    """Make the file readable by its owner alone before anything is written to it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
    except OSError as error:
        raise BadInputError(
            Fault(str(path), 0, 0, f"cannot be opened: {error.strerror}.")
        ) from error


def _not_ours(target: Path | str, detail: str) -> Fault:
    return Fault(str(target), 0, 0, f"is not a Nightdesk database ({detail}).")


def _sqlite(target: str, *, memory: bool) -> Engine:
    """All that is peculiar to SQLite stands here."""
    url = URL.create("sqlite", database=target)
    if memory:
        engine = create_engine(
            url,
            hide_parameters=True,
            poolclass=StaticPool,
            connect_args={"check_same_thread": False},
        )
    else:
        engine = create_engine(url, hide_parameters=True)
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: SqliteConnection, _record: object) -> None:
    connection.isolation_level = None  # else the driver begins transactions by itself, too late
    for pragma in (
        f"busy_timeout={_BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "trusted_schema=OFF",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    """Take the write lock at once: a reader that turns writer could be refused half-way."""
    if not connection.get_execution_options().get(_READING, False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
