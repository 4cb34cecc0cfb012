"""Is there still room for a refund under every cap, with all that may yet be paid?"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, insert, or_, select

from agent.worker.audit import append_event
from agent.worker.audit_entries import MoneyReserved
from agent.worker.database import Database
from agent.worker.refusals import Reason, Refused
from agent.worker.tables import ledger, outside_refunds, reservations, reserved_shares
from agent.worker.verdicts import Verdict
from tools.domain.effect import IssueRefund
from tools.domain.order import Order
from tools.domain.paid_back import PaidBack, per_line
from tools.domain.party import SellerId
from tools.domain.returns import Refund, RefundId
from tools.policy.caps import HARD_CAPS, SUMS, CapName, Caps, exceeded
from tools.policy.decision import FactName
from tools.policy.derive_money import WINDOW, start_of_day
from tools.policy.rulebook import Rulebook
from tools.ports.readers import Clock, Storefront

_NOTHING = Caps(action=0, order=0, buyer_30_days=0, seller_day=0, day=0, photo=0)
_OPEN = ("PENDING", "UNKNOWN")
_REASONS: Mapping[CapName, Reason] = {
    "action": "cap_action",
    "order": "cap_order",
    "buyer_30_days": "cap_buyer_30_days",
    "seller_day": "cap_seller_day",
    "day": "cap_day",
    "photo": "cap_photo",
}
_SELLER_DAY = FactName("refunded_seller_today")


@dataclass(frozen=True)
class ShopRefunds:
    """What the shop reports as paid back, ours included."""

    order: Order
    buyer: tuple[Refund, ...]
    """Of all orders of the buyer, this one included."""
    today: tuple[PaidBack, ...]


@dataclass(frozen=True)
class Till:
    """What is needed to set money aside."""

    effect: IssueRefund
    verdict: Verdict
    shop: ShopRefunds
    rulebook: Rulebook
    """The one in force: its caps count, whatever rules the conversation began with."""
    now: datetime

    @property
    def currency(self) -> str:
        return self.effect.amount.currency


async def read_shop_refunds(
    effect: IssueRefund, storefront: Storefront, clock: Clock
) -> ShopRefunds:
    """Read what was paid back, by anybody; raises `OutsideError` when it cannot be read."""
    order = await storefront.find_order(effect.permit.order)
    if order is None:
        raise Refused("order_unknown", effect.permit.order)
    others = await storefront.orders_of(order.email)
    alike = (order, *(one for one in others if one.number != order.number))
    made = tuple(refund for one in alike for refund in one.refunds if refund.status != "failed")
    today = await storefront.refunds_since(start_of_day(clock.now()))
    return ShopRefunds(order, made, today)


class Budgets:
    """Sums of what is set aside; every method works within a transaction of the caller.

    A sum counts what we set aside for effects that did not fail, and what the shop or the provider
    reports that is not ours, each once.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def check(self, connection: Connection, till: Till) -> None:
        """Raise `Refused` with the first cap that the amount exceeds."""
        parts = seller_parts(till.effect, till.shop.order)
        paid = self._paid(connection, till, self._buyer(till.shop.order))
        sellers = self._paid_to_sellers(connection, till, tuple(parts))
        for name in _over(till, paid, sellers, parts):
            raise Refused(_REASONS[name], f"{till.effect.amount} more")

    def set_aside(self, connection: Connection, till: Till) -> None:
        """Set the amount aside for an effect that stands in the ledger."""
        parts = seller_parts(till.effect, till.shop.order)
        self._insert(connection, till, self._buyer(till.shop.order), parts)
        entry = MoneyReserved(
            effect=till.effect.id, currency=till.currency, amount=till.effect.amount.amount
        )
        append_event(connection, till.now, till.effect.permit.conversation, entry)

    def automatic_today(self, connection: Connection, currency: str, now: datetime) -> int:
        """Return what was set aside today without a person, in minor units."""
        return _sum(
            connection,
            currency,
            reservations.c.by_person.is_(False),
            reservations.c.at >= start_of_day(now),
        )

    def _paid(self, connection: Connection, till: Till, buyer: str) -> dict[FactName, int]:
        day, since = start_of_day(till.now), till.now - WINDOW
        number, refunds = till.shop.order.number, till.shop.order.refunds
        outside = self._outside(connection, till)
        ours = (
            reservations.c.order_number == number,
            (reservations.c.buyer == buyer) & _since(since),
            _since(day),
        )
        by_cap = {
            FactName("refunded_order"): outside.of(refunds, order=number),
            FactName("refunded_buyer_30_days"): outside.of(till.shop.buyer, since),
            FactName("refunded_today"): outside.of_day(till.shop.today, day),
        }
        return {
            name: _sum(connection, till.currency, where) + amount
            for where, (name, amount) in zip(ours, by_cap.items(), strict=True)
        }

    def _paid_to_sellers(
        self, connection: Connection, till: Till, sellers: tuple[SellerId, ...]
    ) -> dict[SellerId, int]:
        day, outside = start_of_day(till.now), self._outside(connection, till)
        query = (
            select(func.coalesce(func.sum(reserved_shares.c.amount), 0))
            .join_from(reserved_shares, reservations)
            .join(ledger, ledger.c.effect == reservations.c.effect)
            .where(*_alive(till.currency), _since(day))
        )
        return {
            seller: (connection.scalar(query.where(reserved_shares.c.seller == seller)) or 0)
            + outside.of_seller(till.shop.today, seller, day)
            for seller in sellers
        }

    def _outside(self, connection: Connection, till: Till) -> "_Outside":
        ours = select(reservations.c.refund).where(reservations.c.refund.is_not(None))
        known = {RefundId(str(name)) for name in connection.scalars(ours)}
        found = select(outside_refunds).where(outside_refunds.c.currency == till.currency)
        return _Outside(
            till.currency,
            frozenset(known),
            tuple(
                _Found(row.refund, row.order_number, row.amount, row.made_at)
                for row in connection.execute(found)
            ),
        )

    def _insert(
        self, connection: Connection, till: Till, buyer: str, parts: Mapping[SellerId, int]
    ) -> None:
        effect = till.effect
        row = {
            "effect": effect.id,
            "order_number": effect.permit.order,
            "payment": effect.payment,
            "buyer": buyer,
            "currency": till.currency,
            "amount": effect.amount.amount,
            "at": till.now,
            "by_person": till.verdict.approval is not None,
        }
        connection.execute(insert(reservations), row)
        shares = [
            {"effect": effect.id, "seller": seller, "amount": amount}
            for seller, amount in parts.items()
        ]
        connection.execute(insert(reserved_shares), shares)

    def _buyer(self, order: Order) -> str:
        """Return what two orders of one buyer have in common, without saying who it is."""
        email = order.email.casefold().encode("utf-8", "surrogatepass")
        return hashlib.blake2b(email, key=self._database.salt, digest_size=16).hexdigest()


def seller_parts(effect: IssueRefund, order: Order) -> dict[SellerId, int]:
    """Divide a refund between the sellers, as the shop will once it is made."""
    made = Refund(
        id=RefundId(effect.id),
        amount=effect.amount,
        lines=effect.permit.lines,
        created_at=order.placed_at,
        status="pending",
        shares=effect.shares,
    )
    parts: dict[SellerId, int] = {}
    for line, amount in per_line(order, made).items():
        seller = order.line(line).seller
        parts[seller] = parts.get(seller, 0) + amount
    return parts


@dataclass(frozen=True)
class _Found:
    refund: str
    order: str
    amount: int
    at: datetime


@dataclass(frozen=True)
class _Outside:
    """What others paid back: what the shop reports and is not ours, and what we found besides."""

    currency: str
    ours: frozenset[RefundId]
    found: tuple[_Found, ...]

    def of(
        self, told: tuple[Refund, ...], since: datetime | None = None, order: str | None = None
    ) -> int:
        """Return the sum of what is told; of an order, with what was found besides."""
        counted = [
            one
            for one in told
            if one.status != "failed" and self._counts(one.id, one.amount.currency)
        ]
        names = {str(one.id) for one in counted}
        besides = (one for one in self.found if one.order == order and one.refund not in names)
        return sum(one.amount for one in besides) + sum(
            one.amount.amount for one in counted if since is None or one.created_at >= since
        )

    def of_day(self, told: tuple[PaidBack, ...], day: datetime) -> int:
        names = {str(one.refund) for one in told}
        besides = (one for one in self.found if one.at >= day and one.refund not in names)
        return sum(one.amount for one in besides) + sum(
            one.amount.amount for one in told if self._counts(one.refund, one.amount.currency)
        )

    def of_seller(self, told: tuple[PaidBack, ...], seller: SellerId, day: datetime) -> int:
        return sum(
            one.amount.amount
            for one in told
            if one.seller == seller
            and one.at >= day
            and self._counts(one.refund, one.amount.currency)
        )

    def _counts(self, refund: RefundId, currency: str) -> bool:
        return refund not in self.ours and currency == self.currency


def _over(
    till: Till,
    paid: Mapping[FactName, int],
    sellers: Mapping[SellerId, int],
    parts: Mapping[SellerId, int],
) -> Iterator[CapName]:
    """Name each cap that is exceeded; with a person's word only those above which nobody pays."""
    amount, verdict = till.effect.amount.amount, till.verdict
    hard = HARD_CAPS.get(till.currency, _NOTHING)
    for seller, part in parts.items():
        # A seller's cap is for the seller's part alone.
        before = {**paid, _SELLER_DAY: sellers[seller] + part - amount}
        assert set(SUMS.values()) - {None} == set(before), "every cap has its sum"
        own = till.rulebook.caps(seller).get(till.currency, _NOTHING)
        for caps in (hard,) if verdict.approval is not None else (own, hard):
            yield from exceeded(amount, caps, before, photo_only=verdict.photo_only)


def _since(instant: datetime) -> ColumnElement[bool]:
    """Whether money was set aside since then, or is not settled yet."""
    return or_(reservations.c.at >= instant, ledger.c.status.in_(_OPEN))


def _alive(currency: str) -> tuple[ColumnElement[bool], ...]:
    return (
        reservations.c.currency == currency,
        reservations.c.failed_later.is_(None),
        ledger.c.status != "FAILED",
    )


def _sum(connection: Connection, currency: str, *where: ColumnElement[bool]) -> int:
    query = (
        select(func.coalesce(func.sum(reservations.c.amount), 0))
        .join_from(reservations, ledger, ledger.c.effect == reservations.c.effect)
        .where(*_alive(currency), *where)
    )
    return connection.scalar(query) or 0
