"""What is stored of conversations?"""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal, Self

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError
from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from agent.conversation import ConversationId, InboundMessage, MessageId, Reply
from agent.state import Conversation, TurnRecord
from agent.turn import TurnResult
from agent.worker.commit import Due, write_inbound, write_turn
from agent.worker.database import Database, open_database
from agent.worker.runtime import TranscriptEntry
from agent.worker.tables import conversations, inbox, transcript, turns
from tools.domain.model import Frozen
from tools.errors import BadInputError, Fault

_ADD_MESSAGE = insert(inbox)
_NEXT_DUE = (
    select(
        inbox.c.seq,
        inbox.c.attempts,
        inbox.c.payload,
        conversations.c.state,
        conversations.c.turn,
        conversations.c.version,
    )
    .outerjoin_from(inbox, conversations, conversations.c.id == inbox.c.conversation)
    .where(inbox.c.status == "due", inbox.c.conversation == bindparam("name"))
    .order_by(inbox.c.seq)
    .limit(1)
)

_ENTRIES = (
    select(transcript)
    .where(transcript.c.conversation == bindparam("name"), transcript.c.seq > bindparam("after"))
    .order_by(transcript.c.seq)
)
_PAGE = 200
_OWNER = select(conversations.c.owner).where(conversations.c.id == bindparam("name"))


class FailedMessage(Frozen):
    """A message that could not be handled however often it was tried."""

    seq: int
    conversation: ConversationId
    accepted_at: datetime
    attempts: int
    error: str


class Store:
    """Conversations, durable when a method returns; errors are those of `Database`."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.engine = database.engine

    @classmethod
    def open(cls, target: Path | Literal[":memory:"]) -> Self:
        """Open or create; `BadInputError` when the file cannot be a Nightdesk database."""
        return cls(open_database(target))

    def close(self) -> None:
        """Let go of the file."""
        self.engine.dispose()

    def accept(self, message: InboundMessage, at: datetime) -> bool:
        """Store a message; False when its channel sent this id before.

        Half characters in its words are replaced; `BadInputError` when an id has them or its time
        has no zone.
        """
        message, payload = _storable(message)
        row = {
            "channel": message.channel,
            "message_id": message.id,
            "conversation": message.conversation,
            "payload": payload,
            "accepted_at": at,
            "status": "due",
            "attempts": 0,
        }
        try:
            with self.database.writing("accept") as connection:
                connection.execute(_ADD_MESSAGE, row)
        except IntegrityError:
            return False
        return True

    def next_due(self, conversation: ConversationId) -> Due | None:
        """Return the oldest message without a turn."""
        with self.database.reading("next message") as connection:
            row = connection.execute(_NEXT_DUE, {"name": conversation}).one_or_none()
        if row is None:
            return None
        state, damaged = _read_state(row.state)
        return Due(
            seq=row.seq,
            attempts=row.attempts,
            message=_read_message(row.payload),
            conversation=state,
            damaged=damaged,
            turn=(row.turn or 0) + 1,
            version=row.version or 0,
        )

    def commit(self, due: Due, result: TurnResult, at: datetime, fault: str | None = None) -> None:
        """Store a whole turn or nothing of it; `StaleError` when the fence has moved."""
        with self.database.writing("commit") as connection:
            write_turn(connection, due, result, at, fault)

    def record_failure(self, due: Due, why: str, *, final: bool) -> None:
        """Count a failed attempt; after the final one the message waits for the operator."""
        values = {"attempts": due.attempts + 1, "error": why}
        if final:
            values["status"] = "failed"
        with self.database.writing("record failure") as connection:
            changed = connection.execute(
                update(inbox).where(inbox.c.seq == due.seq, inbox.c.status == "due").values(values)
            )
            if final and changed.rowcount and due.message is not None:
                write_inbound(connection, due.message)

    def retry(self, seq: int) -> ConversationId | None:
        """Make a failed message due again; None when no failed message has this number."""
        with self.database.writing("retry") as connection:
            row = connection.execute(
                select(inbox.c.conversation, inbox.c.message_id).where(
                    inbox.c.seq == seq, inbox.c.status == "failed"
                )
            ).one_or_none()
            if row is None:
                return None
            again = update(inbox).where(inbox.c.seq == seq)
            connection.execute(again.values(status="due", attempts=0))
            connection.execute(
                delete(transcript).where(
                    transcript.c.conversation == row.conversation,
                    transcript.c.message_id == row.message_id,
                )
            )
        return ConversationId(row.conversation)

    def has_due(self, conversation: ConversationId) -> bool:
        """Whether a message of a conversation waits for its turn."""
        with self.database.reading("has due") as connection:
            return connection.scalar(_NEXT_DUE, {"name": conversation}) is not None

    def due_conversations(self, accepted_before: datetime | None = None) -> list[ConversationId]:
        """Return the conversations with messages that have no turn, longest waiting first."""
        query = select(inbox.c.conversation).where(inbox.c.status == "due").order_by(inbox.c.seq)
        if accepted_before is not None:
            query = query.where(inbox.c.accepted_at < accepted_before)
        with self.database.reading("due conversations") as connection:
            names = connection.scalars(query).all()
        return [ConversationId(name) for name in dict.fromkeys(names)]

    def failed_messages(self) -> list[FailedMessage]:
        """Return the messages that nothing will retry by itself, oldest first."""
        query = select(inbox).where(inbox.c.status == "failed").order_by(inbox.c.seq)
        with self.database.reading("failed messages") as connection:
            rows = connection.execute(query).all()
        return [
            FailedMessage(
                seq=row.seq,
                conversation=row.conversation,
                accepted_at=row.accepted_at,
                attempts=row.attempts,
                error=row.error,
            )
            for row in rows
        ]

    def transcript(
        self, conversation: ConversationId, after: int = 0
    ) -> tuple[TranscriptEntry, ...]:
        """Return the entries with a larger `seq`, oldest first."""
        with self.database.reading("transcript") as connection:
            rows = connection.execute(_ENTRIES, {"name": conversation, "after": after}).all()
        return tuple(
            TranscriptEntry(
                seq=row.seq,
                at=row.at,
                author=row.author,
                text=row.text,
                message=MessageId(row.message_id),
                reply=_read_reply(row.reply),
            )
            for row in rows
        )

    def owner(self, conversation: ConversationId) -> Literal["assistant", "person"]:
        """Return who answers the buyer; a conversation that has not begun is the assistant's."""
        with self.database.reading("owner") as connection:
            owner = connection.scalar(_OWNER, {"name": conversation})
        return "person" if owner == "person" else "assistant"

    def conversation(self, conversation: ConversationId) -> Conversation | None:
        """Return the state after the last committed turn; None when there is none to read."""
        query = select(conversations.c.state).where(conversations.c.id == conversation)
        with self.database.reading("conversation") as connection:
            return _read_state(connection.scalar(query))[0]

    def turns(self, conversation: ConversationId) -> tuple[TurnRecord, ...]:
        """Return the records of a conversation, in order."""
        query = (
            select(turns.c.record)
            .where(turns.c.conversation == conversation)
            .order_by(turns.c.turn)
        )
        with self.database.reading("turns") as connection:
            records = connection.scalars(query).all()
        return tuple(TurnRecord.model_validate_json(record) for record in records)

    def all_turns(self) -> Iterator[TurnRecord | None]:
        """Walk through the records of every conversation, oldest first; None for a damaged one."""
        query = select(turns.c.record).order_by(turns.c.at, turns.c.conversation, turns.c.turn)
        with self.database.reading("all turns") as connection:
            for record in connection.execution_options(yield_per=_PAGE).scalars(query):
                yield _read_turn(record)


def _storable(message: InboundMessage) -> tuple[InboundMessage, str]:
    """Return a message with its JSON; UTF-8 has no form for half of a surrogate pair."""
    if message.at.tzinfo is None:
        raise BadInputError(Fault("message", 0, 0, "has a time without a time zone."))
    try:
        return message, message.model_dump_json()
    except PydanticSerializationError:
        words = json.dumps(message.model_dump(mode="json"), ensure_ascii=False)
    whole = words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    stored = InboundMessage.model_validate_json(whole)
    ids = ("id", "channel", "conversation")
    if any(getattr(stored, name) != getattr(message, name) for name in ids):
        raise BadInputError(Fault("message", 0, 0, "has an id that is not Unicode text."))
    return stored, whole


def _read_state(text: str | None) -> tuple[Conversation | None, str | None]:
    if text is None:
        return None, None
    try:
        return Conversation.model_validate_json(text), None
    except ValidationError:
        return None, text


def _read_turn(text: str) -> TurnRecord | None:
    try:
        return TurnRecord.model_validate_json(text)
    except ValidationError:
        return None


def _read_message(text: str) -> InboundMessage | None:
    try:
        return InboundMessage.model_validate_json(text)
    except ValidationError:
        return None


def _read_reply(text: str | None) -> Reply | None:
    try:
        return None if text is None else Reply.model_validate_json(text)
    except ValidationError:
        return None  # the text alone says everything
