"""Does the gateway let honest effects happen, once?"""

from pathlib import Path

import pytest
from sqlalchemy import select

from agent.worker.audit import find_tampering
from agent.worker.effects import EffectGateway
from agent.worker.store import Store
from agent.worker.tables import events
from tests.worker.bench import Bench, confirmed
from tools.domain.effect import Done, NotPermitted


@pytest.fixture
def bench(store: Store, tmp_path: Path) -> Bench:
    return Bench(store, tmp_path)


@pytest.mark.parametrize(
    ("number", "question", "kind"),
    [
        ("ND-BACK", "may_refund", "refund"),
        ("ND-DONE", "may_return", "return_opened"),
        ("ND-DONE", "may_exchange", "exchanged"),
        ("ND-NEW", "may_cancel", "cancelled"),
    ],
)
async def test_an_honest_effect_happens_once(bench: Bench, number: str, question: str, kind: str):
    effect, doors = await bench.agreed(number, question), bench.gateway()
    receipt = await doors.perform(effect)
    assert isinstance(receipt, Done), receipt
    assert receipt.change.kind == kind
    assert await doors.perform(effect) == receipt


async def test_what_is_cancelled_is_paid_back_with_the_same_word(bench: Bench):
    proposal = await bench.propose("ND-NEW", "may_cancel")
    assert proposal.then is not None
    effect, doors = bench.confirm(proposal), bench.gateway()
    then = confirmed(proposal.then, effect.permit.confirmed_by or "")
    early = await doors.perform(then)
    assert isinstance(early, NotPermitted), early
    assert isinstance(await doors.perform(effect), Done)
    receipt = await doors.perform(then)
    assert isinstance(receipt, Done), receipt
    assert sum(one.amount.amount for one in (await bench.order("ND-NEW")).refunds) == 2490


async def test_more_than_was_shown_is_not_paid_back_after_a_cancellation(bench: Bench):
    proposal = await bench.propose("ND-NEW", "may_cancel")
    assert proposal.then is not None
    effect, doors = bench.confirm(proposal), bench.gateway()
    assert isinstance(await doors.perform(effect), Done)
    then = confirmed(proposal.then, effect.permit.confirmed_by or "")
    twice = proposal.then.amount + proposal.then.amount
    more = then.model_copy(update={"amount": twice})
    receipt = await doors.perform(more)
    assert isinstance(receipt, NotPermitted)
    assert receipt.detail.startswith("changed_then")
    assert isinstance(await doors.perform(then), Done)


async def test_a_judgement_a_reservation_and_an_outcome_stand_in_the_chain(bench: Bench):
    await bench.gateway().perform(await bench.agreed())
    with bench.store.database.reading("events") as connection:
        kinds = [*connection.scalars(select(events.c.kind).order_by(events.c.seq))]
    assert kinds[-3:] == ["MoneyReserved", "EffectJudged", "EffectSettled"]
    with bench.store.engine.begin() as connection:
        assert find_tampering(connection) == []


async def test_a_gateway_without_a_shop_does_nothing_to_orders(bench: Bench):
    doors = EffectGateway(bench.store, bench.helpdesk, bench.clock)
    receipt = await doors.perform(await bench.agreed())
    assert isinstance(receipt, NotPermitted)
    assert receipt.why == "unavailable"
