"""How does a world file become a marketplace that can be trusted to be consistent?"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from tools.connectors.embedded.consistency import Finding, check_order, find_repeated
from tools.connectors.embedded.records import (
    Id,
    WorldAddress,
    WorldCustomer,
    WorldOrder,
    WorldSeller,
    WorldStock,
)
from tools.connectors.embedded.scalars import compact_number
from tools.domain.model import Frozen
from tools.errors import BadInputError, Fault
from tools.yaml_source import Path_, Plain, read_yaml

Record = TypeVar("Record", bound=Frozen)


class World(Frozen):
    """A whole marketplace as data; instants may be relative to the conversation's clock."""

    name: Id = "marketplace"
    """What was done to its orders is kept under this name: another one begins afresh."""
    returns_to: WorldAddress | None = None
    """Where goods go back to when their seller does not say."""
    sellers: tuple[WorldSeller, ...]
    customers: tuple[WorldCustomer, ...]
    orders: tuple[WorldOrder, ...]
    stock: tuple[WorldStock, ...] = ()
    carrier_outages: tuple[Id, ...] = ()
    """Carriers that do not answer, for drills."""


def load_world(path: Path) -> World:
    """Read a world file; raise `BadInputError` with every fault it has."""
    source = read_yaml(path)
    try:
        world = World.model_validate(source.data)
    except ValidationError as error:
        world, faults = None, source.faults(error)
    else:
        faults: list[Fault] = []
    if isinstance(source.data, dict):
        faults += [source.fault(*finding) for finding in _check(_Sections(source.data))]
    if world is None or faults:
        raise BadInputError(*_in_reading_order(faults))
    return world


def world_schema() -> dict[str, object]:
    """Return the JSON Schema of a world file."""
    return World.model_json_schema()


class _Sections:
    """The records that are whole, so that one broken record does not hide faults elsewhere."""

    def __init__(self, data: Mapping[str, Plain]) -> None:
        self._data = data
        self.orders = dict(self._whole("orders", WorldOrder))
        self.customers = dict(self._whole("customers", WorldCustomer))
        self.sellers = dict(self._whole("sellers", WorldSeller))
        self.stock = dict(self._whole("stock", WorldStock))
        self.outages = self._items("carrier_outages")

    def ids(self, section: str) -> frozenset[str]:
        """Return the ids that a section means to define, in broken records too."""
        items = self._items(section)
        return frozenset(
            str(item["id"]) for item in items if isinstance(item, dict) and "id" in item
        )

    def _items(self, section: str) -> list[Plain]:
        items = self._data.get(section)
        return items if isinstance(items, list) else []

    def _whole(self, section: str, model: type[Record]) -> Iterator[tuple[int, Record]]:
        for i, item in enumerate(self._items(section)):
            try:
                yield i, model.model_validate(item)
            except ValidationError:
                continue


def _check(sections: _Sections) -> Iterator[Finding]:
    yield from _check_uniqueness(sections)
    yield from _check_references(sections)
    yield from _check_stock(sections)
    for i, order in sections.orders.items():
        for path, sentence in check_order(order):
            yield ("orders", i, *path), sentence


def _check_uniqueness(sections: _Sections) -> Iterator[Finding]:
    sellers = [(("sellers", i, "id"), item.id) for i, item in sections.sellers.items()]
    customers = [(("customers", i, "id"), item.id) for i, item in sections.customers.items()]
    emails = [
        (("customers", i, "email"), item.email.casefold()) for i, item in sections.customers.items()
    ]
    numbers = [(("orders", i, "number"), order.number) for i, order in sections.orders.items()]
    yield from find_repeated(sellers, "the seller")
    yield from find_repeated(customers, "the customer")
    yield from find_repeated(emails, "the e-mail address")
    yield from find_repeated(numbers, "the order number")
    yield from find_repeated(_tracking_numbers(sections), "the tracking number")
    yield from find_repeated(_payments(sections), "the payment")


def _tracking_numbers(sections: _Sections) -> Iterator[tuple[Path_, str]]:
    for i, order in sections.orders.items():
        for j, shipment in enumerate(order.shipments):
            if shipment.tracking_number:
                path = ("orders", i, "shipments", j, "tracking_number")
                yield path, compact_number(shipment.tracking_number)


def _payments(sections: _Sections) -> Iterator[tuple[Path_, str]]:
    for i, order in sections.orders.items():
        at = ("orders", i, "number" if order.payments is None else "payments")
        # Two of one order are that order's own fault.
        yield from ((at, payment) for payment in dict.fromkeys(order.payment_ids()))


def _check_references(sections: _Sections) -> Iterator[Finding]:
    sellers, customers = sections.ids("sellers"), sections.ids("customers")
    carriers: set[str] = set()
    for i, order in sections.orders.items():
        if order.customer not in customers:
            yield ("orders", i, "customer"), f"there is no customer `{order.customer}`."
        for name, items in (("lines", order.lines), ("shipments", order.shipments)):
            for j, item in enumerate(items):
                if item.seller not in sellers:
                    yield ("orders", i, name, j, "seller"), f"there is no seller `{item.seller}`."
        carriers |= {shipment.carrier for shipment in order.shipments if shipment.carrier}
    for i, outage in enumerate(sections.outages):
        if isinstance(outage, str) and outage not in carriers:
            yield ("carrier_outages", i), f"no parcel goes with a carrier `{outage}`."


def _check_stock(sections: _Sections) -> Iterator[Finding]:
    sellers = sections.ids("sellers")
    kinds = [(("stock", i, "sku"), f"{one.seller} {one.sku}") for i, one in sections.stock.items()]
    yield from find_repeated(kinds, "the stock of")
    for i, one in sections.stock.items():
        if one.seller not in sellers:
            yield ("stock", i, "seller"), f"there is no seller `{one.seller}`."


def _in_reading_order(faults: list[Fault]) -> list[Fault]:
    return sorted(faults, key=lambda fault: (fault.line, fault.column, fault.sentence))
