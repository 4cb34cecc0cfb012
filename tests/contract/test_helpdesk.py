"""What does every helpdesk promise?"""

import asyncio
import base64
import hashlib
import re
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from agent.worker.store import Store
from tests.worker.echo import NOON, draft
from tools.connectors.embedded_helpdesk import EmbeddedHelpdesk
from tools.errors import RefusedError, UnavailableError

Connect = Callable[[], EmbeddedHelpdesk]


@pytest.fixture(params=["beside the conversations", "in its own file", "in memory"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    file = tmp_path / "desk.sqlite"
    if request.param == "in its own file":
        return create_engine(f"sqlite:///{file}")
    return Store.open(":memory:" if request.param == "in memory" else file).engine


@pytest.fixture
def connect(engine: Engine) -> Connect:
    return lambda: EmbeddedHelpdesk(engine)


@pytest.fixture
def helpdesk(connect: Connect) -> EmbeddedHelpdesk:
    return connect()


async def test_a_ticket_can_be_found_by_its_number(helpdesk: EmbeddedHelpdesk):
    number = await helpdesk.open_ticket(draft(), idempotency_key="k1")
    assert re.fullmatch(r"T-[2-7A-Z]{6,}", number)
    ticket = await helpdesk.find_ticket(number)
    assert ticket is not None
    assert (ticket.id, ticket.status, ticket.draft) == (number, "open", draft())


async def test_the_same_key_gives_the_same_ticket_even_with_other_words(connect: Connect):
    first = await connect().open_ticket(draft("first"), idempotency_key="k1")
    again = await connect().open_ticket(draft("second"), idempotency_key="k1")
    assert first == again
    assert [t.draft.packet.wish for t in await connect().list_tickets()] == ["first"]


async def test_the_same_key_at_the_same_time_gives_one_ticket(connect: Connect):
    desks = [connect() for _ in range(5)]
    numbers = await asyncio.gather(*(d.open_ticket(draft(), idempotency_key="k") for d in desks))
    assert len(set(numbers)) == len(await desks[0].list_tickets()) == 1


async def test_another_key_gives_another_ticket(helpdesk: EmbeddedHelpdesk):
    keys = [f"k{number}" for number in range(50)]
    numbers = [await helpdesk.open_ticket(draft(), idempotency_key=key) for key in keys]
    assert len(set(numbers)) == 50


async def test_keys_that_begin_alike_get_different_numbers(helpdesk: EmbeddedHelpdesk):
    numbers = [
        await helpdesk.open_ticket(draft(), idempotency_key=key) for key in alike_keys(letters=6)
    ]
    assert len(numbers[0]) < len(numbers[1])
    assert numbers[1].startswith(numbers[0])


async def test_the_ticket_that_is_due_first_comes_first(helpdesk: EmbeddedHelpdesk):
    for hours in (3, 1, 2):
        due = draft().model_copy(update={"due_at": NOON.replace(hour=12 + hours)})
        await helpdesk.open_ticket(due, idempotency_key=f"in {hours}")
    hours_due = [ticket.draft.due_at.hour for ticket in await helpdesk.list_tickets()]
    assert hours_due == [13, 14, 15]


async def test_a_ticket_is_taken_answered_and_closed(helpdesk: EmbeddedHelpdesk):
    number = await helpdesk.open_ticket(draft(), idempotency_key="k1")
    assert await helpdesk.assign(number, "Mara")
    assert await helpdesk.mark_answered(number)
    answered = await helpdesk.find_ticket(number)
    assert answered is not None
    assert (answered.status, answered.assignee) == ("answered", "Mara")
    assert await helpdesk.close(number, "sent a new one")
    assert await helpdesk.list_tickets() == ()
    assert [ticket.id for ticket in await helpdesk.list_tickets(closed=True)] == [number]


async def test_a_closed_ticket_stays_as_it_is(helpdesk: EmbeddedHelpdesk):
    number = await helpdesk.open_ticket(draft(), idempotency_key="k1")
    await helpdesk.close(number)
    assert not await helpdesk.close(number)
    assert not await helpdesk.assign(number, "Mara")
    assert not await helpdesk.mark_answered(number)
    assert await helpdesk.open_ticket(draft(), idempotency_key="k1") == number


async def test_nothing_can_be_done_to_a_ticket_that_is_not_there(helpdesk: EmbeddedHelpdesk):
    assert await helpdesk.find_ticket("T-AAAAAA") is None
    assert not await helpdesk.close("T-AAAAAA")


async def test_a_helpdesk_that_cannot_store_says_so(helpdesk: EmbeddedHelpdesk, engine: Engine):
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE tickets"))
    with pytest.raises(UnavailableError, match="open ticket"):
        await helpdesk.open_ticket(draft(), idempotency_key="k1")


async def test_a_damaged_ticket_is_refused_by_its_number(
    helpdesk: EmbeddedHelpdesk, engine: Engine
):
    number = await helpdesk.open_ticket(draft(), idempotency_key="k1")
    with engine.begin() as connection:
        connection.execute(text("UPDATE tickets SET draft = '{}'"))
    with pytest.raises(RefusedError, match=number):
        await helpdesk.find_ticket(number)


def alike_keys(letters: int) -> tuple[str, str]:
    """Find two keys whose digests begin with the same letters."""
    seen: dict[str, str] = {}
    for number in count():
        key = f"key {number}"
        start = base64.b32encode(hashlib.sha256(key.encode()).digest())[:letters].decode()
        if start in seen:
            return seen[start], key
        seen[start] = key
    raise AssertionError
