"""Does nothing exceed a cap, whoever else pays back at the same time?"""

import asyncio
import os
from dataclasses import replace
from itertools import repeat
from pathlib import Path

import pytest
from sqlalchemy import func, select

from agent.context import Edition, OneEdition
from agent.worker.store import Store
from agent.worker.tables import ledger, reservations
from tests.worker.bench import WORLD, Bench, back, shipped_rules
from tools.connectors.flaky_payments import FlakyPayments
from tools.domain.effect import Done, IssueRefund, NotPermitted, Open, OrderEffect
from tools.domain.money import Money
from tools.domain.order import PaymentId
from tools.policy.caps import Caps

USUAL = Caps(
    action=8000, order=15000, buyer_30_days=20000, seller_day=40000, day=100_000, photo=4000
)
ONE = 2746
"""What is paid back for one mug: its price and its part of the delivery."""
MANY = WORLD + "".join(back(f"ND-{n}", "24.00") for n in range(100, 106))


def edition(**caps: int) -> Edition:
    """Return the shipped rules with other caps."""
    shipped = shipped_rules()
    own = {"EUR": USUAL.model_copy(update=caps)}
    market = shipped.rulebook.marketplace.model_copy(update={"caps": own})
    return replace(shipped, rulebook=replace(shipped.rulebook, marketplace=market))


def a_bench(store: Store, folder: Path, **caps: int) -> Bench:
    """Return a shop where a person allows today what the caps allow, however unusual."""
    bench = Bench(store, folder, rulebooks=OneEdition(edition(**caps)), text=MANY)
    bench.gateway().breaker.close("a lead")
    return bench


async def why(bench: Bench, effect: OrderEffect) -> str:
    receipt = await bench.gateway().perform(effect)
    assert isinstance(receipt, NotPermitted), receipt
    return receipt.detail.partition(":")[0]


async def leave_open(bench: Bench, number: str) -> OrderEffect:
    """Begin a refund that the shop does not show, and that may still be paid."""
    silent = bench.gateway(FlakyPayments(bench.payments, repeat("out_before")))
    effect = await bench.agreed(number)
    assert isinstance(await silent.perform(effect), Open)
    return effect


@pytest.mark.parametrize(
    ("cap", "reason"),
    [
        ("day", "cap_day"),
        ("seller_day", "cap_seller_day"),
        ("buyer_30_days", "cap_buyer_30_days"),
    ],
)
async def test_money_that_may_still_be_paid_counts(
    store: Store, tmp_path: Path, cap: str, reason: str
):
    bench = a_bench(store, tmp_path, **{cap: 2 * ONE - 1})
    opened = await leave_open(bench, "ND-100")
    second = await bench.agreed("ND-101")
    assert await why(bench, second) == reason
    with store.database.writing("fail") as connection:
        connection.execute(ledger.update().values(status="FAILED"))
    assert isinstance(await bench.gateway().perform(second), Done)
    assert opened.id != second.id


async def test_up_to_the_cap_everything_is_paid(store: Store, tmp_path: Path):
    bench = a_bench(store, tmp_path, day=2 * ONE)
    await leave_open(bench, "ND-100")
    assert isinstance(await bench.gateway().perform(await bench.agreed("ND-101")), Done)


@pytest.mark.parametrize(("cap", "reason"), [("action", "cap_action"), ("order", "cap_order")])
async def test_lines_that_are_each_within_a_cap_may_not_exceed_it_together(
    tmp_path: Path, cap: str, reason: str
):
    whole = 3890
    for most, fits in ((whole - 1, False), (whole, True)):
        bench = a_bench(Store.open(":memory:"), tmp_path, **{cap: most})
        proposal = await bench.propose("ND-100", "may_refund", lines=("L1", "L2"))
        assert isinstance(proposal.effect, IssueRefund)
        assert proposal.effect.amount.amount == whole
        effect = bench.confirm(proposal)
        if fits:
            assert isinstance(await bench.gateway().perform(effect), Done)
        else:
            assert await why(bench, effect) == reason
        bench.store.close()


async def test_what_others_paid_back_counts_once_and_what_we_did_too(store: Store, tmp_path: Path):
    bench = a_bench(store, tmp_path, day=3 * ONE)
    assert isinstance(await bench.gateway().perform(await bench.agreed("ND-100")), Done)
    by_hand = Money(amount=ONE, currency="EUR")
    bench.elsewhere.refund(PaymentId("P-ND-101"), by_hand, "by hand")
    assert isinstance(await bench.gateway().perform(await bench.agreed("ND-102")), Done)
    proposal = await bench.propose("ND-103", "may_refund")
    assert bench.needs_approval
    assert await why(bench, bench.confirm(proposal)) == "approval_none"


async def test_a_new_day_has_new_room(store: Store, tmp_path: Path):
    bench = a_bench(store, tmp_path, day=ONE)
    assert isinstance(await bench.gateway().perform(await bench.agreed("ND-100")), Done)
    bench.clock.move(hours=12)
    bench.gateway().breaker.close("a lead")
    assert isinstance(await bench.gateway().perform(await bench.agreed("ND-101")), Done)


async def test_an_open_refund_counts_on_the_next_day_too(store: Store, tmp_path: Path):
    bench = a_bench(store, tmp_path, day=ONE)
    await leave_open(bench, "ND-100")
    bench.clock.move(hours=12)
    bench.gateway().breaker.close("a lead")
    assert await why(bench, await bench.agreed("ND-101")) == "cap_day"


async def test_the_rules_in_force_say_how_much_not_those_of_the_conversation(
    store: Store, tmp_path: Path
):
    bench = a_bench(store, tmp_path)
    effect = await bench.agreed("ND-100")
    bench.rulebooks = _Newer(bench.rulebooks.latest, edition(action=ONE - 1))
    assert await why(bench, effect) == "cap_action"
    bench.rulebooks = OneEdition(edition())
    assert isinstance(await bench.gateway().perform(effect), Done)


class _Newer(OneEdition):
    """Stricter rules came into force after the conversation had begun."""

    def __init__(self, began: Edition, newer: Edition) -> None:
        version = replace(newer.rulebook, version="newer")
        super().__init__(replace(newer, rulebook=version))
        self._began = began

    async def earlier(self, version: str) -> Edition | None:
        assert version == self._began.rulebook.version
        return self._began


PROCESSES = 3
ROUNDS = 4


def in_a_fork(path: Path, folder: Path, effect: OrderEffect, start: int) -> int:
    """Perform an effect in a process of its own as soon as the start is given."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        bench = a_bench(Store.open(path), folder, day=ONE)
        os.read(start, 1)
        receipt = asyncio.run(bench.gateway().perform(effect))
        status = 0 if isinstance(receipt, Done | NotPermitted) else 2
    finally:
        os._exit(status)


def test_processes_that_pay_at_once_do_not_exceed_a_cap(tmp_path: Path):
    for number in range(ROUNDS):
        path = tmp_path / f"{number}.sqlite"
        store = Store.open(path)
        bench = a_bench(store, tmp_path, day=ONE)
        effects = [asyncio.run(bench.agreed(f"ND-{100 + n}")) for n in range(PROCESSES)]
        store.close()
        reading, writing = os.pipe()
        children = [in_a_fork(path, tmp_path, effect, reading) for effect in effects]
        os.write(writing, b"." * PROCESSES)
        ended = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        assert ended == [0] * PROCESSES
        store = Store.open(path)
        with store.database.reading("paid") as connection:
            assert connection.scalar(select(func.sum(reservations.c.amount))) == ONE
        made = [len(asyncio.run(bench.order(f"ND-{100 + n}")).refunds) for n in range(PROCESSES)]
        assert sum(made) == 1
        store.close()
