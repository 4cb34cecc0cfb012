"""Does money stay where it belongs, whatever order things happen in?"""

import asyncio
from collections.abc import Coroutine
from itertools import repeat
from pathlib import Path
from tempfile import mkdtemp
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select

from agent.worker.alarms import RefundAlarm
from agent.worker.audit import find_tampering
from agent.worker.reconcile import Reconciled
from agent.worker.store import Store
from agent.worker.tables import ledger, verdicts
from tests.worker.bench import Bench
from tests.worker.test_budgets import MANY
from tools.connectors.embedded.changes import Disputed
from tools.connectors.flaky_payments import FlakyPayments, Whim
from tools.domain.effect import IssueRefund, NotPermitted, OrderEffect
from tools.domain.money import Money
from tools.domain.order import PaymentId

FOLDER = Path(mkdtemp(prefix="nightdesk-machine-"))
NUMBERS = tuple(f"ND-{n}" for n in range(100, 104))
PAID = 3890
Result = TypeVar("Result")

numbers = st.sampled_from(NUMBERS)
whims = st.sampled_from(("well", "out_before", "out_after", "twice", "other_body", "silent"))


def run(work: Coroutine[object, object, Result]) -> Result:
    return asyncio.run(work)


class MoneyMachine(RuleBasedStateMachine):
    """Buyers, banks, sellers, a provider with whims, and a clock."""

    def __init__(self) -> None:
        super().__init__()
        self.store = Store.open(":memory:")
        self.bench = Bench(self.store, FOLDER, text=MANY)
        self.honest: list[OrderEffect] = []
        self.by_hand = 0
        self.disputed: set[str] = set()

    def teardown(self) -> None:
        for number in {*self.disputed}:
            self.settle_dispute(number)
        self.bench.clock.move(minutes=10)
        self.compared()
        left = {one.what for one in self.compared().unexplained}
        assert not left, left
        with self.store.engine.begin() as connection:
            assert find_tampering(connection) == []
            assert "PENDING" not in {*connection.scalars(select(ledger.c.status))}
        self.store.close()

    @rule(number=numbers)
    def agree(self, number: str) -> None:
        try:
            self.honest.append(run(self.bench.agreed(number)))
        except AssertionError:
            return  # the rules allow nothing there now

    @precondition(lambda self: self.honest)
    @rule(whim=whims, data=st.data())
    def perform(self, whim: str, data: st.DataObject) -> None:
        effect = data.draw(st.sampled_from(self.honest))
        before = self.refunds(effect.permit.order)
        receipt = run(self.bench.gateway(self.till(whim)).perform(effect))
        if effect.permit.order in self.disputed:
            assert self.refunds(effect.permit.order) == before
        if isinstance(receipt, NotPermitted):
            assert self.refunds(effect.permit.order) == before

    @precondition(lambda self: self.honest)
    @rule(more=st.integers(-500, 5000).filter(bool), data=st.data())
    def perform_another_amount(self, more: int, data: st.DataObject) -> None:
        effect = data.draw(st.sampled_from(self.honest))
        assert isinstance(effect, IssueRefund)
        amount = effect.amount.model_copy(update={"amount": effect.amount.amount + more})
        wrong = effect.model_copy(update={"amount": amount})
        assert isinstance(run(self.bench.gateway().perform(wrong)), NotPermitted)

    @rule(number=numbers, amount=st.integers(1, 4000))
    def pay_by_hand(self, number: str, amount: int) -> None:
        self.by_hand += 1
        left = PAID - sum(self.refunds(number))
        if amount <= left:
            money = Money(amount=amount, currency="EUR")
            self.bench.elsewhere.refund(PaymentId(f"P-{number}"), money, f"{self.by_hand}")

    @rule(number=numbers)
    def dispute(self, number: str) -> None:
        self.disputed.add(number)
        self.bench.elsewhere.dispute(Disputed(payment=PaymentId(f"P-{number}"), now="open"))

    @precondition(lambda self: self.disputed)
    @rule(data=st.data())
    def end_dispute(self, data: st.DataObject) -> None:
        self.settle_dispute(data.draw(st.sampled_from(sorted(self.disputed))))

    @rule(minutes=st.integers(1, 20))
    def wait(self, minutes: int) -> None:
        self.bench.clock.move(minutes=minutes)

    @rule()
    def reconcile(self) -> None:
        self.compared()

    def compared(self) -> Reconciled:
        bench = self.bench
        alarm = RefundAlarm(bench.store, bench.storefront, bench.rulebooks, bench.clock)
        return run(bench.gateway().reconciler(alarm).run())

    @invariant()
    def no_payment_gives_more_than_it_took(self) -> None:
        for number in NUMBERS:
            assert sum(self.refunds(number)) <= PAID

    @invariant()
    def every_refund_of_ours_was_judged_and_made_once(self) -> None:
        with self.store.database.reading("judged") as connection:
            judged = {*connection.scalars(select(verdicts.c.effect))}
        for number in NUMBERS:
            keys = self.keys(number)
            assert len(keys) == len({*keys})
            assert {*keys} <= judged

    @invariant()
    def what_is_confirmed_was_paid(self) -> None:
        query = select(ledger.c.effect).where(ledger.c.status == "CONFIRMED")
        with self.store.database.reading("confirmed") as connection:
            confirmed = {*connection.scalars(query)}
        assert confirmed <= {key for number in NUMBERS for key in self.keys(number)}

    def till(self, whim: str) -> FlakyPayments:
        if whim == "silent":
            return FlakyPayments(self.bench.payments, repeat("out_before"))
        first: Whim = whim  # type: ignore[assignment]
        return FlakyPayments(self.bench.payments, [first])

    def settle_dispute(self, number: str) -> None:
        self.disputed.discard(number)
        self.bench.elsewhere.dispute(Disputed(payment=PaymentId(f"P-{number}"), now="none"))

    def refunds(self, number: str) -> list[int]:
        made = run(self.bench.order(number)).refunds
        return [one.amount.amount for one in made if one.status != "failed"]

    def keys(self, number: str) -> list[str]:
        state = run(self.bench.payments.state_of(PaymentId(f"P-{number}")))
        assert state is not None
        return [one.key for one in state.refunds if one.key is not None]


TestMoney = MoneyMachine.TestCase
TestMoney.settings = settings(
    max_examples=12,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
