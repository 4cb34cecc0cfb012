"""Do the records of a world agree with each other?"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from tools.connectors.embedded.records import WorldOrder, WorldShipment
from tools.connectors.embedded.scalars import is_relative, resolve_instant
from tools.domain.money import Money
from tools.yaml_source import Path_

Finding = tuple[Path_, str]
"""Where in an order, and what is wrong there."""

_DAY = (2024, 6, 3)
_ANCHORS = (datetime(*_DAY, 0, 0, tzinfo=UTC), datetime(*_DAY, 23, 59, tzinfo=UTC))
"""A world is used at every time of day; `-5h` and `-1d 22:00` change places between these two."""


def check_order(order: WorldOrder) -> Iterator[Finding]:
    """Yield everything in an order that contradicts something else in it."""
    yield from _check_ids(order)
    yield from _check_quantities(order)
    yield from _check_parcels(order)
    yield from _check_returned_lines(order)
    yield from _check_times(order)
    yield from _check_payments(order)
    wrong_currency = list(_check_currencies(order))
    yield from wrong_currency or list(_check_discounts(order)) or _check_sums(order)


def find_repeated(values: Iterable[tuple[Path_, str]], what: str) -> Iterator[Finding]:
    """Yield every value that stands a second time."""
    seen: set[str] = set()
    for path, value in values:
        if value in seen:
            yield path, f"{what} `{value}` is used a second time; it must be unique."
        seen.add(value)


def _check_ids(order: WorldOrder) -> Iterator[Finding]:
    for name, items in (
        ("lines", order.lines),
        ("shipments", order.shipments),
        ("payments", order.payments or ()),
        ("returns", order.returns),
        ("refunds", order.refunds),
    ):
        ids = [((name, i, "id"), item.id) for i, item in enumerate(items)]
        yield from find_repeated(ids, "the id")


def _check_quantities(order: WorldOrder) -> Iterator[Finding]:
    sent = Counter[str]()
    for shipment in order.shipments:
        for part in shipment.lines:
            sent[part.line] += part.quantity
    for i, line in enumerate(order.lines):
        if line.cancelled_quantity > line.quantity:
            yield (
                ("lines", i, "cancelled_quantity"),
                f"{line.cancelled_quantity} of {line.quantity} `{line.id}` cannot be cancelled.",
            )
            continue
        due = line.quantity - line.cancelled_quantity
        if sent[line.id] > due:
            yield (
                ("lines", i, "quantity"),
                f"{sent[line.id]} of `{line.id}` are in parcels, but only {due} are to be sent.",
            )


def _check_parcels(order: WorldOrder) -> Iterator[Finding]:
    sellers = {line.id: line.seller for line in order.lines}
    for i, shipment in enumerate(order.shipments):
        for j, part in enumerate(shipment.lines):
            seller = sellers.get(part.line)
            if seller is None:
                yield (
                    ("shipments", i, "lines", j, "line"),
                    f"the order has no line `{part.line}`; it has {_listed(sellers)}.",
                )
            elif seller != shipment.seller:
                yield (
                    ("shipments", i, "lines", j, "line"),
                    f"`{part.line}` is sold by `{seller}`, not by `{shipment.seller}`.",
                )
        for path, sentence in _check_tracking(shipment):
            yield ("shipments", i, *path), sentence


def _check_tracking(shipment: WorldShipment) -> Iterator[Finding]:
    if shipment.tracking_number and not shipment.carrier:
        yield ("tracking_number",), "a tracking number needs a `carrier` to ask."
    if shipment.scans is not None and not shipment.tracking_number:
        yield ("scans",), "scans need a `tracking_number` to be found by."


def _check_returned_lines(order: WorldOrder) -> Iterator[Finding]:
    known = {line.id for line in order.lines}
    for name, items in (("returns", order.returns), ("refunds", order.refunds)):
        for i, item in enumerate(items):
            for j, line in enumerate(item.lines):
                if line not in known:
                    yield (
                        (name, i, "lines", j),
                        f"the order has no line `{line}`; it has {_listed(known)}.",
                    )


def _check_payments(order: WorldOrder) -> Iterator[Finding]:
    known = order.payment_ids()
    for i, refund in enumerate(order.refunds):
        if refund.payment is not None and refund.payment not in known:
            sentence = f"the order has no payment `{refund.payment}`; it has {_listed(known)}."
            yield ("refunds", i, "payment"), sentence


def _check_currencies(order: WorldOrder) -> Iterator[Finding]:
    expected = order.shipping_price.currency
    for path, money in _amounts(order):
        if money.currency != expected:
            yield path, f"is in {money.currency}, but `shipping_price` is in {expected}."


def _amounts(order: WorldOrder) -> Iterator[tuple[Path_, Money]]:
    for i, line in enumerate(order.lines):
        yield ("lines", i, "unit_price"), line.unit_price
        yield from _if_given(("lines", i, "discount"), line.discount)
        yield from _if_given(("lines", i, "tax"), line.tax)
    yield from _if_given(("discount",), order.discount)
    yield from ((("payments", i, "amount"), x.amount) for i, x in enumerate(order.payments or ()))
    yield from ((("refunds", i, "amount"), x.amount) for i, x in enumerate(order.refunds))


def _if_given(path: Path_, amount: Money | None) -> Iterator[tuple[Path_, Money]]:
    if amount is not None:
        yield path, amount


def _check_discounts(order: WorldOrder) -> Iterator[Finding]:
    for i, line in enumerate(order.lines):
        if line.listed().amount < 0:
            yield ("lines", i, "discount"), f"is more than the {line.quantity} `{line.id}` cost."
    most = order.before_voucher()
    if order.discount is not None and order.discount.amount > most.amount:
        yield ("discount",), f"is more than goods and delivery cost together ({most})."


def _check_sums(order: WorldOrder) -> Iterator[Finding]:
    total = order.total().amount
    paid = total
    if order.payments is not None:
        paid = sum(payment.amount.amount for payment in order.payments)
    if paid not in {total, 0}:
        yield (
            ("payments",),
            f"the payments add up to {paid} and the order to {total} (in minor units).",
        )
    back = sum(x.amount.amount for x in order.refunds if x.status != "failed")
    if back > paid:
        yield ("refunds",), f"{back} is paid back but only {paid} was paid (in minor units)."


def _check_times(order: WorldOrder) -> Iterator[Finding]:
    for earlier, later in _sequences(order):
        if later[1] is None:
            continue
        if earlier[1] is None:
            yield later[0], f"there is no `{_name(earlier)}` that comes before `{_name(later)}`."
        elif _may_precede(later[1], earlier[1]):
            yield later[0], f"`{_name(later)}` is before `{_name(earlier)}`{_hint(later, earlier)}."
    for path, text in _instants(order):
        if text is not None and is_relative(text) and _may_be_future(text):
            yield path, f"`{text}` is in the future (for a conversation at midnight at the latest)."


_Stamp = tuple[Path_, str | None]


def _sequences(order: WorldOrder) -> Iterator[tuple[_Stamp, _Stamp]]:
    placed: _Stamp = (("placed_at",), order.placed_at)
    yield placed, (("cancelled_at",), order.cancelled_at)
    for i, parcel in enumerate(order.shipments):
        at = ("shipments", i)
        shipped: _Stamp = ((*at, "shipped_at"), parcel.shipped_at)
        yield placed, ((*at, "packed_at"), parcel.packed_at)
        if parcel.packed_at is None:
            yield placed, shipped
        else:
            yield ((*at, "packed_at"), parcel.packed_at), shipped
        yield shipped, ((*at, "delivered_at"), parcel.delivered_at)
    for i, payment in enumerate(order.payments or ()):
        yield placed, (("payments", i, "captured_at"), payment.captured_at)
    for i, item in enumerate(order.returns):
        requested: _Stamp = (("returns", i, "requested_at"), item.requested_at)
        yield placed, requested
        yield requested, (("returns", i, "received_at"), item.received_at)
    for i, refund in enumerate(order.refunds):
        yield placed, (("refunds", i, "created_at"), refund.created_at)


def _instants(order: WorldOrder) -> Iterator[_Stamp]:
    yield ("placed_at",), order.placed_at
    yield from (later for _, later in _sequences(order))


def _may_precede(text: str, other: str) -> bool:
    """Whether `text` is before `other` at some time of day.

    A relative and an absolute instant have no fixed order.
    """
    if is_relative(text) != is_relative(other):
        return False
    return any(resolve_instant(text, at) < resolve_instant(other, at) for at in _ANCHORS)


def _may_be_future(text: str) -> bool:
    return any(resolve_instant(text, at) > at for at in _ANCHORS)


def _name(stamp: _Stamp) -> str:
    return str(stamp[0][-1])


def _hint(later: _Stamp, earlier: _Stamp) -> str:
    """Say so when only some times of day bring them out of order."""
    assert later[1] is not None
    assert earlier[1] is not None
    always = all(resolve_instant(later[1], a) < resolve_instant(earlier[1], a) for a in _ANCHORS)
    return "" if always else " at some times of day"


def _listed(ids: Iterable[str]) -> str:
    return ", ".join(f"`{one}`" for one in sorted(ids))
