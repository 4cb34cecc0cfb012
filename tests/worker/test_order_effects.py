"""Does the gateway carry out what changes money and orders, each at the port that does it?"""

from pathlib import Path

import pytest

from agent.worker.effects import EffectGateway, Providers
from agent.worker.store import Store
from tests.contract.test_order_desk import (
    cancel,
    exchange,
    give_back,
    paper,
    readdress,
    send_again,
)
from tests.contract.tills import EmbeddedTill, Paid, a_refund, till_world
from tests.worker.echo import SetClock
from tools.connectors.embedded_helpdesk import EmbeddedHelpdesk
from tools.connectors.flaky_payments import FlakyPayments, Whim
from tools.domain.effect import Done, Failed, OrderEffect
from tools.domain.money import Money
from tools.domain.returns import PaymentId

PAID = Paid("ND-EUR", PaymentId("P-ND-EUR"), Money(amount=7690, currency="EUR"))


@pytest.fixture
def till(store: Store, tmp_path: Path) -> EmbeddedTill:
    return EmbeddedTill(store.engine, till_world(tmp_path))


def gateway(store: Store, till: EmbeddedTill, *whims: Whim) -> EffectGateway:
    async def no_pause(_seconds: float) -> None:
        return

    providers = Providers(FlakyPayments(till.payments, whims), till.desk)
    helpdesk = EmbeddedHelpdesk(store.engine)
    return EffectGateway(store, helpdesk, SetClock(), no_pause, providers=providers)


@pytest.mark.parametrize(
    ("effect", "kind"),
    [
        (a_refund(PAID, 500), "refund"),
        (give_back("ND-SENT", L1=1), "return_opened"),
        (exchange("M-1", L1=1), "exchanged"),
        (cancel("ND-NEW", L1=1), "cancelled"),
        (readdress("ND-NEW"), "address_changed"),
        (send_again("ND-SENT", L1=1), "sent_again"),
        (paper("ND-NEW"), "paper_sent"),
    ],
)
async def test_every_effect_is_done_once(
    store: Store, till: EmbeddedTill, effect: OrderEffect, kind: str
):
    doors = gateway(store, till)
    receipt = await doors.perform(effect)
    assert isinstance(receipt, Done)
    assert receipt.change.kind == kind
    assert await doors.perform(effect) == receipt


async def test_a_refund_whose_answer_got_lost_is_made_once(store: Store, till: EmbeddedTill):
    receipt = await gateway(store, till, "out_after").perform(a_refund(PAID, 500))
    assert isinstance(receipt, Done)
    state = await till.payments.state_of(PAID.payment)
    assert state is not None
    assert state.refunded == 500


async def test_without_a_provider_nothing_is_done(store: Store):
    doors = EffectGateway(store, EmbeddedHelpdesk(store.engine), SetClock())
    receipt = await doors.perform(a_refund(PAID, 500))
    assert isinstance(receipt, Failed)
