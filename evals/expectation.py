"""What may the author of a conversation expect of the answers?"""

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from agent.requests import RequestId
from agent.state import Queue
from tools.domain.model import Frozen


def _as_key(key: str):
    """Let a single word stand for a mapping with one key, so that files stay short."""

    def widen(value: object) -> object:
        return {key: value} if isinstance(value, str) else value

    return widen


class Wording(Frozen):
    """A piece of text to look for; letter case is ignored."""

    contains: str | None = None
    regex: str | None = None

    @field_validator("regex")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        try:
            re.compile(value or "")
        except re.error as error:
            raise ValueError(f"is not a regular expression: {error}") from error
        return value

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Wording":
        if (self.contains is None) == (self.regex is None):
            raise ValueError("needs either `contains` or `regex`")
        return self

    def found_in(self, text: str) -> bool:
        """Whether the text has it."""
        if self.regex is not None:
            return re.search(self.regex, text, re.IGNORECASE | re.DOTALL) is not None
        return (self.contains or "").casefold() in text.casefold()

    def __str__(self) -> str:
        return f"/{self.regex}/" if self.regex is not None else f'"{self.contains}"'


_Wording = Annotated[
    Wording, BeforeValidator(_as_key("contains"), json_schema_input_type=str | Wording)
]


class ReplyExpectation(Frozen):
    """What the buyer reads."""

    must: tuple[_Wording, ...] = ()
    must_not: tuple[_Wording, ...] = ()
    language: str | None = None
    silent: bool | None = None
    """True when Nightdesk itself says nothing because a person owns the conversation."""


class ExpectedCall(Frozen):
    """One look-up."""

    tool: str
    arguments: dict[str, str] = Field(default_factory=dict)
    """These must be among the arguments; others may be there as well."""
    outcome: str | None = None

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.arguments.items())
        return f"{self.tool}({told})" + (f" -> {self.outcome}" if self.outcome else "")


_Call = Annotated[
    ExpectedCall, BeforeValidator(_as_key("tool"), json_schema_input_type=str | ExpectedCall)
]


class ToolsExpectation(Frozen):
    """Which look-ups were made."""

    calls: tuple[_Call, ...] | None = None
    order: Literal["strict", "any"] = "any"
    """`strict`: these and no others, in this order. `any`: each of these at least once."""
    forbidden: tuple[str, ...] = ()


class DecisionExpectation(Frozen):
    """What the rulebook said."""

    kind: Literal["allow", "deny", "need_facts", "need_approval", "hand_off", "none"]
    """`none`: the rulebook was not asked."""
    rule_id: str | None = None
    facts: tuple[str, ...] | None = None
    """With `need_facts`: the facts that are asked for, whatever their order."""


class HandoffExpectation(Frozen):
    """Whether a person took over, and why."""

    reason: str | None = None
    """`none`: the conversation stays with Nightdesk."""
    queue: Queue | None = None

    @property
    def refuses(self) -> bool:
        """Whether there must be no handoff."""
        return self.reason == "none"

    def __str__(self) -> str:
        parts = {"reason": self.reason, "queue": self.queue}
        return "handoff " + ", ".join(f"{name} {value}" for name, value in parts.items() if value)


_Handoff = Annotated[
    HandoffExpectation,
    BeforeValidator(_as_key("reason"), json_schema_input_type=str | HandoffExpectation),
]


class TurnExpectation(Frozen):
    """What one turn must come to. What is left out is not looked at."""

    requests: tuple[RequestId, ...] | None = None
    """What was read as the buyer's wishes, whatever their order."""
    tools: ToolsExpectation | None = None
    decision: DecisionExpectation | None = None
    handoff: _Handoff | None = None
    reply: ReplyExpectation | None = None
    choices: tuple[str, ...] | None = None
    """Ids or labels of buttons that must be offered; an empty list allows none at all."""


class TicketExpectation(Frozen):
    """The packet that the person finds."""

    opened: bool = True
    queue: Queue | None = None
    reason: str | None = None
    requests: tuple[RequestId, ...] | None = None
    customer: str | None = None
    verified_how: str | None = None
    rule_id: str | None = None
    mood: Literal["calm", "upset", "angry"] | None = None
    language: str | None = None
    facts: tuple[str, ...] = ()
    """Names of facts that the packet must hold."""
    orders: tuple[_Wording, ...] = ()
    """Each must be found in the lines about orders."""
    wish: tuple[_Wording, ...] = ()
    withdrawals: tuple[_Wording, ...] = ()
    """Each must be found in the lines about purchases that were taken back."""
    summary: tuple[_Wording, ...] = ()


class RecordedExpectation(Frozen):
    """The statements of withdrawal that were kept."""

    stated: bool = True
    items: tuple[str, ...] | None = None
    """What the goods are called on the receipts, all of them, whatever their order."""
    said_in: int | None = None
    """The turn whose time counts."""


def _as_stated(value: object) -> object:
    """Let `true` or `false` stand for a mapping that says no more."""
    return {"stated": value} if isinstance(value, bool) else value


_Recorded = Annotated[
    RecordedExpectation,
    BeforeValidator(_as_stated, json_schema_input_type=bool | RecordedExpectation),
]


class RefundExpectation(Frozen):
    """Money that was paid back to the last cent, by Nightdesk or by somebody else."""

    order: str
    amount: int
    """In minor units."""
    currency: str

    def __str__(self) -> str:
        return f"{self.order} {self.amount} {self.currency}"


class GoodsExpectation(Frozen):
    """What is to come back, was called off or is sent again."""

    order: str
    pieces: dict[str, int]
    """By line item."""

    def __str__(self) -> str:
        return f"{self.order} {self.pieces}"


class EndState(Frozen):
    """How things stand after the last turn."""

    owner: Literal["assistant", "person"] | None = None
    ticket: TicketExpectation | None = None
    verified_orders: tuple[str, ...] | None = None
    """All orders that the buyer has shown to be theirs, and no others."""
    recorded: _Recorded | None = None
    """Whether a withdrawal was kept, and of what."""
    refunds: tuple[RefundExpectation, ...] = ()
    """All that were paid back since the talk began, like everything below: no others."""
    returns: tuple[GoodsExpectation, ...] = ()
    cancellations: tuple[GoodsExpectation, ...] = ()
    exchanges: tuple[GoodsExpectation, ...] = ()
    papers: tuple[str, ...] = ()
    """`receipt ND-1`."""
    sent_to: dict[str, str] = Field(default_factory=dict[str, str])
    """Order to the postcode that it goes to now."""


class ConversationExpectation(TurnExpectation):
    """What the whole conversation must come to.

    `requests` and `tools` look at all turns together, `decision` and `choices` at the last turn
    that has any, `reply.must` is found in some reply and `reply.must_not` in none.
    """

    end: EndState | None = None
