"""Do the desk's actions reach the buyer's conversation, once?"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.desk.tickets import QueueRow, TicketDesk
from tests.desk.opened import Opened, open_at, with_ticket
from tests.worker.echo import SORRY, conversation_id, draft, message


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    parts = open_at(tmp_path / "nightdesk.sqlite")
    yield parts
    parts.close()


@pytest.fixture
def desk(opened: Opened) -> TicketDesk:
    return TicketDesk(opened.helpdesk, opened.runtime, opened.clock)


async def said(opened: Opened) -> list[tuple[str, str]]:
    entries = await opened.runtime.transcript(conversation_id())
    return [(entry.author, entry.text) for entry in entries]


async def test_an_answer_reaches_the_buyer_in_their_conversation(opened: Opened, desk: TicketDesk):
    number = await with_ticket(opened)
    assert await desk.answer(number, "A new mug is on its way.", person="Mara")
    assert (await said(opened))[-1] == ("person", "A new mug is on its way.")
    (ticket,) = await desk.waiting()
    assert (ticket.status, ticket.assignee) == ("answered", "Mara")
    assert await opened.runtime.owner(conversation_id()) == "person"


async def test_the_same_answer_twice_in_a_row_is_delivered_once(opened: Opened, desk: TicketDesk):
    number = await with_ticket(opened)
    for _ in range(2):
        assert await desk.answer(number, "We look into it.")
    assert (await said(opened)).count(("person", "We look into it.")) == 1


async def test_the_same_answer_to_a_new_message_is_delivered_again(
    opened: Opened, desk: TicketDesk
):
    number = await with_ticket(opened)
    await desk.answer(number, "Yes.")
    await opened.runtime.accept(message(2, "Really?"))
    await opened.runtime.settled(conversation_id())
    await desk.answer(number, "Yes.")
    assert (await said(opened)).count(("person", "Yes.")) == 2


async def test_closing_gives_the_conversation_back(opened: Opened, desk: TicketDesk):
    number = await with_ticket(opened)
    assert await desk.close(number, "sent a new one")
    assert await opened.runtime.owner(conversation_id()) == "assistant"
    assert await desk.waiting() == ()
    assert [ticket.id for ticket in await desk.closed()] == [number]


async def test_a_closed_ticket_is_neither_answered_nor_closed_again(
    opened: Opened, desk: TicketDesk
):
    number = await with_ticket(opened)
    await desk.close(number)
    before = await said(opened)
    assert not await desk.answer(number, "One more thing")
    assert not await desk.close(number)
    assert await said(opened) == before


async def test_a_ticket_comes_with_the_conversation_as_it_stands(opened: Opened, desk: TicketDesk):
    number = await with_ticket(opened)
    whole = await desk.whole(number)
    assert whole is not None
    assert [entry.text for entry in whole.transcript] == ["My mug is broken", SORRY]
    assert await desk.whole("T-AAAAAA") is None


async def test_the_queue_says_what_is_overdue(opened: Opened, desk: TicketDesk):
    await with_ticket(opened)
    (ticket,) = await desk.waiting()
    assert not QueueRow.of(ticket, draft().due_at).overdue
    opened.clock.move(hours=9)
    assert QueueRow.of(ticket, opened.clock.now()).overdue
