"""Which random edits could somebody with the file and no scruples make?"""

# ruff: noqa: S311, S608 - repeatable chance is wanted, and every name is one of our tables

import random
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from agent.worker.audit_subjects import SUBJECTS

_LOG = ("seq", "at", "conversation", "kind", "payload", "previous", "chain")


@dataclass(frozen=True)
class Place:
    """Rows of a table that the log speaks of, and the columns that it covers."""

    table: str
    columns: tuple[str, ...]
    where: str


def places() -> tuple[Place, ...]:
    """Return the log itself and everything that it vouches for."""
    vouched = tuple(
        Place(
            subject.table.name,
            subject.columns,
            "1"
            if subject.where is None
            else str(subject.where.compile(compile_kwargs={"literal_binds": True})),
        )
        for subject in SUBJECTS
    )
    return (*(Place("events", _LOG, "1") for _ in range(6)), *vouched)


def edit(database: sqlite3.Connection, seed: int) -> str:
    """Make one edit; return what it was, or nothing where there is nothing to edit."""
    chance = random.Random(seed)
    place = chance.choice(places())
    kinds: tuple[Callable[[sqlite3.Connection, Place, random.Random], str], ...] = (
        _change_a_byte,
        _change_a_byte,
        _delete,
        _swap,
    )
    if place.table == "events":
        kinds = (*kinds, _reorder, _cut_off, _repeat)
    return chance.choice(kinds)(database, place, chance)


def _row(database: sqlite3.Connection, place: Place, chance: random.Random) -> int | None:
    found = database.execute(f"SELECT rowid FROM {place.table} WHERE {place.where}").fetchall()
    return chance.choice(found)[0] if found else None


def _change_a_byte(database: sqlite3.Connection, place: Place, chance: random.Random) -> str:
    row, column = _row(database, place, chance), chance.choice(place.columns)
    if row is None:
        return ""
    query = f"SELECT {column} FROM {place.table} WHERE rowid = ?"
    old = database.execute(query, (row,)).fetchone()[0]
    new = _bent(old, chance)
    if new == old:
        return ""
    return _written(database, place, column, row, new)


def _bent(old: str | int | None, chance: random.Random) -> str | int | None:
    """Return the value with one character or one bit changed, lost or added."""
    if isinstance(old, int):
        return old ^ (1 << chance.randrange(8))
    if not old:
        return "x"
    at, how = chance.randrange(len(old)), chance.randrange(3)
    if how == 0:
        return old[:at] + old[at + 1 :]
    put = chr(ord(old[at]) ^ (1 << chance.randrange(5))) if old[at].isprintable() else "?"
    return old[:at] + put + old[at + (how == 1) :]


def _delete(database: sqlite3.Connection, place: Place, chance: random.Random) -> str:
    row = _row(database, place, chance)
    if row is None:
        return ""
    database.execute(f"DELETE FROM {place.table} WHERE rowid = ?", (row,))
    return f"delete {place.table} {row}"


def _swap(database: sqlite3.Connection, place: Place, chance: random.Random) -> str:
    """Exchange a value with another row's."""
    one, other = _row(database, place, chance), _row(database, place, chance)
    column = chance.choice(place.columns)
    query = f"SELECT {column} FROM {place.table} WHERE rowid = ?"
    if one is None or other is None:
        return ""
    first, second = (database.execute(query, (row,)).fetchone()[0] for row in (one, other))
    if first == second:
        return ""
    return _written(database, place, column, one, second) and _written(
        database, place, column, other, first
    )


def _written(
    database: sqlite3.Connection, place: Place, column: str, row: int, value: str | int | None
) -> str:
    try:
        change = f"UPDATE {place.table} SET {column} = ? WHERE rowid = ?"
        database.execute(change, (value, row))
    except sqlite3.IntegrityError:  # the database itself refuses it
        return ""
    return f"{place.table}.{column} of {row}"


def _reorder(database: sqlite3.Connection, place: Place, chance: random.Random) -> str:
    """Let two entries take each other's number."""
    one, other = _row(database, place, chance), _row(database, place, chance)
    if one is None or other is None or one == other:
        return ""
    for old, new in ((one, -1), (other, one), (-1, other)):
        database.execute("UPDATE events SET seq = ? WHERE seq = ?", (new, old))
    return f"reorder {one} {other}"


def _cut_off(database: sqlite3.Connection, _place: Place, chance: random.Random) -> str:
    last = database.execute("SELECT max(seq) FROM events").fetchone()[0]
    keep = max(0, last - chance.randrange(1, 6))
    database.execute("DELETE FROM events WHERE seq > ?", (keep,))
    return f"cut off after {keep}"


def _repeat(database: sqlite3.Connection, place: Place, chance: random.Random) -> str:
    """Put an entry in a second time, at the end."""
    row = _row(database, place, chance)
    database.execute(
        "INSERT INTO events (at, conversation, kind, payload, previous, chain)"
        " SELECT at, conversation, kind, payload, previous || 'x', chain FROM events WHERE seq = ?",
        (row,),
    )
    return f"repeat {row}"
