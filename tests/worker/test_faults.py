"""What becomes of a message when something breaks?"""

import asyncio
import logging

import pytest
from sqlalchemy import select, update

from agent.conversation import InboundMessage
from agent.state import Conversation
from agent.turn import HandleTurn, TurnResult
from agent.worker.loop import Limits, Worker
from agent.worker.store import Store
from agent.worker.tables import conversations, damaged_states, events, inbox
from tests.worker.echo import NOON, SORRY, SetClock, conversation_id, echo, message, to_a_person
from tools.errors import UnavailableError

QUICK = Limits(attempts=3, first_pause=0.0, turn_seconds=0.05)


class Fragile:
    """Breaks on the words it is told to break on, so many times."""

    def __init__(self, words: str, times: int = 1_000) -> None:
        self.words = words
        self.times = times
        self.calls = 0

    async def __call__(
        self, one: InboundMessage, before: Conversation | None, turn: int
    ) -> TurnResult:
        if self.words in str(one.event) and self.calls < self.times:
            self.calls += 1
            raise KeyError(self.words)
        return await echo(one, before, turn)


def worker(store: Store, handle: HandleTurn, on_fault: HandleTurn = to_a_person) -> Worker:
    return Worker(store, handle, SetClock(), on_fault, QUICK)


async def say(runtime: Worker, *words: str) -> None:
    for number, text in enumerate(words):
        await runtime.accept(message(number, text))
    await runtime.settled(conversation_id())


async def said(runtime: Worker) -> list[str]:
    return [entry.text for entry in await runtime.transcript(conversation_id())]


async def test_a_fault_gives_the_conversation_to_a_person_and_the_next_message_goes_on(
    store: Store,
):
    runtime = worker(store, Fragile("boom"))
    await say(runtime, "boom", "and now?")
    assert (await said(runtime))[:3] == ["boom", SORRY, "and now?"]
    assert await runtime.owner(conversation_id()) == "person"
    assert store.failed_messages() == []


async def test_the_operator_reads_where_it_broke_but_not_what_the_buyer_wrote(
    store: Store, caplog: pytest.LogCaptureFixture
):
    await say(worker(store, Fragile("my secret")), "my secret is 42")
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert "KeyError" in caplog.text
    assert "test_faults.py" in caplog.text
    assert "42" not in caplog.text
    with store.engine.begin() as connection:
        kinds = connection.scalars(select(events.c.kind).order_by(events.c.seq)).all()
    assert kinds == ["TurnCommitted", "ReplyMade", "TurnFaulted"]


async def test_our_own_errors_are_quoted_to_the_operator(
    store: Store, caplog: pytest.LogCaptureFixture
):
    async def broken(_one: InboundMessage, _: Conversation | None, _turn: int) -> TurnResult:
        raise UnavailableError("shop", "find order", "timed out", "req-7")

    await say(worker(store, broken), "hello")
    assert "shop find order: timed out (request req-7, retryable)" in caplog.text


async def test_a_turn_that_takes_too_long_goes_to_a_person(store: Store):
    async def hang(one: InboundMessage, before: Conversation | None, turn: int) -> TurnResult:
        await asyncio.Event().wait()
        return await echo(one, before, turn)

    runtime = worker(store, hang)
    await say(runtime, "hello")
    assert await said(runtime) == ["hello", SORRY]


async def test_a_turn_of_another_conversation_is_never_stored(store: Store):
    async def mixed_up(_one: InboundMessage, before: Conversation | None, turn: int) -> TurnResult:
        return await echo(message(1, "secret", to="c2"), before, turn)

    runtime = worker(store, mixed_up)
    await say(runtime, "hello")
    assert await said(runtime) == ["hello", SORRY]
    assert await runtime.transcript(conversation_id("c2")) == ()


async def test_a_turn_that_cannot_be_stored_goes_to_a_person(store: Store):
    async def same_id(one: InboundMessage, before: Conversation | None, turn: int) -> TurnResult:
        result = await echo(one, before, turn)
        sent = result.outbound[0].model_copy(update={"id": "always the same"})
        return result.model_copy(update={"outbound": (sent,)})

    runtime = worker(store, same_id)
    await say(runtime, "one", "two")
    assert await said(runtime) == ["one", "echo: one", "two", SORRY]


async def test_a_message_is_tried_again_when_not_even_a_person_could_be_called(store: Store):
    fragile = Fragile("boom", times=3)
    runtime = worker(store, fragile, on_fault=fragile)
    await say(runtime, "boom")
    assert await said(runtime) == ["boom", "echo: boom"]


async def test_a_message_that_never_works_waits_for_the_operator_and_the_next_goes_on(
    store: Store,
):
    fragile = Fragile("boom")
    runtime = worker(store, fragile, on_fault=fragile)
    await say(runtime, "boom", "hello")
    failed = store.failed_messages()
    assert [(one.conversation, one.attempts) for one in failed] == [("c1", 3)]
    assert failed[0].error.startswith("KeyError at ")
    assert await said(runtime) == ["boom", "hello", "echo: hello"]
    assert fragile.calls == 6


async def test_the_operator_can_have_a_failed_message_tried_again(store: Store):
    fragile = Fragile("boom")
    runtime = worker(store, fragile, on_fault=fragile)
    await say(runtime, "boom")
    fragile.times = 0
    assert store.retry(store.failed_messages()[0].seq) == conversation_id()
    await runtime.settled(conversation_id())
    assert store.failed_messages() == []
    assert len(store.turns(conversation_id())) == 1
    assert await said(runtime) == ["boom", "echo: boom"]


async def test_only_a_failed_message_can_be_tried_again(store: Store):
    await say(worker(store, echo), "hello")
    assert store.retry(1) is None
    assert store.retry(77) is None


async def test_a_conversation_that_cannot_be_read_goes_to_a_person_and_is_kept(store: Store):
    runtime = worker(store, echo)
    await say(runtime, "hello")
    damaged = '{"id": ["not_a_conversation"], "lc": 1, "type": "constructor"}'
    with store.engine.begin() as connection:
        connection.execute(update(conversations).values(state=damaged))
    await runtime.accept(message(7, "still there?"))
    await runtime.settled(conversation_id())
    assert (await said(runtime))[2:] == ["still there?", SORRY]
    with store.engine.begin() as connection:
        assert connection.scalars(select(damaged_states.c.state)).all() == [damaged]


async def test_a_message_that_cannot_be_read_waits_for_the_operator(store: Store):
    store.accept(message(1), NOON)
    with store.engine.begin() as connection:
        connection.execute(update(inbox).values(payload="{"))
    runtime = worker(store, echo)
    await runtime.accept(message(2, "hello"))
    await runtime.settled(conversation_id())
    assert await said(runtime) == ["hello", "echo: hello"]
    assert [one.error for one in store.failed_messages()] == ["The stored message cannot be read."]


async def test_nobody_waits_for_a_worker_that_was_stopped(store: Store):
    runtime = worker(store, echo)
    await runtime.stop()
    assert await runtime.accept(message(1))
    with pytest.raises(UnavailableError, match="stopped"):
        await runtime.settled(conversation_id())
