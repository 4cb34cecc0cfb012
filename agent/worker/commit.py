"""What is one turn's transaction?"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from agent.conversation import Attach, InboundMessage, OutboundMessage, Say, Tap
from agent.state import Conversation, TurnRecord
from agent.turn import TurnResult
from agent.worker.audit import append_events, digest
from agent.worker.audit_entries import Entry, StateSetAside, TurnCommitted, TurnFaulted
from agent.worker.audit_turn import entries_of_turn, stored_text
from agent.worker.desk_tables import approvals
from agent.worker.obligations import keep_promises
from agent.worker.photo_uses import note_uses
from agent.worker.tables import conversations, damaged_states, inbox, outbox, transcript, turns

Row = dict[str, object]

# Built once: putting a statement together costs more than running it.
_FINISH_MESSAGE = (
    update(inbox)
    .where(inbox.c.seq == bindparam("row"), inbox.c.status == "due")
    .values(status="done")
    .returning(inbox.c.payload)
)
_AWAITED = select(approvals.c.effect).where(
    approvals.c.conversation == bindparam("name"), approvals.c.status == "open"
)
_ADD_CONVERSATION = insert(conversations)
_CHANGE_CONVERSATION = update(conversations).where(
    conversations.c.id == bindparam("row"), conversations.c.version == bindparam("fence")
)
_ADD_TURN = insert(turns)
_ADD_ENTRIES = insert(transcript)
_ADD_OUTBOUND = insert(outbox)


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
    payload = _finish_message(connection, due.seq)
    state = _write_conversation(connection, due, result.conversation, at)
    record = _write_record(connection, due.turn, message, result.record, at)
    committed = TurnCommitted(
        turn=due.turn,
        message=message.id,
        message_sha256=digest(payload),
        record_sha256=digest(record),
        state_sha256=digest(state),
    )
    _write_words(connection, message, result.outbound, at)
    note_uses(connection, result.conversation, at)
    awaited = connection.scalars(_AWAITED, {"name": message.conversation}).all()
    told = entries_of_turn(message, due.conversation, result, awaited)
    entries: list[Entry] = [committed, *told]
    entries.extend(keep_promises(connection, message, result, at))
    if due.damaged is not None:
        entries.append(_set_state_aside(connection, message, due.damaged, at))
    if fault is not None:
        entries.append(TurnFaulted(message=message.id, why=fault))
    append_events(connection, at, message.conversation, entries)


def write_inbound(connection: Connection, message: InboundMessage) -> None:
    """Add what the buyer did to the transcript; what a person said stands there as a reply."""
    if row := _inbound_entry(message):
        connection.execute(_ADD_ENTRIES, row)


def _finish_message(connection: Connection, seq: int) -> str:
    """Return the message as it was stored."""
    payload = connection.execute(_FINISH_MESSAGE, {"row": seq}).scalar_one_or_none()
    if payload is None:
        raise StaleError
    return payload


def _write_conversation(connection: Connection, due: Due, state: Conversation, at: datetime) -> str:
    text = state.model_dump_json()
    values = {
        "channel": state.channel,
        "state": text,
        "owner": state.owner,
        "turn": due.turn,
        "version": due.version + 1,
        "updated_at": at,
    }
    if due.version == 0:
        try:
            connection.execute(_ADD_CONVERSATION, {"id": state.id, **values})
        except IntegrityError as error:
            raise StaleError from error
    else:
        fence = {"row": state.id, "fence": due.version}
        if connection.execute(_CHANGE_CONVERSATION, values | fence).rowcount != 1:
            raise StaleError
    return text


def _write_record(
    connection: Connection, turn: int, message: InboundMessage, record: TurnRecord, at: datetime
) -> str:
    text = record.model_dump_json()
    row = {
        "conversation": message.conversation,
        "turn": turn,
        "channel": message.channel,
        "message_id": message.id,
        "record": text,
        "at": at,
    }
    connection.execute(_ADD_TURN, row)
    return text


def _write_words(
    connection: Connection,
    message: InboundMessage,
    outbound: tuple[OutboundMessage, ...],
    at: datetime,
) -> None:
    entries = [_reply_entry(sent, at) for sent in outbound]
    if row := _inbound_entry(message):
        entries.insert(0, row)
    if entries:
        connection.execute(_ADD_ENTRIES, entries)
    if outbound:
        connection.execute(_ADD_OUTBOUND, [_outbound_row(sent, at) for sent in outbound])


def _inbound_entry(message: InboundMessage) -> Row | None:
    match message.event:
        case Say(text=text):
            said = text
        case Tap(choice=choice, label=label):
            said = label or choice
        case Attach(photo=photo):
            said = photo
        case _:
            return None
    return {
        "conversation": message.conversation,
        "at": message.at,
        "author": "buyer",
        "text": stored_text(said),
        "message_id": message.id,
        "reply": None,
    }


def _reply_entry(sent: OutboundMessage, at: datetime) -> Row:
    return {
        "conversation": sent.conversation,
        "at": at,
        "author": sent.reply.author,
        "text": stored_text(sent.reply.text),
        "message_id": sent.in_reply_to,
        "reply": sent.reply.model_dump_json(),
    }


def _outbound_row(sent: OutboundMessage, at: datetime) -> Row:
    return {
        "id": sent.id,
        "conversation": sent.conversation,
        "channel": sent.channel,
        "payload": sent.model_dump_json(),
        "status": "due",
        "attempts": 0,
        "created_at": at,
    }


def _set_state_aside(
    connection: Connection, message: InboundMessage, state: str, at: datetime
) -> StateSetAside:
    row = {"conversation": message.conversation, "at": at, "state": state}
    connection.execute(insert(damaged_states), row)
    return StateSetAside(state_sha256=digest(state))
