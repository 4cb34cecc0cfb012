"""To which conversation does an effect belong, and what must a withdrawal say?"""

from typing import Literal

import pytest
from pydantic import TypeAdapter, ValidationError

from tests.builders import euros
from tests.worker.echo import NOON, message, ticket_effect
from tools.domain.changes import PaymentState, ProviderRefund
from tools.domain.effect import (
    Effect,
    EffectId,
    Permit,
    RecordWithdrawal,
    SendPaper,
    conversation_of,
)
from tools.domain.returns import PaymentId, RefundId
from tools.domain.shipment import LineId
from tools.domain.withdrawal import Withdrawal, WithdrawalStatement

STATEMENT = WithdrawalStatement(
    order="ND-1001",
    lines=(LineId("L1"),),
    items=("Blue mug",),
    words="I do not want it",
    at=NOON,
    zone="Europe/Lisbon",
    understood="words",
    conversation="c7",
)
EFFECT = RecordWithdrawal(id=EffectId("eff_1"), rule_id="floor.withdrawal", statement=STATEMENT)


PAPER = SendPaper(
    id=EffectId("eff_2"),
    permit=Permit(
        conversation="c8",
        question="may_send_papers",
        order="ND-1001",
        lines=(LineId("L1"),),
        rule_ids=("papers.receipt",),
        version="v1",
    ),
    paper="receipt",
)


def test_an_effect_belongs_to_the_conversation_it_came_from():
    assert conversation_of(EFFECT) == "c7"
    assert conversation_of(PAPER) == "c8"
    assert conversation_of(ticket_effect(message(1, to="c2"))) == "c2"


def test_a_stored_effect_is_read_back_as_what_it_was():
    adapter: TypeAdapter[Effect] = TypeAdapter(Effect)
    for effect in (EFFECT, ticket_effect(message(1))):
        assert adapter.validate_json(effect.model_dump_json()) == effect


@pytest.mark.parametrize("number", ["WD-123", "T-ABCDEFGHIJ", "WD-abcdefghij", "WD-ABCDEFGHI1"])
def test_a_receipt_has_a_number_of_its_own_form(number: str):
    with pytest.raises(ValidationError):
        Withdrawal(number=number, statement=STATEMENT, recorded_at=NOON)


def test_a_withdrawal_is_about_something():
    with pytest.raises(ValidationError):
        WithdrawalStatement.model_validate(STATEMENT.model_dump() | {"lines": ()})


def test_what_failed_was_not_paid_back():
    def made(id_: str, status: Literal["pending", "succeeded", "failed"]) -> ProviderRefund:
        return ProviderRefund(
            id=RefundId(id_),
            payment=PaymentId("P-1"),
            amount=euros(500),
            status=status,
            created_at=NOON,
        )

    refunds = (made("a", "succeeded"), made("b", "pending"), made("c", "failed"))
    state = PaymentState(id=PaymentId("P-1"), captured=euros(2000), refunds=refunds)
    assert state.refunded == 1000
