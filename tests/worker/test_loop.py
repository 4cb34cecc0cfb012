"""Does every accepted message get its one turn, in order?"""

import asyncio
from pathlib import Path

from sqlalchemy import func, select

from agent.conversation import HandBack, InboundMessage, PersonSaid, Say
from agent.state import Conversation
from agent.turn import HandleTurn, TurnResult
from agent.worker.loop import Limits, Worker
from agent.worker.store import Store
from agent.worker.tables import turns
from tests.worker.echo import SetClock, conversation_id, echo, message, to_a_person


def worker(store: Store, handle: HandleTurn = echo) -> Worker:
    return Worker(store, handle, SetClock(), to_a_person)


async def said(runtime: Worker, name: str = "c1") -> list[str]:
    return [entry.text for entry in await runtime.transcript(conversation_id(name))]


async def test_a_message_is_answered(store: Store):
    runtime = worker(store)
    assert await runtime.accept(message(1, "hello"))
    await runtime.settled(conversation_id())
    assert await said(runtime) == ["hello", "echo: hello"]


async def test_a_repeated_message_is_answered_once(store: Store):
    runtime = worker(store)
    for _ in range(3):
        await runtime.accept(message(1))
    await runtime.settled(conversation_id())
    assert not await runtime.accept(message(1))
    await runtime.settled(conversation_id())
    assert len(store.turns(conversation_id())) == 1


async def test_a_thousand_messages_in_a_row_are_answered_in_order(store: Store, path: Path):
    runtime = worker(store)
    for number in range(1000):
        await runtime.accept(message(number, f"{number}"))
    await runtime.settled(conversation_id())
    records = store.turns(conversation_id())
    assert [record.said for record in records] == [f"{number}" for number in range(1000)]
    assert [record.turn for record in records] == list(range(1, 1001))
    assert await said(runtime) == [t for n in range(1000) for t in (f"{n}", f"echo: {n}")]
    assert path.stat().st_size < 4_000 * 1000, "what a turn stores must not grow with the talk"


async def test_a_flood_in_one_conversation_does_not_keep_another_waiting(store: Store):
    order: list[str] = []

    async def note(one: InboundMessage, before: Conversation | None, turn: int) -> TurnResult:
        order.append(one.conversation)
        await asyncio.sleep(0)
        return await echo(one, before, turn)

    runtime = worker(store, note)
    for number in range(200):
        await runtime.accept(message(number, to="loud"))
    await runtime.accept(message(1, to="quiet", channel="mail"))
    await runtime.settled(conversation_id("quiet"))
    assert order.count("loud") < 20
    await runtime.stop()


async def test_a_conversation_is_settled_before_a_backlog_of_others_is(store: Store):
    for number in range(300):
        store.accept(message(number, to=f"c{number}"), SetClock().now())
    runtime = worker(store)
    await runtime.start()
    await runtime.settled(conversation_id("c0"))
    assert len(store.due_conversations()) > 200
    await runtime.stop()


async def test_one_conversation_never_has_two_turns_at_once(store: Store):
    running: list[str] = []

    async def watch(one: InboundMessage, before: Conversation | None, turn: int) -> TurnResult:
        assert one.conversation not in running
        running.append(one.conversation)
        await asyncio.sleep(0)
        running.remove(one.conversation)
        return await echo(one, before, turn)

    runtime = worker(store, watch)
    sent = [message(number, to=f"c{number % 4}") for number in range(100)]
    await asyncio.gather(*(runtime.accept(one) for one in sent))
    for name in ("c0", "c1", "c2", "c3"):
        await runtime.settled(conversation_id(name))
        assert await runtime.owner(conversation_id(name)) == "assistant"


async def test_a_slow_conversation_does_not_hold_up_another(store: Store):
    release = asyncio.Event()

    async def slow(one: InboundMessage, before: Conversation | None, turn: int) -> TurnResult:
        if one.conversation == "slow":
            await release.wait()
        return await echo(one, before, turn)

    runtime = worker(store, slow)
    await runtime.accept(message(1, to="slow"))
    await runtime.accept(message(2, to="quick"))
    await runtime.settled(conversation_id("quick"))
    assert await said(runtime, "slow") == []
    release.set()
    await runtime.settled(conversation_id("slow"))
    assert len(await said(runtime, "slow")) == 2


async def test_a_person_owns_the_conversation_until_it_is_handed_back(store: Store):
    runtime = worker(store, to_a_person)
    await runtime.accept(message(1))
    await runtime.settled(conversation_id())
    assert await runtime.owner(conversation_id()) == "person"
    runtime = worker(store)
    await runtime.accept(message(2, event=PersonSaid(text="We send a new one.")))
    await runtime.accept(message(3, event=HandBack()))
    await runtime.settled(conversation_id())
    assert await runtime.owner(conversation_id()) == "assistant"
    last = (await runtime.transcript(conversation_id()))[-1]
    assert (last.author, last.text) == ("person", "We send a new one.")


async def test_an_unknown_conversation_is_settled_empty_and_the_assistants(store: Store):
    runtime = worker(store)
    await runtime.settled(conversation_id("nobody"))
    assert await said(runtime, "nobody") == []
    assert await runtime.owner(conversation_id("nobody")) == "assistant"


async def test_stopping_lets_a_running_turn_finish_and_leaves_the_rest_for_the_next_start(
    store: Store,
):
    began, release = asyncio.Event(), asyncio.Event()

    async def slow(one: InboundMessage, before: Conversation | None, turn: int) -> TurnResult:
        began.set()
        await release.wait()
        return await echo(one, before, turn)

    runtime = worker(store, slow)
    for number in (1, 2):
        await runtime.accept(message(number))
    await began.wait()
    stopping = asyncio.create_task(runtime.stop())
    await asyncio.sleep(0)
    release.set()
    await stopping
    assert len(store.turns(conversation_id())) == 1
    await start_and_wait_for(store, "text 2")
    assert [record.said for record in store.turns(conversation_id())] == ["text 1", "text 2"]


async def start_and_wait_for(store: Store, words: str) -> None:
    """Start a worker and ask it for nothing until it has come to these words by itself."""
    came = asyncio.Event()

    async def note(one: InboundMessage, before: Conversation | None, turn: int) -> TurnResult:
        if one.event == Say(text=words):
            came.set()
        return await echo(one, before, turn)

    runtime = worker(store, note)
    await runtime.start()
    async with asyncio.timeout(10):
        await came.wait()
    await runtime.stop()


async def test_a_turn_that_does_not_finish_in_time_runs_again_at_the_next_start(store: Store):
    async def hang(one: InboundMessage, before: Conversation | None, turn: int) -> TurnResult:
        await asyncio.Event().wait()
        return await echo(one, before, turn)

    runtime = worker(store, hang)
    await runtime.start()
    await runtime.accept(message(1))
    await asyncio.sleep(0)
    await runtime.stop(grace=0)
    await start_and_wait_for(store, "text 1")
    assert len(store.turns(conversation_id())) == 1


async def test_messages_that_another_process_left_behind_are_taken_up(store: Store, path: Path):
    clock, answered = SetClock(), asyncio.Event()

    async def note(one: InboundMessage, before: Conversation | None, turn: int) -> TurnResult:
        answered.set()
        return await echo(one, before, turn)

    runtime = Worker(store, note, clock, to_a_person, Limits(sweep_seconds=0.001))
    await runtime.start()
    elsewhere = Store.open(path)
    elsewhere.accept(message(1), clock.now())
    elsewhere.close()
    clock.move(seconds=1)
    async with asyncio.timeout(5):
        await answered.wait()
    await runtime.stop()
    assert len(store.turns(conversation_id())) == 1


async def test_the_slower_of_two_workers_does_not_commit(store: Store, path: Path):
    began, release = asyncio.Event(), asyncio.Event()

    async def slow(one: InboundMessage, before: Conversation | None, turn: int) -> TurnResult:
        began.set()
        await release.wait()
        return await to_a_person(one, before, turn)

    slower = worker(store, slow)
    await slower.accept(message(1))
    await began.wait()
    other = Store.open(path)
    quicker = worker(other)
    await quicker.start()
    await quicker.settled(conversation_id())
    await quicker.stop()
    release.set()
    await slower.settled(conversation_id())
    assert await said(slower) == ["text 1", "echo: text 1"]
    assert await slower.owner(conversation_id()) == "assistant"
    other.close()


async def test_two_workers_on_one_file_share_the_work(store: Store, path: Path):
    async def yielding(one: InboundMessage, before: Conversation | None, turn: int) -> TurnResult:
        await asyncio.sleep(0)
        return await echo(one, before, turn)

    other = Store.open(path)
    workers = worker(store, yielding), worker(other, yielding)
    for number in range(200):
        await workers[number % 2].accept(message(number))
    for each in workers:
        await each.settled(conversation_id())
    records = store.turns(conversation_id())
    assert [record.said for record in records] == [f"text {number}" for number in range(200)]
    with store.engine.begin() as connection:
        assert connection.scalar(select(func.count()).select_from(turns)) == 200
    other.close()
