"""Who hears of a refund that was told to the buyer and did not arrive?"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from agent.context import Edition, Rulebooks
from agent.conversation import ConversationId
from agent.packet import describe_order
from agent.state import Conversation
from agent.worker.store import Store
from agent.writing.parts import Part, say
from agent.writing.rendering import render
from tools.domain.effect import Confirmed, Effect, IssueRefund, OpenTicket, Receipt, effect_id
from tools.domain.order import Order
from tools.domain.ticket import HandoffPacket, PacketFact, TicketDraft
from tools.errors import OutsideError
from tools.ports.readers import Clock, Storefront

Perform = Callable[[Effect], Awaitable[Receipt]]
_REASON = "refund_failed"
_WISH = "refund_status"


@dataclass(frozen=True)
class RefundAlarm:
    """Opens one ticket for one refund, however often it rings."""

    store: Store
    storefront: Storefront
    rulebooks: Rulebooks
    clock: Clock

    async def ring(self, effect: IssueRefund, why: str, perform: Perform) -> bool:
        """Say whether the ticket is stored."""
        edition = await self.rulebooks.in_force()
        try:
            order = await self.storefront.find_order(effect.permit.order)
            state = self.store.conversation(ConversationId(effect.permit.conversation))
        except OutsideError:
            return False
        now = self.clock.now()
        draft = TicketDraft(
            queue="payments",
            reason=_REASON,
            packet=_packet(effect, why, _Known(order, state), edition),
            opened_at=now,
            due_at=now + timedelta(hours=edition.rulebook.marketplace.reply_hours),
        )
        name = effect_id(effect.id, _REASON)
        receipt = await perform(OpenTicket(id=name, rule_id=_REASON, ticket=draft))
        return isinstance(receipt, Confirmed)


@dataclass(frozen=True)
class _Known:
    order: Order | None
    state: Conversation | None


def _packet(effect: IssueRefund, why: str, known: _Known, edition: Edition) -> HandoffPacket:
    order, state, macros = known.order, known.state, edition.macros
    desk = edition.rulebook.marketplace.desk_language
    language = macros.locale(state.language if state else None)
    told = _summary(order)
    return HandoffPacket(
        conversation=effect.permit.conversation,
        channel=state.channel if state else "",
        customer=order.email if order else None,
        verified_how=state.identity.how if state else "none",
        requests=(_WISH,),
        orders=describe_order(order) if order else (),
        policy_version=edition.rulebook.version,
        facts=(
            PacketFact(name="refund", value=str(effect.amount), source="ledger"),
            PacketFact(name="payment", value=effect.payment, source="ledger"),
            PacketFact(name="effect", value=effect.id, source="ledger"),
            PacketFact(name="failed", value=why, source="provider"),
        ),
        wish="",
        summary=render(told, macros, desk).text,
        summary_buyer=render(told, macros, language).text,
        language=language,
    )


def _summary(order: Order | None) -> Part:
    orders = say("summary_no_order")
    if order is not None:
        titles = tuple(line.title for line in order.lines)
        orders = say("summary_order", number=order.number, items=titles)
    return say(
        "summary",
        who=say("summary_verified"),
        wish=say(f"request_{_WISH}"),
        orders=orders,
        decision=say("summary_no_decision"),
    )
