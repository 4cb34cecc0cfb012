"""What does every place where withdrawals are kept promise?"""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from agent.worker.audit import find_tampering
from agent.worker.store import Store
from agent.worker.withdrawals import StoredWithdrawals
from tests.worker.echo import NOON, SetClock
from tools.domain.shipment import LineId
from tools.domain.withdrawal import WithdrawalStatement
from tools.errors import RefusedError, UnavailableError

Connect = Callable[[], StoredWithdrawals]


def statement(words: str = "Take it back, please.") -> WithdrawalStatement:
    return WithdrawalStatement(
        order="ND-1001",
        lines=(LineId("L1"),),
        items=("Blue mug",),
        words=words,
        at=NOON,
        zone="Europe/Brussels",
        understood="words",
        conversation="c1",
    )


@pytest.fixture(params=["in a file", "in memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return Store.open(":memory:" if request.param == "in memory" else tmp_path / "desk.sqlite")


@pytest.fixture
def connect(store: Store) -> Connect:
    return lambda: StoredWithdrawals(store.database, SetClock())


async def test_a_statement_is_kept_with_its_time_and_a_number(connect: Connect):
    kept = await connect().record(statement(), idempotency_key="k1")

    assert re.fullmatch(r"WD-[2-7A-Z]{10}", kept.number)
    assert kept.statement == statement()
    assert kept.recorded_at == NOON
    assert connect().of_conversation("c1") == (kept,)
    assert connect().of_conversation("c2") == ()


async def test_the_same_key_gives_the_same_receipt_even_with_other_words(connect: Connect):
    first = await connect().record(statement("first"), idempotency_key="k1")
    again = await connect().record(statement("second"), idempotency_key="k1")

    assert first == again
    assert [kept.statement.words for kept in connect().of_conversation("c1")] == ["first"]


async def test_the_same_key_at_the_same_time_gives_one_record(connect: Connect):
    records = [connect().record(statement(), idempotency_key="k") for _ in range(5)]

    assert len(set(await asyncio.gather(*records))) == len(connect().of_conversation("c1")) == 1


async def test_a_number_cannot_be_worked_out_from_its_key():
    numbers = [
        (
            await StoredWithdrawals(Store.open(":memory:").database, SetClock()).record(
                statement(), idempotency_key="k1"
            )
        ).number
        for _ in range(3)
    ]
    assert len(set(numbers)) == len(numbers)


async def test_numbers_that_begin_alike_are_told_apart(connect: Connect, store: Store):
    first = await connect().record(statement(), idempotency_key="k1")
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE withdrawals SET idempotency_key = 'other'"))

    second = await connect().record(statement(), idempotency_key="k1")

    assert second.number.startswith(first.number)
    assert len(second.number) > len(first.number)


async def test_a_record_stands_in_the_audit_chain(connect: Connect, store: Store):
    await connect().record(statement(), idempotency_key="k1")

    with store.engine.begin() as connection:
        kinds = connection.scalars(text("SELECT kind FROM events")).all()
        assert find_tampering(connection) == []
    assert kinds == ["WithdrawalRecorded"]


async def test_what_cannot_be_stored_is_said_so(connect: Connect, store: Store):
    with store.engine.begin() as connection:
        connection.execute(text("DROP TABLE withdrawals"))

    with pytest.raises(UnavailableError, match="record withdrawal"):
        await connect().record(statement(), idempotency_key="k1")


async def test_a_record_without_its_audit_entry_is_none(connect: Connect, store: Store):
    with store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE events RENAME TO elsewhere"))

    with pytest.raises(UnavailableError):
        await connect().record(statement(), idempotency_key="k1")
    assert connect().of_conversation("c1") == ()


async def test_a_damaged_record_is_refused_by_its_number(connect: Connect, store: Store):
    kept = await connect().record(statement(), idempotency_key="k1")
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE withdrawals SET statement = '{}'"))

    with pytest.raises(RefusedError, match=kept.number):
        connect().of_conversation("c1")
