"""A short way to hold a conversation in a test."""

import itertools
from dataclasses import dataclass, field

from agent.bootstrap import Desk
from agent.conversation import ConversationId, Event, InboundMessage, MessageId, Say, Tap
from agent.state import TurnRecord
from tools.domain.effect import OpenTicket
from tools.domain.ticket import HandoffPacket

_NUMBERS = itertools.count()


@dataclass
class Talk:
    """One conversation with a desk."""

    desk: Desk
    signed_email: str | None = None
    id: ConversationId = field(default_factory=lambda: ConversationId(f"talk-{next(_NUMBERS)}"))

    async def say(self, text: str) -> TurnRecord:
        return await self.do(Say(text=text))

    async def tap(self, choice: str) -> TurnRecord:
        return await self.do(Tap(choice=choice))

    async def do(self, event: Event) -> TurnRecord:
        message = InboundMessage(
            id=MessageId(f"message-{next(_NUMBERS)}"),
            conversation=self.id,
            channel="test",
            at=self.desk.clock.now(),
            event=event,
            signed_email=self.signed_email,
        )
        await self.desk.runtime.accept(message)
        await self.desk.runtime.settled(self.id)
        return self.desk.turns(self.id)[-1]


def text_of(record: TurnRecord) -> str:
    assert record.reply is not None
    return record.reply.text


def packet_of(record: TurnRecord) -> HandoffPacket:
    """Return the case of the ticket that a turn opened."""
    (draft,) = (effect.ticket for effect in record.effects if isinstance(effect, OpenTicket))
    return draft.packet
