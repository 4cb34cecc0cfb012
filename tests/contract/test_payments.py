"""What does every provider of payments promise?"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.stripe_till import stripe_by_charge, stripe_by_intent
from tests.contract.tills import AMOUNTS, TILLS, Paid, Till, a_refund, money
from tools.domain.returns import PaymentId, RefundShare
from tools.errors import RefusedError


@pytest.fixture(
    params=[*TILLS, stripe_by_charge, stripe_by_intent], ids=lambda connect: connect.__name__
)
def till(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Till]:
    with request.param(tmp_path) as opened:
        yield opened


async def refunded(till: Till, paid: Paid) -> int:
    state = await till.payments.state_of(paid.payment)
    assert state is not None
    return state.refunded


async def test_a_payment_is_told_before_anything_is_paid_back(till: Till):
    paid = await till.paid()
    state = await till.payments.state_of(paid.payment)
    assert state is not None
    assert (state.id, state.captured, state.refunded) == (paid.payment, paid.amount, 0)
    assert not state.disputed


async def test_a_payment_that_nobody_made_is_none(till: Till):
    assert await till.payments.state_of(PaymentId("nothing")) is None
    assert await till.payments.find(PaymentId("nothing"), "k") is None


@pytest.mark.parametrize("currency", AMOUNTS)
async def test_money_is_paid_back_to_the_last_minor_unit(till: Till, currency: str):
    paid = await till.paid(currency)
    made = await till.payments.refund(a_refund(paid, 1), idempotency_key="k")
    assert (made.payment, made.amount) == (paid.payment, money(paid, 1))
    assert made.status in {"pending", "succeeded"}
    rest = paid.amount.amount - 1
    await till.payments.refund(a_refund(paid, rest, already=1), idempotency_key="k2")
    assert await refunded(till, paid) == paid.amount.amount


async def test_a_refund_is_found_by_its_key_and_stands_on_the_payment(till: Till):
    paid = await till.paid()
    made = await till.payments.refund(a_refund(paid, 500), idempotency_key="k")
    found = await till.payments.find(paid.payment, "k")
    state = await till.payments.state_of(paid.payment)
    assert found is not None
    assert state is not None
    assert (found.id, found.key) == (made.id, "k")
    assert [one.id for one in state.refunds] == [made.id]
    assert await till.payments.find(paid.payment, "another") is None


async def test_the_same_key_gives_the_same_refund(till: Till):
    paid = await till.paid()
    made = [await till.payments.refund(a_refund(paid, 500), idempotency_key="k") for _ in range(3)]
    assert len({one.id for one in made}) == 1
    assert await refunded(till, paid) == 500


async def test_the_same_key_with_another_amount_is_refused(till: Till):
    paid = await till.paid()
    await till.payments.refund(a_refund(paid, 500), idempotency_key="k")
    with pytest.raises(RefusedError):
        await till.payments.refund(a_refund(paid, 501), idempotency_key="k")
    assert await refunded(till, paid) == 500


async def test_nothing_is_paid_when_somebody_else_has_paid_back_meanwhile(till: Till):
    paid = await till.paid()
    await till.refund_elsewhere(paid, 700)
    with pytest.raises(RefusedError):
        await till.payments.refund(a_refund(paid, 500), idempotency_key="k")
    assert await refunded(till, paid) == 700
    assert await till.payments.find(paid.payment, "k") is None


async def test_a_refund_made_elsewhere_is_told_without_a_key(till: Till):
    paid = await till.paid()
    await till.refund_elsewhere(paid, 700)
    await till.payments.refund(a_refund(paid, 500, already=700), idempotency_key="k")
    state = await till.payments.state_of(paid.payment)
    assert state is not None
    assert {(one.amount.amount, one.key) for one in state.refunds} == {(700, None), (500, "k")}


async def test_nothing_is_paid_twice_under_two_keys_that_saw_the_same(till: Till):
    paid = await till.paid()
    await till.payments.refund(a_refund(paid, 500), idempotency_key="k")
    with pytest.raises(RefusedError):
        await till.payments.refund(a_refund(paid, 500), idempotency_key="k2")
    assert await refunded(till, paid) == 500


async def test_more_than_was_paid_is_refused(till: Till):
    paid = await till.paid()
    with pytest.raises(RefusedError):
        await till.payments.refund(a_refund(paid, paid.amount.amount + 1), idempotency_key="k")
    assert await refunded(till, paid) == 0


async def test_a_disputed_payment_is_not_paid_back(till: Till):
    paid = await till.paid()
    await till.dispute(paid)
    state = await till.payments.state_of(paid.payment)
    assert state is not None
    assert state.disputed
    with pytest.raises(RefusedError):
        await till.payments.refund(a_refund(paid, 500), idempotency_key="k")


async def test_another_currency_is_refused(till: Till):
    paid = await till.paid()
    other = money(await till.paid("JPY"), 500)
    wrong = a_refund(paid, 500).model_copy(update={"amount": other})
    with pytest.raises(RefusedError):
        await till.payments.refund(wrong, idempotency_key="k")


@pytest.mark.parametrize("amount", [0, -1])
async def test_nothing_and_less_is_refused(till: Till, amount: int):
    paid = await till.paid()
    wrong = a_refund(paid, 1).model_copy(update={"amount": money(paid, amount)})
    with pytest.raises(RefusedError):
        await till.payments.refund(wrong, idempotency_key="k")


async def test_shares_that_do_not_add_up_are_refused(till: Till):
    paid = await till.paid()
    shares = (RefundShare(of="shipping", amount=499),)
    wrong = a_refund(paid, 500).model_copy(update={"shares": shares})
    with pytest.raises(RefusedError):
        await till.payments.refund(wrong, idempotency_key="k")


async def test_a_payment_of_another_order_is_refused(till: Till):
    paid, other = await till.paid(), await till.paid("JPY")
    wrong = a_refund(Paid(other.order, paid.payment, paid.amount), 500)
    with pytest.raises(RefusedError):
        await till.payments.refund(wrong, idempotency_key="k")


async def test_the_same_key_at_the_same_time_gives_one_refund(till: Till):
    paid = await till.paid()
    made = await asyncio.gather(
        *(till.payments.refund(a_refund(paid, 500), idempotency_key="k") for _ in range(5))
    )
    assert len({one.id for one in made}) == 1
    assert await refunded(till, paid) == 500
