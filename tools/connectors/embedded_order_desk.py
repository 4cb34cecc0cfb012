"""How does the embedded marketplace change an order?"""

from collections import Counter
from collections.abc import Callable
from typing import TypeVar

from tools.connectors.embedded.changed_shop import ChangedShop
from tools.connectors.embedded.changes import (
    Disputed,
    Goods,
    Kept,
    Packed,
    RefundFailed,
    ShopChanges,
    ShopSession,
)
from tools.connectors.embedded.marketplace import EmbeddedMarketplace
from tools.connectors.embedded.numbers import code_of, label_of
from tools.connectors.embedded.overlay import is_packed, under_way, unsent
from tools.connectors.embedded.repeated import same_again
from tools.domain.changes import (
    AddressChanged,
    CancellationId,
    Cancelled,
    Exchanged,
    ExchangeId,
    OrderChange,
    PaperSent,
    ReturnOpened,
    SentAgain,
    ShipmentOrderId,
)
from tools.domain.effect import (
    CancelItems,
    ChangeAddress,
    ExchangeItem,
    OpenReturn,
    SendAgain,
    SendPaper,
)
from tools.domain.order import LineItem, Order
from tools.domain.party import Address, SellerId
from tools.domain.returns import ReturnId
from tools.domain.shipment import LineId
from tools.errors import RefusedError
from tools.ports.readers import Clock

_VENDOR = "embedded order desk"
_BLANK = "***"
Made = TypeVar("Made", ReturnOpened, Exchanged, Cancelled, AddressChanged, SentAgain, PaperSent)
Asked = OpenReturn | ExchangeItem | CancelItems | ChangeAddress | SendAgain | SendPaper
OfPieces = OpenReturn | ExchangeItem | CancelItems | SendAgain


class EmbeddedOrderDesk:
    """The desk of the embedded marketplace; implements `OrderDesk`.

    Stock is counted down for what is sent; what is cancelled or comes back is not put back into it
    before somebody has counted it.
    """

    def __init__(
        self, marketplace: EmbeddedMarketplace, changes: ShopChanges, clock: Clock
    ) -> None:
        self._marketplace = marketplace
        self._shop = ChangedShop(marketplace, changes)
        self._changes = changes
        self._clock = clock

    async def open_return(self, effect: OpenReturn, *, idempotency_key: str) -> ReturnOpened:
        """Expect goods back, with a label when the seller pays for the way."""

        def make(order: Order, session: ShopSession) -> ReturnOpened:
            _need_with_buyer(effect, order, session)
            prepaid = effect.shipping_paid_by == "seller"
            return ReturnOpened(
                id=ReturnId(code_of("RT", idempotency_key)),
                order=order.number,
                pieces=effect.pieces,
                send_to=self._returns_to(_one_seller(effect, order)),
                label=label_of(idempotency_key) if prepaid else None,
                send_by=effect.send_by,
            )

        return self._once(effect, idempotency_key, ReturnOpened, make)

    async def exchange(self, effect: ExchangeItem, *, idempotency_key: str) -> Exchanged:
        """Send another piece and expect the first one back."""

        def make(order: Order, session: ShopSession) -> Exchanged:
            _need_with_buyer(effect, order, session)
            goods = (_one_seller(effect, order), effect.for_sku)
            self._take(session, Counter({goods: sum(one.quantity for one in effect.pieces)}))
            return Exchanged(
                id=ExchangeId(code_of("EX", idempotency_key)),
                order=order.number,
                pieces=effect.pieces,
                for_sku=effect.for_sku,
                back=ReturnId(code_of("RT", idempotency_key)),
            )

        return self._once(effect, idempotency_key, Exchanged, make)

    async def cancel(self, effect: CancelItems, *, idempotency_key: str) -> Cancelled:
        """Do not send pieces that nobody has packed yet."""

        def make(order: Order, session: ShopSession) -> Cancelled:  # noqa: ARG001 - one signature for all
            _need_open(order)
            if any(wanted > unsent(order, line) for line, wanted in _wanted(effect, order)):
                raise _refused("packed or gone already")
            return Cancelled(
                id=CancellationId(code_of("CN", idempotency_key)),
                order=order.number,
                pieces=effect.pieces,
            )

        return self._once(effect, idempotency_key, Cancelled, make)

    async def change_address(
        self, effect: ChangeAddress, *, idempotency_key: str
    ) -> AddressChanged:
        """Send to another place, while nothing is packed."""

        def make(order: Order, session: ShopSession) -> AddressChanged:  # noqa: ARG001 - as above
            _need_open(order)
            if any(map(is_packed, order.shipments)):
                raise _refused("packed or gone already")
            return AddressChanged(order=order.number, address=effect.address)

        return self._once(effect, idempotency_key, AddressChanged, make)

    async def send_again(self, effect: SendAgain, *, idempotency_key: str) -> SentAgain:
        """Send pieces a second time, but never a third."""

        def make(order: Order, session: ShopSession) -> SentAgain:
            before = _counted(session.of_order(order.number), SentAgain)
            takes = Counter[Goods]()
            for line, wanted in _wanted(effect, order):
                if wanted + before[line.id] > under_way(order, line.id):
                    raise _refused("more pieces than were sent and not sent again yet")
                takes[line.seller, line.sku] += wanted
            self._take(session, takes)
            return SentAgain(
                id=ShipmentOrderId(code_of("SH", idempotency_key)),
                order=order.number,
                pieces=effect.pieces,
            )

        return self._once(effect, idempotency_key, SentAgain, make)

    async def send_paper(self, effect: SendPaper, *, idempotency_key: str) -> PaperSent:
        """Send a receipt to the contact on file."""

        def make(order: Order, session: ShopSession) -> PaperSent:  # noqa: ARG001 - as above
            return PaperSent(order=order.number, paper=effect.paper, to=_masked(order.email))

        return self._once(effect, idempotency_key, PaperSent, make)

    async def find(self, order: str, idempotency_key: str) -> OrderChange | None:
        """Return what was done with a key."""
        with self._changes.reading("find change") as session:
            known = session.known(idempotency_key)
        if known is None or known.order != order or known.request is None:
            return None
        done = known.change
        return None if isinstance(done, Disputed | Packed | RefundFailed) else done

    def _once(
        self,
        effect: Asked,
        key: str,
        kind: type[Made],
        make: Callable[[Order, ShopSession], Made],
    ) -> Made:
        with self._changes.writing(effect.kind) as session:
            if known := session.known(key):
                return same_again(_VENDOR, known, effect, kind)
            order = self._shop.order(effect.permit.order, session)
            if order is None:
                raise _refused("there is no such order")
            made = make(order, session)
            now = self._clock.now()
            session.add(Kept(order=order.number, at=now, change=made, key=key, request=effect))
        return made

    def _take(self, session: ShopSession, wanted: Counter[Goods]) -> None:
        for goods, pieces in wanted.items():
            left = self._shop.stock(*goods, session)
            if left is not None and left < pieces:
                raise _refused("there are not enough left")
            session.take(goods, pieces)

    def _returns_to(self, seller: SellerId) -> Address:
        found = self._marketplace.seller(seller)
        address = found.to_seller().returns_to if found else None
        if address is None:
            raise _refused("no address for goods that come back is on file")
        return address


def _need_with_buyer(effect: OpenReturn | ExchangeItem, order: Order, session: ShopSession) -> None:
    """Refuse what was never sent, or is coming back already, as far as the shop's books say."""
    coming = _coming_back(order, session.of_order(order.number))
    for line, wanted in _wanted(effect, order):
        if wanted + coming[line.id] > under_way(order, line.id):
            raise _refused("never sent, or coming back already")


def _need_open(order: Order) -> None:
    if order.cancelled_at is not None:
        raise _refused("cancelled already")


def _wanted(effect: OfPieces, order: Order) -> list[tuple[LineItem, int]]:
    """Return how many pieces of each line are meant; `RefusedError` for a line of another order."""
    wanted = Counter[LineId]()
    for one in effect.pieces:
        wanted[one.line] += one.quantity
    lines = [(line, wanted.pop(line.id)) for line in order.lines if line.id in wanted]
    if wanted or not lines:
        raise _refused("the order has no such line")
    return lines


def _one_seller(effect: OfPieces, order: Order) -> SellerId:
    sellers = {line.seller for line, _ in _wanted(effect, order)}
    if len(sellers) > 1:
        raise _refused("the pieces are of several sellers")
    return sellers.pop()


def _coming_back(order: Order, kept: tuple[Kept, ...]) -> Counter[LineId]:
    """Count the pieces; a return of the world names lines only, so it is for all their pieces."""
    coming = _counted(kept, ReturnOpened, Exchanged)
    ours = {one.change.id for one in kept if isinstance(one.change, ReturnOpened)}
    ours |= {one.change.back for one in kept if isinstance(one.change, Exchanged)}
    for back in order.returns:
        if back.id not in ours:
            for line in back.lines:
                coming[line] += order.line(line).quantity
    return coming


def _counted(
    kept: tuple[Kept, ...], *kinds: type[ReturnOpened | Exchanged | SentAgain]
) -> Counter[LineId]:
    counted = Counter[LineId]()
    for one in kept:
        if isinstance(one.change, kinds):
            for part in one.change.pieces:
                counted[part.line] += part.quantity
    return counted


def _masked(email: str) -> str:
    name, _, domain = email.partition("@")
    return f"{name[:1]}{_BLANK}@{domain}"


def _refused(why: str) -> RefusedError:
    return RefusedError(_VENDOR, "change order", why)
