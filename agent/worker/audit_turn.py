"""What does one turn leave in the log of what happened?"""

from collections.abc import Collection, Iterator

from agent.conversation import InboundMessage, Tap
from agent.state import Conversation, DecisionRecord, TriageRecord
from agent.turn import TurnResult
from agent.worker.audit_entries import (
    BuyerNotVerified,
    BuyerVerified,
    Decided,
    Entry,
    HandedOver,
    ReplyMade,
    SecondFactorGiven,
    SummaryAnswered,
    SummaryShown,
)
from agent.worker.audit_subjects import digest, reply_digest


def entries_of_turn(
    message: InboundMessage,
    before: Conversation | None,
    result: TurnResult,
    awaited: Collection[str] = (),
) -> Iterator[Entry]:
    """Return who was verified, what was decided, asked, answered and said, in this order.

    `awaited` are the effects that wait for a person's word: the buyer has agreed to them.
    """
    yield from _identity(message, before, result.conversation)
    record = result.record
    for made in (*record.triage, *record.decision):
        yield _decided(made, record.turn)
    yield from _summaries(message, before, result, awaited)
    if record.handoff is not None:
        ticket, reason = record.handoff.ticket, record.handoff.reason
        yield HandedOver(message=message.id, ticket=ticket, reason=reason)
    for sent in result.outbound:
        said = reply_digest(stored_text(sent.reply.text), sent.reply.model_dump_json())
        yield ReplyMade(message=sent.in_reply_to, author=sent.reply.author, reply_sha256=said)


def stored_text(text: str) -> str:
    """Return a text as it can be stored: PostgreSQL refuses NUL."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _identity(
    message: InboundMessage, before: Conversation | None, after: Conversation
) -> Iterator[Entry]:
    identity, name = after.identity, message.id
    known = before.identity if before is not None else None
    if identity.email is not None and (known is None or known.email != identity.email):
        yield BuyerVerified(message=name, how="signed")
    for order in sorted(identity.orders - (known.orders if known is not None else frozenset())):
        yield BuyerVerified(message=name, how=identity.how, order_sha256=digest(order))
    attempts = before.failed_attempts if before is not None else 0
    if after.failed_attempts > attempts:
        yield BuyerNotVerified(message=name, attempt=after.failed_attempts)
    confirmed = after.confirmed_order
    if confirmed is not None and (before is None or before.confirmed_order != confirmed):
        yield SecondFactorGiven(message=name, order_sha256=digest(confirmed))


def _decided(made: DecisionRecord | TriageRecord, turn: int) -> Decided:
    return Decided(
        turn=turn,
        question=made.question,
        order_sha256=None if made.order is None else digest(made.order),
        line=made.line,
        outcome=made.decision.kind,
        rule=made.decision.rule_id,
        version=made.decision.version,
        record_sha256=digest(made.model_dump_json()),
    )


def _summaries(
    message: InboundMessage,
    before: Conversation | None,
    result: TurnResult,
    awaited: Collection[str],
) -> Iterator[Entry]:
    shown = before.proposal if before is not None else None
    now = result.conversation.proposal
    if shown is not None and shown != now:
        agreed = isinstance(message.event, Tap) and message.event.choice == shown.yes
        begun = {*awaited, *(effect.id for effect in result.record.effects)}
        sure = agreed or shown.effect.id in begun
        outcome = "confirmed" if sure else "dropped" if now is None else "replaced"
        yield SummaryAnswered(message=message.id, effect=shown.effect.id, outcome=outcome)
    if now is not None and now != shown:
        yield SummaryShown(
            message=now.answered,
            effect=now.effect.id,
            kind=now.effect.kind,
            proposal_sha256=digest(now.model_dump_json()),
        )
