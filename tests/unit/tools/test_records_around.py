"""Are other records read once, and unknown when the shop does not tell?"""

from dataclasses import replace
from datetime import datetime

import pytest

from tests.builders import NOW, a_scope, verified
from tools.check_policy import CheckPolicyArguments, PolicyDecided, check_policy
from tools.connectors.embedded.world import World
from tools.domain.order import Order
from tools.domain.paid_back import PaidBack
from tools.domain.party import Seller, SellerId
from tools.domain.shipment import TrackingEvent
from tools.errors import UnavailableError
from tools.policy.decision import FactName
from tools.policy.facts import Value
from tools.policy.supplied import RECORD_FACTS
from tools.ports.readers import Carrier, Storefront
from tools.read_once import CarrierReadOnce, StorefrontReadOnce
from tools.scope import ToolScope

AROUND = {
    "orders_of": {"refunded_buyer_30_days", "duplicate_order", "claims_90_days"},
    "refunds_since": {"refunded_today", "refunded_seller_today"},
    "stock_of": {"in_stock"},
    "claims_at_address": {"address_claims_90_days"},
}


class _Counting:
    """A shop and a carrier that count what they are asked, and fail where they should."""

    def __init__(self, shop: Storefront, carrier: Carrier, failing: str = "") -> None:
        self._shop, self._carrier, self._failing = shop, carrier, failing
        self.asked: list[str] = []

    def _count(self, call: str) -> None:
        self.asked.append(call)
        if call == self._failing:
            raise UnavailableError("shop", call, "down")

    async def find_order(self, number: str) -> Order | None:
        self._count("find_order")
        return await self._shop.find_order(number)

    async def orders_of(self, email: str) -> tuple[Order, ...]:
        self._count("orders_of")
        return await self._shop.orders_of(email)

    async def find_seller(self, seller: SellerId) -> Seller | None:
        self._count("find_seller")
        return await self._shop.find_seller(seller)

    async def refunds_since(self, since: datetime) -> tuple[PaidBack, ...]:
        self._count("refunds_since")
        return await self._shop.refunds_since(since)

    async def claims_at_address(self, order: Order, since: datetime) -> int | None:
        self._count("claims_at_address")
        return await self._shop.claims_at_address(order, since)

    async def stock_of(self, seller: SellerId, sku: str) -> int | None:
        self._count("stock_of")
        return await self._shop.stock_of(seller, sku)

    async def track(self, carrier: str, tracking_number: str) -> tuple[TrackingEvent, ...] | None:
        self._count("track")
        return await self._carrier.track(carrier, tracking_number)


def counting(demo: World, number: str, failing: str = "") -> tuple[ToolScope, _Counting]:
    scope = a_scope(demo, verified(number))
    asked = _Counting(scope.storefront, scope.carrier, failing)
    once = replace(scope, storefront=StorefrontReadOnce(asked), carrier=CarrierReadOnce(asked))
    return once, asked


async def facts(scope: ToolScope, number: str, line: str = "L1") -> dict[FactName, Value]:
    about = CheckPolicyArguments(question="may_refund", number=number, line=line)
    told = await check_policy(about, scope)
    assert isinstance(told, PolicyDecided)
    return {fact.name: fact.value for fact in told.facts}


async def test_every_line_of_an_order_is_judged_by_one_look_at_the_records(demo: World):
    scope, asked = counting(demo, "ND-1042")
    for line in ("L1", "L2"):
        await facts(scope, "ND-1042", line)
    assert sorted(asked.asked) == [
        "claims_at_address",
        "find_order",
        "find_seller",
        "orders_of",
        "refunds_since",
        "stock_of",
        "stock_of",
        "track",
    ]


@pytest.mark.parametrize("call", AROUND)
async def test_what_the_shop_does_not_tell_is_unknown(demo: World, call: str):
    scope, asked = counting(demo, "ND-1080", failing=call)
    known = set(await facts(scope, "ND-1080"))
    assert known & AROUND[call] == set()
    others = {fact for name, about in AROUND.items() if name != call for fact in about}
    assert others <= known
    await facts(scope, "ND-1080")
    assert asked.asked.count(call) == 1


async def test_the_world_supplies_every_fact_that_is_promised_and_no_other(demo: World):
    seen: set[FactName] = set()
    for order in demo.orders:
        scope = a_scope(demo, verified(order.number))
        for line in order.lines:
            seen |= set(await facts(scope, order.number, line.id))
    assert seen == RECORD_FACTS


async def test_a_second_factor_of_the_buyer_is_told(demo: World):
    scope = a_scope(demo, verified("ND-1001").model_copy(update={"second_factor": True}))
    assert (await facts(scope, "ND-1001"))[FactName("second_factor")] is True


async def test_the_wish_is_told_and_counts_as_a_claim_where_it_is_one(demo: World):
    scope = a_scope(demo, verified("ND-1080"))
    claim = await facts(replace(scope, request="damaged_item"), "ND-1080")
    wish = await facts(replace(scope, request="cancel_order"), "ND-1080")
    assert claim[FactName("request")] == "damaged_item"
    assert claim[FactName("claims_90_days")] == 1 + int(wish[FactName("claims_90_days")])


async def test_what_was_paid_back_today_counts(demo: World):
    known = await facts(a_scope(demo, verified("ND-1086")), "ND-1086")
    assert known[FactName("refunded_seller_today")] == 900
    assert known[FactName("refunded_buyer_30_days")] == 900
    assert NOW.hour > 2, "the refund of the demo world is two hours old"
