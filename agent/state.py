"""What does Nightdesk remember of a conversation, and what does one turn carry?"""

from datetime import datetime
from typing import Annotated, Literal

from langchain_core.messages import AnyMessage
from langgraph.graph.message import add_messages
from pydantic import Field
from typing_extensions import TypedDict

from agent.conversation import ConversationId, InboundMessage, MessageId, Rejection, Reply
from agent.promises import Promise
from agent.requests import Request, RequestId
from agent.understanding.reading import AnswerKind, ModelUse, OfferedChoice, Reading
from agent.writing.parts import Part
from tools.domain.changes import Pieces
from tools.domain.effect import Effect, EffectId, IssueRefund, OrderEffect, Receipt
from tools.domain.model import Frozen
from tools.domain.order import Order
from tools.domain.party import Address, Identity
from tools.domain.shipment import LineId, ParcelReport
from tools.domain.ticket import PhotoId, TicketId
from tools.domain.withdrawal import UnderstoodBy, Withdrawal
from tools.policy.decision import Decision, FactName, LocalizedText
from tools.policy.facts import Fact

Queue = Literal["general", "delivery", "returns", "payments", "safety"]


class Question(Frozen):
    """What was asked last, so that the next message can be read as its answer."""

    about: Literal[
        "identity",
        "order",
        "line",
        "fact",
        "request",
        "person",
        "confirm",
        "quantity",
        "address",
        "code",
        "photo",
    ]
    expecting: AnswerKind
    choices: tuple[OfferedChoice, ...] = ()
    fact: FactName | None = None
    """With `about="fact"`: the fact of the policy's catalogue."""
    line: LineId | None = None
    """The line item that the fact, or the number of pieces, is about."""
    request: RequestId | None = None
    """The wish to take up again with the answer, where it is not on the agenda."""


class BuyerFact(Frozen):
    """What the buyer said about one line item."""

    order: str
    line: LineId
    fact: Fact


class Statement(Frozen):
    """The buyer took a purchase back; which one is not verified yet."""

    message: MessageId
    words: str
    at: datetime
    understood: UnderstoodBy


class Proposal(Frozen):
    """An effect that was summed up to the buyer, who has not said yes or no to it yet."""

    effect: OrderEffect
    request: RequestId | None = None
    """The wish that it is to fulfil."""
    then: IssueRefund | None = None
    """What follows as soon as the effect is done: cancelled goods are paid back."""
    answered: MessageId
    """What the summary was shown in answer to; only a later message of the buyer can confirm."""
    shown_at: datetime
    expires_at: datetime
    needs_person: bool = False
    """Whether the buyer's yes is to asking a person, whose word it then takes."""

    @property
    def yes(self) -> str:
        """Return the id of the button that confirms this effect and no other."""
        return f"yes:{self.effect.id}"

    @property
    def no(self) -> str:
        """Return the id of the button that declines it."""
        return f"no:{self.effect.id}"


class PersonsAnswer(Frozen):
    """What became of a request for a person's word on one effect."""

    id: str
    status: Literal["open", "accepted", "edited", "rejected", "expired", "void", "used"]
    proposal: Proposal
    """What was summed up to the buyer, and confirmed."""
    effect: OrderEffect
    """Accepted: the same, ready for the gateway. Edited: smaller, and not yet confirmed."""
    reason: Rejection | None = None
    """With `rejected`."""
    due_at: datetime | None = None
    """When the buyer expects an answer."""
    expires_at: datetime | None = None


class Awaited(Frozen):
    """A request for a person's word that the buyer waits to hear of."""

    approval: str
    effect: EffectId
    request: RequestId | None = None
    """The wish that it is to fulfil."""
    due_at: datetime | None = None


class Conversation(Frozen):
    """Everything that outlives a turn. Bounded: it does not grow with the number of turns."""

    id: ConversationId
    channel: str
    started_at: datetime
    owner: Literal["assistant", "person"] = "assistant"
    greeted: bool = False
    language: str | None = None
    identity: Identity = Identity()
    claimed_number: str | None = None
    """An order number that was given but is not verified."""
    claimed_contact: str | None = None
    """An e-mail or postcode that was given and waits for an order number."""
    failed_attempts: int = 0
    """Wrong pairs of order number and contact in this conversation."""
    order: str | None = None
    """The verified order the talk is about."""
    items: tuple[OfferedChoice, ...] = ()
    """The line items of that order, so that the buyer's words can be matched to them."""
    line: LineId | None = None
    """The line item the talk is about."""
    agenda: tuple[Request, ...] = ()
    """What is still to be answered, first one first."""
    question: Question | None = None
    misunderstood: int = 0
    """Messages in a row that were not understood."""
    buyer_facts: tuple[BuyerFact, ...] = ()
    photos: tuple[PhotoId, ...] = ()
    """Those that were sent for the order the talk is about."""
    photo_asked: int = 0
    """How often a photo was asked for since the talk is about this order."""
    ticket: TicketId | None = None
    statement: Statement | None = None
    """What waits to be recorded as a withdrawal until the order is known."""
    withdrawals: tuple[Withdrawal, ...] = ()
    """The last ones that were recorded, so that a receipt can be shown again."""
    asked_identity: bool = False
    """Whether order number and contact were asked for; a person's case is not held up twice."""
    recent: tuple[tuple[Literal["buyer", "assistant"], str], ...] = ()
    last_requests: tuple[RequestId, ...] = ()
    last_reply: Reply | None = None
    proposal: Proposal | None = None
    awaiting: tuple[Awaited, ...] = ()
    """What people were asked; an answer to anything else is not acted on."""
    pieces: tuple[Pieces, ...] = ()
    """How many of a line of the order are meant, where the buyer said so."""
    new_address: Address | None = None
    """Where the order is to go instead."""
    confirmed_order: str | None = None
    """The order for which the buyer has given the code that was sent to its contact."""
    later: tuple[Request, ...] = ()
    """Wishes that wait until a summary is answered."""
    rules: str | None = None
    """The version of the rules that it began with, and that later turns ask as well."""


class ToolCallRecord(Frozen):
    """One grounded look-up, as it stands in the thread."""

    id: str
    tool: str
    arguments: dict[str, str]
    outcome: str
    """`found`, `not_found`, `not_yours`, `unavailable`, `decided`, ..."""


class DecisionRecord(Frozen):
    """A decision with everything needed to make it again."""

    question: str
    order: str
    line: LineId
    decision: Decision
    facts: tuple[Fact, ...]


class TriageRecord(Frozen):
    """An answer to `must a person take this?`, with everything needed to give it again."""

    question: Literal["needs_person"] = "needs_person"
    request: RequestId | None = None
    """None while the talk itself is looked at, before any wish."""
    order: str | None = None
    line: LineId | None = None
    """The line item whose facts were looked at; None when it hung on none."""
    decision: Decision
    facts: tuple[Fact, ...]
    """Those that the rules look at."""


class Answered(Frozen):
    """A request is answered from records and rules."""

    kind: Literal["answered"] = "answered"
    request: Request
    decisions: tuple[DecisionRecord, ...] = ()


class Asking(Frozen):
    """A request waits for the buyer."""

    kind: Literal["asking"] = "asking"
    request: Request
    question: Question
    words: Part
    """How it is asked."""


class HandingOff(Frozen):
    """A request goes to a person."""

    kind: Literal["handing_off"] = "handing_off"
    request: Request
    reason: str
    queue: Queue
    because: LocalizedText | None = None
    """What the buyer is told about it, when a rule says so."""
    decisions: tuple[DecisionRecord, ...] = ()


class Proposed(Frozen):
    """A request is summed up as the one effect that would fulfil it, and waits for a yes."""

    kind: Literal["proposed"] = "proposed"
    request: Request
    decisions: tuple[DecisionRecord, ...] = ()
    proposal: Proposal


Outcome = Annotated[Answered | Asking | HandingOff | Proposed, Field(discriminator="kind")]


class Handoff(Frozen):
    """The conversation went to a person."""

    reason: str
    queue: Queue
    ticket: TicketId | None
    """None when the ticket could not be stored; then the buyer is told so."""


class TurnRecord(Frozen):
    """One turn as `replay` prints it."""

    conversation: ConversationId
    turn: int
    said: str
    reading: Reading | None = None
    tool_calls: tuple[ToolCallRecord, ...] = ()
    facts: tuple[Fact, ...] = ()
    decision: tuple[DecisionRecord, ...] = ()
    triage: tuple[TriageRecord, ...] = ()
    """One for the talk and one for each request that was looked at."""
    effects: tuple[Effect, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    promises: tuple[Promise, ...] = ()
    """What the reply commits to."""
    """What came of the effects, in their order."""
    reply: Reply | None = None
    """None while a person owns the conversation."""
    handoff: Handoff | None = None
    model_calls: int = 0
    tokens: int = 0
    ms: float = Field(default=0.0, ge=0)


class _Carried(TypedDict, total=False):
    messages: Annotated[list[AnyMessage], add_messages]
    """This turn in the field's common form: human, tool calls, tool results, reply."""
    reading: Reading | None
    model_use: ModelUse
    tool_calls: tuple[ToolCallRecord, ...]
    order: Order | None
    """The verified order, read in this turn."""
    reports: tuple[ParcelReport, ...]
    outcomes: tuple[Outcome, ...]
    """One for each request of the agenda, up to the first that waits for the buyer."""
    confirmed: Proposal | None
    """What the buyer's message says yes to, and nothing else."""
    handing_off: HandingOff | None
    """Set as soon as a person is needed."""
    decisions: tuple[DecisionRecord, ...]
    triage: tuple[TriageRecord, ...]
    effects: tuple[Effect, ...]
    receipts: tuple[Receipt, ...]
    handoff: Handoff | None
    parts: tuple[Part, ...]
    """Sentences that do not belong to a request: a greeting, a repair."""
    grounds: tuple[str, ...]
    """What the numbers of the reply rest on."""
    reply: Reply | None
    promises: tuple[Promise, ...]
    """What it commits to."""


class TurnState(_Carried):
    """What the nodes of one turn hand to each other; every field can be restored."""

    message: InboundMessage
    conversation: Conversation


class TurnUpdate(_Carried, total=False):
    """What one node changes."""

    conversation: Conversation
