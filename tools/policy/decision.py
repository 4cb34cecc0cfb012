"""What can the rulebook answer?"""

from datetime import datetime
from typing import Annotated, Literal, NewType

from pydantic import Field

from tools.domain.model import Frozen

FactName = NewType("FactName", str)
RuleId = NewType("RuleId", str)
"""`<file>.<rule>` or `<seller>/<file>.<rule>`, for instance `returns.final_sale`."""
LocalizedText = dict[str, str]
"""Locale to sentence; `en` is always there."""


class TraceStep(Frozen):
    """What became of one rule on the way to a decision."""

    rule_id: RuleId
    outcome: Literal["matched", "not_matched", "unknown"]
    why: str
    """In words, with the facts that decided it."""


class _Decision(Frozen):
    rule_id: RuleId
    because: LocalizedText
    """The sentence for the buyer."""
    version: str
    """Content hash of the rulebook that was asked."""
    trace: tuple[TraceStep, ...] = ()


class Allow(_Decision):
    """Yes."""

    kind: Literal["allow"] = "allow"
    until: datetime | None = None
    """The last instant at which the answer is still yes; None when it has no end."""
    terms: dict[str, str | int | bool] = Field(default_factory=dict[str, str | int | bool])
    """What comes with the yes, for instance who pays return shipping."""


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


class HandOff(_Decision):
    """A person decides."""

    kind: Literal["hand_off"] = "hand_off"
    queue: Literal["general", "delivery", "returns", "payments", "safety"] = "general"


Decision = Annotated[Allow | Deny | NeedFacts | NeedApproval | HandOff, Field(discriminator="kind")]
