"""Is there exactly one refund when the process is killed at any step on the way to it?"""

import asyncio
import os
import random
import signal
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event, func, select

from agent.worker.alarms import RefundAlarm
from agent.worker.audit import find_tampering
from agent.worker.store import Store
from agent.worker.tables import ledger, reservations
from tests.worker.bench import Bench, confirmed
from tools.domain.changes import ProviderRefund
from tools.domain.effect import Done, IssueRefund, Open, OrderEffect
from tools.ports.writers import Payments

LAST_STEP = 100
"""Far more than there are."""
RANDOM_KILLS = 10


class Noisy:
    """A till that says when it is called and when it answers; everything else is the till's."""

    def __init__(self, payments: Payments, step: Callable[[], None]) -> None:
        self._payments, self._step = payments, step
        self.state_of = payments.state_of
        self.find = payments.find

    async def refund(self, effect: IssueRefund, *, idempotency_key: str) -> ProviderRefund:
        self._step()
        made = await self._payments.refund(effect, idempotency_key=idempotency_key)
        self._step()
        return made


def listen(engine: Engine, step: Callable[[], None]) -> None:
    """Call after every transaction has begun and before it is committed."""

    def on_step(_connection: Connection) -> None:
        step()

    event.listen(engine, "begin", on_step)
    event.listen(engine, "commit", on_step)


def killed_at(path: Path, folder: Path, effects: list[OrderEffect], at: int) -> bool:
    """Perform in a process that ends itself at a step; False when there are fewer steps."""
    child = os.fork()
    if child == 0:
        try:
            steps = count(1)

            def step() -> None:
                if next(steps) == at:
                    os.kill(os.getpid(), signal.SIGKILL)

            perform(path, folder, effects, step)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def perform(path: Path, folder: Path, effects: list[OrderEffect], step: Callable[[], None]) -> None:
    store = Store.open(path)
    bench = Bench(store, folder)
    listen(store.engine, step)
    doors = bench.gateway(Noisy(bench.payments, step))
    for effect in effects:
        asyncio.run(doors.perform(effect))


def check_one_refund(path: Path, folder: Path, effects: list[OrderEffect]) -> None:
    """Let the turn run again, then the comparison; everything was done exactly once."""
    store = Store.open(path)
    bench = Bench(store, folder)
    for effect in effects:
        receipt = asyncio.run(bench.gateway().perform(effect))
        assert isinstance(receipt, Done | Open), receipt
        if not isinstance(receipt, Done):
            break  # what follows waits, as in a turn
    bench.clock.move(minutes=6)
    doors = bench.gateway()
    alarm = RefundAlarm(store, bench.storefront, bench.rulebooks, bench.clock)
    asyncio.run(doors.reconciler(alarm).run())
    found = asyncio.run(doors.reconciler(alarm).run())
    assert (found.repaired, found.unexplained) == ((), ())
    for effect in effects:
        assert isinstance(asyncio.run(doors.perform(effect)), Done)
    order = asyncio.run(bench.order(effects[0].permit.order))
    assert len(order.refunds) == 1
    with store.engine.begin() as connection:
        assert {*connection.scalars(select(ledger.c.status))} == {"CONFIRMED"}
        assert connection.scalar(select(func.count()).select_from(reservations)) == 1
        assert find_tampering(connection) == []
    store.close()


def agreed(path: Path, folder: Path, question: str) -> list[OrderEffect]:
    """Return what a turn is to do, in order."""
    store = Store.open(path)
    bench = Bench(store, folder)
    number = "ND-BACK" if question == "may_refund" else "ND-NEW"
    proposal = asyncio.run(bench.propose(number, question))
    effect = bench.confirm(proposal)
    store.close()
    if proposal.then is None:
        return [effect]
    return [effect, confirmed(proposal.then, effect.permit.confirmed_by or "")]


@pytest.mark.parametrize("question", ["may_refund", "may_cancel"])
def test_a_kill_at_any_step_leaves_one_refund(tmp_path: Path, question: str):
    steps = 0
    for at in range(1, LAST_STEP):
        path = tmp_path / f"{at}.sqlite"
        effects = agreed(path, tmp_path, question)
        if not killed_at(path, tmp_path, effects, at):
            break
        check_one_refund(path, tmp_path, effects)
        steps = at
    assert 10 <= steps < LAST_STEP - 1


def test_a_kill_at_any_instant_leaves_one_refund(tmp_path: Path):
    seed = random.SystemRandom().randrange(1_000_000)
    print(f"seed {seed}")  # noqa: T201 - pytest shows it when the test fails
    dice = random.Random(seed)
    for number in range(RANDOM_KILLS):
        path = tmp_path / f"{number}.sqlite"
        effects = agreed(path, tmp_path, "may_refund")
        delay = dice.uniform(0.01, 0.08)
        child = os.fork()
        if child == 0:
            try:  # an alarm that nobody handles ends a process at once, as a kill does
                signal.setitimer(signal.ITIMER_REAL, delay)
                perform(path, tmp_path, effects, lambda: None)
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        check_one_refund(path, tmp_path, effects)
