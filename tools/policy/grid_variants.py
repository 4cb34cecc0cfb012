"""What lies right beside a case: a day more, a cent less, one thing unknown or told by another?"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tools.policy.caps import SUMS, Caps, CapsByCurrency
from tools.policy.cases import Case
from tools.policy.decision import FactName
from tools.policy.documents import AllowThen, ApprovalThen, RefundThen, Then
from tools.policy.facts import Catalogue, Fact, FactSpec, Source, Value
from tools.policy.grid_seeds import Seed, TablePair
from tools.policy.values import boundary_values

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
"""When every generated case is decided; a Tuesday without any change of the clocks near it."""
_SECOND = timedelta(seconds=1)
_DAYS_AGO = 5
_ORDINARY: Mapping[str, Value] = {
    "currency": "EUR",
    "delivered": True,
    "line_value": 20_00,
    "line_shipping": 5_00,
    "order_refundable": 100_000_00,
    "quantity": 1,
    "ship_to_country": "US",
}
"""An item that arrived a few days ago outside Europe; what is not here is no, 0 or the first
choice."""
_LINE_VALUE, _CURRENCY = FactName("line_value"), FactName("currency")
_DELIVERED = FactName("delivered")
_WITHDRAWAL_OPEN, _WITHDRAWAL_ENDS = (
    FactName("in_withdrawal_period"),
    FactName("withdrawal_ends"),
)

Known = dict[FactName, Fact]


@dataclass(frozen=True)
class Variant:
    """A whole case, and which fact was changed to come to it."""

    facts: Known
    changed: FactName | None = None


@dataclass
class Surroundings:
    """The cases around the seeds of one pair of tables."""

    pair: TablePair
    catalogues: tuple[Catalogue, ...]
    caps: tuple[CapsByCurrency, ...]
    """Of the same sellers, under both rulebooks."""
    _made: dict[tuple[object, ...], Fact] = field(default_factory=dict[tuple[object, ...], Fact])

    def around(self, seed: Seed) -> Iterator[Variant]:
        """Return the case itself first, then what differs from it in one thing."""
        facts = self._whole(seed)
        yield Variant(facts)
        for name in seed.case:
            yield from self._beside(name, facts)
        if any(pays(rule.then) for rule in seed.rules):
            yield from self._around_caps(facts, seed)

    def _whole(self, seed: Seed) -> Known:
        """Add to a seed what the records say of an ordinary item."""
        case, facts = seed.case, dict[FactName, Fact]()
        for name, spec in self.pair.catalogue.items():
            value = case.get(name, ordinary(name, spec))
            if value is not None and (name in case or "record" in spec.sources):
                facts[name] = self._fact(name, value, _source(name, spec, seed))
        for name, value in self._instants(case).items():
            facts[name] = self._fact(name, value, "record")
        return facts

    def _instants(self, case: Case) -> Mapping[FactName, str]:
        """Return when things happened, so that it fits the days that have passed since."""
        found: dict[FactName, str] = {}
        for name, spec in self.pair.catalogue.items():
            since, passed = spec.counts_from, case.get(name)
            if since in self.pair.catalogue and since not in case and since not in found:
                assert since is not None, "it is in the catalogue"
                if type(passed) is int or case.get(_DELIVERED) is not False:
                    ago = passed if type(passed) is int else _DAYS_AGO
                    found[since] = (NOW - _span(name, ago)).isoformat()
        if _WITHDRAWAL_ENDS in self.pair.catalogue and case.get(_WITHDRAWAL_OPEN) is True:
            found[_WITHDRAWAL_ENDS] = (NOW + timedelta(days=_DAYS_AGO)).isoformat()
        return found

    def _beside(self, name: FactName, facts: Known) -> Iterator[Variant]:
        spec = self.pair.catalogue[name]
        mine = facts[name]
        if spec.askable:
            yield Variant({n: fact for n, fact in facts.items() if n != name}, name)
        for value in boundary_values(name, spec, self.pair.conditions):
            changed = {**facts, name: self._fact(name, value, mine.source)}
            yield Variant(self._moved(name, value, changed), name)
        for source in self._demanded(name, spec):
            yield Variant({**facts, name: self._fact(name, mine.value, source)}, name)
        for span in self._spans(name):
            for step in (-_SECOND, timedelta(), _SECOND):
                old = mine.model_copy(update={"as_of": NOW - span - step})
                yield Variant({**facts, name: old}, name)

    def _moved(self, name: FactName, value: Value, facts: Known) -> Known:
        """Let an instant follow the days that are counted from it."""
        since = self.pair.catalogue[name].counts_from
        if since is None or since not in facts or type(value) is not int:
            return facts
        at = (NOW - _span(name, value)).isoformat()
        return {**facts, since: self._fact(since, at, facts[since].source)}

    def _demanded(self, name: FactName, spec: FactSpec) -> Iterable[Source]:
        """Return who may say it, where a rule believes only some of them."""
        return spec.sources if any(name in rule.demand for rule in self.pair.rules) else ()

    def _spans(self, name: FactName) -> Iterable[timedelta]:
        """Return how long it is believed, where the two rulebooks do not agree on that."""
        spans = {c[name].fresh_for.span if name in c else None for c in self.catalogues}
        return sorted(span for span in spans if span is not None) if len(spans) > 1 else ()

    def _around_caps(self, facts: Known, seed: Seed) -> Iterator[Variant]:
        """Return amounts and sums a cent below, at and above each cap of either rulebook."""
        percent = next(then.percent for rule in seed.rules if (then := pays(rule.then)))
        for caps in self.caps:
            for currency, most in caps.items():
                here = {**facts, _CURRENCY: self._fact(_CURRENCY, currency, "record")}
                yield from self._around(most, percent, here)

    def _around(self, caps: Caps, percent: int, facts: Known) -> Iterator[Variant]:
        paid = 20_00 * percent // 100
        limits: dict[FactName | None, set[int]] = {None: {caps.photo}}
        for name, fact in SUMS.items():
            limits.setdefault(fact, set()).add(getattr(caps, name))
        for fact, most in ((fact, most) for fact, some in limits.items() for most in some):
            changed = fact or _LINE_VALUE
            at = -(-most * 100 // percent) if fact is None else most - paid
            for step in (-1, 0, 1):
                value = max(0, at + step)
                made = self._fact(changed, value, "record")
                yield Variant({**facts, changed: made}, changed)

    def _fact(self, name: FactName, value: Value, source: Source) -> Fact:
        """Make each fact once, so that equal cases consist of the same facts."""
        key = name, type(value), value, source
        if key not in self._made:
            self._made[key] = Fact(name=name, value=value, source=source, as_of=NOW)
        return self._made[key]


def ordinary(name: FactName, spec: FactSpec) -> Value | None:
    """Return what the records say of an item that there is nothing to say about."""
    if name in _ORDINARY:
        return _ORDINARY[name]
    match spec.kind:
        case "bool":
            return False
        case "int":
            return 0 if spec.counts_from is None else _DAYS_AGO
        case "choice":
            return next(iter(spec.choices), None)
        case _:
            return None


def _source(name: FactName, spec: FactSpec, seed: Seed) -> Source:
    """Return who says it: somebody whom the deciding rules believe."""
    believed = [set(rule.demand[name]) for rule in seed.rules if name in rule.demand]
    fitting: list[Source] = [s for s in spec.sources if all(s in some for some in believed)]
    return fitting[0] if fitting else spec.sources[0]


def _span(counter: FactName, passed: int) -> timedelta:
    hours = counter.startswith("hours")
    return timedelta(hours=passed) if hours else timedelta(days=passed)


def pays(then: Then) -> RefundThen | None:
    """Return what an answer pays back."""
    return then.refund if isinstance(then, AllowThen | ApprovalThen) else None
