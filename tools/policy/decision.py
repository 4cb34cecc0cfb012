"""What can the rulebook answer?"""

from datetime import datetime
from typing import Annotated, Literal, NewType

from pydantic import Field

from tools.domain.model import Frozen
from tools.domain.money import Money

FactName = NewType("FactName", str)
RuleId = NewType("RuleId", str)
"""`<file>.<rule>` or `<seller>/<file>.<rule>`, for instance `returns.final_sale`."""
LocalizedText = dict[str, str]
"""Locale to sentence; `en` is always there."""
Layer = Literal["law", "limit", "seller", "marketplace"]
"""Whose word it is. Where they differ, the first of these has the last word."""


class Setting(Frozen):
    """A number or word that the deciding rule took from the parameters of its table."""

    name: str
    value: str | int | bool
    layer: Layer = "marketplace"
    default: str | int | bool | None = None
    """What the marketplace would have said, where a seller set it."""


class TraceStep(Frozen):
    """What became of one rule on the way to a decision."""

    rule_id: RuleId
    outcome: Literal["matched", "not_matched", "unknown"]
    why: str
    """In words, with the facts that decided it."""
    layer: Layer = "marketplace"
    """Who wrote the rule."""


class _Decision(Frozen):
    rule_id: RuleId
    because: LocalizedText
    """The sentence for the buyer."""
    version: str
    """Content hash of the rulebook that was asked."""
    trace: tuple[TraceStep, ...] = ()
    layer: Layer = "marketplace"
    """Whose word settled it; `seller` also when the seller only set one of the `settings`."""
    settings: tuple[Setting, ...] = ()


class Allow(_Decision):
    """Yes."""

    kind: Literal["allow"] = "allow"
    until: datetime | None = None
    """The last instant at which the answer is still yes; None when it has no end."""
    terms: dict[str, str | int | bool] = Field(default_factory=dict[str, str | int | bool])
    """What comes with the yes, for instance who pays return shipping."""
    refund: Money | None = None
    """The most that may be paid back for it, within every cap."""


class Deny(_Decision):
    """No; the reply says why and offers a person."""

    kind: Literal["deny"] = "deny"
    since: datetime | None = None
    """When the answer became no, if it once was yes."""


class NeedFacts(_Decision):
    """It depends; these are the fewest facts to ask for, first one first."""

    kind: Literal["need_facts"] = "need_facts"
    facts: tuple[FactName, ...]


class NeedApproval(_Decision):
    """Yes, once a person agrees."""

    kind: Literal["need_approval"] = "need_approval"
    until: datetime | None = None
    terms: dict[str, str | int | bool] = Field(default_factory=dict[str, str | int | bool])
    refund: Money | None = None
    """The most that may be paid back once a person agrees."""
    over: tuple[str, ...] = ()
    """The caps of `policy/marketplace.yaml` that the refund exceeds."""


class HandOff(_Decision):
    """A person decides."""

    kind: Literal["hand_off"] = "hand_off"
    queue: Literal["general", "delivery", "returns", "payments", "safety"] = "general"


Decision = Annotated[Allow | Deny | NeedFacts | NeedApproval | HandOff, Field(discriminator="kind")]
