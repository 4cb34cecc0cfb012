"""What of Stripe's own ways, moods and answers reaches us, and as what?"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.contract.stripe_till import (
    ORDER_FIELD,
    Json,
    StripeTill,
    charge_of,
    stripe_by_charge,
    stripe_by_intent,
)
from tests.contract.tills import Paid, a_refund
from tests.llm.model_server import serving
from tools.connectors.stripe_api import VERSION, Reference, RefundAsked, StripeAccess, StripeApi
from tools.connectors.stripe_payments import SellersShare, StripeHabits, StripePayments
from tools.domain.changes import ProviderRefund
from tools.domain.order import PaymentId
from tools.errors import RefusedError, UnavailableError


@pytest.fixture
def till(tmp_path: Path) -> Iterator[StripeTill]:
    with stripe_by_charge(tmp_path) as opened:
        yield opened


def trouble(till: StripeTill, status: int, code: str = "some_code", message: str = "m") -> None:
    error: Json = {"type": "invalid_request_error", "code": code, "message": message}
    till.server.elsewhere("trouble", {"status": status, "body": {"error": error}})


async def refunded(till: StripeTill, paid: Paid, amount: int = 500) -> ProviderRefund:
    return await till.payments.refund(a_refund(paid, amount), idempotency_key="k")


async def as_found(till: StripeTill, paid: Paid) -> ProviderRefund:
    found = await till.payments.find(paid.payment, "k")
    assert found is not None
    return found


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404])
async def test_a_no_is_a_no(till: StripeTill, status: int):
    paid = await till.paid()
    trouble(till, status, "balance_insufficient", "there is too little")
    with pytest.raises(RefusedError, match=rf"{status} balance_insufficient: there is too little"):
        await refunded(till, paid)
    assert await till.payments.find(paid.payment, "k") is None


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502])
async def test_what_is_no_plain_no_may_have_happened(till: StripeTill, status: int):
    paid = await till.paid()
    trouble(till, status)
    with pytest.raises(UnavailableError, match=str(status)):
        await refunded(till, paid)
    assert (await refunded(till, paid)).status == "succeeded"


async def test_a_limit_of_calls_in_its_old_words_may_be_tried_again(till: StripeTill):
    paid = await till.paid()
    trouble(till, 400, "rate_limit")
    with pytest.raises(UnavailableError):
        await refunded(till, paid)


@pytest.mark.parametrize("status", [200, 400, 404])
async def test_an_answer_that_is_none_of_stripe_is_no_no(status: int):
    async with serving(status, b"<html>a proxy's page</html>") as address:
        payments = asking(address)
        with pytest.raises(UnavailableError):
            await payments.state_of(PaymentId("ch_1"))


async def test_an_answer_without_what_matters_is_no_answer():
    async with serving(200, b'{"object": "charge", "id": "ch_1"}') as address:
        with pytest.raises(UnavailableError, match="amount_captured"):
            await asking(address).state_of(PaymentId("ch_1"))


async def test_nobody_waits_longer_than_is_settled():
    async with serving(200, silent=True) as address:
        with pytest.raises(UnavailableError, match="no answer"):
            await asking(address, timeout=0.2).state_of(PaymentId("ch_1"))


async def test_a_server_that_is_down_may_be_asked_again():
    with pytest.raises(UnavailableError, match="no answer"):
        await asking("http://127.0.0.1:9").state_of(PaymentId("ch_1"))


async def test_the_key_is_in_no_error(till: StripeTill):
    paid = await till.paid()
    trouble(till, 401, message=f"Invalid API Key provided: {till.key}")
    with pytest.raises(RefusedError) as refused:
        await refunded(till, paid)
    assert till.key[:10] not in f"{refused.value!r} {refused.value.__cause__!r}"


async def test_what_was_paid_without_an_answer_is_found_and_not_paid_again(till: StripeTill):
    paid = await till.paid()
    till.server.elsewhere("trouble", {"status": None})
    with pytest.raises(UnavailableError):
        await refunded(till, paid)
    found = await as_found(till, paid)
    assert (await refunded(till, paid)).id == found.id


async def test_a_key_that_stripe_has_forgotten_still_pays_once(till: StripeTill):
    paid = await till.paid()
    made = await refunded(till, paid)
    later = StripePayments(StripeApi(StripeAccess(SecretStr("sk_test_x"), till.server.address)))
    again = await later.refund(a_refund(paid, 500), idempotency_key="k")
    state = await later.state_of(paid.payment)
    assert again.id == made.id
    assert state is not None
    assert state.refunded == 500


async def test_stripe_itself_refuses_other_words_under_a_key(till: StripeTill):
    paid = await till.paid()
    await ask_stripe(till, paid, 500)
    with pytest.raises(RefusedError, match="idempotency_error"):
        await ask_stripe(till, paid, 501)


async def test_stripe_itself_refuses_more_than_is_left(till: StripeTill):
    paid = await till.paid()
    with pytest.raises(RefusedError, match=r"greater than unrefunded.*request req_"):
        await ask_stripe(till, paid, paid.amount.amount + 1)


async def test_stripe_itself_refuses_what_was_paid_back_in_full(till: StripeTill):
    paid = await till.paid()
    await till.refund_elsewhere(paid, paid.amount.amount)
    with pytest.raises(RefusedError, match="charge_already_refunded"):
        await ask_stripe(till, paid, 1)


async def test_stripe_itself_refuses_what_was_charged_back(till: StripeTill):
    paid = await till.paid()
    await till.dispute(paid)
    with pytest.raises(RefusedError, match="charge_disputed"):
        await ask_stripe(till, paid, 1)


@pytest.mark.parametrize(
    ("theirs", "ours", "why"),
    [
        ("pending", "pending", None),
        ("requires_action", "pending", None),
        (None, "pending", None),
        ("succeeded", "succeeded", None),
        ("canceled", "failed", "canceled"),
        ("failed", "failed", "expired_or_canceled_card"),
    ],
)
async def test_every_status_has_one_of_ours(
    till: StripeTill, theirs: str | None, ours: str, why: str | None
):
    paid = await till.paid()
    made = await refunded(till, paid)
    reason = why if theirs == "failed" else None
    till.server.elsewhere(f"refunds/{made.id}", {"status": theirs, "failure_reason": reason})
    found = await as_found(till, paid)
    assert (found.status, found.why_failed) == (ours, why)


async def test_a_failed_refund_counts_as_not_paid_back(till: StripeTill):
    paid = await till.paid()
    made = await refunded(till, paid)
    till.server.elsewhere(f"refunds/{made.id}", {"status": "failed"})
    state = await till.payments.state_of(paid.payment)
    assert state is not None
    assert state.refunded == 0


async def test_the_banks_reference_is_told(till: StripeTill):
    paid = await till.paid()
    made = await refunded(till, paid)
    details: Json = {"type": "card", "card": {"reference": "7401", "type": "refund"}}
    till.server.elsewhere(f"refunds/{made.id}", {"destination_details": details})
    assert (await as_found(till, paid)).reference == "7401"


async def test_a_refund_beyond_the_first_page_is_found(till: StripeTill):
    paid = await till.paid()
    await refunded(till, paid)
    for _ in range(105):
        await till.refund_elsewhere(paid, 1)
    state = await till.payments.state_of(paid.payment)
    assert state is not None
    assert (len(state.refunds), state.refunded) == (106, 605)


async def test_what_is_asked_names_the_effect_and_blames_nobody(till: StripeTill):
    paid = await till.paid()
    await refunded(till, paid)
    headers, body = till.server.asked()["headers"], till.server.asked()["body"]
    metadata = body["metadata"]
    assert isinstance(metadata, dict)
    assert headers["stripe-version"] == VERSION
    assert body["reason"] == "requested_by_customer"
    assert metadata["nightdesk_effect"] == "k"
    assert (metadata["nightdesk_order"], metadata["nightdesk_lines"]) == (paid.order, "L1")
    assert metadata["nightdesk_rules"] == "test"
    assert not {"reverse_transfer", "refund_application_fee"} & set(body)


async def test_a_payment_that_names_no_order_is_not_paid_back(till: StripeTill):
    paid = await till.paid()
    till.server.elsewhere(f"charges/{charge_of(paid)}", {"metadata": {}})
    with pytest.raises(RefusedError, match="no such payment"):
        await refunded(till, paid)


async def test_where_payments_name_no_orders_the_shop_is_believed(till: StripeTill):
    paid = await till.paid()
    till.server.elsewhere(f"charges/{charge_of(paid)}", {"metadata": {}})
    payments = StripePayments(till.api, StripeHabits(order_field=None))
    assert (await payments.refund(a_refund(paid, 500), idempotency_key="k")).amount.amount == 500


async def passed_on(till: StripeTill, share: SellersShare) -> ProviderRefund:
    paid = await till.paid()
    passed: Json = {"transfer_data": {"destination": "acct_1"}, "application_fee_amount": 100}
    assert isinstance(passed, dict)
    till.server.elsewhere(f"charges/{charge_of(paid)}", passed)
    payments = StripePayments(till.api, StripeHabits(ORDER_FIELD, share))
    return await payments.refund(a_refund(paid, 500), idempotency_key="k")


async def test_what_was_passed_on_to_a_seller_is_a_persons_decision(till: StripeTill):
    with pytest.raises(RefusedError, match="passed on to a seller"):
        await passed_on(till, "refuse")


async def test_a_seller_pays_back_where_that_is_settled(till: StripeTill):
    await passed_on(till, "reverse")
    body = till.server.asked()["body"]
    assert (body["reverse_transfer"], body["refund_application_fee"]) == ("true", "true")


async def test_the_marketplace_pays_back_where_that_is_settled(till: StripeTill):
    await passed_on(till, "platform")
    assert "reverse_transfer" not in till.server.asked()["body"]


async def test_a_payment_on_a_sellers_own_account_is_paid_back_there(till: StripeTill):
    account = till.client.v1.accounts.create({"type": "custom"}).id
    charge = till.client.v1.charges.create(
        {
            "amount": 7690,
            "currency": "eur",
            "source": "tok_visa",
            "metadata": {ORDER_FIELD: "ND-EUR"},
        },
        {"stripe_account": account},
    )
    plain = await till.paid()
    paid = Paid(plain.order, PaymentId(f"{account}/{charge.id}"), plain.amount)
    made = await refunded(till, paid)
    assert (await as_found(till, paid)).id == made.id
    assert (
        till.client.v1.refunds.retrieve(made.id, options={"stripe_account": account}).amount == 500
    )
    assert await till.payments.state_of(PaymentId(charge.id)) is None


async def test_an_intent_is_asked_for_by_its_own_name(tmp_path: Path):
    with stripe_by_intent(tmp_path) as till:
        paid = await till.paid()
        await refunded(till, paid)
        assert till.server.asked()["body"]["payment_intent"] == paid.payment


async def test_money_that_was_only_reserved_is_not_paid_back(till: StripeTill):
    paid = await till.paid()
    till.server.elsewhere(f"charges/{charge_of(paid)}", {"captured": False, "amount_captured": 0})
    with pytest.raises(RefusedError, match="more than was paid"):
        await refunded(till, paid)


def asking(address: str, timeout: float = 5.0) -> StripePayments:
    return StripePayments(StripeApi(StripeAccess(SecretStr("sk_test_x"), address, timeout)))


async def ask_stripe(till: StripeTill, paid: Paid, amount: int) -> None:
    """Ask past our own checks."""
    await till.api.refund(Reference.of(paid.payment), RefundAsked(amount, {}), "k")
