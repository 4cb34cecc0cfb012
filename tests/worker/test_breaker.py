"""Does money stop moving by itself when something is out of the ordinary?"""

from datetime import timedelta
from itertools import repeat
from pathlib import Path

import pytest

from agent.context import OneEdition
from agent.worker.audit import find_tampering
from agent.worker.breaker import Breaker, BreakerLimits
from agent.worker.refusals import Refused
from agent.worker.store import Store
from tests.worker.bench import Bench
from tests.worker.test_budgets import MANY, ONE, edition
from tools.connectors.flaky_payments import FlakyPayments
from tools.domain.effect import Done, NotPermitted, Open, OrderEffect

USUAL = BreakerLimits()


@pytest.fixture
def bench(store: Store, tmp_path: Path) -> Bench:
    return Bench(store, tmp_path, text=MANY)


async def fail(bench: Bench, number: int) -> None:
    silent = bench.gateway(FlakyPayments(bench.payments, repeat("out_before")))
    effect = await bench.agreed(f"ND-{100 + number}")
    assert isinstance(await silent.perform(effect), Open)


async def why(bench: Bench, effect: OrderEffect) -> str:
    receipt = await bench.gateway().perform(effect)
    assert isinstance(receipt, NotPermitted), receipt
    assert receipt.why == "breaker_open"
    return receipt.detail.partition(":")[0]


async def test_a_provider_that_fails_in_a_row_is_left_alone(bench: Bench):
    for number in range(USUAL.failures - 1):
        await fail(bench, number)
    assert not bench.gateway().breaker.state().is_open(bench.clock.at)
    await fail(bench, USUAL.failures - 1)
    assert bench.gateway().breaker.state().is_open(bench.clock.at)
    assert await why(bench, await bench.agreed("ND-105")) == "breaker_failures"


async def test_a_refund_that_goes_well_ends_the_row(bench: Bench):
    await fail(bench, 0)
    assert isinstance(await bench.gateway().perform(await bench.agreed("ND-105")), Done)
    assert bench.gateway().breaker.state().failures == 0


async def test_a_person_closes_it(bench: Bench):
    for number in range(USUAL.failures):
        await fail(bench, number)
    effect = await bench.agreed("ND-105")
    assert await why(bench, effect) == "breaker_failures"
    bench.gateway().breaker.close("a lead")
    assert isinstance(await bench.gateway().perform(effect), Done)


async def test_after_a_quiet_time_it_is_tried_again_and_one_failure_is_enough(bench: Bench):
    for number in range(USUAL.failures - 1):
        await fail(bench, number)
    await fail(bench, USUAL.failures - 1)
    bench.clock.move(hours=1, seconds=1)
    assert not bench.gateway().breaker.state().is_open(bench.clock.at)
    await fail(bench, USUAL.failures)
    assert bench.gateway().breaker.state().is_open(bench.clock.at)


async def test_while_it_is_open_goods_still_move(bench: Bench):
    for number in range(USUAL.failures):
        await fail(bench, number)
    effect = await bench.agreed("ND-DONE", "may_return")
    assert isinstance(await bench.gateway().perform(effect), Done)


async def test_a_day_far_above_the_usual_one_opens_it(store: Store, tmp_path: Path):
    rules = OneEdition(edition(day=2 * ONE + 2))  # half of it is usual without any history
    bench = Bench(store, tmp_path, rulebooks=rules, text=MANY)
    assert isinstance(await bench.gateway().perform(await bench.agreed("ND-100")), Done)
    second = await bench.agreed("ND-101")
    assert await why(bench, second) == "breaker_sum"
    assert bench.gateway().breaker.state().why == "sum"
    bench.clock.move(hours=12)
    assert isinstance(await bench.gateway().perform(await bench.agreed("ND-102")), Done)
    with store.engine.begin() as connection:
        assert find_tampering(connection) == []


def test_usual_is_three_times_the_median_of_the_days_that_paid(store: Store, tmp_path: Path):
    bench = Bench(store, tmp_path)
    breaker = Breaker(store.database, bench.clock)
    now = bench.clock.at
    bench.paid_before({1: 100, 2: 900, 3: 500, 40: 90_000})
    with store.database.writing("check") as connection:
        breaker.check_sum(connection, "EUR", 1500, 0, now)
        breaker.check_sum(connection, "USD", 10, 10, now)
        with pytest.raises(Refused):
            breaker.check_sum(connection, "EUR", 1501, 1500, now)
    assert breaker.state().quiet_until == now.replace(hour=0) + timedelta(days=1)
