"""Which rows does the log of what happened vouch for, and are they still what it says?"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from sqlalchemy import ColumnElement, Connection, Row, Table, select

from agent.worker.desk_tables import approval_steps, approvals
from agent.worker.promise_tables import obligations
from agent.worker.tables import (
    conversations,
    inbox,
    ledger,
    reservations,
    rulebook_publication,
    rulebook_version,
    transcript,
    turns,
    verdicts,
    withdrawals,
)

Payload = Mapping[str, str | int | None]
_Told = Iterator[tuple[str, str]]
_PAGE = 1_000


def digest(text: str) -> str:
    """Return the SHA-256 of a stored text."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Subject:
    """A table whose rows have an entry in the log."""

    table: Table
    columns: tuple[str, ...]
    """What the entry speaks for; another column may change."""
    name: Callable[[Row[tuple[object, ...]]], str]
    value: Callable[[Row[tuple[object, ...]]], str]
    """The same as the entry's."""
    where: ColumnElement[bool] | None = None


SUBJECTS = (
    Subject(
        turns,
        ("conversation", "turn", "message_id", "record"),
        lambda row: f"Turn {row.turn} of {row.conversation}",
        lambda row: f"{row.message_id} {digest(row.record)}",
    ),
    Subject(
        inbox,
        ("conversation", "message_id", "payload"),
        lambda row: f"Message {row.message_id} of {row.conversation}",
        lambda row: digest(row.payload),
        inbox.c.status == "done",
    ),
    Subject(
        conversations,
        ("id", "state"),
        lambda row: f"The state of {row.id}",
        lambda row: digest(row.state),
    ),
    Subject(
        transcript,
        ("conversation", "message_id", "text", "reply"),
        lambda row: f"The reply to {row.message_id} of {row.conversation}",
        lambda row: reply_digest(row.text, row.reply),
        transcript.c.reply.is_not(None),
    ),
    Subject(
        ledger,
        ("effect", "kind", "payload"),
        lambda row: f"Effect {row.effect}",
        lambda row: f"{row.kind} {digest(row.payload)}",
    ),
    Subject(
        ledger,
        ("effect", "status", "receipt"),
        lambda row: f"The outcome of effect {row.effect}",
        lambda row: f"{row.status} {digest(row.receipt or '')}",
        ledger.c.status != "PENDING",
    ),
    Subject(
        verdicts,
        ("effect", "verdict"),
        lambda row: f"The verdict on effect {row.effect}",
        lambda row: digest(row.verdict),
    ),
    Subject(
        reservations,
        ("effect", "currency", "amount"),
        lambda row: f"The money of effect {row.effect}",
        lambda row: f"{row.currency} {row.amount}",
    ),
    Subject(
        approvals,
        ("id", "version", "record"),
        lambda row: f"Approval {row.id}",
        lambda row: f"{row.version} {digest(row.record)}",
    ),
    Subject(
        approval_steps,
        ("approval", "version", "step"),
        lambda row: f"Step {row.version} of approval {row.approval}",
        lambda row: digest(row.step),
    ),
    Subject(
        obligations,
        ("id", "kind", "about", "closed_by"),
        lambda row: f"Promise {row.id}",
        lambda row: f"{row.kind} {row.about} {row.closed_by or ''}",
    ),
    Subject(
        withdrawals,
        ("number", "statement"),
        lambda row: f"Withdrawal {digest(row.number)[:12]}",
        lambda row: digest(row.statement),
    ),
    Subject(
        rulebook_version,
        ("version", "files"),
        lambda row: f"Version {row.version} of the rules",
        lambda row: digest(row.files),
    ),
    Subject(
        rulebook_publication,
        ("n", "record"),
        lambda row: f"Publication {row.n} of the rules",
        lambda row: digest(row.record),
    ),
)


def reply_digest(text: str, reply: str) -> str:
    """Return the digest of a reply as the transcript has it."""
    return digest(f"{text}\x1f{reply}")


def read_subjects(connection: Connection) -> _Told:
    """Return every row that has to have an entry, by its name, with what the entry has to say."""
    reading = connection.execution_options(yield_per=_PAGE)
    for subject in SUBJECTS:
        query = select(*(subject.table.c[name] for name in subject.columns))
        if subject.where is not None:
            query = query.where(subject.where)
        for row in reading.execute(query):
            yield subject.name(row), subject.value(row)


def vouched_for(conversation: str, kind: str, payload: str) -> _Told:
    """Return what an entry says about other rows."""
    return SPEAKERS[kind](conversation, cast("Payload", json.loads(payload)))


def _turn(conversation: str, told: Payload) -> _Told:
    yield f"Turn {told['turn']} of {conversation}", f"{told['message']} {told['record_sha256']}"
    yield f"Message {told['message']} of {conversation}", str(told["message_sha256"])
    yield f"The state of {conversation}", str(told["state_sha256"])


def _reply(conversation: str, told: Payload) -> _Told:
    yield f"The reply to {told['message']} of {conversation}", str(told["reply_sha256"])


def _begun(_conversation: str, told: Payload) -> _Told:
    yield f"Effect {told['effect']}", f"{told['kind']} {told['effect_sha256']}"


def _settled(_conversation: str, told: Payload) -> _Told:
    yield f"The outcome of effect {told['effect']}", f"{told['status']} {told['receipt_sha256']}"


def _judged(_conversation: str, told: Payload) -> _Told:
    if told["verdict_sha256"] is not None:
        yield f"The verdict on effect {told['effect']}", str(told["verdict_sha256"])


def _reserved(_conversation: str, told: Payload) -> _Told:
    yield f"The money of effect {told['effect']}", f"{told['currency']} {told['amount']}"


def _approval(_conversation: str, told: Payload) -> _Told:
    name, version = told["approval"], told["version"]
    yield f"Step {version} of approval {name}", str(told["step_sha256"])
    yield f"Approval {name}", f"{version} {told['record_sha256']}"


def _promise(_conversation: str, told: Payload) -> _Told:
    yield f"Promise {told['promise']}", f"{told['kind']} {told['about']} {told.get('by') or ''}"


def _withdrawal(_conversation: str, told: Payload) -> _Told:
    yield f"Withdrawal {str(told['number_sha256'])[:12]}", str(told["statement_sha256"])


def _version(_conversation: str, told: Payload) -> _Told:
    yield f"Version {told['version']} of the rules", str(told["files_sha256"])


def _publication(_conversation: str, told: Payload) -> _Told:
    yield f"Publication {told['n']} of the rules", str(told["record_sha256"])


SPEAKERS: Mapping[str, Callable[[str, Payload], _Told]] = {
    "TurnCommitted": _turn,
    "ReplyMade": _reply,
    "EffectBegun": _begun,
    "EffectSettled": _settled,
    "EffectJudged": _judged,
    "MoneyReserved": _reserved,
    "ApprovalMoved": _approval,
    "PromiseMade": _promise,
    "PromiseClosed": _promise,
    "WithdrawalRecorded": _withdrawal,
    "RulebookStored": _version,
    "RulebookPublished": _publication,
}
