"""Does what was done at the embedded shop last, and does the shop show it?"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from agent.worker.store import Store
from tests.builders import NOW, euros
from tests.contract.test_order_desk import cancel, exchange, seen
from tests.contract.tills import EmbeddedTill, a_refund, till_world
from tools.connectors.embedded.changes import Disputed, RefundFailed
from tools.connectors.embedded.storefront import EmbeddedStorefront
from tools.connectors.embedded.world import World
from tools.connectors.flaky_payments import FlakyPayments, Whim
from tools.domain.effect import IssueRefund
from tools.domain.party import SellerId
from tools.domain.returns import RefundShare
from tools.errors import RefusedError, UnavailableError


@pytest.fixture
def world(tmp_path: Path) -> World:
    return till_world(tmp_path)


@pytest.fixture
def till(world: World) -> EmbeddedTill:
    return EmbeddedTill(Store.open(":memory:").engine, world)


def opened(file: Path, world: World) -> EmbeddedTill:
    return EmbeddedTill(create_engine(f"sqlite:///{file}"), world)


async def do_everything(till: EmbeddedTill) -> None:
    paid = await till.paid()
    await till.payments.refund(a_refund(paid, 500), idempotency_key="k1")
    await till.desk.cancel(cancel("ND-NEW", L1=1), idempotency_key="k2")
    await till.desk.exchange(exchange("M-1", L1=1), idempotency_key="k3")
    till.elsewhere.pack("ND-NEW")


async def look(shop: EmbeddedStorefront) -> tuple[object, ...]:
    orders = [await shop.find_order(number) for number in ("ND-EUR", "ND-NEW", "ND-SENT")]
    stock = await shop.stock_of(SellerId("kiln"), "M-1")
    return (*orders, stock, await shop.refunds_since(NOW), await shop.orders_of("ida@example.com"))


async def test_what_was_done_outlives_a_restart(world: World, tmp_path: Path):
    before = opened(tmp_path / "shop.sqlite", world)
    await do_everything(before)
    after = opened(tmp_path / "shop.sqlite", world)
    assert await look(after.storefront) == await look(before.storefront)
    again = await after.payments.refund(a_refund(await after.paid(), 500), idempotency_key="k1")
    assert again == await before.payments.find(again.payment, "k1")


async def test_an_edit_of_the_world_keeps_what_was_done(world: World, tmp_path: Path):
    await do_everything(opened(tmp_path / "shop.sqlite", world))
    edited = world.model_copy(update={"orders": world.orders[:-1]})
    after = opened(tmp_path / "shop.sqlite", edited)
    assert (await seen(after, "ND-EUR")).refunds
    assert await after.storefront.find_order("ND-KWD") is None


async def test_a_world_of_another_name_begins_afresh(world: World, tmp_path: Path):
    await do_everything(opened(tmp_path / "shop.sqlite", world))
    other = opened(tmp_path / "shop.sqlite", world.model_copy(update={"name": "other"}))
    plain = EmbeddedTill(Store.open(":memory:").engine, world)
    assert await look(other.storefront) == await look(plain.storefront)


async def test_a_refund_shows_on_its_order_with_its_shares(till: EmbeddedTill):
    paid = await till.paid()
    shares = (RefundShare(of="shipping", amount=90), a_refund(paid, 410).shares[0])
    effect = a_refund(paid, 500).model_copy(update={"shares": shares})
    made = await till.payments.refund(effect, idempotency_key="k")
    (refund,) = (await seen(till, paid.order)).refunds
    assert (refund.id, refund.amount, refund.payment) == (made.id, euros(500), paid.payment)
    assert (refund.lines, refund.shares, refund.for_goods) == (("L1",), shares, 410)
    assert refund.created_at == NOW


async def test_a_refund_counts_for_its_seller_from_the_moment_it_is_made(till: EmbeddedTill):
    await till.payments.refund(a_refund(await till.paid(), 500), idempotency_key="k")
    since = await till.storefront.refunds_since(NOW)
    assert [(one.order, one.seller, one.amount) for one in since] == [
        ("ND-EUR", "kiln", euros(500))
    ]
    assert await till.storefront.refunds_since(NOW + timedelta(seconds=1)) == ()


async def test_a_refund_that_the_bank_sends_back_may_be_made_again(till: EmbeddedTill):
    paid = await till.paid()
    made = await till.payments.refund(a_refund(paid, 500), idempotency_key="k")
    till.elsewhere.fail_refund(paid.payment, RefundFailed(refund=made.id, why="account closed"))
    found = await till.payments.find(paid.payment, "k")
    assert found is not None
    assert (found.status, found.why_failed) == ("failed", "account closed")
    assert [one.status for one in (await seen(till, paid.order)).refunds] == ["failed"]
    await till.payments.refund(a_refund(paid, 500), idempotency_key="k2")


async def test_a_dispute_shows_on_the_payment_until_it_is_won(till: EmbeddedTill):
    paid = await till.paid()
    await till.dispute(paid)
    assert [one.dispute for one in (await seen(till, paid.order)).payments] == ["open"]
    till.elsewhere.dispute(Disputed(payment=paid.payment, now="won"))
    await till.payments.refund(a_refund(paid, 500), idempotency_key="k")


async def test_a_seller_who_packs_leaves_nothing_to_cancel(till: EmbeddedTill):
    till.elsewhere.pack("ND-NEW")
    parcels = (await seen(till, "ND-NEW")).shipments
    assert [sum(part.quantity for part in parcel.lines) for parcel in parcels] == [2, 1, 1]
    with pytest.raises(RefusedError):
        await till.desk.cancel(cancel("ND-NEW", L2=1), idempotency_key="k")


def test_nothing_can_happen_to_a_payment_that_is_not_there(till: EmbeddedTill):
    with pytest.raises(RefusedError):
        till.elsewhere.dispute(Disputed.model_validate({"payment": "P-0", "now": "open"}))


KEYS = [f"k{number}" for number in range(24)]


def pay(file: Path, world: World, key: str) -> bool:
    """Try one refund with connections of its own; say whether it was made."""

    async def attempt() -> bool:
        till = opened(file, world)
        effect: IssueRefund = a_refund(await till.paid(), 500)
        try:
            await till.payments.refund(effect, idempotency_key=key)
        except (RefusedError, UnavailableError):
            return False
        return True

    return asyncio.run(attempt())


def test_of_many_who_saw_the_same_sum_one_pays(world: World, tmp_path: Path):
    file = tmp_path / "shop.sqlite"
    opened(file, world)
    with ThreadPoolExecutor(8) as threads:
        paid = list(threads.map(partial(pay, file, world), KEYS))
    assert sum(paid) == 1
    (refund,) = asyncio.run(seen(opened(file, world), "ND-EUR")).refunds
    assert refund.amount == euros(500)


@pytest.mark.parametrize("table", ["shop_changes", "shop_worlds"])
async def test_a_shop_that_cannot_keep_something_says_so_and_does_nothing(world: World, table: str):
    engine = Store.open(":memory:").engine
    till = EmbeddedTill(engine, world)
    with engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO away"))
    with pytest.raises(UnavailableError):
        await till.payments.refund(a_refund(await till.paid(), 500), idempotency_key="k")
    with engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE away RENAME TO {table}"))
    assert (await seen(till, "ND-EUR")).refunds == ()


async def test_a_damaged_record_is_refused_by_the_number_of_its_order(world: World):
    engine = Store.open(":memory:").engine
    till = EmbeddedTill(engine, world)
    await do_everything(till)
    with engine.begin() as connection:
        connection.execute(text("UPDATE shop_changes SET record = '{}'"))
    with pytest.raises(RefusedError, match="ND-EUR"):
        await till.storefront.find_order("ND-EUR")


def flaky(till: EmbeddedTill, *whims: Whim) -> FlakyPayments:
    return FlakyPayments(till.payments, whims)


@pytest.mark.parametrize(("whim", "paid_back"), [("out_before", 0), ("out_after", 500)])
async def test_no_answer_may_mean_either_and_the_key_tells(
    till: EmbeddedTill, whim: Whim, paid_back: int
):
    paid, payments = await till.paid(), flaky(till, whim)
    with pytest.raises(UnavailableError):
        await payments.refund(a_refund(paid, 500), idempotency_key="k")
    found = await payments.find(paid.payment, "k")
    assert (found.amount.amount if found else 0) == paid_back
    made = await payments.refund(a_refund(paid, 500), idempotency_key="k")
    assert made == await payments.find(paid.payment, "k")


async def test_an_answer_about_another_refund_is_not_what_is_found(till: EmbeddedTill):
    paid, payments = await till.paid(), flaky(till, "other_body")
    told = await payments.refund(a_refund(paid, 500), idempotency_key="k")
    found = await payments.find(paid.payment, "k")
    assert found is not None
    assert (told.amount, found.amount) == (euros(501), euros(500))


async def test_a_refund_may_fail_later(till: EmbeddedTill):
    paid, payments = await till.paid(), flaky(till, "fails_later")
    made = await payments.refund(a_refund(paid, 500), idempotency_key="k")
    state = await payments.state_of(paid.payment)
    assert state is not None
    assert (made.status, state.refunded) == ("succeeded", 0)


async def test_a_provider_that_is_down_answers_nothing(till: EmbeddedTill):
    paid, payments = await till.paid(), flaky(till)
    payments.down = True
    with pytest.raises(UnavailableError):
        await payments.state_of(paid.payment)
