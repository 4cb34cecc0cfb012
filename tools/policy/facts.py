"""What is known about a case, who says so, and what could be known at all?"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import Field

from tools.domain.model import Frozen
from tools.policy.decision import FactName, LocalizedText

Source = Literal["record", "buyer", "photo", "person"]
Kind = Literal["bool", "int", "choice", "word", "instant"]
Value = bool | int | str


class Fact(Frozen):
    """One thing that is known; a fact that is not there is unknown."""

    name: FactName
    value: Value
    source: Source
    as_of: datetime


Facts = Mapping[FactName, Fact]


class Freshness(Frozen):
    """A span; without any number, for ever."""

    days: int = Field(default=0, ge=0, le=3660)
    hours: int = Field(default=0, ge=0, le=23)
    minutes: int = Field(default=0, ge=0, le=59)

    @property
    def span(self) -> timedelta | None:
        """Return the span, or None when it never ends."""
        return timedelta(days=self.days, hours=self.hours, minutes=self.minutes) or None


class FactSpec(Frozen):
    """What a fact means and who may supply it: one entry of `policy/facts.yaml`."""

    meaning: str = Field(min_length=1)
    kind: Kind
    """`choice` is one of `choices`; `word` may be any; `instant` is ISO 8601 with an offset."""
    sources: tuple[Source, ...]
    question: LocalizedText = Field(default_factory=dict[str, str])
    """How to ask the buyer for it; only facts that the buyer may supply have one."""
    choices: dict[str, LocalizedText] = Field(default_factory=dict[str, LocalizedText])
    """Value to label. With kind `word` these are the words that rules may name."""
    counts_from: FactName | None = None
    """For a number of days: the instant from which the days are counted."""
    money: bool = False
    """For an `int`: minor units of the line item's currency, not a count."""
    fresh_for: Freshness = Freshness()
    """How long it may be believed after it was learnt."""

    def is_fresh(self, fact: Fact, now: datetime) -> bool:
        """Whether a fact may still be believed."""
        span = self.fresh_for.span
        return span is None or now - fact.as_of <= span

    @property
    def askable(self) -> bool:
        """Whether it makes sense to ask the buyer."""
        return "buyer" in self.sources

    def fits(self, value: Value) -> bool:
        """Whether a value is of this kind."""
        if self.kind in ("bool", "int"):
            return type(value) is (bool if self.kind == "bool" else int)
        if self.kind == "choice":
            return isinstance(value, str) and value in self.choices
        return isinstance(value, str) if self.kind == "word" else instant(value) is not None


Catalogue = Mapping[FactName, FactSpec]


def still_fresh(facts: Facts, catalogue: Catalogue, now: datetime) -> Facts:
    """Leave out what was learnt too long ago."""
    stale = {
        name
        for name, fact in facts.items()
        if name in catalogue and not catalogue[name].is_fresh(fact, now)
    }
    return {name: fact for name, fact in facts.items() if name not in stale} if stale else facts


def instant(value: Value) -> datetime | None:
    """Read an instant fact; None when it is none."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
        return at.astimezone(UTC) if at is not None and at.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def shown(value: Value) -> str:
    """Return a value as an owner writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
