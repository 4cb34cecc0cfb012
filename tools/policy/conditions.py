"""When does a rule apply: true, false, or not known yet?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from tools.policy.decision import FactName
from tools.policy.facts import Value

Lookup = Callable[[FactName], Value | None]
"""The value of a fact, or None while it is unknown."""


@dataclass(frozen=True)
class OneOf:
    """The fact has one of these values."""

    fact: FactName
    values: tuple[Value, ...]

    def holds(self, value: Value) -> bool:
        """Compare with the type: `true` is not 1."""
        return any(type(v) is type(value) and v == value for v in self.values)


@dataclass(frozen=True)
class Between:
    """The fact is a number in a range, both ends included; None is open."""

    fact: FactName
    low: int | None = None
    high: int | None = None

    def holds(self, value: Value) -> bool:
        """Whether the number is in the range; anything else is not."""
        if not isinstance(value, int):
            return False
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


@dataclass(frozen=True)
class AllOf:
    """Every part holds; without parts, always."""

    parts: tuple["Condition", ...] = ()


@dataclass(frozen=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: "Condition"


Test = OneOf | Between
Condition = Test | AllOf | AnyOf | Not


class Truth(NamedTuple):
    """A three-valued answer, and the facts that it hangs on."""

    holds: bool | None
    facts: tuple[FactName, ...]
    """With None: those that are unknown. Otherwise: those that decided it."""


def evaluate(condition: Condition, lookup: Lookup) -> Truth:
    """Apply Kleene's logic: unknown stays unknown unless the rest decides without it."""
    if isinstance(condition, OneOf | Between):
        value = lookup(condition.fact)
        return Truth(None if value is None else condition.holds(value), (condition.fact,))
    if isinstance(condition, Not):
        inner = evaluate(condition.part, lookup)
        return Truth(None if inner.holds is None else not inner.holds, inner.facts)
    parts = [evaluate(part, lookup) for part in condition.parts]
    return _combine(parts, decisive=isinstance(condition, AnyOf))


def _combine(parts: list[Truth], *, decisive: bool) -> Truth:
    """Join parts of which one with the decisive value settles the whole."""
    for part in parts:
        if part.holds is decisive:
            return part
    unknown = [part for part in parts if part.holds is None]
    facts = tuple(dict.fromkeys(fact for part in unknown or parts for fact in part.facts))
    return Truth(None if unknown else not decisive, facts)


def leaves(condition: Condition) -> Iterator[Test]:
    """Walk through the tests of single facts, in the order they are written."""
    if isinstance(condition, OneOf | Between):
        yield condition
    elif isinstance(condition, Not):
        yield from leaves(condition.part)
    else:
        for part in condition.parts:
            yield from leaves(part)
