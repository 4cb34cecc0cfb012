"""Does every message get exactly one turn when the process is killed again and again?"""

import random
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from agent.worker.audit import find_tampering
from agent.worker.effects import EffectGateway
from agent.worker.store import Store
from tests.worker.echo import SetClock, conversation_id, message, ticket_effect
from tools.connectors.embedded_helpdesk import EmbeddedHelpdesk

MESSAGES = 300
CONVERSATIONS = 4
TICKET_EVERY = 5


def run_and_kill(path: Path, *, workers: int) -> int:
    """Let so many processes work on one file; return how many were killed."""
    seed = random.SystemRandom().randrange(1_000_000)
    print(f"seed {seed}")  # noqa: T201 - pytest shows it when the test fails
    script = Path(__file__).with_name("crash.py")
    done = subprocess.run(
        [sys.executable, str(script), str(path), str(MESSAGES), str(workers), str(seed)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        cwd=Path(__file__).parents[2],
    )
    assert done.stderr == ""
    return int(done.stdout.split()[0])


@pytest.fixture(scope="module", params=[1, 2], ids=["one worker", "two workers"])
def survivor(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Store:
    path = tmp_path_factory.mktemp("crash") / "nightdesk.sqlite"
    assert run_and_kill(path, workers=request.param) >= 20
    return Store.open(path)


def test_every_message_has_one_turn_in_the_order_of_acceptance(survivor: Store):
    for name in range(CONVERSATIONS):
        records = survivor.turns(conversation_id(f"c{name}"))
        expected = [f"text {n}" for n in range(MESSAGES) if n % CONVERSATIONS == name]
        assert [record.said for record in records] == expected
        assert [record.turn for record in records] == list(range(1, len(expected) + 1))


def test_every_message_has_one_answer(survivor: Store):
    for name in range(CONVERSATIONS):
        entries = survivor.transcript(conversation_id(f"c{name}"))
        texts = [e.text for e in entries]
        asked, answered = texts[::2], texts[1::2]
        assert answered == [f"echo: {text}" for text in asked]
        assert all(before.seq < after.seq for before, after in pairwise(entries))


async def test_no_ticket_is_missing_or_there_twice(survivor: Store):
    helpdesk = EmbeddedHelpdesk(survivor.engine)
    gateway = EffectGateway(survivor, helpdesk, SetClock())
    rows = [
        gateway.look_up(ticket_effect(message(n, to=f"c{n % CONVERSATIONS}")).id)
        for n in range(0, MESSAGES, TICKET_EVERY)
    ]
    assert {row.status for row in rows if row} == {"CONFIRMED"}
    promised = {getattr(row.receipt, "ticket", None) for row in rows if row}
    assert promised == {ticket.id for ticket in await helpdesk.list_tickets()}
    assert len(promised) == MESSAGES // TICKET_EVERY


def test_nothing_is_left_over_and_the_chain_is_whole(survivor: Store):
    assert survivor.due_conversations() == []
    assert survivor.failed_messages() == []
    with survivor.engine.begin() as connection:
        assert find_tampering(connection) == []
