"""What do channels and the desk see of the process that runs conversations?"""

from datetime import datetime
from typing import Literal, Protocol

from agent.conversation import ConversationId, InboundMessage, MessageId, Reply
from tools.domain.model import Frozen


class TranscriptEntry(Frozen):
    """One line of a conversation, in the order in which it was committed."""

    seq: int
    """Grows by at least one with each entry of a conversation; a cursor for channels that poll."""
    at: datetime
    author: Literal["buyer", "assistant", "person"]
    text: str
    message: MessageId
    """The inbound message itself, or the one that a reply answers."""
    reply: Reply | None = None
    """With its buttons and cards, when the author is not the buyer."""


class Runtime(Protocol):
    """Accepts messages for good and works them off, one conversation at a time."""

    async def accept(self, message: InboundMessage) -> bool:
        """Store a message durably, then return; False when this channel sent this id before."""
        ...

    async def settled(self, conversation: ConversationId) -> None:
        """Return when every accepted message of a conversation has its committed turn."""
        ...

    async def transcript(
        self, conversation: ConversationId, after: int = 0
    ) -> tuple[TranscriptEntry, ...]:
        """Return the entries with a larger `seq`, oldest first."""
        ...

    async def owner(self, conversation: ConversationId) -> Literal["assistant", "person"]:
        """Return who answers the buyer at the moment."""
        ...
