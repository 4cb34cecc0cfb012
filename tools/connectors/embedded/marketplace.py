"""Where does the embedded marketplace keep its records?"""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter

from tools.connectors.embedded.records import WorldCustomer, WorldOrder, WorldScan, WorldSeller
from tools.connectors.embedded.scalars import compact_number
from tools.connectors.embedded.world import World
from tools.errors import UnavailableError
from tools.ports.readers import Clock

_TABLES = {
    "seller": "id text primary key, record text not null",
    "customer": "id text primary key, email text not null unique, record text not null",
    "shop_order": "number text primary key, customer text not null, record text not null",
    "payment": "id text, number text",
    "parcel": "carrier text, number text, scans text not null, primary key (carrier, number)",
    "stock": "seller text, sku text, pieces integer not null, primary key (seller, sku)",
    "outage": "carrier text primary key",
}
_SELECT = """
select shop_order.record, customer.record
from shop_order join customer on customer.id = shop_order.customer
"""
_BY_NUMBER = _SELECT + "where shop_order.number = ?"
_BY_EMAIL = _SELECT + "where customer.email = ?"
_WITH_REFUNDS = _SELECT + "where json_array_length(shop_order.record, '$.refunds') > 0"
_WITH_RETURNS = _SELECT + "where json_array_length(shop_order.record, '$.returns') > 0"
_SCANS = TypeAdapter(tuple[WorldScan, ...])


class EmbeddedMarketplace:
    """A small marketplace in one SQLite file, filled from a world.

    Records keep the world's relative instants; they become real ones when they are read, so that
    the demo never ages.
    """

    def __init__(self, world: World, anchor: Clock, path: Path | None = None) -> None:
        self._anchor = anchor
        try:
            # A web server may close on another thread; SQLite itself is built thread-safe.
            self._db = sqlite3.connect(path or ":memory:", check_same_thread=False)
            self._fill(world)
        except sqlite3.Error as error:
            raise UnavailableError("embedded", "open", str(error)) from error

    def close(self) -> None:
        self._db.close()

    def now(self) -> datetime:
        return self._anchor.now()

    def order(self, number: str) -> tuple[WorldOrder, WorldCustomer] | None:
        """Return an order and who placed it."""
        return next(self._orders(_BY_NUMBER, number), None)

    def orders(self, email: str) -> tuple[tuple[WorldOrder, WorldCustomer], ...]:
        """Return the orders of a customer, in no particular order."""
        return tuple(self._orders(_BY_EMAIL, email.strip().casefold()))

    def orders_with_refunds(self) -> tuple[tuple[WorldOrder, WorldCustomer], ...]:
        """Return every order of which something was paid back, in no particular order."""
        return tuple(self._orders(_WITH_REFUNDS))

    def orders_with_returns(self) -> tuple[tuple[WorldOrder, WorldCustomer], ...]:
        """Return every order of which something was sent back, in no particular order."""
        return tuple(self._orders(_WITH_RETURNS))

    def number_of_payment(self, payment: str) -> str | None:
        """Return the number of the order that a payment is for."""
        rows = self._read("select number from payment where id = ?", payment)
        return rows[0][0] if rows else None

    def pieces(self, seller: str, sku: str) -> int | None:
        """Return how many pieces a seller has, None when nobody counts them."""
        rows = self._read("select pieces from stock where seller = ? and sku = ?", seller, sku)
        return int(rows[0][0]) if rows else None

    def seller(self, seller_id: str) -> WorldSeller | None:
        rows = self._read("select record from seller where id = ?", seller_id)
        return WorldSeller.model_validate_json(rows[0][0]) if rows else None

    def scans(self, carrier: str, tracking_number: str) -> tuple[WorldScan, ...] | None:
        """Return the scans of a parcel, None when the carrier does not know it."""
        if self._read("select carrier from outage where carrier = ?", carrier):
            raise UnavailableError(carrier, "track", "drill: this carrier does not answer")
        query = "select scans from parcel where carrier = ? and number = ?"
        rows = self._read(query, carrier, compact_number(tracking_number))
        return _SCANS.validate_json(rows[0][0]) if rows else None

    def _orders(self, query: str, *values: str) -> Iterator[tuple[WorldOrder, WorldCustomer]]:
        for order, customer in self._read(query, *values):
            yield (
                WorldOrder.model_validate_json(order),
                WorldCustomer.model_validate_json(customer),
            )

    def _read(self, query: str, *values: str) -> list[tuple[str, ...]]:
        try:
            return self._db.execute(query, values).fetchall()
        except UnicodeEncodeError:
            return []  # a lone surrogate is in no record
        except sqlite3.Error as error:
            raise UnavailableError("embedded", "read", str(error)) from error

    def _fill(self, world: World) -> None:
        rows = {
            "seller": [(x.id, _with_address(x, world).model_dump_json()) for x in world.sellers],
            "customer": [(x.id, x.email.casefold(), x.model_dump_json()) for x in world.customers],
            "shop_order": [(x.number, x.customer, x.model_dump_json()) for x in world.orders],
            "payment": [(id_, x.number) for x in world.orders for id_ in x.payment_ids()],
            "parcel": list(_parcels(world)),
            "stock": [(x.seller, x.sku, x.pieces) for x in world.stock],
            "outage": [(carrier,) for carrier in world.carrier_outages],
        }
        with self._db:
            self._db.execute("begin immediate")
            for table, columns in _TABLES.items():
                self._db.execute(f"drop table if exists {table}")
                self._db.execute(f"create table {table} ({columns})")
                self._insert(table, rows[table])
            self._db.execute("create index shop_order_customer on shop_order (customer)")
            self._db.execute("create index payment_id on payment (id)")

    def _insert(self, table: str, rows: Sequence[tuple[str | bytes | int, ...]]) -> None:
        for row in rows:
            marks = ", ".join("?" for _ in row)
            self._db.execute(f"insert into {table} values ({marks})", row)  # noqa: S608 - our own names


def _with_address(seller: WorldSeller, world: World) -> WorldSeller:
    address = seller.returns_to or world.returns_to
    return seller.model_copy(update={"returns_to": address})


def _parcels(world: World) -> Iterator[tuple[str, str, bytes]]:
    for order in world.orders:
        for parcel in order.shipments:
            if parcel.carrier and parcel.tracking_number and parcel.scans is not None:
                number = compact_number(parcel.tracking_number)
                yield parcel.carrier, number, _SCANS.dump_json(parcel.scans)
