"""What was read in one message? The same for every model."""

from datetime import date
from typing import Literal, Protocol

from agent.requests import Request, RequestId
from tools.domain.model import Frozen

Mood = Literal["calm", "upset", "angry"]
Risk = Literal[
    "chargeback",
    "fraud",
    "legal",
    "medical_or_safety",
    "self_harm",
    "injection",
    "sensitive_occasion",
]
Move = Literal["yes", "no", "never_mind", "correction", "greeting", "thanks", "goodbye"]
TakesBack = Literal["named", "plain", "mind", "mind_and_asks", "asked", "receipt"]
"""What a message says of taking a purchase back: so in the law's words or in plain ones, that the
buyer's mind has changed (with a question beside it), only a question, or one for the receipt."""
AnswerKind = Literal[
    "order_number", "email", "postcode", "choice", "yes_no", "item", "date", "number"
]


class Answer(Frozen):
    """Something in the message that can fill a gap."""

    kind: AnswerKind
    value: str
    """Normalised: `ND-1042`, an ISO date, `yes`/`no`, the id of a choice or of a line item."""


class Reading(Frozen):
    """What a buyer's message says, and nothing that follows from it."""

    requests: tuple[Request, ...] = ()
    """In the buyer's order; empty when the message only answers or is not understood."""
    candidates: tuple[RequestId, ...] = ()
    """When unsure: the likeliest two, to be offered as buttons."""
    answers: tuple[Answer, ...] = ()
    moves: frozenset[Move] = frozenset()
    language: str = "en"
    """A two-letter ISO 639-1 code."""
    mood: Mood = "calm"
    risks: frozenset[Risk] = frozenset()
    takes_back: TakesBack | None = None

    def answer(self, kind: AnswerKind) -> str | None:
        """Return the first answer of a kind."""
        return next((a.value for a in self.answers if a.kind == kind), None)


class OfferedChoice(Frozen):
    """A button that the buyer sees, or a line item they may mean."""

    id: str
    label: str


class Hearing(Frozen):
    """What the reader needs to know about the talk so far. Nothing in it is about other buyers."""

    today: date
    language: str | None = None
    """The language of the talk so far."""
    expecting: AnswerKind | None = None
    """What the last question asked for."""
    choices: tuple[OfferedChoice, ...] = ()
    """The buttons under the last reply."""
    items: tuple[OfferedChoice, ...] = ()
    """Line items of the order in question, when it is verified."""
    last_request: RequestId | None = None
    recent: tuple[tuple[Literal["buyer", "assistant"], str], ...] = ()
    """The last few messages, oldest first."""


class ModelUse(Frozen):
    """What reading cost."""

    calls: int = 0
    tokens: int = 0
    """As reported by the server; 0 for the embedded model."""


class Understanding(Protocol):
    """Turns words into a `Reading`; the only place where words are read."""

    name: str

    async def read(self, text: str, hearing: Hearing) -> tuple[Reading, ModelUse]:
        """Read any text, however long, broken or hostile; never raises for what a buyer wrote."""
        ...
