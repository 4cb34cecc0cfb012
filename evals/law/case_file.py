"""What may the owner write in `policy/cases/*.yaml`?

The cases lie beside the rules, so that a draft of the rules brings its own; they are not rules,
so that writing another one makes no new version.
"""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, JsonValue, StringConstraints

from tools.domain.model import Frozen
from tools.policy.decision import Layer
from tools.policy.documents import Queue

Title = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Answer = Literal["allow", "deny", "need_facts", "need_approval", "hand_off"]


class Expect(Frozen):
    """What the rules must say. What is left out is not looked at."""

    answer: Answer
    rule: str | None = None
    """For instance `returns.in_window`, or `luma-jewelry/returns.custom_made`."""
    until: str | None = None
    """`never`, a day of the place the parcel goes to, `in 25 days`, or an instant."""
    since: str | None = None
    refund: str | None = None
    """`none`, or an amount like `80.00 EUR`."""
    over: tuple[str, ...] | None = None
    """The caps that the refund exceeds."""
    ask: tuple[str, ...] | None = None
    """The facts that the buyer is asked for, whatever their order."""
    queue: Queue | None = None
    layer: Layer | None = None
    """Whose word settles it."""
    terms: dict[str, str | int | bool] | None = None
    """These must be among the terms."""


class Stated(Frozen):
    """Facts, on top of those of a thing."""

    like: Name | None = None
    facts: dict[str, JsonValue] = Field(default_factory=dict[str, JsonValue])
    """Each a value, or `{value, source, learnt}`; without a source the catalogue's first."""
    without: tuple[str, ...] = ()
    """Facts of the thing that are unknown here."""


class Row(Stated):
    """The same case with some facts different."""

    expect: Expect | None = None
    """Stands instead of what the case expects."""


class CaseDraft(Row):
    """One case, or with `rows` one for each of them."""

    case: Title
    question: Name
    clock: AwareDatetime | None = None
    rows: tuple[Row, ...] | None = Field(default=None, min_length=1)


class SellerFileDraft(Frozen):
    """A seller's file that the marketplace must refuse, or must not."""

    case: Title
    seller: str
    file: dict[str, JsonValue]
    """What would stand in `sellers/<seller>.yaml`, without owner, review date and note."""
    expect: Literal["refused", "accepted"]


class SettingDraft(Frozen):
    """What a seller may choose for a parameter, and what not."""

    case: Title
    seller: str
    question: Name
    parameter: Name
    accepted: tuple[str | int | bool, ...] = Field(min_length=1)
    refused: tuple[str | int | bool, ...] = Field(min_length=1)


class CaseFile(Frozen):
    """One file."""

    clock: AwareDatetime | None = None
    """When its cases happen."""
    things: dict[Name, Stated] = Field(default_factory=dict[str, Stated])
    """Facts that many cases share; the cases of every file may be like them."""
    cases: tuple[CaseDraft, ...] = ()
    seller_files: tuple[SellerFileDraft, ...] = ()
    settings: tuple[SettingDraft, ...] = ()
