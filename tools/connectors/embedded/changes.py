"""What was done at the embedded shop since its world was written?

The world is never written. What was done stands beside it, in the order it was done, under the
name of the world; so it outlives a restart and an edit of the world file.
"""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from tools.domain.changes import (
    AddressChanged,
    Cancelled,
    Exchanged,
    PaperSent,
    ProviderRefund,
    ReturnOpened,
    SentAgain,
)
from tools.domain.effect import OrderEffect
from tools.domain.model import Frozen
from tools.domain.returns import PaymentId, RefundId
from tools.errors import RefusedError, UnavailableError

_VENDOR = "embedded shop"
Goods = tuple[str, str]
"""Whose, and of which kind: a seller and a stock-keeping unit."""

_metadata = MetaData()
_worlds = Table(
    "shop_worlds",
    _metadata,
    Column("name", String, primary_key=True),
    Column("changes", Integer, nullable=False),
)
_changes = Table(
    "shop_changes",
    _metadata,
    Column("world", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("idempotency_key", String),
    Column("order_number", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("record", Text, nullable=False),
    UniqueConstraint("world", "idempotency_key"),
)
Index("ix_shop_changes_order", _changes.c.world, _changes.c.order_number)
_taken = Table(
    "shop_stock_taken",
    _metadata,
    Column("world", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("seller", String, primary_key=True),
    Column("sku", String, primary_key=True),
    Column("pieces", Integer, nullable=False),
)


class Disputed(Frozen):
    """The buyer's bank was asked to take money back, or has decided on it."""

    kind: Literal["disputed"] = "disputed"
    payment: PaymentId
    now: Literal["none", "open", "won", "lost"]


class Packed(Frozen):
    """The sellers packed everything that was still to be sent."""

    kind: Literal["packed"] = "packed"


class RefundFailed(Frozen):
    """The buyer's bank sent money back, days after it was paid."""

    kind: Literal["refund_failed"] = "refund_failed"
    refund: RefundId
    why: str


Change = Annotated[
    ProviderRefund
    | ReturnOpened
    | Exchanged
    | Cancelled
    | AddressChanged
    | SentAgain
    | PaperSent
    | Disputed
    | Packed
    | RefundFailed,
    Field(discriminator="kind"),
]


class Kept(Frozen):
    """One thing that was done to an order."""

    order: str
    at: datetime
    change: Change
    key: str | None = None
    request: OrderEffect | None = None
    """What was asked for; None when somebody else did it."""


_KEPT = TypeAdapter(Kept)


class ShopSession:
    """One look at what was done, and a chance to add to it before anybody else does."""

    def __init__(self, connection: Connection, world: str) -> None:
        self._connection = connection
        self._world = world

    def known(self, key: str) -> Kept | None:
        """Return what was done with an idempotency key."""
        query = select(_changes).where(
            _changes.c.world == self._world, _changes.c.idempotency_key == key
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _kept(row)

    def of_order(self, number: str) -> tuple[Kept, ...]:
        """Return what was done to an order, oldest first."""
        query = (
            select(_changes)
            .where(_changes.c.world == self._world, _changes.c.order_number == number)
            .order_by(_changes.c.number)
        )
        return tuple(_kept(row) for row in self._connection.execute(query))

    def refunded_orders(self) -> tuple[str, ...]:
        """Return the orders of which something was paid back."""
        query = select(_changes.c.order_number).where(
            _changes.c.world == self._world, _changes.c.kind == "refund"
        )
        return tuple(self._connection.scalars(query.distinct()))

    def taken(self, goods: Goods) -> int:
        """Return how many pieces were taken out of the stock."""
        query = select(func.coalesce(func.sum(_taken.c.pieces), 0)).where(
            _taken.c.world == self._world, _taken.c.seller == goods[0], _taken.c.sku == goods[1]
        )
        return self._connection.scalar(query) or 0

    def add(self, kept: Kept) -> None:
        """Keep something for good."""
        row = {
            "world": self._world,
            "number": self._number(),
            "idempotency_key": kept.key,
            "order_number": kept.order,
            "kind": kept.change.kind,
            "record": kept.model_dump_json(),
        }
        self._connection.execute(insert(_changes), row)

    def take(self, goods: Goods, pieces: int) -> None:
        """Take pieces out of the stock for what is added in this transaction."""
        seller, sku = goods
        where = {"world": self._world, "number": self._number(), "seller": seller, "sku": sku}
        self._connection.execute(insert(_taken), where | {"pieces": pieces})

    def _number(self) -> int:
        query = select(_worlds.c.changes).where(_worlds.c.name == self._world)
        return self._connection.scalar(query) or 0


class ShopChanges:
    """Everything that was done to the orders of one world; the engine may be any of ours."""

    def __init__(self, engine: Engine, world: str) -> None:
        self._engine = engine
        self._world = world
        with self._translated("prepare"), engine.begin() as connection:
            _metadata.create_all(connection)
            known = select(_worlds.c.name).where(_worlds.c.name == world)
            if connection.scalar(known) is None:
                connection.execute(insert(_worlds), {"name": world, "changes": 0})

    @contextmanager
    def reading(self, operation: str) -> Generator[ShopSession]:
        with self._translated(operation), self._engine.connect() as connection:
            # The store's engine then takes no lock; any other engine ignores the option.
            quiet = connection.execution_options(nightdesk_reading=True)
            yield ShopSession(quiet, self._world)

    @contextmanager
    def writing(self, operation: str) -> Generator[ShopSession]:
        """Commit on leaving, roll back on an exception.

        Counting comes first: it holds off other processes before anything is read.
        """
        count = update(_worlds).where(_worlds.c.name == self._world)
        with self._translated(operation), self._engine.begin() as connection:
            connection.execute(count.values(changes=_worlds.c.changes + 1))
            yield ShopSession(connection, self._world)

    @contextmanager
    def _translated(self, operation: str) -> Generator[None]:
        try:
            yield
        except (OperationalError, IntegrityError) as error:
            raise UnavailableError(_VENDOR, operation, str(error.orig)) from error
        except UnicodeEncodeError as error:
            raise RefusedError(_VENDOR, operation, "a lone surrogate cannot be kept") from error
        except DatabaseError as error:
            raise RefusedError(_VENDOR, operation, str(error.orig)) from error


def _kept(row: Row[tuple[object, ...]]) -> Kept:
    try:
        return _KEPT.validate_json(row.record)
    except ValidationError as error:
        detail = f"change {row.number} of {row.order_number} is damaged"
        raise RefusedError(_VENDOR, "read change", detail) from error
