"""Are ledger and provider brought together, both ways, and is a person told what cannot be?"""

from itertools import repeat
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from agent.worker.alarms import RefundAlarm
from agent.worker.audit import find_tampering
from agent.worker.effects import EffectGateway
from agent.worker.reconcile import Reconciler
from agent.worker.store import Store
from agent.worker.tables import ledger, outside_refunds, reservations, reserved_shares, verdicts
from tests.worker.bench import Bench
from tools.connectors.embedded.changes import RefundFailed
from tools.connectors.flaky_payments import FlakyPayments
from tools.domain.changes import PaymentState, ProviderRefund
from tools.domain.effect import CancelItems, Done, EffectId, Open
from tools.domain.money import Money
from tools.domain.order import PaymentId
from tools.ports.writers import Payments

PAYMENT = PaymentId("P-ND-BACK")
FIVE = Money(amount=500, currency="EUR")


@pytest.fixture
def bench(store: Store, tmp_path: Path) -> Bench:
    return Bench(store, tmp_path)


def reconciler(bench: Bench, payments: Payments | None = None) -> Reconciler:
    return doors(bench, payments).reconciler(
        RefundAlarm(bench.store, bench.storefront, bench.rulebooks, bench.clock)
    )


def doors(bench: Bench, payments: Payments | None = None) -> EffectGateway:
    return bench.gateway(payments)


async def pay(bench: Bench) -> ProviderRefund:
    receipt = await doors(bench).perform(await bench.agreed())
    assert isinstance(receipt, Done), receipt
    assert isinstance(receipt.change, ProviderRefund)
    return receipt.change


async def test_what_both_sides_tell_alike_is_explained(bench: Bench):
    await pay(bench)
    found = await reconciler(bench).run()
    assert (found.explained, found.repaired, found.unexplained) == (1, (), ())


async def test_a_refund_of_unknown_outcome_is_found_out(bench: Bench):
    effect = await bench.agreed()
    silent = FlakyPayments(bench.payments, repeat("out_before"))
    assert isinstance(await doors(bench, silent).perform(effect), Open)
    assert (await reconciler(bench).run()).repaired == ()
    bench.clock.move(minutes=6)
    assert (await reconciler(bench).run()).repaired == (effect.id,)
    found = await reconciler(bench).run()
    assert (found.explained, found.repaired, found.unexplained) == (1, (), ())


async def test_what_stays_unknown_is_told(bench: Bench):
    effect = await bench.agreed()
    silent = FlakyPayments(bench.payments, repeat("out_before"))
    await doors(bench, silent).perform(effect)
    (told,) = (await reconciler(bench, silent).run(everything=True)).unexplained
    assert (told.what, told.about) == ("effect_open", effect.id)


async def test_a_refund_that_nobody_asked_for_is_noted_once(bench: Bench):
    made = bench.elsewhere.refund(PAYMENT, FIVE, "by hand")
    assert (await reconciler(bench).run()).repaired == (made.id,)
    found = await reconciler(bench).run()
    assert (found.explained, found.repaired, found.unexplained) == (1, (), ())
    with bench.store.database.reading("outside") as connection:
        assert connection.scalar(select(func.sum(outside_refunds.c.amount))) == 500


async def test_a_refund_that_came_back_opens_one_ticket_and_frees_its_money(bench: Bench):
    made = await pay(bench)
    bench.elsewhere.fail_refund(PAYMENT, RefundFailed(refund=made.id, why="account closed"))
    assert made.key is not None
    assert (await reconciler(bench).run()).repaired == (made.key,)
    assert (await reconciler(bench).run()).repaired == ()
    (ticket,) = await bench.helpdesk.list_tickets()
    assert (ticket.draft.reason, ticket.draft.queue) == ("refund_failed", "payments")
    assert made.key in {fact.value for fact in ticket.draft.packet.facts}
    row = doors(bench).look_up(EffectId(made.key))
    assert row is not None
    assert row.status == "CONFIRMED"


async def test_a_refund_that_the_provider_does_not_know_is_told(bench: Bench):
    made = await pay(bench)

    class Forgetful(FlakyPayments):
        async def state_of(self, payment: PaymentId) -> PaymentState | None:
            state = await super().state_of(payment)
            return state and state.model_copy(update={"refunds": ()})

    (told,) = (await reconciler(bench, Forgetful(bench.payments)).run()).unexplained
    assert (told.what, told.about) == ("refund_gone", made.key)


async def test_a_refund_under_our_key_that_the_ledger_does_not_know_is_told(bench: Bench):
    made = await pay(bench)
    with bench.store.database.writing("lose") as connection:
        for table in (reserved_shares, reservations, verdicts, ledger):
            connection.execute(delete(table))
    (told,) = (await reconciler(bench).run()).unexplained
    assert (told.what, told.about) == ("key_unknown", made.id)


async def test_a_cancellation_whose_refund_was_cut_off_is_paid_back(bench: Bench):
    proposal = await bench.propose("ND-NEW", "may_cancel")
    assert isinstance(await doors(bench).perform(bench.confirm(proposal)), Done)
    assert (await reconciler(bench).run()).repaired == ()
    bench.clock.move(minutes=6)
    assert proposal.then is not None
    assert (await reconciler(bench).run()).repaired == (proposal.then.id,)
    assert sum(one.amount.amount for one in (await bench.order("ND-NEW")).refunds) == 2490


async def test_a_provider_that_does_not_answer_stops_the_comparison_and_nothing_else(bench: Bench):
    await pay(bench)
    line = FlakyPayments(bench.payments)
    line.down = True
    (told,) = (await reconciler(bench, line).run()).unexplained
    assert told.what == "unreadable"
    with bench.store.engine.begin() as connection:
        assert find_tampering(connection) == []


async def called_off_and_not_answered(bench: Bench) -> CancelItems:
    """Return a cancellation that the shop carried out and never confirmed."""
    effect = await bench.agreed("ND-NEW", "may_cancel")
    assert isinstance(effect, CancelItems)
    assert isinstance(await doors(bench).perform(effect), Done)
    bench.clock.move(minutes=6)
    return effect


async def test_what_was_called_off_is_paid_back_later(bench: Bench):
    effect = await called_off_and_not_answered(bench)
    (paid,) = (await reconciler(bench).run()).repaired
    assert paid != effect.id
    assert len((await bench.order("ND-NEW")).refunds) == 1
    assert (await reconciler(bench).run()).repaired == ()


async def test_a_person_is_told_once_what_cannot_be_paid_back(bench: Bench):
    await called_off_and_not_answered(bench)
    bench.elsewhere.refund(PaymentId("P-ND-NEW"), FIVE, "by hand")
    for _ in range(2):
        found = await reconciler(bench).run()
        assert [one.what for one in found.unexplained] == ["refund_owed"]
    (ticket,) = await bench.helpdesk.list_tickets()
    assert ticket.draft.reason == "refund_failed"
