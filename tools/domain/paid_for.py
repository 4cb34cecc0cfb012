"""What was paid for the pieces of an order, to the last minor unit?

Everything is in minor units, and in one currency: whether the amounts of an order are is for the
caller to ask (`in_one_currency`).
"""

from collections.abc import Iterator

from tools.domain.money import Money
from tools.domain.order import LineItem, Order
from tools.domain.sharing import share
from tools.domain.shipment import LineId


def paid_for_lines(order: Order) -> dict[LineId, int]:
    """Return what was paid for each line, all its pieces, cancelled ones included."""
    goods = {line.id: _after_own_discount(line) for line in order.lines}
    off = share(min(_voucher(order), sum(goods.values())), goods)
    return {
        line.id: goods[line.id] - off[line.id] + _tax_on_top(order, line) for line in order.lines
    }


def paid_for_shipping(order: Order) -> int:
    """Return what was paid for the delivery."""
    goods = sum(_after_own_discount(line) for line in order.lines)
    return max(0, order.shipping_price.amount - max(0, _voucher(order) - goods))


def paid_for_order(order: Order) -> int:
    """Return what was paid for everything."""
    return sum(paid_for_lines(order).values()) + paid_for_shipping(order)


def paid_for_pieces(order: Order, line: LineItem, pieces: int, after: int = 0) -> int:
    """Return what was paid for so many pieces of a line, when others were counted before.

    Pieces differ by one minor unit at most, the first ones being dearer; so however the pieces of
    a line are taken, all of them together come to what was paid for the line.
    """
    each, over = divmod(paid_for_lines(order)[line.id], line.quantity)
    first, last = min(after, line.quantity), min(after + pieces, line.quantity)
    return each * (last - first) + min(last, over) - min(first, over)


def paid_for_remaining(order: Order, line: LineItem) -> int:
    """Return what was paid for the pieces of a line that were not cancelled."""
    cancelled = min(line.cancelled_quantity, line.quantity)
    return paid_for_pieces(order, line, line.quantity - cancelled, cancelled)


def paid_for_cancelled(order: Order, line: LineItem) -> int:
    """Return what was paid for the pieces of a line that were cancelled."""
    return paid_for_pieces(order, line, line.cancelled_quantity)


def shipping_of_lines(order: Order) -> dict[LineId, int]:
    """Divide what was paid for the delivery between the lines, by what was paid for them."""
    return share(paid_for_shipping(order), paid_for_lines(order))


def in_one_currency(order: Order) -> bool:
    """Whether everything that was bought is priced in one currency."""
    return len({amount.currency for amount in _amounts(order)}) == 1


def _amounts(order: Order) -> Iterator[Money]:
    yield order.shipping_price
    if order.discount is not None:
        yield order.discount
    for line in order.lines:
        yield from amounts_of_line(line)


def amounts_of_line(line: LineItem) -> Iterator[Money]:
    """Yield every amount that stands on a line."""
    yield from (one for one in (line.unit_price, line.discount, line.tax) if one is not None)


def _after_own_discount(line: LineItem) -> int:
    off = line.discount.amount if line.discount else 0
    return max(0, line.unit_price.amount * line.quantity - off)


def _voucher(order: Order) -> int:
    return order.discount.amount if order.discount else 0


def _tax_on_top(order: Order, line: LineItem) -> int:
    return 0 if order.prices_include_tax or line.tax is None else line.tax.amount
