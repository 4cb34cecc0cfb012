"""Which rights stand above every rule that an owner can write?

The law of the ship-to country, as far as code should know it:

* Withdrawal: a consumer in the EU or the United Kingdom may send goods back within 14 days of
  receiving the last of them, whatever the reason, and whatever the seller calls a final sale.
  Made to order and broken hygiene seals are exempt. The day of delivery does not count and days
  are counted in UTC. That a period ending on a weekend or public holiday runs on to the next
  working day is not counted here yet.
* Defect: goods that came damaged, faulty, wrong or not as described are never simply refused.

A rulebook below the floor is refused by the linter. Should one be in force all the same, a
decision below the floor becomes a hand-off and never a silent yes: what is wrong is the rulebook,
and a person must see that. A floor whose own facts are unknown counts as reached.
"""

from dataclasses import dataclass

from tools.policy.conditions import (
    AllOf,
    Between,
    Condition,
    Lookup,
    Not,
    OneOf,
    evaluate,
    leaves,
)
from tools.policy.decision import FactName, RuleId
from tools.policy.documents import (
    AllowThen,
    ApprovalThen,
    Deadline,
    DenyThen,
    Then,
)

_EU_AND_UK = "AT BE BG CY CZ DE DK EE ES FI FR GB GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU_AND_UK = frozenset(_EU_AND_UK.split())
DEFECTS = ("damaged", "faulty", "wrong_item", "not_as_described")
SEALED_CATEGORIES = ("cosmetics", "food", "soap")
"""Goods that the law lets a seller refuse once their hygiene seal is broken."""
_WITHDRAWAL_DAYS = 14


def _is(name: str, *values: bool | str) -> Condition:
    return OneOf(FactName(name), values)


_STILL_WITH_THE_BUYER = AllOf(
    (
        _is("cancelled", False),
        _is("already_returned", False),
        _is("already_refunded", False),
        _is("refund_pending_inspection", False),
    )
)


@dataclass(frozen=True)
class Floor:
    """One right: in which cases it holds for which question, and how long it lasts."""

    id: RuleId
    question: str
    when: Condition
    basis: str
    """For the owner: what the right is."""
    at_least: Deadline | None = None

    @property
    def facts(self) -> frozenset[FactName]:
        """Return what has to be known to tell whether the right holds."""
        return frozenset(test.fact for test in leaves(self.when))


FLOORS = (
    Floor(
        id=RuleId("floor.withdrawal"),
        question="may_return",
        when=AllOf(
            (
                _is("ship_to_eu_uk", True),
                _is("order_kind", "consumer", "bundle"),
                _is("custom_made", False),
                Between(FactName("days_since_delivery"), high=_WITHDRAWAL_DAYS),
                _is("delivered", True),
                _STILL_WITH_THE_BUYER,
                Not(AllOf((_is("category", *SEALED_CATEGORIES), _is("seal_broken", True)))),
            )
        ),
        basis="the 14 days after delivery in which a consumer may change their mind",
        at_least=Deadline(after=FactName("delivered_at"), days=_WITHDRAWAL_DAYS),
    ),
    Floor(
        id=RuleId("floor.defect"),
        question="may_return",
        when=AllOf((_is("return_reason", *DEFECTS), _is("delivered", True), _STILL_WITH_THE_BUYER)),
        basis="the remedy for what came damaged, faulty, wrong or not as described",
    ),
)


def undercut(question: str, then: Then, lookup: Lookup) -> Floor | None:
    """Return the right that an outcome would cut short in this case, if there is one."""
    for floor in FLOORS:
        if (
            floor.question == question
            and is_less(then, floor)
            and evaluate(floor.when, lookup).holds is not False
        ):
            return floor
    return None


def is_less(then: Then, floor: Floor) -> bool:
    """Whether an outcome grants less than a right does."""
    if not isinstance(then, AllowThen):
        return isinstance(then, DenyThen | ApprovalThen)
    until, least = then.until, floor.at_least
    if not isinstance(until, Deadline) or least is None:
        return False
    return until.after != least.after or until.days < least.days
