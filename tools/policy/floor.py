"""Which rights stand above every rule that an owner can write?

The law of the ship-to country, as far as code should know it:

* Withdrawal: a consumer in the EU or the United Kingdom may send goods back within 14 days of
  receiving the last of them, whatever the reason, and whatever the seller calls a final sale. The
  day of delivery does not count, and a period that ends on a weekend or public holiday runs on to
  the next working day (tools/policy/calendar.py). A gift counts from its delivery to whoever it
  was sent to. Until the goods are here the period has not begun, and it can be used already.
  Made to order and broken hygiene seals are exempt, and a bulk order is bought by a business,
  which has no such right. Food is not exempt as such: not all of it perishes.
* Cancelling: what may be sent back may be called off as long as the seller still has it.
* Defect: goods that came damaged, faulty, wrong or not as described are never simply refused,
  neither their return nor their price.

A rulebook below the floor is refused by the linter. Should one be in force all the same, a
decision below the floor becomes a hand-off and never a silent yes: what is wrong is the rulebook,
and a person must see that. A floor whose own facts are unknown counts as reached.
"""

from dataclasses import dataclass
from datetime import datetime

from tools.policy.calendar import WITHDRAWAL_DAYS
from tools.policy.conditions import (
    AllOf,
    AnyOf,
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
    DeadlineAt,
    DenyThen,
    Then,
)
from tools.policy.facts import Value, instant

_EU_AND_UK = "AT BE BG CY CZ DE DK EE ES FI FR GB GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU_AND_UK = frozenset(_EU_AND_UK.split())
_FAR_BUT_EU = frozenset(["AX", "GF", "GP", "MF", "MQ", "RE", "YT"])
"""Parts of Finland and France with codes of their own; the law is the same."""
LAW_OF_EU_OR_UK = EU_AND_UK | _FAR_BUT_EU
DEFECTS = ("damaged", "faulty", "wrong_item", "not_as_described")
SEALED_CATEGORIES = ("cosmetics", "food", "soap")
"""Goods that the law lets a seller refuse once their hygiene seal is broken."""
WITHDRAWAL_ENDS = FactName("withdrawal_ends")

_DEFECT_EU = "Directive (EU) 2019/771 Art. 10 and 13"
_DEFECT_UK = "Consumer Rights Act 2015 sections 9 to 11 and 19 to 24"
_OUR_OWN = "held here for every country, whatever its law"


def _is(name: str, *values: bool | str) -> Condition:
    return OneOf(FactName(name), values)


_NOT_PAID_BACK = _is("already_refunded", False)
_ARRIVED = AnyOf((_is("delivered", True), _is("milestone", "delivered")))
"""All of it, or one of its parcels."""
_STILL_WITH_THE_BUYER = AllOf(
    (
        _is("cancelled", False),
        _is("already_returned", False),
        _NOT_PAID_BACK,
        _is("refund_pending_inspection", False),
    )
)
_MAY_WITHDRAW = AllOf(
    (
        _is("ship_to_eu_uk", True),
        _is("order_kind", "consumer", "bundle"),
        _is("custom_made", False),
        _is("in_withdrawal_period", True),
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
    eu: str
    """Where it stands in the law of the European Union."""
    uk: str
    """Where it stands in the law of the United Kingdom."""
    at_least: Deadline | None = None
    person_may_agree: bool = False
    """Whether a yes that waits for a person is enough."""

    @property
    def facts(self) -> frozenset[FactName]:
        """Return what has to be known to tell whether the right holds."""
        return frozenset(test.fact for test in leaves(self.when))

    def cited(self, country: Value | None) -> str:
        """Return where the right stands for a buyer in a country; outside, it is our own."""
        if country == "GB":
            return self.uk
        return self.eu if country in LAW_OF_EU_OR_UK else _OUR_OWN


FLOORS = (
    Floor(
        id=RuleId("floor.withdrawal"),
        question="may_return",
        when=AllOf(
            (
                _MAY_WITHDRAW,
                _STILL_WITH_THE_BUYER,
                Not(AllOf((_is("category", *SEALED_CATEGORIES), _is("seal_broken", True)))),
            )
        ),
        basis="the 14 days after delivery in which a consumer may change their mind",
        eu="Directive 2011/83/EU Art. 9 and 16(c), (e); Regulation 1182/71 Art. 3(4)",
        uk="Consumer Contracts Regulations 2013 reg. 28(1)(b), 28(3)(a), 29 and 30",
        at_least=Deadline(after=FactName("delivered_at"), days=WITHDRAWAL_DAYS),
    ),
    Floor(
        id=RuleId("floor.cancel"),
        question="may_cancel",
        when=AllOf(
            (
                _MAY_WITHDRAW,
                _is("cancelled", False),
                _NOT_PAID_BACK,
                _is("milestone", "placed", "packed"),
            )
        ),
        basis="a consumer's right to change their mind before anything is sent",
        eu="Directive 2011/83/EU Art. 9 and 11(1)",
        uk="Consumer Contracts Regulations 2013 reg. 29 and 32",
    ),
    Floor(
        id=RuleId("floor.defect"),
        question="may_return",
        when=AllOf((_is("return_reason", *DEFECTS), _ARRIVED, _STILL_WITH_THE_BUYER)),
        basis="the remedy for what came damaged, faulty, wrong or not as described",
        eu=_DEFECT_EU,
        uk=_DEFECT_UK,
    ),
    Floor(
        id=RuleId("floor.defect_refund"),
        question="may_refund",
        when=AllOf((_is("return_reason", *DEFECTS), _ARRIVED, _NOT_PAID_BACK)),
        basis="the remedy for what came damaged, faulty, wrong or not as described",
        eu=_DEFECT_EU,
        uk=_DEFECT_UK,
        person_may_agree=True,
    ),
)


def undercut(question: str, then: Then, lookup: Lookup) -> Floor | None:
    """Return the right that an outcome would cut short in this case, if there is one."""
    for floor in FLOORS:
        if floor.question == question and is_less(then, floor) and _may_hold(floor, lookup):
            return floor
    return None


def is_less(then: Then, floor: Floor) -> bool:
    """Whether an outcome grants less than a right does."""
    if isinstance(then, ApprovalThen):
        return not floor.person_may_agree
    if not isinstance(then, AllowThen):
        return isinstance(then, DenyThen)
    until, least = then.until, floor.at_least
    if until is None or least is None:
        return False
    if isinstance(until, DeadlineAt):
        return until.at != WITHDRAWAL_ENDS
    return until.after != least.after or until.days < least.days


def extended(question: str, until: datetime, lookup: Lookup) -> tuple[datetime, Floor] | None:
    """Return when a yes ends by law, and by which right, if the rule would end it earlier."""
    ends = lookup(WITHDRAWAL_ENDS)
    at = instant(ends) if ends is not None else None
    for floor in FLOORS:
        lasts = floor.question == question and floor.at_least is not None
        if lasts and at is not None and at > until and _may_hold(floor, lookup):
            return at, floor
    return None


def _may_hold(floor: Floor, lookup: Lookup) -> bool:
    return evaluate(floor.when, lookup).holds is not False
