"""Which flips belong together, so that one edit is read in a minute?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tools.policy.decision import FactName, RuleId
from tools.policy.flips import Change, Flip, PastDecision, find_flips
from tools.policy.grid import Grid, GridCase
from tools.policy.grid_variants import NOW
from tools.policy.redecide import Redecider
from tools.policy.rulebook import Rulebook


@dataclass(frozen=True)
class Group:
    """Flips of one question from one rule to another, with the same kinds of answers."""

    question: str
    change: Change
    flips: tuple[Flip, ...]
    sellers: tuple[str, ...]
    example: Flip
    """The one that there is least to say about."""
    case: GridCase | None
    """The example's; None when it was recorded."""


def decide_grid(grid: Grid, old: Rulebook) -> tuple[PastDecision, ...]:
    """Decide every generated case; `line` is its number."""
    rules = Redecider(old)
    return tuple(
        PastDecision(
            conversation="",
            turn=0,
            said="",
            question=case.question,
            order="",
            line=str(number),
            decision=rules.decide(case.question, {fact.name: fact for fact in case.facts}, NOW),
            facts=case.facts,
        )
        for number, case in enumerate(grid.cases)
    )


def group_grid(grid: Grid, old: Rulebook, new: Rulebook) -> tuple[Group, ...]:
    """Return how generated cases flip, the largest change first."""
    flips = find_flips(decide_grid(grid, old), new)
    return group_flips(flips, {str(n): case for n, case in enumerate(grid.cases)})


def group_flips(flips: Iterable[Flip], cases: Mapping[str, GridCase]) -> tuple[Group, ...]:
    """Put together what flips in the same way; recorded flips have no generated cases."""
    found: dict[tuple[str, RuleId, RuleId, str, str], list[Flip]] = {}
    for flip in flips:
        was = flip.past.decision
        key = flip.past.question, was.rule_id, flip.new.rule_id, was.kind, flip.new.kind
        found.setdefault(key, []).append(flip)
    groups = (_group(tuple(some), cases) for some in found.values())
    return tuple(sorted(groups, key=lambda group: (_WEIGHT[group.change], -len(group.flips))))


_WEIGHT: Mapping[Change, int] = {
    "no_longer_allowed": 0,
    "newly_allowed": 1,
    "other_answer": 2,
    "other_terms": 3,
}


def _group(flips: tuple[Flip, ...], cases: Mapping[str, GridCase]) -> Group:
    sellers = {
        seller
        for flip in flips
        for seller in (cases[flip.past.line].sellers if cases else (flip.seller,))
    }
    example = min(flips, key=lambda flip: len(_telling(flip, cases)))
    return Group(
        question=example.past.question,
        change=example.change,
        flips=flips,
        sellers=tuple(sorted(sellers)),
        example=example,
        case=cases.get(example.past.line) if cases else None,
    )


def _telling(flip: Flip, cases: Mapping[str, GridCase]) -> frozenset[FactName]:
    return cases[flip.past.line].telling if cases else frozenset[FactName]()
