"""Conversations and readings with only what a test cares about."""

from datetime import UTC, datetime
from typing import Unpack

from typing_extensions import TypedDict

from agent.conversation import ConversationId, Event, InboundMessage, MessageId, Say
from agent.requests import Request, RequestId
from agent.state import Conversation, Question
from agent.understanding.reading import Answer, AnswerKind, Move, OfferedChoice, Reading
from tools.domain.shipment import LineId

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MUG = OfferedChoice(id="l1", label="Blue mug")
LAMP = OfferedChoice(id="l2", label="Paper lamp")
BOWL = OfferedChoice(id="l3", label="Salad bowl")


class Known(TypedDict, total=False):
    agenda: tuple[Request, ...]
    question: Question | None
    order: str | None
    line: LineId | None
    items: tuple[OfferedChoice, ...]
    last_requests: tuple[RequestId, ...]
    claimed_number: str | None
    claimed_contact: str | None
    misunderstood: int


def a_conversation(**known: Unpack[Known]) -> Conversation:
    blank = Conversation(id=ConversationId("c1"), channel="test", started_at=NOW)
    return blank.model_copy(update=dict(known))


def wishes(*ids: RequestId) -> tuple[Request, ...]:
    return tuple(Request(id=name) for name in ids)


def a_reading(
    *requests: RequestId,
    moves: frozenset[Move] = frozenset(),
    candidates: tuple[RequestId, ...] = (),
    **answers: str,
) -> Reading:
    """Answers are given by kind, for instance `email="a@example.com"`."""
    kinds: dict[str, AnswerKind] = {
        "order_number": "order_number",
        "email": "email",
        "postcode": "postcode",
        "choice": "choice",
        "yes_no": "yes_no",
        "item": "item",
        "number": "number",
    }
    return Reading(
        requests=wishes(*requests),
        moves=moves,
        candidates=candidates,
        answers=tuple(Answer(kind=kinds[kind], value=value) for kind, value in answers.items()),
    )


def a_message(event: Event | None = None) -> InboundMessage:
    return InboundMessage(
        id=MessageId("m1"),
        conversation=ConversationId("c1"),
        channel="test",
        at=NOW,
        event=event or Say(text="hello"),
    )
