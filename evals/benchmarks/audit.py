"""How fast is the log of what happened verified, and is every change of it found?

Run it as `python -m evals.benchmarks.audit [--edits 10000] [--copies 400]`; it uses one core.
"""

import argparse
import asyncio
import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from sqlalchemy import Connection, insert

from agent.bootstrap import load_house, open_desk
from agent.conversation import ConversationId, InboundMessage, MessageId, Say, Tap
from agent.settings import Settings
from agent.turn import TurnResult, outbound
from agent.worker.audit import Head, find_breaks, find_tampering, read_head
from agent.worker.commit import Due, write_turn
from agent.worker.store import Store
from agent.worker.tables import inbox
from evals.benchmarks.audit_edits import edit

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
_ANNA, _EMMA = "anna.berger@example.com", "emma.whitlock@example.com"
TALKS = (
    (f"please cancel my order ND-1001, {_EMMA}", "yes", "thanks, bye"),
    (f"Can I return order ND-1010? My email is {_ANNA}", "tap:fact:changed_mind", "tap:yes"),
    ("I want to talk to a person",),
    (f"Where is my order ND-1001? {_ANNA}", _EMMA),
    (f"Wo ist meine Bestellung ND-1010? {_ANNA}", "danke"),
)
_ROUNDS = 3


class _Noon:
    def now(self) -> datetime:
        return NOON


Verify = Callable[[Connection], list[str]]


def main() -> None:
    """Print the figures as text and, last, as one JSON line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--edits", type=int, default=10_000)
    parser.add_argument("--copies", type=int, default=2_500)
    asked = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "nightdesk.sqlite"
        asyncio.run(_play(path))
        with closing(Store.open(path)) as store:
            made, missed, kinds = try_edits(store, asked.edits)
            _copy(store, asked.copies)
            entries, wall, cpu = time_verifying(store, find_breaks)
            _, all_wall, all_cpu = time_verifying(store, find_tampering)
    figures = {
        "edits_made": made,
        "edits_missed": len(missed),
        "missed_seeds": missed[:10],
        "kinds_of_edit": kinds,
        "entries": entries,
        "chain_per_s": round(entries / wall),
        "chain_per_cpu_s": round(entries / cpu),
        "with_rows_per_s": round(entries / all_wall),
        "with_rows_per_cpu_s": round(entries / all_cpu),
    }
    for name, value in figures.items():
        print(f"{name:>20}  {value}")
    print(json.dumps(figures))


async def _play(path: Path) -> None:
    desk = open_desk(load_house(Settings()), clock=_Noon(), database=path)
    for number, talk in enumerate(TALKS):
        conversation = ConversationId(f"talk-{number}")
        for turn, words in enumerate(talk):
            tap = words.removeprefix("tap:")
            message = InboundMessage(
                id=MessageId(f"{conversation}-{turn}"),
                conversation=conversation,
                channel="benchmark",
                at=NOON,
                event=Say(text=words) if tap == words else Tap(choice=tap),
            )
            await desk.runtime.accept(message)
            await desk.runtime.settled(conversation)
    desk.close()


def try_edits(store: Store, wanted: int) -> tuple[int, list[int], int]:
    """Make so many edits, each on the database as it was; return which were not found."""
    with store.database.snapshot("head") as connection:
        head = read_head(connection, NOON)
    assert head is not None, "the talks have left entries"
    made, missed, kinds, seed = 0, list[int](), set[str](), 0
    while made < wanted:
        what, found = _found(store, seed, head)
        if what:
            made += 1
            kinds.add(what.rsplit(" ", 1)[0])
            missed += [] if found else [seed]
        seed += 1
    return made, missed, len(kinds)


def _found(store: Store, seed: int, head: Head) -> tuple[str, bool]:
    with store.engine.connect() as connection:
        raw = cast("sqlite3.Connection", connection.connection.driver_connection)
        raw.execute("PRAGMA foreign_keys=OFF").close()
        connection.exec_driver_sql("SAVEPOINT before")
        what = edit(raw, seed)
        found = bool(what) and bool(find_tampering(connection, [head]))
        connection.rollback()
    return what, found


def time_verifying(store: Store, verify: Verify) -> tuple[int, float, float]:
    """Return the number of entries, and the seconds of the best of some rounds, on wall and CPU."""
    walls: list[float] = []
    cpus: list[float] = []
    entries = 0
    for _ in range(_ROUNDS):
        wall, cpu = time.perf_counter(), time.process_time()
        with store.database.snapshot("verify") as connection:
            assert verify(connection) == []
            head = read_head(connection, NOON)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
        entries = head.seq if head is not None else 0
    return entries, min(walls), min(cpus)


def _copy(store: Store, copies: int) -> None:
    """Commit the same turns again under other names, as many conversations would have."""
    held = {name: store.turns(name) for name in _names()}
    states = {name: store.conversation(name) for name in held}
    for number in range(copies):
        with store.database.writing("copy") as connection:
            for name, records in held.items():
                state = states[name]
                assert state is not None, "it was just written"
                other = ConversationId(f"{name}-{number}")
                moved = state.model_copy(update={"id": other})
                for record in records:
                    mine = record.model_copy(update={"conversation": other, "promises": ()})
                    _commit(connection, TurnResult(conversation=moved, outbound=(), record=mine))


def _names() -> tuple[ConversationId, ...]:
    return tuple(ConversationId(f"talk-{number}") for number in range(len(TALKS)))


def _commit(connection: Connection, result: TurnResult) -> None:
    record = result.record
    message = InboundMessage(
        id=MessageId(f"{record.conversation}-{record.turn}"),
        conversation=record.conversation,
        channel="benchmark",
        at=NOON,
        event=Say(text=record.said),
    )
    row = {
        "channel": message.channel,
        "message_id": message.id,
        "conversation": message.conversation,
        "payload": message.model_dump_json(),
        "accepted_at": NOON,
        "status": "due",
        "attempts": 0,
    }
    key = connection.execute(insert(inbox), row).inserted_primary_key
    assert key is not None, "one row was added"
    first = record.turn == 1
    state = None if first else result.conversation
    due = Due(key[0], 0, message, state, None, record.turn, record.turn - 1)
    said = outbound(message, record.reply)
    write_turn(connection, due, result.model_copy(update={"outbound": said}), NOON, None)


if __name__ == "__main__":
    main()
