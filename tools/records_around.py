"""Which records besides the order does a decision rest on, and what if some cannot be read?"""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from tools.domain.claims import CLAIM_WINDOW
from tools.domain.order import LineItem, Order
from tools.errors import OutsideError
from tools.policy.around import Around
from tools.policy.derive_money import start_of_day
from tools.scope import ToolScope

CLAIM_REQUESTS = ("damaged_item", "missing_item", "wrong_item", "not_received")
Answer = TypeVar("Answer")


async def read_around(order: Order, line: LineItem, scope: ToolScope) -> Around:
    """Read what there is; what the shop does not tell stays unknown."""
    shop = scope.storefront
    orders, today, seller, stock, claims = await asyncio.gather(
        _told(shop.orders_of(order.email)),
        _told(shop.refunds_since(start_of_day(scope.clock.now()))),
        _told(shop.find_seller(line.seller)),
        _told(shop.stock_of(line.seller, line.sku)),
        _told(shop.claims_at_address(order, scope.clock.now() - CLAIM_WINDOW)),
    )
    return Around(
        orders,
        today,
        seller,
        stock,
        second_factor=scope.identity.second_factor,
        claiming=scope.request in CLAIM_REQUESTS,
        missing=scope.request == "not_received",
        claims_at_address=claims,
    )


async def _told(asked: Awaitable[Answer]) -> Answer | None:
    try:
        return await asked
    except OutsideError:
        return None
