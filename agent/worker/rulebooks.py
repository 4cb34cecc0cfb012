"""Which versions of the rules are there, and which were in force from when on, and why?"""

import json
from collections.abc import Mapping
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from agent.worker.audit import append_event, digest
from agent.worker.audit_entries import RulebookLoaded, RulebookPublished, RulebookStored
from agent.worker.database import Database
from agent.worker.tables import rulebook_publication, rulebook_version
from tools.domain.model import Frozen

Files = Mapping[str, str]
"""The text of each file of a rulebook, by its name."""

_FILES = TypeAdapter[dict[str, str]](dict[str, str])
_LAST = (
    select(rulebook_publication.c.n, rulebook_publication.c.version)
    .order_by(rulebook_publication.c.n.desc())
    .limit(1)
)
_RECORDS = select(rulebook_publication.c.record).order_by(rulebook_publication.c.n)
_HOUSE = ""
"""Stands in the audit chain where a conversation's name would."""


class OvertakenError(Exception):
    """Somebody else published in between; nothing was stored."""


class Published(Frozen):
    """What is in force: the number of the publication and its version."""

    n: int
    version: str


class Figures(Frozen):
    """What was tried before a publication, and how it came out."""

    cases: int
    """The owner's own."""
    conversations: int
    """Those of the evals."""
    passed: int
    failed: int


class Reasons(Frozen):
    """Who stands for a publication, why, and what was looked at before."""

    by: str
    why: str
    tests: Figures | None = None
    """None: a rollback, which must not wait."""
    despite: bool = False
    """Published although tests failed."""
    past_cases: int = 0
    """Recorded decisions that were made again."""
    flips: int = 0
    """Those that came out differently."""
    withdraws: bool = False
    """Conversations that began under the replaced version leave it at once."""


class Publication(Frozen):
    """One entry of the history."""

    n: int
    version: str
    at: datetime
    replaces: str | None
    """The version that was in force before; None when none was known."""
    reasons: Reasons


class Shelf:
    """The versions of the rules in the store; errors are those of `Database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def in_force(self) -> Published | None:
        """Return the last publication; None when there never was one."""
        with self._database.reading("rules in force") as connection:
            return _last(connection)

    def files(self, version: str) -> Files | None:
        """Return a version's files as they were stored."""
        query = select(rulebook_version.c.files).where(rulebook_version.c.version == version)
        with self._database.reading("version of the rules") as connection:
            text = connection.scalar(query)
        return None if text is None else _FILES.validate_json(text)

    def versions(self, begins: str) -> tuple[str, ...]:
        """Return the stored versions whose name begins like this."""
        query = select(rulebook_version.c.version).where(
            rulebook_version.c.version.startswith(begins, autoescape=True)
        )
        with self._database.reading("versions of the rules") as connection:
            return tuple(connection.scalars(query.order_by(rulebook_version.c.version)).all())

    def record_load(self, version: str, files: Files, at: datetime, *, published: bool) -> None:
        """Note that a process asks this version from now on, and keep its files."""
        with self._database.writing("load of the rules") as connection:
            _keep(connection, version, files, at)
            append_event(
                connection, at, _HOUSE, RulebookLoaded(version=version, published=published)
            )

    def keep(self, version: str, files: Files, at: datetime) -> None:
        """Keep the files of a version without asking it."""
        with self._database.writing("version of the rules") as connection:
            _keep(connection, version, files, at)

    def publish(self, publication: Publication, files: Files) -> None:
        """Put a version in force; `OvertakenError` when its number is not the next one."""
        try:
            with self._database.writing("publication of the rules") as connection:
                last = _last(connection)
                if publication.n != (last.n if last is not None else 0) + 1:
                    raise OvertakenError
                _keep(connection, publication.version, files, publication.at)
                _add(connection, publication)
        except IntegrityError as error:  # where transactions do not wait for each other
            raise OvertakenError from error

    def history(self) -> tuple[Publication, ...]:
        """Return every publication, oldest first."""
        with self._database.reading("history of the rules") as connection:
            records = connection.scalars(_RECORDS).all()
        return tuple(Publication.model_validate_json(record) for record in records)

    def withdrawn(self) -> frozenset[str]:
        """Return the versions that no conversation may go on under."""
        found: set[str] = set()
        for publication in self.history():
            if publication.reasons.withdraws and publication.replaces is not None:
                found.add(publication.replaces)
            found.discard(publication.version)
        return frozenset(found)


def _last(connection: Connection) -> Published | None:
    row = connection.execute(_LAST).one_or_none()
    return None if row is None else Published(n=row.n, version=row.version)


def _keep(connection: Connection, version: str, files: Files, at: datetime) -> None:
    known = select(rulebook_version.c.version).where(rulebook_version.c.version == version)
    if connection.scalar(known) is not None:
        return
    text = json.dumps(dict(files), ensure_ascii=False, sort_keys=True)
    row = {"version": version, "files": text, "first_seen": at}
    connection.execute(insert(rulebook_version), row)
    entry = RulebookStored(version=version, files_sha256=digest(text))
    append_event(connection, at, _HOUSE, entry)


def _add(connection: Connection, publication: Publication) -> None:
    n, version, at, record = (
        publication.n,
        publication.version,
        publication.at,
        publication.model_dump_json(),
    )
    row = {"n": n, "version": version, "at": at, "record": record}
    connection.execute(insert(rulebook_publication), row)
    entry = RulebookPublished(n=n, version=version, record_sha256=digest(record))
    append_event(connection, at, _HOUSE, entry)
