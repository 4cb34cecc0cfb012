"""How does a sheet of rules become a table of cells that are compared bit by bit?

Every test that some rule makes of a fact is one bit of that fact's column. A value sets the bits
of the tests it passes; a rule is a few lines, each of which wants some bits set and others clear.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import cast

from pydantic import JsonValue

from tests.oracle.independent.sheets import FactText, Row, Sheet, Value

Test = tuple[str, tuple[Value, ...]] | tuple[str, int]
"""`("in", values)`, or a word for a range with its number."""
Wanted = tuple[int, int, int]
"""A column, the bits that must be set in it, and those that must be clear."""
Line = tuple[Wanted, ...]
_Literal = tuple[int, int, bool]
"""A column, a bit, and whether it must be set."""


def passes(test: Test, value: Value) -> bool:
    word, wanted = test
    if isinstance(wanted, tuple):
        return any(type(one) is type(value) and one == value for one in wanted)
    if type(value) is not int:
        return False
    match word:
        case "at_least":
            return value >= wanted
        case "more_than":
            return value > wanted
        case "at_most":
            return value <= wanted
        case _:
            return value < wanted


@dataclass
class Column:
    """One fact, as far as rules with the same demands believe it."""

    fact: str
    spec: FactText
    sources: frozenset[str]
    tests: list[Test] = field(default_factory=list[Test])
    seen: dict[tuple[type, Value], int] = field(default_factory=dict[tuple[type, Value], int])

    def bit(self, test: Test) -> int:
        if test not in self.tests:
            self.tests.append(test)
        return 1 << self.tests.index(test)

    def bits(self, value: Value) -> int:
        """Return the bits of the tests that a value passes."""
        key = (type(value), value)
        if key not in self.seen:
            self.seen[key] = sum(1 << i for i, t in enumerate(self.tests) if passes(t, value))
        return self.seen[key]

    def values(self) -> tuple[Value, ...]:
        """Return values on both sides of every edge, and all that is named."""
        match self.spec.kind:
            case "bool":
                return (True, False)
            case "choice":
                return tuple(self.spec.choices)
            case "int":
                edges = {edge for test in self.tests for edge in _numbers(test)}
                around = {edge + step for edge in edges for step in (-1, 0, 1)}
                return tuple(sorted({0} | {n for n in around if n >= 0}))
            case _:
                named = (one for _, wanted in self.tests for one in cast("tuple[str]", wanted))
                return (*dict.fromkeys(named), "something else")

    def cells(self) -> tuple[int, ...]:
        """Return every way in which the tests can turn out."""
        return tuple(dict.fromkeys(self.bits(value) for value in self.values()))


def _numbers(test: Test) -> tuple[int, ...]:
    wanted = test[1]
    return cast("tuple[int, ...]", wanted) if isinstance(wanted, tuple) else (wanted,)


@dataclass(frozen=True)
class Grid:
    """The whole table of one sheet."""

    sheet: Sheet
    columns: tuple[Column, ...]
    lines: tuple[tuple[Line, ...], ...]
    """By rule; it applies when one of its lines fits."""
    cells: tuple[tuple[int, ...], ...]
    """By column."""


def draw_grid(sheet: Sheet, facts: Mapping[str, FactText]) -> Grid:
    """Draw the table."""
    drawing = _Drawing(facts)
    lines = tuple(tuple(drawing.lines(row)) for row in sheet.rows)
    columns = tuple(drawing.columns.values())
    return Grid(sheet, columns, lines, tuple(column.cells() for column in columns))


@dataclass
class _Drawing:
    facts: Mapping[str, FactText]
    columns: dict[tuple[str, frozenset[str]], Column] = field(
        default_factory=dict[tuple[str, frozenset[str]], Column]
    )

    def lines(self, row: Row) -> Iterator[Line]:
        for literals in self._either(row.when, row, wanted=True):
            wants: dict[int, tuple[int, int]] = {}
            for column, bit, is_set in literals:
                on, off = wants.get(column, (0, 0))
                wants[column] = (on | bit, off) if is_set else (on, off | bit)
            if all(not on & off for on, off in wants.values()):
                yield tuple((column, on, off) for column, (on, off) in wants.items())

    def _either(
        self, when: Mapping[str, JsonValue], row: Row, *, wanted: bool
    ) -> list[tuple[_Literal, ...]]:
        """Return the ways for a mapping to come out as wanted: all of it, or not all of it."""
        parts = [self._entry(key, raw, row, wanted=wanted) for key, raw in when.items()]
        return _every(parts) if wanted else [way for part in parts for way in part]

    def _entry(
        self, key: str, raw: JsonValue, row: Row, *, wanted: bool
    ) -> list[tuple[_Literal, ...]]:
        if key == "not":
            assert isinstance(raw, dict)
            return self._either(raw, row, wanted=not wanted)
        if key in {"any", "all"}:
            assert isinstance(raw, list)
            inner = [cast("dict[str, JsonValue]", one) for one in raw]
            parts = [self._either(one, row, wanted=wanted) for one in inner]
            joined = (key == "all") is wanted
            return _every(parts) if joined else [way for part in parts for way in part]
        literals = [(*self._place(key, test, row), wanted) for test in _tests(raw)]
        return [tuple(literals)] if wanted else [(one,) for one in literals]

    def _place(self, fact: str, test: Test, row: Row) -> tuple[int, int]:
        spec = self.facts[fact]
        believed = frozenset(spec.sources) & row.demand.get(fact, frozenset(spec.sources))
        column = self.columns.setdefault((fact, believed), Column(fact, spec, believed))
        return list(self.columns).index((fact, believed)), column.bit(test)


def _every(parts: list[list[tuple[_Literal, ...]]]) -> list[tuple[_Literal, ...]]:
    return [tuple(one for way in ways for one in way) for ways in product(*parts)]


def _tests(raw: JsonValue) -> list[Test]:
    if not isinstance(raw, dict):
        return [("in", (cast("Value", raw),))]
    if "in" in raw:
        return [("in", tuple(cast("list[Value]", raw["in"])))]
    return [(word, cast("int", number)) for word, number in raw.items()]
