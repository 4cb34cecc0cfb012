"""Which generated cases can tell two rulebooks apart?

For each rule of either book the cases that just meet and just miss it, and for each pair of
different rules a case that one book decides by the one and the other book by the other. Tables
that say the same in both books are left out: no case can flip there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from tools.policy.caps import CapsByCurrency
from tools.policy.decision import FactName
from tools.policy.facts import Catalogue, Fact, FactSpec
from tools.policy.grid_seeds import TablePair, find_seeds, is_same_table
from tools.policy.grid_variants import Surroundings, pays
from tools.policy.rulebook import Rulebook

MOST_CASES = 20_000
_SELLER = FactName("seller")


@dataclass(frozen=True)
class GridCase:
    """A case, and for whom it stands."""

    question: str
    sellers: tuple[str, ...]
    """Of those with the same rules and caps, the first is the one in the facts."""
    facts: tuple[Fact, ...]
    telling: frozenset[FactName]
    """What the case is about; the other facts are those of an ordinary item."""
    changed: FactName | None
    """In what it differs from the case beside it."""


@dataclass(frozen=True)
class Grid:
    """The cases, and whether there would have been more."""

    cases: tuple[GridCase, ...]
    is_cut: bool


def make_grid(old: Rulebook, new: Rulebook, most: int = MOST_CASES) -> Grid:
    """Return the cases; no table gets more than its share of those that are left."""
    pairs = tuple(_pairs(old, new))
    cases, is_cut = list[GridCase](), False
    for at, pair in enumerate(pairs):
        share = (most - len(cases)) // (len(pairs) - at)
        found = _cases(pair, old, new)
        cases.extend(islice(found, share))
        is_cut = is_cut or next(found, None) is not None
    return Grid(tuple(cases), is_cut)


def _cases(pair: TablePair, old: Rulebook, new: Rulebook) -> Iterator[GridCase]:
    caps = tuple(book.caps(pair.sellers[0] if pair.sellers else None) for book in (old, new))
    surroundings = Surroundings(pair, (old.catalogue, new.catalogue), caps)
    seeds = sorted(find_seeds(pair), key=lambda seed: not seed.is_news)
    known: set[frozenset[Fact]] = set()
    for seed in seeds:
        for variant in surroundings.around(seed):
            key = frozenset(variant.facts.values())
            if key in known:
                continue
            known.add(key)
            yield GridCase(
                question=pair.question,
                sellers=pair.sellers,
                facts=tuple(variant.facts.values()),
                telling=frozenset(seed.case) - {_SELLER},
                changed=variant.changed if variant.changed != _SELLER else None,
            )


def _pairs(old: Rulebook, new: Rulebook) -> Iterator[TablePair]:
    """Return the tables in which something can flip, each once for all sellers that share it."""
    facts_differ = _answerable(old.catalogue) != _answerable(new.catalogue)
    catalogue = {**old.catalogue, **new.catalogue}
    known = dict.fromkeys((*old.marketplace.sellers, *new.marketplace.sellers))
    for question in dict.fromkeys((*old.tables, *new.tables)):
        sharing: dict[object, list[str]] = {}
        for seller in known:
            tables = old.table(question, seller), new.table(question, seller)
            key = *map(id, tables), _caps_key(old.caps(seller)), _caps_key(new.caps(seller))
            sharing.setdefault(key, []).append(seller)
        for sellers in sharing.values():
            first = sellers[0]
            pair = TablePair(
                question,
                tuple(sellers),
                old.table(question, first),
                new.table(question, first),
                catalogue,
            )
            caps_differ = _caps_key(old.caps(first)) != _caps_key(new.caps(first))
            caps_differ = caps_differ and any(pays(rule.then) for rule in pair.rules)
            if facts_differ or caps_differ or not is_same_table(pair.old, pair.new):
                yield pair


def _caps_key(caps: CapsByCurrency) -> frozenset[tuple[str, object]]:
    return frozenset(caps.items())


def _answerable(catalogue: Catalogue) -> Mapping[FactName, object]:
    """Return what of a catalogue can change an answer: no words."""
    return {name: _meaningful(spec) for name, spec in catalogue.items()}


def _meaningful(spec: FactSpec) -> object:
    fields = spec.model_dump(exclude={"meaning", "question", "choices"})
    return fields, tuple(spec.choices)
