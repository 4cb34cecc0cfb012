"""What does every order desk promise?"""

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from tests.builders import an_address
from tests.contract.tills import DESKS, ChangingShop, a_permit
from tools.domain.changes import OrderChange, Pieces
from tools.domain.effect import (
    CancelItems,
    ChangeAddress,
    EffectId,
    ExchangeItem,
    OpenReturn,
    SendAgain,
    SendPaper,
)
from tools.domain.order import Order
from tools.domain.party import SellerId
from tools.domain.shipment import LineId
from tools.errors import RefusedError
from tools.ports.writers import OrderDesk

KEY = EffectId("k")
KILN = SellerId("kiln")
ELSEWHERE = an_address(postcode="5000", country="DK")


@pytest.fixture(params=DESKS, ids=lambda connect: connect.__name__)
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ChangingShop]:
    with request.param(tmp_path) as opened:
        yield opened


def pieces(**wanted: int) -> tuple[Pieces, ...]:
    return tuple(Pieces(line=LineId(line), quantity=count) for line, count in wanted.items())


def cancel(order: str, **wanted: int) -> CancelItems:
    return CancelItems(id=KEY, permit=a_permit(order, *wanted), pieces=pieces(**wanted))


def give_back(order: str, **wanted: int) -> OpenReturn:
    return OpenReturn(
        id=KEY,
        permit=a_permit(order, *wanted),
        pieces=pieces(**wanted),
        shipping_paid_by="seller",
    )


def exchange(sku: str, **wanted: int) -> ExchangeItem:
    return ExchangeItem(
        id=KEY,
        permit=a_permit("ND-SENT", *wanted),
        pieces=pieces(**wanted),
        for_sku=sku,
        shipping_paid_by="buyer",
    )


def send_again(order: str, **wanted: int) -> SendAgain:
    return SendAgain(id=KEY, permit=a_permit(order, *wanted), pieces=pieces(**wanted))


def readdress(order: str) -> ChangeAddress:
    return ChangeAddress(id=KEY, permit=a_permit(order), address=ELSEWHERE)


def paper(order: str) -> SendPaper:
    return SendPaper(id=KEY, permit=a_permit(order), paper="gift_receipt")


async def seen(shop: ChangingShop, number: str) -> Order:
    order = await shop.storefront.find_order(number)
    assert order is not None
    return order


async def test_goods_are_expected_back_at_their_seller_with_a_label_that_the_seller_pays(
    shop: ChangingShop,
):
    opened = await shop.desk.open_return(give_back("ND-SENT", L1=2), idempotency_key="k")
    assert (opened.send_to.name, opened.send_to.city) == ("Kiln & Co", "Porto")
    assert opened.label
    order = await seen(shop, "ND-SENT")
    assert [one.lines for one in order.returns if one.id == opened.id] == [("L1",)]


async def test_a_buyer_who_pays_the_way_back_gets_no_label(shop: ChangingShop):
    effect = give_back("ND-SENT", L2=1).model_copy(update={"shipping_paid_by": "buyer"})
    opened = await shop.desk.open_return(effect, idempotency_key="k")
    assert (opened.label, opened.send_to.name) == (None, "Harbour Market")


@pytest.mark.parametrize(
    "effect",
    [
        give_back("ND-SENT", L1=4),
        give_back("ND-SENT", L3=1),
        give_back("ND-SENT", L1=1, L2=1),
        give_back("ND-SENT", L9=1),
        give_back("ND-NEW", L1=1),
        give_back("ND-0", L1=1),
    ],
    ids=["too many", "coming already", "two sellers", "no such line", "not sent", "no such order"],
)
async def test_what_cannot_come_back_is_refused(shop: ChangingShop, effect: OpenReturn):
    with pytest.raises(RefusedError):
        await shop.desk.open_return(effect, idempotency_key="k")


async def test_a_piece_comes_back_once(shop: ChangingShop):
    await shop.desk.open_return(give_back("ND-SENT", L1=2), idempotency_key="k")
    with pytest.raises(RefusedError):
        await shop.desk.open_return(give_back("ND-SENT", L1=2), idempotency_key="k2")
    await shop.desk.open_return(give_back("ND-SENT", L1=1), idempotency_key="k3")


async def test_an_exchange_counts_the_stock_down_and_expects_the_first_piece_back(
    shop: ChangingShop,
):
    done = await shop.desk.exchange(exchange("M-1", L1=2), idempotency_key="k")
    assert await shop.storefront.stock_of(KILN, "M-1") == 0
    order = await seen(shop, "ND-SENT")
    assert done.back in {one.id for one in order.returns}
    assert [(one.lines, one.because_of) for one in order.replacements] == [(("L1",), "exchange")]


@pytest.mark.parametrize("effect", [exchange("M-2", L1=2), exchange("M-0", L1=1)])
async def test_what_is_not_there_is_not_sent(shop: ChangingShop, effect: ExchangeItem):
    with pytest.raises(RefusedError):
        await shop.desk.exchange(effect, idempotency_key="k")
    assert await shop.storefront.stock_of(KILN, "M-2") == 1
    assert (await seen(shop, "ND-SENT")).replacements == ()


async def test_the_last_piece_is_sent_once(shop: ChangingShop):
    await shop.desk.exchange(exchange("M-2", L1=1), idempotency_key="k")
    with pytest.raises(RefusedError):
        await shop.desk.exchange(exchange("M-2", L1=1), idempotency_key="k2")


async def test_pieces_are_cancelled_before_they_are_packed(shop: ChangingShop):
    await shop.desk.cancel(cancel("ND-NEW", L1=2), idempotency_key="k")
    order = await seen(shop, "ND-NEW")
    assert [line.cancelled_quantity for line in order.lines] == [2, 0]
    assert order.cancelled_at is None
    assert sum(part.quantity for parcel in order.shipments for part in parcel.lines) == 1


async def test_an_order_of_which_nothing_is_left_is_cancelled(shop: ChangingShop):
    await shop.desk.cancel(cancel("ND-NEW", L1=3, L2=1), idempotency_key="k")
    order = await seen(shop, "ND-NEW")
    assert order.cancelled_at is not None
    assert order.shipments == ()


@pytest.mark.parametrize(
    "effect", [cancel("ND-HALF", L1=3), cancel("ND-SENT", L1=1), cancel("ND-NEW", L1=4)]
)
async def test_what_is_packed_is_not_cancelled(shop: ChangingShop, effect: CancelItems):
    with pytest.raises(RefusedError):
        await shop.desk.cancel(effect, idempotency_key="k")


async def test_what_is_not_packed_of_an_order_can_be_cancelled(shop: ChangingShop):
    await shop.desk.cancel(cancel("ND-HALF", L1=2), idempotency_key="k")
    assert (await seen(shop, "ND-HALF")).lines[0].cancelled_quantity == 2
    with pytest.raises(RefusedError):
        await shop.desk.cancel(cancel("ND-HALF", L1=1), idempotency_key="k2")


async def test_an_order_goes_to_another_place(shop: ChangingShop):
    await shop.desk.change_address(readdress("ND-NEW"), idempotency_key="k")
    assert (await seen(shop, "ND-NEW")).ship_to == ELSEWHERE


@pytest.mark.parametrize("number", ["ND-HALF", "ND-SENT", "ND-0"])
async def test_what_is_packed_goes_where_it_was_to_go(shop: ChangingShop, number: str):
    with pytest.raises(RefusedError):
        await shop.desk.change_address(readdress(number), idempotency_key="k")


async def test_a_cancelled_order_goes_nowhere(shop: ChangingShop):
    await shop.desk.cancel(cancel("ND-NEW", L1=3, L2=1), idempotency_key="k")
    with pytest.raises(RefusedError):
        await shop.desk.change_address(readdress("ND-NEW"), idempotency_key="k2")


async def test_a_piece_is_sent_again_once_and_from_the_stock(shop: ChangingShop):
    await shop.desk.send_again(send_again("ND-SENT", L1=2), idempotency_key="k")
    assert await shop.storefront.stock_of(KILN, "M-1") == 0
    with pytest.raises(RefusedError):
        await shop.desk.send_again(send_again("ND-SENT", L1=1), idempotency_key="k2")
    await shop.desk.send_again(send_again("ND-SENT", L2=1), idempotency_key="k3")
    with pytest.raises(RefusedError):
        await shop.desk.send_again(send_again("ND-SENT", L2=1), idempotency_key="k4")
    order = await seen(shop, "ND-SENT")
    assert [one.because_of for one in order.replacements] == ["sent_again", "sent_again"]


async def test_a_receipt_goes_to_the_contact_on_file_which_is_not_told_in_full(
    shop: ChangingShop,
):
    sent = await shop.desk.send_paper(paper("ND-SENT"), idempotency_key="k")
    assert (sent.paper, sent.to) == ("gift_receipt", "I***@Example.com")


Act = Callable[[OrderDesk, str], Awaitable[OrderChange]]
ACTS: dict[str, Act] = {
    "return": lambda d, k: d.open_return(give_back("ND-SENT", L1=1), idempotency_key=k),
    "exchange": lambda d, k: d.exchange(exchange("M-1", L1=1), idempotency_key=k),
    "cancel": lambda d, k: d.cancel(cancel("ND-NEW", L1=1), idempotency_key=k),
    "address": lambda d, k: d.change_address(readdress("ND-NEW"), idempotency_key=k),
    "again": lambda d, k: d.send_again(send_again("ND-SENT", L1=1), idempotency_key=k),
    "paper": lambda d, k: d.send_paper(paper("ND-NEW"), idempotency_key=k),
}


@pytest.mark.parametrize("act", ACTS)
async def test_the_same_key_is_the_same_thing_done_once(shop: ChangingShop, act: str):
    done = await ACTS[act](shop.desk, "k")
    after = await seen(shop, done_to(done)), await shop.storefront.stock_of(KILN, "M-1")
    assert await ACTS[act](shop.desk, "k") == done
    again = await seen(shop, done_to(done)), await shop.storefront.stock_of(KILN, "M-1")
    assert again == after
    assert await shop.desk.find(done_to(done), "k") == done
    assert await shop.desk.find(done_to(done), "another") is None
    assert await shop.desk.find("ND-EUR", "k") is None


@pytest.mark.parametrize("act", ACTS)
async def test_the_same_key_for_something_else_is_refused(shop: ChangingShop, act: str):
    other = send_again("ND-HALF", L1=1)
    await shop.desk.send_again(other, idempotency_key="k")
    with pytest.raises(RefusedError):
        await ACTS[act](shop.desk, "k")


def done_to(change: OrderChange) -> str:
    assert change.kind != "refund"
    return change.order
