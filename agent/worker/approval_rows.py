"""How does one step of a request for a person's word become rows?"""

from datetime import datetime

from sqlalchemy import Connection, Select, insert, update

from agent.conversation import (
    ApprovalSettled,
    ConversationId,
    InboundMessage,
    MessageId,
    PersonSaid,
)
from agent.worker.approval_steps import ApprovalCase, ApprovalStep
from agent.worker.approvals import Approval
from agent.worker.audit import append_event, digest
from agent.worker.audit_entries import ApprovalMoved
from agent.worker.desk_tables import approval_steps, approvals
from agent.worker.tables import inbox


def read_cases(
    connection: Connection, query: Select[tuple[object, ...]]
) -> tuple[ApprovalCase, ...]:
    """Return the requests of a query, without their steps."""
    found: list[ApprovalCase] = []
    for row in connection.execute(query):
        case = ApprovalCase.model_validate_json(row.record)
        # The columns are what is compared and set; the record only holds what never changes.
        held = {"status": row.status, "expires_at": row.expires_at}
        approval = case.approval.model_copy(update=held)
        found.append(case.model_copy(update={"approval": approval, "version": row.version}))
    return tuple(found)


def add_case(connection: Connection, case: ApprovalCase, now: datetime) -> None:
    """Store a new request with its first step."""
    changing = _changing(case, case.approval)
    row = {
        "id": case.approval.id,
        "conversation": case.conversation,
        "version": case.version,
        "opened_at": case.opened_at,
        **changing,
    }
    connection.execute(insert(approvals), row)
    step = ApprovalStep(version=case.version, step="opened", at=now)
    add_step(connection, case.approval, step, str(changing["record"]))


def move_case(
    connection: Connection, seen: ApprovalCase, now: Approval, step: ApprovalStep
) -> bool:
    """Compare and set, with the step; False when the request is not as it was seen."""
    changing = _changing(seen, now)
    changed = connection.execute(
        update(approvals)
        .where(
            approvals.c.id == seen.approval.id,
            approvals.c.version == seen.version,
            approvals.c.status == seen.approval.status,
        )
        .values(version=seen.version + 1, **changing)
    )
    if changed.rowcount != 1:
        return False
    later = step.model_copy(update={"version": seen.version + 1})
    add_step(connection, now, later, str(changing["record"]))
    return True


def add_step(connection: Connection, approval: Approval, step: ApprovalStep, record: str) -> None:
    """Keep a step for colleagues, and in the chain of what happened."""
    text = step.model_dump_json()
    row = {"approval": approval.id, "version": step.version, "at": step.at, "step": text}
    connection.execute(insert(approval_steps), row)
    entry = ApprovalMoved(
        approval=approval.id,
        version=step.version,
        effect=approval.effect.id,
        step=step.step,
        by=step.by,
        role=step.role,
        facts_sha256=approval.facts_sha256,
        step_sha256=digest(text),
        record_sha256=digest(record),
    )
    append_event(connection, step.at, approval.effect.permit.conversation, entry)


def post(
    connection: Connection,
    case: ApprovalCase,
    event: ApprovalSettled | PersonSaid,
    at: datetime,
) -> None:
    """Put an event into the conversation's inbox, in the transaction of what it tells."""
    message = InboundMessage(
        id=MessageId(f"desk:{case.approval.id}:{case.version + 1}"),
        conversation=ConversationId(case.conversation),
        channel=case.channel,
        at=at,
        event=event,
    )
    row = {
        "channel": message.channel,
        "message_id": message.id,
        "conversation": message.conversation,
        "payload": message.model_dump_json(),
        "accepted_at": at,
        "status": "due",
        "attempts": 0,
    }
    connection.execute(insert(inbox), row)


def _changing(case: ApprovalCase, approval: Approval) -> dict[str, object]:
    kept = case.model_copy(update={"approval": approval, "steps": ()})
    return {
        "effect": approval.effect.id,
        "status": approval.status,
        "record": kept.model_dump_json(),
        "expires_at": approval.expires_at,
    }
