"""Is what needs a person's word done with that word, once, and with nothing else?"""

from datetime import timedelta
from pathlib import Path

import pytest

from agent.state import DecisionRecord
from agent.worker.approval_steps import ApprovalCase, ApprovalStep, Asked
from agent.worker.comparing import facts_digest
from agent.worker.effects import EffectGateway
from agent.worker.store import Store
from agent.worker.stored_approvals import StoredApprovals
from tests.worker.bench import Bench, confirmed
from tools.connectors.embedded.changes import Disputed
from tools.domain.effect import Done, IssueRefund, NotPermitted, OrderEffect
from tools.domain.money import Money
from tools.domain.order import PaymentId
from tools.domain.returns import RefundShare
from tools.domain.shipment import LineId

BIG = PaymentId("P-ND-BIG")


@pytest.fixture
def bench(store: Store, tmp_path: Path) -> Bench:
    return Bench(store, tmp_path)


@pytest.fixture
def desk(bench: Bench) -> StoredApprovals:
    return StoredApprovals(bench.store, bench.clock)


def doors(bench: Bench, desk: StoredApprovals) -> EffectGateway:
    return bench.gateway(approvals=desk)


async def asked(bench: Bench, desk: StoredApprovals) -> ApprovalCase:
    """Let the buyer say yes to what a person has to agree to."""
    proposal = await bench.propose("ND-BIG", "may_refund")
    assert bench.needs_approval
    effect = bench.confirm(proposal)
    told = await bench.ask("ND-BIG", "may_refund", LineId("L1"), bench.remembered(effect))
    record = DecisionRecord(
        question=told.question,
        order=told.number,
        line=LineId(told.line),
        decision=told.decision,
        facts=told.facts,
    )
    case = desk.ask(
        Asked(
            proposal=proposal,
            effect=effect,
            decisions=(record,),
            facts_sha256=facts_digest((record,), (bench.rulebook,)),
            channel="web",
            due_at=bench.clock.at + timedelta(hours=8),
            expires_at=bench.clock.at + timedelta(days=2),
        )
    )
    bench.settle(effect)
    return case


def accept(bench: Bench, desk: StoredApprovals, case: ApprovalCase) -> OrderEffect:
    """Return the effect with the word of a person."""
    now = bench.clock.at
    yes = case.approval.model_copy(
        update={"status": "accepted", "by": "lea", "role": "lead", "at": now}
    )
    desk.settle(case, yes, ApprovalStep(version=0, step="accepted", at=now, by="lea", role="lead"))
    return case.approval.effect


async def why(bench: Bench, desk: StoredApprovals, effect: OrderEffect) -> str:
    receipt = await doors(bench, desk).perform(effect)
    assert isinstance(receipt, NotPermitted), receipt
    return receipt.detail.partition(":")[0]


async def test_what_a_person_agreed_to_happens_hours_later(bench: Bench, desk: StoredApprovals):
    effect = accept(bench, desk, await asked(bench, desk))
    bench.clock.move(hours=20)
    assert isinstance(await doors(bench, desk).perform(effect), Done)
    found = desk.find(effect.permit.approval or "")
    assert found is not None
    assert found.approval.status == "used"


async def test_nothing_happens_before_a_person_agreed(bench: Bench, desk: StoredApprovals):
    case = await asked(bench, desk)
    assert await why(bench, desk, case.approval.effect) == "approval_none"
    assert isinstance(await doors(bench, desk).perform(accept(bench, desk, case)), Done)


async def test_a_word_does_not_outlive_its_end(bench: Bench, desk: StoredApprovals):
    effect = accept(bench, desk, await asked(bench, desk))
    bench.clock.move(days=2, seconds=1)
    assert await why(bench, desk, effect) == "approval_none"


async def test_a_word_is_for_one_amount(bench: Bench, desk: StoredApprovals):
    honest = accept(bench, desk, await asked(bench, desk))
    assert isinstance(honest, IssueRefund)
    less = Money(amount=100, currency="EUR")
    shares = (RefundShare(of=LineId("L1"), amount=100),)
    wrong = honest.model_copy(update={"amount": less, "shares": shares})
    assert await why(bench, desk, wrong) == "approval_other"
    assert isinstance(await doors(bench, desk).perform(honest), Done)


async def test_a_word_is_for_one_message_of_the_buyer(bench: Bench, desk: StoredApprovals):
    honest = accept(bench, desk, await asked(bench, desk))
    other = confirmed(honest, "m0", honest.permit.approval)
    assert await why(bench, desk, other) == "approval_other"
    made_up = confirmed(honest, honest.permit.confirmed_by or "", "A-MADEUP")
    assert await why(bench, desk, made_up) == "approval_other"
    assert isinstance(await doors(bench, desk).perform(honest), Done)


async def test_a_word_falls_when_a_fact_changes(bench: Bench, desk: StoredApprovals):
    effect = accept(bench, desk, await asked(bench, desk))
    bench.elsewhere.dispute(Disputed(payment=BIG, now="open"))
    assert await why(bench, desk, effect) == "rules_say_no"
    bench.elsewhere.dispute(Disputed(payment=BIG, now="none"))
    bench.elsewhere.refund(BIG, Money(amount=100, currency="EUR"), "by hand")
    assert await why(bench, desk, effect) in {"approval_void", "changed_refunded"}


async def test_a_word_about_other_facts_is_void(bench: Bench, desk: StoredApprovals):
    case = await asked(bench, desk)
    stale = case.approval.model_copy(update={"facts_sha256": "0" * 64})
    effect = accept(bench, desk, case.model_copy(update={"approval": stale}))
    assert await why(bench, desk, effect) == "approval_void"


async def test_a_word_counts_once(bench: Bench, desk: StoredApprovals):
    effect = accept(bench, desk, await asked(bench, desk))
    receipt = await doors(bench, desk).perform(effect)
    assert await doors(bench, desk).perform(effect) == receipt
    assert len((await bench.order("ND-BIG")).refunds) == 1


async def test_money_with_a_word_moves_while_the_breaker_is_open(
    bench: Bench, desk: StoredApprovals
):
    effect = accept(bench, desk, await asked(bench, desk))
    gate = doors(bench, desk).breaker
    with bench.store.database.writing("fail") as connection:
        for _ in range(5):
            gate.failed(connection, bench.clock.at)
    refused = await doors(bench, desk).perform(await bench.agreed())
    assert isinstance(refused, NotPermitted)
    assert refused.why == "breaker_open"
    assert isinstance(await doors(bench, desk).perform(effect), Done)
