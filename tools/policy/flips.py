"""Which past decisions would go differently under other rules, and for how much money?"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

from tools.domain.model import Frozen
from tools.domain.money import Money
from tools.policy.decision import Allow, Decision, FactName, HandOff, NeedApproval, NeedFacts
from tools.policy.facts import Fact
from tools.policy.redecide import Redecider
from tools.policy.rulebook import Rulebook

Change = Literal["no_longer_allowed", "newly_allowed", "other_answer", "other_terms"]
"""`other_terms`: the same answer with another deadline, amount, terms, questions or queue."""
NO_SELLER = ""
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""Without facts no day can be counted, so that any instant gives the same answer."""


class PastDecision(Frozen):
    """A decision as it was made, with everything needed to make it again."""

    conversation: str
    turn: int
    said: str
    """The buyer's words that led to it."""
    question: str
    order: str
    line: str
    """Empty where the question was about the whole conversation."""
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

    @property
    def is_money(self) -> bool:
        """Whether either answer pays something back."""
        return any(refund_of(one) is not None for one in (self.past.decision, self.new))

    @property
    def refund(self) -> int | None:
        """How much more is paid back, a person's agreement included; None when nothing ever is."""
        return _amount(self.new) - _amount(self.past.decision) if self.is_money else None

    @property
    def unseen(self) -> int | None:
        """How much more is paid back without a person."""
        if not self.is_money:
            return None
        old = self.past.decision
        return _amount(self.new, alone=True) - _amount(old, alone=True)


class Total(Frozen):
    """The flips of one kind or of every kind, of one seller or of all."""

    seller: str | None
    """None: of all sellers."""
    change: Change | None
    """None: of every kind. A line item that flips in two ways counts once here."""
    currency: str
    flips: int
    lines: int
    """A line item that was asked about many times counts once."""
    value: int
    refund: int | None
    """How much more is paid back; what counts is the last flip of a line item."""
    unseen: int | None
    """How much more is paid back without a person."""


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


def refund_of(decision: Decision) -> Money | None:
    """Return what a decision pays back at most, at once or once a person agrees."""
    return decision.refund if isinstance(decision, Allow | NeedApproval) else None


def _consequences(decision: Decision) -> tuple[object, ...]:
    """Return what an answer means for the buyer, without its rule and its words."""
    match decision:
        case Allow(kind=kind, until=until, terms=terms, refund=refund):
            return kind, until, terms, refund
        case NeedApproval(kind=kind, until=until, terms=terms, refund=refund, over=over):
            return kind, until, terms, refund, frozenset(over)
        case HandOff(kind=kind, queue=queue):
            return kind, queue
        case NeedFacts(kind=kind, facts=facts):
            return kind, frozenset(facts)
        case _:
            return (decision.kind,)


def _amount(decision: Decision, *, alone: bool = False) -> int:
    refund = refund_of(decision)
    if refund is None or (alone and not isinstance(decision, Allow)):
        return 0
    return refund.amount


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


_Key = tuple[str | None, str, Change | None]


def _totals(flips: Iterable[tuple[str | None, Flip]]) -> Iterable[Total]:
    """Return the sums of each kind, and of every kind where there are several."""
    groups: dict[_Key, list[Flip]] = {}
    for seller, flip in flips:
        for change in (flip.change, None):
            groups.setdefault((seller, flip.currency, change), []).append(flip)
    for key in sorted(groups, key=lambda key: (key[0] or "", key[1], key[2] is None, key[2] or "")):
        found = groups[key]
        if key[2] is not None or len({flip.change for flip in found}) > 1:
            yield _total(key, found)


def _total(key: _Key, flips: list[Flip]) -> Total:
    seller, currency, change = key
    lines = {(f.past.order, f.past.line): f.value or 0 for f in flips}
    paid = {(f.past.order, f.past.line, f.past.question): f for f in flips if f.is_money}
    return Total(
        seller=seller,
        change=change,
        currency=currency,
        flips=len(flips),
        lines=len(lines),
        value=sum(lines.values()),
        refund=sum(flip.refund or 0 for flip in paid.values()) if paid else None,
        unseen=sum(flip.unseen or 0 for flip in paid.values()) if paid else None,
    )
