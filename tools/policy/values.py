"""Which few values of a fact stand for all the values that the rules can tell apart?"""

from collections.abc import Iterable

from tools.policy.conditions import Between, Condition, OneOf, Test, leaves
from tools.policy.decision import FactName
from tools.policy.facts import FactSpec, Value

ANOTHER_WORD = "(another)"
"""Stands for every word that no rule names."""


def telling_values(
    fact: FactName, spec: FactSpec, conditions: Iterable[Condition]
) -> tuple[Value, ...]:
    """Return one value for each way in which the tests of these conditions can turn out."""
    tests = [t for condition in conditions for t in leaves(condition) if t.fact == fact]
    seen: dict[tuple[bool, ...], Value] = {}
    for value in _candidates(spec, tests):
        seen.setdefault(tuple(test.holds(value) for test in tests), value)
    return tuple(seen.values())


def boundary_values(
    fact: FactName, spec: FactSpec, conditions: Iterable[Condition]
) -> tuple[Value, ...]:
    """Return every value right below, at and right above a limit, and every word and choice."""
    tests = [t for condition in conditions for t in leaves(condition) if t.fact == fact]
    return tuple(_candidates(spec, tests))


def _candidates(spec: FactSpec, tests: list[Test]) -> Iterable[Value]:
    if spec.kind == "bool":
        return (True, False)
    if spec.kind == "choice":
        return spec.choices
    if spec.kind == "int":
        return sorted({0} | {edge for test in tests for edge in _edges(test)})
    named = (v for test in tests if isinstance(test, OneOf) for v in test.values)
    return (*dict.fromkeys(named), ANOTHER_WORD)


def _edges(test: Test) -> Iterable[int]:
    """Numbers on both sides of every limit. Counts are never negative, so neither are these."""
    if isinstance(test, Between):
        limits = [limit for limit in (test.low, test.high) if limit is not None]
    else:
        limits = [value for value in test.values if isinstance(value, int)]
    return {max(0, limit + step) for limit in limits for step in (-1, 0, 1)}
