"""What is true in the world that a conversation is played in?

Read from the world file itself and not through the product, which is what is being judged.
"""

from datetime import datetime
from functools import cache
from pathlib import Path

from evals.run import Parcel
from tools.connectors.embedded.changes import Disputed
from tools.connectors.embedded.records import to_scan
from tools.connectors.embedded.world import World, load_world, world_schema
from tools.domain.order import Order, Payment

__all__ = ["disputed", "orders_at", "owner_words", "parcels_at", "read_world", "world_schema"]

read_world = cache(load_world)


def disputed(payment: Payment) -> Disputed:
    """Return that a buyer's bank has begun to look into a payment."""
    return Disputed(payment=payment.id, now="open")


def orders_at(world: World, at: datetime) -> tuple[Order, ...]:
    """Return every order, with its relative instants counted from `at`."""
    customers = {customer.id: customer for customer in world.customers}
    return tuple(order.to_order(customers[order.customer], at) for order in world.orders)


def parcels_at(world: World, at: datetime) -> tuple[Parcel, ...]:
    """Return what the carriers know."""
    return tuple(
        Parcel(
            tracking_number=shipment.tracking_number,
            scans=tuple(to_scan(scan, at) for scan in shipment.scans or ()),
        )
        for order in world.orders
        for shipment in order.shipments
        if shipment.tracking_number
    )


@cache
def owner_words(folder: Path) -> str:
    """Return the text of the rules; what they say may be said to anyone."""
    files = sorted(path for path in folder.rglob("*.yaml") if path.parent.name != "cases")
    return "\n".join(file.read_text(encoding="utf-8") for file in files)
