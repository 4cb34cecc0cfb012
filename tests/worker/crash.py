"""Run workers on one file and kill them at random instants: run by a test.

The processes are forks of this one, so that a round does not pay for the imports.
"""

import asyncio
import os
import random
import signal
import sys
import time
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


async def work(path: Path, messages: int, journal: Path) -> None:
    """Accept the messages that the journal does not name yet, and work all of them off."""
    store = Store.open(path)
    gateway = EffectGateway(store, EmbeddedHelpdesk(store.engine), SetClock())

    async def handle(said: InboundMessage, before: Conversation | None, turn: int) -> TurnResult:
        if int(said.id.removeprefix("m")) % TICKET_EVERY == 0:
            await gateway.perform(ticket_effect(said))
        return await echo(said, before, turn)

    runtime = Worker(store, handle, SetClock(), to_a_person)
    await runtime.start()
    begun = len(journal.read_text().splitlines()) if journal.exists() else 0
    with journal.open("a") as accepted:
        for number in range(begun, messages):
            await runtime.accept(message(number, to=name_of(number)))
            accepted.write(f"m{number}\n")
            accepted.flush()
            await asyncio.sleep(0)
    for number in range(CONVERSATIONS):
        await runtime.settled(conversation_id(name_of(number)))
    await runtime.stop()


def in_a_fork(path: Path, messages: int, journal: Path) -> int:
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        asyncio.run(work(path, messages, journal))
        status = 0
    finally:
        os._exit(status)


def main(path: Path, messages: int, workers: int, seed: int) -> None:
    dice = random.Random(seed)
    kills = 0
    while True:
        journals = [path.with_suffix(f".{number}") for number in range(workers)]
        children = [in_a_fork(path, messages, journal) for journal in journals]
        ends: list[int] = []
        for child in children:
            time.sleep(dice.uniform(0.005, 0.08))
            os.kill(child, signal.SIGKILL)
            ends.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        kills += ends.count(-signal.SIGKILL)
        if ends.count(0) == workers or 1 in ends:
            print(kills, ends)  # noqa: T201 - the test reads it
            return


main(Path(sys.argv[1]), *(int(word) for word in sys.argv[2:5]))
