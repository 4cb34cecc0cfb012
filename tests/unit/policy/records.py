"""What are the records about in tests of facts that hang on more than one order?"""

from tests.builders import NOW, a_line, a_seller, ago, an_order, euros
from tools.domain.order import Order
from tools.domain.paid_back import PaidBack
from tools.domain.party import SellerId
from tools.domain.returns import Refund, RefundId, Return, ReturnId
from tools.domain.shipment import LineId
from tools.policy.around import Around

THREE = (a_line("L1", quantity=2), a_line("L2", seller="loom"), a_line("L3"))
"""Lines of 48, 24 and 24 euros."""


def changed(order: Order, **update: object) -> Order:
    return order.model_copy(update=update)


def refund(cents: int, *lines: str, days: float = 1, **more: object) -> Refund:
    raw = {"id": RefundId("F1"), "amount": euros(cents), "created_at": ago(days=days)}
    return Refund.model_validate({"status": "succeeded", **raw, "lines": lines, **more})


def returned(*lines: str, received: float | None = None, **more: object) -> Return:
    at = None if received is None else ago(days=received)
    raw = {"id": ReturnId("R1"), "requested_at": ago(days=9), "received_at": at}
    return Return.model_validate({**raw, "lines": tuple(LineId(one) for one in lines), **more})


def refunded(*refunds: Refund, number: str = "ND-1001", placed: float = 4) -> Order:
    return changed(an_order(*THREE, number=number, placed=placed), refunds=refunds)


def paid(cents: int, seller: str = "clay", currency: str = "EUR") -> PaidBack:
    amount = euros(cents).model_copy(update={"currency": currency})
    name = RefundId("F9")
    return PaidBack(refund=name, order="ND-9", seller=SellerId(seller), amount=amount, at=NOW)


NOTHING_ELSE = Around(orders=(), today=(), seller=a_seller(), stock=5)
"""Everything is told, and there is nothing."""
