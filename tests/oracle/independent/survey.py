"""In which ways could what is unknown turn out, and what comes of each?"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import combinations, product
from math import prod
from typing import NamedTuple

from tests.oracle.independent.grid import Grid, Line
from tests.oracle.independent.sheets import Value

MOST_COMPLETIONS = 6000


class TooManyCompletionsError(Exception):
    """So much is unknown that not every way it could turn out can be looked at."""


class Told(NamedTuple):
    """One fact of a case."""

    value: Value
    source: str
    at: datetime


Case = Mapping[str, Told]


class Open(NamedTuple):
    """A table with what is known filled in."""

    rules: list[tuple[int, list[Line]]]
    """Rules that could still apply, with what that hangs on."""
    last: int | None
    """The rule that applies when none of those does."""


def open_table(grid: Grid, case: Mapping[str, Told]) -> Open:
    """Fill in what is known; lines that cannot fit any more are struck out."""
    state: list[int | None] = []
    for column in grid.columns:
        told = case.get(column.fact)
        known = told is not None and told.source in column.sources
        state.append(column.bits(told.value) if known and told is not None else None)
    rules: list[tuple[int, list[Line]]] = []
    for number, lines in enumerate(grid.lines):
        left = [line for line in (_left(one, state) for one in lines) if line is not None]
        if () in left:
            return Open(rules, number)
        if left:
            rules.append((number, left))
    return Open(rules, None)


def _left(line: Line, state: list[int | None]) -> Line | None:
    left: Line = ()
    for wanted in line:
        column, on, off = wanted
        bits = state[column]
        if bits is None:
            left = (*left, wanted)
        elif bits & on != on or bits & off:
            return None
    return left


UNSETTLED, NO_RULE = -2, -1


class Survey:
    """Every way in which what is unknown could turn out.

    An answer is settled when every way comes to the same and there is a rule that applies
    whichever way it is: without one, no reason could be given that is surely true.
    """

    def __init__(self, grid: Grid, opened: Open) -> None:
        self._grid = grid
        columns = list(dict.fromkeys(c for _, ls in opened.rules for one in ls for c, _, _ in one))
        self._asked = [c for c in columns if "buyer" in grid.columns[c].sources]
        order = self._asked + [c for c in columns if c not in self._asked]
        self.hangs_on_records = len(order) > len(self._asked)
        cells = [grid.cells[column] for column in order]
        if prod(map(len, cells)) > MOST_COMPLETIONS:
            raise TooManyCompletionsError
        self._rules = [number for number, _ in opened.rules]
        if opened.last is not None:
            self._rules.append(opened.last)
        self._outcomes = [grid.sheet.rows[number].outcome for number in self._rules]
        self._by_answers: dict[tuple[int, ...], tuple[set[str], int]] = {}
        """For each set of answers of the buyer: what comes of it, and which rules surely apply."""
        for completion in product(*cells):
            applies = _applying(opened, dict(zip(order, completion, strict=True)))
            answers = completion[: len(self._asked)]
            results, surely = self._by_answers.setdefault(answers, (set(), -1))
            results.add(self._outcomes[_first(applies)] if applies else "person")
            self._by_answers[answers] = results, surely & applies

    def settled(self, said: tuple[tuple[int, int], ...]) -> int:
        """Return the rule that settles it, given some answers."""
        results, surely = set[str](), -1
        for answers, (some, rules) in self._by_answers.items():
            if all(answers[place] == cell for place, cell in said):
                results |= some
                surely &= rules
                if len(results) > 1:
                    return UNSETTLED
        if not surely:
            return NO_RULE if results == {"person"} else UNSETTLED
        place = _first(surely)
        return self._rules[place] if results == {self._outcomes[place]} else UNSETTLED

    def worth_asking(self, said: tuple[tuple[int, int], ...]) -> bool:
        """Whether some further answers bring more than a person, given some answers."""
        if self.settled(said) != UNSETTLED:
            return False
        return any(
            all(answers[place] == cell for place, cell in said)
            and len(results) == 1
            and results != {"person"}
            and surely
            and results == {self._outcomes[_first(surely)]}
            for answers, (results, surely) in self._by_answers.items()
        )

    def places(self) -> range:
        return range(len(self._asked))

    def answers(self, place: int) -> tuple[int, ...]:
        return self._grid.cells[self._asked[place]]

    def smallest(self) -> frozenset[frozenset[str]]:
        """Return the smallest sets of questions after which nothing more is worth asking."""
        for size in range(1, len(self._asked) + 1):
            settling = [
                frozenset(self._name(place) for place in some)
                for some in combinations(self.places(), size)
                if not any(self.worth_asking(said) for said in self._said(some))
            ]
            if settling:
                return frozenset(settling)
        raise AssertionError(self._asked)

    def _said(self, places: Iterable[int]) -> Iterator[tuple[tuple[int, int], ...]]:
        several = list(places)
        for cells in product(*(self.answers(place) for place in several)):
            yield tuple(zip(several, cells, strict=True))

    def most_telling(self, sets: frozenset[frozenset[str]]) -> frozenset[str]:
        """Return, over these sets, the facts that may come first."""
        shares = {self._name(place): self._share(place) for place in self.places()}
        return frozenset(
            name
            for some in sets
            for name in some
            if shares[name] == max(shares[other] for other in some)
        )

    def _share(self, place: int) -> float:
        cells = self.answers(place)
        return sum(not self.worth_asking(((place, cell),)) for cell in cells) / len(cells)

    def _name(self, place: int) -> str:
        return self._grid.columns[self._asked[place]].fact


def _applying(opened: Open, bits: Mapping[int, int]) -> int:
    """Return which of the open rules apply, one bit each, and the last rule's bit."""
    applies = 0 if opened.last is None else 1 << len(opened.rules)
    for place, (_, lines) in enumerate(opened.rules):
        for line in lines:
            if all(bits[c] & on == on and not bits[c] & off for c, on, off in line):
                applies |= 1 << place
                break
    return applies


def _first(bits: int) -> int:
    return (bits & -bits).bit_length() - 1
