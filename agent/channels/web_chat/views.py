"""What does the page get to see of a conversation?"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from agent.conversation import Choice, ConversationId, MessageId, OrderCard
from agent.worker.runtime import TranscriptEntry
from tools.domain.model import Frozen

_PHOTO = ".photo"
_OPENED = "opened"


class EntryView(Frozen):
    """One line of the transcript."""

    seq: int
    at: datetime
    author: Literal["buyer", "assistant", "person"]
    text: str
    id: str
    """The page's own id of the message, or of the one that this answers."""
    photo: bool
    language: str | None = None
    choices: tuple[Choice, ...] = ()
    cards: tuple[OrderCard, ...] = ()


class ConversationView(Frozen):
    """What happened since the page last asked."""

    entries: tuple[EntryView, ...]
    typing: bool
    owner: Literal["assistant", "person"]


def message_id(conversation: ConversationId, sent: UUID) -> MessageId:
    """Tie a page's id to its conversation, so that nobody can use up another buyer's ids."""
    return MessageId(f"{conversation}/{sent}")


def photo_message_id(conversation: ConversationId, sent: UUID) -> MessageId:
    return MessageId(f"{conversation}/{sent}{_PHOTO}")


def opened_message_id(conversation: ConversationId) -> MessageId:
    """One a conversation, so that it is greeted once however often the page is loaded."""
    return MessageId(f"{conversation}/{_OPENED}")


def entry_view(entry: TranscriptEntry) -> EntryView:
    sent = entry.message.rpartition("/")[2]
    reply = entry.reply
    return EntryView(
        seq=entry.seq,
        at=entry.at,
        author=entry.author,
        text=(reply.brief if reply else None) or entry.text,
        id=sent.removesuffix(_PHOTO),
        photo=entry.author == "buyer" and sent.endswith(_PHOTO),
        language=reply.language if reply else None,
        choices=reply.choices if reply else (),
        cards=reply.cards if reply else (),
    )


def is_shown(entry: EntryView) -> bool:
    """Opening the page is no line of the conversation."""
    return bool(entry.author != "buyer" or entry.photo or entry.text)
