"""Which past decisions would go differently under other rules, and for how much money?"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

from tools.domain.model import Frozen
from tools.policy.decision import Allow, Decision, FactName, HandOff, NeedFacts
from tools.policy.facts import Fact
from tools.policy.redecide import Redecider
from tools.policy.rulebook import Rulebook

Change = Literal["no_longer_allowed", "newly_allowed", "other_answer", "other_terms"]
"""`other_terms`: the same answer with another deadline, other terms, questions or another queue."""
NO_SELLER = ""
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""Without facts no day can be counted, so that any instant gives the same answer."""


class PastDecision(Frozen):
    """A decision as it was made, with everything needed to make it again."""

    conversation: str
    turn: int
    said: str
    """The buyer's words."""
    question: str
    order: str
    line: str
    decision: Decision
    facts: tuple[Fact, ...]

    @property
    def at(self) -> datetime:
        """When it was made: what the records say is as of that instant."""
        return max((fact.as_of for fact in self.facts), default=_LONG_AGO)


class Flip(Frozen):
    """A past decision that the other rules would not repeat."""

    past: PastDecision
    new: Decision
    """Without its trace."""
    change: Change
    seller: str
    """`NO_SELLER` when it was not recorded."""
    value: int | None
    """What the line item cost, in minor units; None when it was not recorded."""
    currency: str


class Total(Frozen):
    """The flips of one kind, of one seller or of all."""

    seller: str | None
    """None: of all sellers."""
    change: Change
    currency: str
    flips: int
    lines: int
    """A line item that was asked about many times counts once."""
    value: int


def find_flips(decisions: Iterable[PastDecision], rulebook: Rulebook) -> tuple[Flip, ...]:
    """Decide everything again from what was known then; keep the order.

    A rule that was renamed or says the same in other words flips nothing.
    """
    rules, flips = Redecider(rulebook), list[Flip]()
    for past in decisions:
        known = {fact.name: fact for fact in past.facts}
        new = rules.decide(past.question, known, past.at)
        if _consequences(past.decision) != _consequences(new):
            flips.append(_flip(past, new))
    return tuple(flips)


def count_flips(flips: Iterable[Flip]) -> tuple[Total, ...]:
    """Return the sums for each seller, in the order of their names, then those of all."""
    flips = tuple(flips)
    return (*_totals((flip.seller, flip) for flip in flips), *_totals((None, f) for f in flips))


def _consequences(decision: Decision) -> tuple[object, ...]:
    """Return what an answer means for the buyer, without its rule and its words."""
    match decision:
        case Allow(kind=kind, until=until, terms=terms):
            return kind, until, terms
        case HandOff(kind=kind, queue=queue):
            return kind, queue
        case NeedFacts(kind=kind, facts=facts):
            return kind, frozenset(facts)
        case _:
            return (decision.kind,)


def _flip(past: PastDecision, new: Decision) -> Flip:
    known = {fact.name: fact.value for fact in past.facts}
    value = known.get(FactName("line_value"))
    return Flip(
        past=past,
        new=new,
        change=_change(past.decision, new),
        seller=str(known.get(FactName("seller"), NO_SELLER)),
        value=value if isinstance(value, int) else None,
        currency=str(known.get(FactName("currency"), "")),
    )


def _change(old: Decision, new: Decision) -> Change:
    if old.kind == new.kind:
        return "other_terms"
    if isinstance(old, Allow):
        return "no_longer_allowed"
    return "newly_allowed" if isinstance(new, Allow) else "other_answer"


def _totals(flips: Iterable[tuple[str | None, Flip]]) -> Iterable[Total]:
    groups: dict[tuple[str | None, Change, str], list[Flip]] = {}
    for seller, flip in flips:
        groups.setdefault((seller, flip.change, flip.currency), []).append(flip)
    for key in sorted(groups, key=lambda key: (key[0] or "", *key[1:])):
        (seller, change, currency), found = key, groups[key]
        lines = {(flip.past.order, flip.past.line): flip.value or 0 for flip in found}
        yield Total(
            seller=seller,
            change=change,
            currency=currency,
            flips=len(found),
            lines=len(lines),
            value=sum(lines.values()),
        )
