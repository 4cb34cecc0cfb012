"""Is money paid back once when the provider answers late, twice, wrongly or not at all?"""

import asyncio
from itertools import repeat
from pathlib import Path

import pytest

from agent.worker.effects import EffectGateway
from agent.worker.store import Store
from tests.worker.bench import Bench
from tools.connectors.embedded.changes import Disputed
from tools.connectors.flaky_payments import FlakyPayments, Whim
from tools.domain.changes import ProviderRefund
from tools.domain.effect import Done, Failed, IssueRefund, NotPermitted, Open, OrderEffect
from tools.domain.order import PaymentId

PAYMENT = PaymentId("P-ND-BACK")


@pytest.fixture
def bench(store: Store, tmp_path: Path) -> Bench:
    return Bench(store, tmp_path)


async def refunds(bench: Bench, number: str = "ND-BACK") -> int:
    return len((await bench.order(number)).refunds)


def status(doors: EffectGateway, effect: OrderEffect) -> str | None:
    row = doors.look_up(effect.id)
    return None if row is None else row.status


@pytest.mark.parametrize("whim", ["well", "out_before", "out_after", "twice"])
async def test_one_bad_answer_still_ends_with_one_refund(bench: Bench, whim: Whim):
    effect = await bench.agreed()
    doors = bench.gateway(FlakyPayments(bench.payments, [whim]))
    receipt = await doors.perform(effect)
    assert isinstance(receipt, Done), receipt
    assert await doors.perform(effect) == receipt
    assert await refunds(bench) == 1
    assert status(doors, effect) == "CONFIRMED"


async def test_a_provider_that_stays_silent_leaves_the_outcome_open(bench: Bench):
    effect = await bench.agreed()
    doors = bench.gateway(FlakyPayments(bench.payments, repeat("out_before")))
    assert isinstance(await doors.perform(effect), Open)
    assert status(doors, effect) == "UNKNOWN"
    assert isinstance(await bench.gateway().perform(effect), Done)
    assert await refunds(bench) == 1


async def test_what_was_paid_and_not_answered_is_found_by_its_key(bench: Bench):
    effect = await bench.agreed()
    line = FlakyPayments(bench.payments, ["out_after"])
    line_down = _DownAfter(line)
    assert isinstance(await bench.gateway(line_down).perform(effect), Open)
    assert await refunds(bench) == 1
    receipt = await bench.gateway(FlakyPayments(bench.payments, repeat("out_before"))).perform(
        effect
    )
    assert isinstance(receipt, Done)
    assert await refunds(bench) == 1


class _DownAfter(FlakyPayments):
    """The line breaks with the first call and stays broken."""

    def __init__(self, payments: FlakyPayments) -> None:
        super().__init__(payments, repeat("well"))

    async def refund(self, effect: IssueRefund, *, idempotency_key: str) -> ProviderRefund:
        try:
            return await super().refund(effect, idempotency_key=idempotency_key)
        finally:
            self.down = True


async def test_another_answer_than_was_asked_for_is_not_believed(bench: Bench):
    effect = await bench.agreed()
    doors = bench.gateway(FlakyPayments(bench.payments, ["other_body"]))
    assert isinstance(await doors.perform(effect), Open)
    assert status(doors, effect) == "UNKNOWN"
    assert isinstance(await bench.gateway().perform(effect), Done)
    assert await refunds(bench) == 1


async def test_two_workers_with_one_effect_pay_once(bench: Bench):
    effect = await bench.agreed()
    one, other = bench.gateway(), bench.gateway()
    receipts = await asyncio.gather(*(doors.perform(effect) for doors in (one, other, one)))
    assert any(isinstance(receipt, Done) for receipt in receipts)
    assert all(isinstance(receipt, Done | Open) for receipt in receipts)
    assert await refunds(bench) == 1


async def test_while_one_effect_of_an_order_is_open_no_other_begins(bench: Bench):
    first = await bench.agreed()
    silent = bench.gateway(FlakyPayments(bench.payments, repeat("out_before")))
    assert isinstance(await silent.perform(first), Open)
    second = await bench.agreed()
    refused = await bench.gateway().perform(second)
    assert isinstance(refused, NotPermitted)
    assert refused.why == "busy"
    assert isinstance(await bench.gateway().perform(first), Done)


async def test_what_may_not_happen_any_more_ends_once_no_call_can_still_arrive(bench: Bench):
    effect = await bench.agreed()
    silent = bench.gateway(FlakyPayments(bench.payments, repeat("out_before")))
    await silent.perform(effect)
    bench.elsewhere.dispute(Disputed(payment=PAYMENT, now="open"))
    doors = bench.gateway()
    assert isinstance(await doors.perform(effect), Open)
    bench.clock.move(minutes=6)
    assert isinstance(await doors.perform(effect), Failed)
    assert await refunds(bench) == 0
    assert isinstance(await doors.perform(effect), Failed)


async def test_other_words_under_a_known_id_are_refused(bench: Bench):
    effect = await bench.agreed()
    assert isinstance(effect, IssueRefund)
    doors = bench.gateway()
    await doors.perform(effect)
    twice = effect.model_copy(update={"amount": effect.amount + effect.amount})
    assert isinstance(await doors.perform(twice), NotPermitted)
    assert await refunds(bench) == 1
