"""What do the tests of the worker share: a clock, messages and an echo in place of the graph?"""

from datetime import UTC, datetime, timedelta

from agent.conversation import (
    ConversationId,
    Event,
    HandBack,
    InboundMessage,
    MessageId,
    OutboundMessage,
    PersonSaid,
    Reply,
    Say,
)
from agent.state import Conversation, TurnRecord
from agent.turn import TurnResult
from tools.domain.effect import OpenTicket, effect_id
from tools.domain.ticket import HandoffPacket, TicketDraft

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
SORRY = "A person will look at this."


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


def conversation_id(name: str = "c1") -> ConversationId:
    return ConversationId(name)


def message(
    number: int, text: str = "", *, to: str = "c1", channel: str = "web", event: Event | None = None
) -> InboundMessage:
    return InboundMessage(
        id=MessageId(f"m{number}"),
        conversation=ConversationId(to),
        channel=channel,
        at=NOON,
        event=event or Say(text=text or f"text {number}"),
    )


async def echo(said: InboundMessage, before: Conversation | None, turn: int) -> TurnResult:
    """Answer with the same words; take the conversation back on `HandBack`."""
    match said.event:
        case Say(text=text):
            reply = Reply(text=f"echo: {text}")
        case PersonSaid(text=text):
            reply = Reply(text=text, author="person")
        case _:
            reply = None
    owner = "assistant" if isinstance(said.event, HandBack) or before is None else before.owner
    return turn_of(said, before, turn, reply=reply, owner=owner)


async def to_a_person(said: InboundMessage, before: Conversation | None, turn: int) -> TurnResult:
    """Make the turn for a fault."""
    return turn_of(said, before, turn, reply=Reply(text=SORRY), owner="person")


def turn_of(
    said: InboundMessage,
    before: Conversation | None,
    turn: int,
    *,
    reply: Reply | None,
    owner: str = "assistant",
) -> TurnResult:
    known = before or Conversation(id=said.conversation, channel=said.channel, started_at=said.at)
    outbound = () if reply is None else (outbound_message(said, reply),)
    text = said.event.text if isinstance(said.event, Say) else said.event.kind
    return TurnResult(
        conversation=known.model_copy(update={"last_reply": reply, "owner": owner}),
        outbound=outbound,
        record=TurnRecord(conversation=said.conversation, turn=turn, said=text, reply=reply),
    )


def outbound_message(said: InboundMessage, reply: Reply) -> OutboundMessage:
    return OutboundMessage(
        id=f"{said.channel}/{said.id}/reply",
        conversation=said.conversation,
        channel=said.channel,
        in_reply_to=said.id,
        reply=reply,
    )


def draft(wish: str = "My mug is broken", conversation: str = "c1") -> TicketDraft:
    packet = HandoffPacket(
        conversation=conversation,
        channel="web",
        customer=None,
        verified_how="none",
        requests=("damaged_item",),
        wish=wish,
        summary="The mug arrived broken.",
        summary_buyer="Ihre Tasse kam zerbrochen an.",
        language="de",
    )
    return TicketDraft(
        queue="returns",
        reason="human_agent",
        packet=packet,
        opened_at=NOON,
        due_at=NOON + timedelta(hours=8),
    )


def ticket_effect(said: InboundMessage) -> OpenTicket:
    return OpenTicket(
        id=effect_id(said.conversation, said.id, "open_ticket"),
        rule_id="handoff.test",
        ticket=draft(conversation=said.conversation),
    )
