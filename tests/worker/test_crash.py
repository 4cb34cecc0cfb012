"""Does every message get exactly one turn when the process is killed again and again?"""

import random
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from agent.worker.audit import find_tampering
from agent.worker.effects import EffectGateway
from agent.worker.store import Store
from tests.worker.echo import SetClock, conversation_id, message, ticket_effect
from tools.connectors.embedded_helpdesk import EmbeddedHelpdesk

ROUNDS = 20
"""Kills of each worker."""
CONVERSATIONS = 4
TICKET_EVERY = 5


class Survivor(NamedTuple):
    store: Store
    messages: int
    """How many were accepted in all."""


def run_and_kill(path: Path, *, workers: int) -> int:
    """Let so many processes work on one file and kill them; return how many were accepted."""
    seed = random.SystemRandom().randrange(1_000_000)
    print(f"seed {seed}")  # noqa: T201 - pytest shows it when the test fails
    script = Path(__file__).with_name("crash.py")
    done = subprocess.run(
        [sys.executable, str(script), str(path), str(ROUNDS), str(workers), str(seed)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=Path(__file__).parents[2],
    )
    assert (done.returncode, done.stderr) == (0, "")
    journals = [path.with_suffix(f".{number}") for number in range(workers)]
    return max(len(journal.read_text().splitlines()) for journal in journals)


@pytest.fixture(scope="module", params=[1, 2], ids=["one worker", "two workers"])
def survivor(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Survivor]:
    path = tmp_path_factory.mktemp("crash") / "nightdesk.sqlite"
    written = run_and_kill(path, workers=request.param)
    store = Store.open(path)
    stored = sum(len(store.turns(conversation_id(f"c{n}"))) for n in range(CONVERSATIONS))
    # The last message of each worker may be stored and not yet in its journal.
    assert written <= stored <= written + 1
    yield Survivor(store, stored)
    store.close()


def test_every_message_has_one_turn_in_the_order_of_acceptance(survivor: Survivor):
    store, messages = survivor
    assert messages >= ROUNDS
    for name in range(CONVERSATIONS):
        records = store.turns(conversation_id(f"c{name}"))
        expected = [f"text {n}" for n in range(messages) if n % CONVERSATIONS == name]
        assert [record.said for record in records] == expected
        assert [record.turn for record in records] == list(range(1, len(expected) + 1))


def test_every_message_has_one_answer(survivor: Survivor):
    for name in range(CONVERSATIONS):
        entries = survivor.store.transcript(conversation_id(f"c{name}"))
        texts = [e.text for e in entries]
        asked, answered = texts[::2], texts[1::2]
        assert answered == [f"echo: {text}" for text in asked]
        assert all(before.seq < after.seq for before, after in pairwise(entries))


async def test_no_ticket_is_missing_or_there_twice(survivor: Survivor):
    store, messages = survivor
    helpdesk = EmbeddedHelpdesk(store.engine)
    gateway = EffectGateway(store, helpdesk, SetClock())
    rows = [
        gateway.look_up(ticket_effect(message(n, to=f"c{n % CONVERSATIONS}")).id)
        for n in range(0, messages, TICKET_EVERY)
    ]
    assert {row.status for row in rows if row} == {"CONFIRMED"}
    promised = {getattr(row.receipt, "ticket", None) for row in rows if row}
    assert promised == {ticket.id for ticket in await helpdesk.list_tickets()}
    assert len(promised) == len(rows)


def test_nothing_is_left_over_and_the_chain_is_whole(survivor: Survivor):
    store, _ = survivor
    assert store.due_conversations() == []
    assert store.failed_messages() == []
    with store.engine.begin() as connection:
        assert find_tampering(connection) == []
