"""Which cases are put to both the rulebook and the oracle?

For each rule of each table some cases are looked for in which just this rule applies; each case
put to both is one of them with a few facts moved over an edge, forgotten, spoilt or grown old.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.oracle.independent.grid import Grid
from tests.oracle.independent.sheets import FactText, Value
from tests.oracle.independent.survey import Case, Told, open_table
from tests.oracle.independent.verdicts import Judge

NOW = datetime(2026, 6, 17, 9, 30, tzinfo=UTC)
STRANGERS = ("", "unheard-of")
ZONES = (
    "Europe/Berlin", "Europe/Lisbon", "Europe/London", "Europe/Helsinki", "Atlantic/Azores",
    "America/New_York", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe",
    "Asia/Beirut", "Africa/Cairo", "UTC", "Nowhere/Land",
)  # fmt: skip
_CURRENCIES = (*("EUR", "GBP", "USD") * 5, "SEK", "JPY", "XXX")
_SMALL = (0, 1, 50, 1250, 2400, 3999) * 40
"""Often enough that a refund within every cap comes up as well."""
_NONSENSE: tuple[Value, ...] = (True, False, -1, 0, 1, 99_999_999, "", "(another)", "yes", "2026")
_POOL = 12
_EDGE = (-1, 0, 1)


@dataclass(frozen=True)
class Asked:
    """A question about a case at an instant."""

    question: str
    case: Case
    now: datetime


class CaseMaker:
    """Makes cases for every question and seller, the same ones for the same seed."""

    def __init__(self, judge: Judge, seed: int) -> None:
        self._judge = judge
        self._dice = random.Random(seed)
        binder = judge.binder
        sellers = [*binder.sellers, *STRANGERS]
        self._places = [(q, s) for q in binder.sheets for s in sellers]
        self._pools = dict[int, list[dict[str, Value]]]()
        self._values = {name: _values(name, spec, judge) for name, spec in binder.facts.items()}

    def make(self, count: int) -> Iterator[Asked]:
        for _ in range(count):
            yield self._one()

    def _one(self) -> Asked:
        dice = self._dice
        question, seller = dice.choice(self._places)
        grid = self._judge.grid(question, seller)
        assert grid is not None
        values = {**dice.choice(self._pool(grid)), "seller": seller}
        asked_of = [column.fact for column in grid.columns]
        for _ in range(dice.choice((0, 0, 1, 1, 2, 3)) if asked_of else 0):
            fact = dice.choice(asked_of)
            values[fact] = dice.choice(self._values[fact])
        for fact in self._forgotten(asked_of):
            values.pop(fact, None)
        if dice.random() < 0.15:
            values.pop(dice.choice(list(values)))
        now = NOW + timedelta(seconds=dice.randrange(400 * 86_400))
        spoil = self._told if dice.random() < 0.5 else self._well_told
        case = {name: spoil(name, value, now) for name, value in values.items()}
        if dice.random() < 0.01:
            question = "may_dance"
        return Asked(question, case, now)

    def _forgotten(self, asked_of: list[str]) -> list[str]:
        """Return what nobody knows: often some of what only the buyer could say."""
        dice, facts = self._dice, self._judge.binder.facts
        askable = [fact for fact in asked_of if "buyer" in facts[fact].sources]
        if askable and dice.random() < 0.4:
            return [fact for fact in askable if dice.random() < 0.7]
        return dice.choices(asked_of, k=dice.choice((0, 0, 0, 1, 1, 2, 3, 4))) if asked_of else []

    def _well_told(self, name: str, value: Value, now: datetime) -> Told:
        return Told(value, self._judge.binder.facts[name].sources[0], now)

    def _told(self, name: str, value: Value, now: datetime) -> Told:
        dice, spec = self._dice, self._judge.binder.facts[name]
        luck = dice.random()
        if luck < 0.01:
            return Told(value, dice.choice(("record", "buyer", "photo", "person")), now)
        if luck < 0.015:
            return Told(dice.choice(_NONSENSE), spec.sources[0], now)
        if luck < 0.06:
            return Told(value, dice.choice(spec.sources), now - self._age(spec))
        return Told(value, dice.choice(spec.sources), now)

    def _age(self, spec: FactText) -> timedelta:
        span = spec.fresh_for
        limit = timedelta(days=span.days, hours=span.hours, minutes=span.minutes)
        step = timedelta(microseconds=self._dice.choice(_EDGE))
        return limit + step if limit else timedelta(days=self._dice.randrange(400))

    def _pool(self, grid: Grid) -> list[dict[str, Value]]:
        """Return cases in which each of the rules applies, as far as any are found."""
        if id(grid) not in self._pools:
            targets = [target for target in range(len(grid.lines) + 1) for _ in range(_POOL)]
            self._pools[id(grid)] = [self._aimed(grid, target) for target in targets]
        return self._pools[id(grid)]

    def _aimed(self, grid: Grid, target: int) -> dict[str, Value]:
        """Start anywhere and change what keeps a rule from applying, or lets another go first."""
        dice = self._dice
        values = {name: dice.choice(values) for name, values in self._values.items()}
        fixed = set[str]()
        if target < len(grid.lines) and grid.lines[target]:
            for column, on, off in dice.choice(grid.lines[target]):
                fact = grid.columns[column].fact
                fitting = [
                    value
                    for value in self._values[fact]
                    if _fits(grid.columns[column].bits(value), on, off)
                ]
                if fitting and fact not in fixed:
                    values[fact] = dice.choice(fitting)
                    fixed.add(fact)
        for _ in range(40):
            told = {
                n: Told(v, self._judge.binder.facts[n].sources[0], NOW) for n, v in values.items()
            }
            first = open_table(grid, told).last
            if first is None or first >= target:
                break
            free = [
                fact
                for line in grid.lines[first]
                for column, _, _ in line
                if (fact := grid.columns[column].fact) not in fixed
            ]
            if not free:
                break
            fact = dice.choice(free)
            values[fact] = dice.choice(self._values[fact])
        return values


def _fits(bits: int, on: int, off: int) -> bool:
    return bits & on == on and not bits & off


def _values(name: str, spec: FactText, judge: Judge) -> tuple[Value, ...]:
    """Return values of a fact on both sides of every edge that any rule has."""
    match name:
        case "seller":
            return (*judge.binder.sellers, *STRANGERS)
        case "time_zone":
            return ZONES
        case "currency":
            return _CURRENCIES
        case _ if spec.kind == "instant":
            return tuple(_instants())
        case _ if name in _amounts(judge):
            return tuple(_edges_of_caps(judge))
        case _:
            pass
    questions = judge.binder.sheets
    sellers = (*judge.binder.sellers, None)
    grids = [grid for q in questions for s in sellers if (grid := judge.grid(q, s)) is not None]
    columns = [column for grid in grids for column in grid.columns if column.fact == name]
    found = (value for column in columns for value in column.values())
    plain: tuple[Value, ...] = (True, False) if spec.kind == "bool" else tuple(spec.choices)
    return tuple(dict.fromkeys(found)) or plain or ((0, 1) if spec.kind == "int" else ("GB",))


def _amounts(judge: Judge) -> tuple[str, ...]:
    paid = ("line_value", "line_shipping", "line_refunded", "order_refundable")
    return (*paid, *(name for name in judge.binder.facts if name.startswith("refunded_")))


def _edges_of_caps(judge: Judge) -> Iterator[int]:
    everyone = [judge.binder.caps, *judge.binder.own_caps.values()]
    edges = {cap for caps in everyone for by_name in caps.values() for cap in by_name.values()}
    yield from _SMALL
    for edge in sorted(edges | {50_000, 100_000, 1_250_000}):
        yield from (edge - 1, edge, edge + 1)


def _instants() -> Iterator[str]:
    dice = random.Random(7)
    for days in (-40, -15, -1, 0, 1, 14, 30, 100, 200, 300, 400):
        at = NOW + timedelta(days=days, seconds=dice.randrange(86_400))
        offset = dice.choice(("+00:00", "+02:00", "-09:30"))
        yield at.replace(tzinfo=None).isoformat() + offset
