"""What is one turn's transaction?"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, update
from sqlalchemy.exc import IntegrityError

from agent.conversation import Attach, InboundMessage, Say, Tap
from agent.state import Conversation, TurnRecord
from agent.turn import TurnResult
from agent.worker.audit import StateSetAside, TurnCommitted, TurnFaulted, append_event, digest
from agent.worker.tables import conversations, damaged_states, inbox, outbox, transcript, turns


class StaleError(Exception):
    """Somebody else has committed to this conversation in between; nothing was stored."""


@dataclass(frozen=True)
class Due:
    """The oldest message of a conversation that has no turn yet, and what to handle it with."""

    seq: int
    attempts: int
    message: InboundMessage | None
    """None when the stored message cannot be read."""
    conversation: Conversation | None
    damaged: str | None
    """The conversation's stored text when it cannot be read."""
    turn: int
    """The number that the turn will have."""
    version: int
    """The fence: 0 when there is no conversation yet."""


def write_turn(
    connection: Connection, due: Due, result: TurnResult, at: datetime, fault: str | None
) -> None:
    """Write everything that a turn changes, or raise `StaleError`."""
    message = due.message
    assert message is not None, "an unreadable message has no turn"
    _finish_message(connection, due.seq)
    _write_conversation(connection, due, result.conversation, at)
    _write_record(connection, due.turn, message, result.record, at)
    write_inbound(connection, message)
    _write_outbound(connection, message, result, at)
    if due.damaged is not None:
        _set_state_aside(connection, message, due.damaged, at)
    if fault is not None:
        entry = TurnFaulted(message=message.id, why=fault)
        append_event(connection, at, message.conversation, entry)


def write_inbound(connection: Connection, message: InboundMessage) -> None:
    """Add what the buyer did to the transcript; what a person said stands there as a reply."""
    match message.event:
        case Say(text=text):
            said = text
        case Tap(choice=choice, label=label):
            said = label or choice
        case Attach(photo=photo):
            said = photo
        case _:
            return
    row = _entry(message, message.at, "buyer", said)
    connection.execute(insert(transcript), {**row, "message_id": message.id, "reply": None})


def _finish_message(connection: Connection, seq: int) -> None:
    changed = connection.execute(
        update(inbox).where(inbox.c.seq == seq, inbox.c.status == "due").values(status="done")
    )
    if changed.rowcount != 1:
        raise StaleError


def _write_conversation(
    connection: Connection, due: Due, state: Conversation, at: datetime
) -> None:
    values = {
        "channel": state.channel,
        "state": state.model_dump_json(),
        "owner": state.owner,
        "turn": due.turn,
        "version": due.version + 1,
        "updated_at": at,
    }
    if due.version == 0:
        try:
            connection.execute(insert(conversations), {"id": state.id, **values})
        except IntegrityError as error:
            raise StaleError from error
        return
    changed = connection.execute(
        update(conversations)
        .where(conversations.c.id == state.id, conversations.c.version == due.version)
        .values(values)
    )
    if changed.rowcount != 1:
        raise StaleError


def _write_record(
    connection: Connection, turn: int, message: InboundMessage, record: TurnRecord, at: datetime
) -> None:
    text = record.model_dump_json()
    connection.execute(
        insert(turns),
        {
            "conversation": message.conversation,
            "turn": turn,
            "channel": message.channel,
            "message_id": message.id,
            "record": text,
            "at": at,
        },
    )
    entry = TurnCommitted(turn=turn, message=message.id, record_sha256=digest(text))
    append_event(connection, at, message.conversation, entry)


def _write_outbound(
    connection: Connection, message: InboundMessage, result: TurnResult, at: datetime
) -> None:
    for outbound in result.outbound:
        reply = outbound.reply
        row = _entry(message, at, reply.author, reply.text)
        row |= {"message_id": outbound.in_reply_to, "reply": reply.model_dump_json()}
        connection.execute(insert(transcript), row)
        connection.execute(
            insert(outbox),
            {
                "id": outbound.id,
                "conversation": message.conversation,
                "channel": outbound.channel,
                "payload": outbound.model_dump_json(),
                "status": "due",
                "attempts": 0,
                "created_at": at,
            },
        )


def _entry(message: InboundMessage, at: datetime, author: str, text: str) -> dict[str, object]:
    # PostgreSQL refuses NUL in text.
    shown = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return {"conversation": message.conversation, "at": at, "author": author, "text": shown}


def _set_state_aside(
    connection: Connection, message: InboundMessage, state: str, at: datetime
) -> None:
    row = {"conversation": message.conversation, "at": at, "state": state}
    connection.execute(insert(damaged_states), row)
    entry = StateSetAside(state_sha256=digest(state))
    append_event(connection, at, message.conversation, entry)
