"""What happens when there is no room left?"""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from agent.worker.effects import EffectGateway
from agent.worker.loop import Limits, Worker
from agent.worker.store import Store
from tests.worker.echo import (
    NOON,
    SetClock,
    conversation_id,
    echo,
    message,
    ticket_effect,
    to_a_person,
)
from tools.connectors.embedded_helpdesk import EmbeddedHelpdesk
from tools.domain.effect import Confirmed, Failed
from tools.errors import UnavailableError

LONG = "a long story " * 300
QUICK = Limits(first_pause=0.001, longest_pause=0.001)


def limit_pages(store: Store, *, spare: int) -> None:
    """Leave room for so many more pages; the pool has one connection, so this holds for all."""
    with store.engine.connect() as connection:
        used = connection.scalar(text("PRAGMA page_count")) or 0
        connection.execute(text(f"PRAGMA max_page_count = {used + spare}"))


def fill(store: Store) -> int:
    """Accept messages until there is no room; return how many were accepted."""
    for number in range(10_000):
        try:
            store.accept(message(number, LONG), NOON)
        except UnavailableError:
            return number
    raise AssertionError("the disk never got full")


async def test_a_full_disk_refuses_a_message_clearly_and_loses_none(store: Store):
    limit_pages(store, spare=20)
    accepted = fill(store)
    assert accepted > 3
    with pytest.raises(UnavailableError, match="accept: database or disk is full"):
        store.accept(message(accepted, LONG), NOON)
    limit_pages(store, spare=100_000)
    assert store.accept(message(accepted, LONG), NOON)
    runtime = Worker(store, echo, SetClock(), to_a_person, QUICK)
    await runtime.settled(conversation_id())
    assert len(store.turns(conversation_id())) == accepted + 1


async def test_a_turn_that_finds_no_room_is_committed_when_there_is_room_again(
    store: Store, caplog: pytest.LogCaptureFixture
):
    limit_pages(store, spare=20)
    accepted = fill(store)

    class Janitor(SetClock):
        """Makes room after the worker has failed a few times."""

        def now(self):
            if len(caplog.records) == 7:
                limit_pages(store, spare=100_000)
            return super().now()

    runtime = Worker(store, echo, Janitor(), to_a_person, QUICK)
    await runtime.settled(conversation_id())
    assert "disk is full" in caplog.text
    assert len(store.turns(conversation_id())) == accepted
    assert store.failed_messages() == []
    assert await runtime.owner(conversation_id()) == "assistant"


async def test_no_ticket_is_claimed_that_could_not_be_stored(store: Store):
    helpdesk = EmbeddedHelpdesk(store.engine)

    async def at_once(_: float) -> None:
        pass

    gateway = EffectGateway(store, helpdesk, SetClock(), at_once)
    limit_pages(store, spare=2)
    fill(store)
    number = 10_000
    while isinstance(await gateway.perform(ticket_effect(message(number))), Confirmed):
        number += 1
    assert len(await helpdesk.list_tickets()) == number - 10_000
    assert isinstance(await gateway.perform(ticket_effect(message(number))), Failed)
    limit_pages(store, spare=1_000)
    assert isinstance(await gateway.perform(ticket_effect(message(number))), Confirmed)


def test_a_file_system_that_refuses_to_grow_a_file_is_treated_alike(path: Path):
    script = Path(__file__).with_name("fill_disk.py")
    done = subprocess.run(
        [sys.executable, str(script), str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=Path(__file__).parents[2],
    )
    assert (done.returncode, done.stderr) == (0, "")
    accepted, sentence = done.stdout.splitlines()
    assert "SQLite" in sentence or "nightdesk.sqlite accept" in sentence
    store = Store.open(path)
    inbox = [due.message for due in [store.next_due(conversation_id())] if due]
    assert inbox
    with store.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM inbox")) == int(accepted)
        assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
    store.close()
