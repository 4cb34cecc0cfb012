"""Is every change of the log, and of what it speaks of, found?"""

import sqlite3
from collections.abc import Iterable
from typing import cast

import pytest

from agent.worker.audit import Head, append_event, find_tampering, read_head
from agent.worker.audit_entries import BreakerMoved
from agent.worker.audit_subjects import SUBJECTS
from agent.worker.database import Database
from agent.worker.store import Store
from agent.worker.tables import events, metadata
from evals.benchmarks.audit_edits import edit, places
from tests.audit.conftest import NOON

EDITS = 400
"""More by command: `python -m evals.benchmarks.audit`."""


def found_after(store: Store, seed: int, heads: Iterable[Head] = ()) -> tuple[str, list[str]]:
    """Make an edit in a transaction, look, and take it back."""
    with store.engine.connect() as connection:
        raw = cast("sqlite3.Connection", connection.connection.driver_connection)
        raw.execute("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("SAVEPOINT before")
        made = edit(raw, seed)
        found = find_tampering(connection, heads) if made else []
        connection.rollback()
    return made, found


def head_of(database: Database) -> Head:
    with database.snapshot("head") as connection:
        head = read_head(connection, NOON)
    assert head is not None
    return head


def test_what_was_written_is_sound(store: Store):
    with store.database.snapshot("verify") as connection:
        assert find_tampering(connection, [head_of(store.database)]) == []


def test_every_random_edit_is_found(store: Store):
    heads, made = [head_of(store.database)], 0
    for seed in range(EDITS):
        what, found = found_after(store, seed, heads)
        made += bool(what)
        assert found or not what, f"seed {seed}: {what}"
    assert made > EDITS * 0.7


def test_every_covered_column_of_the_house_holds_something(store: Store):
    with store.database.snapshot("rows") as connection:
        empty = {
            place.table
            for place in places()
            if connection.exec_driver_sql(
                f"SELECT count(*) FROM {place.table} WHERE {place.where}"
            ).scalar()
            == 0
        }
    assert empty <= {"rulebook_publication"}


NOT_COVERED = {
    "meta": "holds no deed",
    "outbox": "is what the transcript says, on its way",
    "damaged_states": "its digest stands in the log, the text waits for repair",
    "verification_attempts": "counts guesses, by salted hash",
    "reserved_shares": "divides a sum that the log has",
    "outside_refunds": "is a copy of what the provider says",
    "breaker": "says what the log says",
    "people": "changes as colleagues come and go",
}
"""Tables that the log does not speak for, and why; those of the embedded shop are the shop's."""


def test_a_new_table_is_covered_or_named_here():
    covered = {subject.table.name for subject in SUBJECTS} | {events.name}
    ours = {
        name for name in metadata.tables if not name.startswith(("embedded_", "shop_", "photo"))
    }
    assert ours - covered - NOT_COVERED.keys() == set()


def test_a_cut_end_is_found_by_an_anchor_even_where_nothing_else_tells(store: Store):
    with store.engine.begin() as connection:
        append_event(connection, NOON, "", BreakerMoved(now="open", why="tried"))
    head = head_of(store.database)
    with store.engine.begin() as connection:
        connection.execute(events.delete().where(events.c.seq == head.seq))
        assert find_tampering(connection) == []
        assert find_tampering(connection, [head]) == [
            f"Event {head.seq} was anchored and is not there any more."
        ]


def test_a_log_that_was_written_anew_does_not_hold_against_its_anchor(store: Store):
    head = head_of(store.database)
    other = head.model_copy(update={"chain": "0" * 64})
    with store.engine.begin() as connection:
        assert find_tampering(connection, [other]) == [
            f"Event {head.seq} is not the one that was anchored."
        ]


@pytest.mark.parametrize("form", ["-00:00", "Z", "+00:00 "])
def test_the_same_instant_in_other_words_is_a_change(store: Store, form: str):
    with store.engine.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE events SET at = replace(at, '+00:00', '{form}') WHERE seq = 2"
        )
        assert find_tampering(connection)


def test_no_entry_holds_what_a_buyer_is_or_wrote(store: Store):
    with store.database.snapshot("payloads") as connection:
        told = "\n".join(connection.execute(events.select()).mappings().all().__str__().split())
    for private in ("emma", "anna.berger", "ND-1001", "please cancel", "Speckled"):
        assert private not in told


def test_a_writer_is_not_kept_waiting_by_whoever_verifies(store: Store):
    with store.database.snapshot("verify") as reading:
        before = read_head(reading, NOON)
        with store.engine.begin() as connection:
            append_event(connection, NOON, "", BreakerMoved(now="open", why="tried"))
        assert read_head(reading, NOON) == before
        assert find_tampering(reading) == []
