"""Run workers on one file and kill them at random instants: run by a test.

The processes are forks of this one, so that a round does not pay for the imports.
"""

import asyncio
import os
import random
import select
import signal
import sys
import time
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from agent.conversation import InboundMessage
from agent.state import Conversation
from agent.turn import TurnResult
from agent.worker.effects import EffectGateway
from agent.worker.loop import Worker
from agent.worker.store import Store
from tests.worker.echo import SetClock, conversation_id, echo, message, ticket_effect, to_a_person
from tools.connectors.embedded_helpdesk import EmbeddedHelpdesk

CONVERSATIONS = 4
TICKET_EVERY = 5


def name_of(number: int) -> str:
    return f"c{number % CONVERSATIONS}"


async def work(path: Path, journal: Path, ready: int | None) -> None:
    """Accept one message after the other and work them off, until killed; or finish the work."""
    store = Store.open(path)
    gateway = EffectGateway(store, EmbeddedHelpdesk(store.engine), SetClock())

    async def handle(said: InboundMessage, before: Conversation | None, turn: int) -> TurnResult:
        if int(said.id.removeprefix("m")) % TICKET_EVERY == 0:
            await gateway.perform(ticket_effect(said))
        return await echo(said, before, turn)

    runtime = Worker(store, handle, SetClock(), to_a_person)
    await runtime.start()
    if ready is None:
        for number in range(CONVERSATIONS):
            await runtime.settled(conversation_id(name_of(number)))
        await runtime.stop()
        return
    os.write(ready, b".")
    with journal.open("a+") as accepted:
        accepted.seek(0)
        for number in count(len(accepted.readlines())):
            await runtime.accept(message(number, to=name_of(number)))
            accepted.write(f"m{number}\n")
            accepted.flush()
            if number % 10 == 0:
                await runtime.settled(conversation_id(name_of(number)))


def in_a_fork(path: Path, journal: Path, ready: int | None) -> int:
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        asyncio.run(work(path, journal, ready))
        status = 0
    finally:
        os._exit(status)


def kill_round(path: Path, workers: int, dice: random.Random) -> None:
    """Start workers, let them get to work (or not even that), and kill one after the other."""
    reading, writing = os.pipe()
    children = [
        in_a_fork(path, path.with_suffix(f".{number}"), writing) for number in range(workers)
    ]
    if dice.random() < 0.8:  # else it may hit them while they open the file
        for _ in children:
            select.select([reading], [], [], 10)
            os.read(reading, 1)
    for child in children:
        time.sleep(dice.uniform(0.001, 0.04))
        os.kill(child, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert status == -signal.SIGKILL, status
    os.close(reading)
    os.close(writing)


def main(path: Path, rounds: int, workers: int, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(rounds):
        kill_round(path, workers, dice)
    last = in_a_fork(path, path, None)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(last, 0)[1]))


main(Path(sys.argv[1]), *(int(word) for word in sys.argv[2:5]))
