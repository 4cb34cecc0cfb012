"""Does a better fact ever bring a worse answer, and do odd facts ever bring none?

Not tested, since neither of two values is better for the buyer: who sells, what kind of goods it is,
where it goes, what it costs, the currency, the reason (a defect goes to a person, a change of mind by
the clock), whether an exchange is of a piece made to order (it is made again, whatever is in stock),
and everything `needs_person` looks at (a person is neither yes nor no). Nor is an answer compared with
a question that is still to be asked.
"""

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache

import pytest

from tests.oracle.cases import CaseMaker
from tests.oracle.comparing import facts_of, judge, rulebook
from tests.oracle.independent.sheets import Value
from tests.oracle.independent.survey import Case, Told
from tools.policy.decision import Allow, Deny, FactName, HandOff, NeedApproval, NeedFacts
from tools.policy.engine import decide
from tools.policy.facts import Fact, Facts

_FLAGS: Mapping[str, str] = {
    "may_return": "-final_sale -custom_made -seal_broken -washed -already_returned -cancelled "
    "-already_refunded -refund_pending_inspection +unused +original_packaging +gift "
    "+in_withdrawal_period",
    "may_exchange": "-final_sale -seal_broken -already_returned -cancelled "
    "-already_refunded +unused +in_stock",
    "may_refund": "-already_refunded -cancelled -custom_made -dispute_open +return_received",
    "may_cancel": "-cancelled -already_refunded -custom_made -dispute_open +in_withdrawal_period",
    "may_change_address": "-cancelled -already_refunded -delivered -dispute_open "
    "-contact_changed_lately -address_changed_before +second_factor +address_in_same_country",
}
FLAGS = [(q, word[1:], word[0] == "+") for q, words in _FLAGS.items() for word in words.split()]
"""A question, a fact, and which of its values is better."""
LESS_IS_BETTER = [
    ("may_return", "days_since_delivery"),
    ("may_exchange", "days_since_delivery"),
    ("may_refund", "days_since_delivery"),
    ("may_refund", "claims_90_days"),
    ("may_refund", "refunded_order"),
    ("may_refund", "refunded_buyer_30_days"),
    ("may_refund", "refunded_seller_today"),
    ("may_refund", "refunded_today"),
    ("may_cancel", "hours_since_order"),
    ("may_cancel", "refunded_today"),
]
STEPS = [
    ("may_refund", "photo_evidence", "none", "shows_damage"),
    ("may_refund", "photo_evidence", "unclear", "shows_damage"),
    ("may_refund", "return_inspection", "failed", "passed"),
    ("may_cancel", "milestone", "packed", "placed"),
    ("may_cancel", "milestone", "shipped", "packed"),
    ("may_change_address", "milestone", "packed", "placed"),
    ("may_change_address", "milestone", "shipped", "packed"),
]
_GENEROSITY = {Deny: 0, NeedApproval: 1, HandOff: 1, NeedFacts: 1, Allow: 2}
_CASES = 120


@cache
def cases_by_question() -> Mapping[str, list[tuple[Case, datetime]]]:
    by_question: dict[str, list[tuple[Case, datetime]]] = {q: [] for q in judge().binder.sheets}
    for one in CaseMaker(judge(), seed=9).make(10 * _CASES):
        by_question.get(one.question, []).append((one.case, one.now))
    return by_question


def leads_to_no(question: str, facts: Facts, asked: NeedFacts, now: datetime) -> bool:
    """Whether some answer of the buyer ends with a no."""
    name = asked.facts[0]
    spec = rulebook().catalogue[name]
    answers: tuple[Value, ...] = tuple(spec.choices) if spec.kind == "choice" else (True, False)
    for answer in answers:
        more = {**facts, name: Fact(name=name, value=answer, source="buyer", as_of=now)}
        found = decide(question, more, rulebook(), now)
        if isinstance(found, Deny):
            return True
        if isinstance(found, NeedFacts) and leads_to_no(question, more, found, now):
            return True
    return False


def better_is_no_worse(question: str, name: str, worse: Value, better: Value) -> int:
    """Put both values into many cases; return in how many the better one helped."""
    helped = 0
    source = judge().binder.facts[name].sources[0]
    for case, now in cases_by_question()[question]:
        before, after = (
            decide(question, facts_of({**case, name: Told(v, source, now)}), rulebook(), now)
            for v in (worse, better)
        )
        if isinstance(before, HandOff | NeedFacts):
            continue
        if isinstance(after, NeedFacts):
            # A question is no worse answer, unless one of its answers leads to one.
            facts = facts_of({**case, name: Told(better, source, now)})
            assert isinstance(before, Deny) or not leads_to_no(question, facts, after, now)
            continue
        gain = _GENEROSITY[type(after)] - _GENEROSITY[type(before)]
        assert gain >= 0, (question, name, before.rule_id, after.rule_id, case)
        helped += gain > 0
    return helped


@pytest.mark.parametrize(("question", "name", "better"), FLAGS)
def test_a_better_fact_never_brings_a_worse_answer(question: str, name: str, better: bool):
    better_is_no_worse(question, name, not better, better)


@pytest.mark.parametrize(("question", "name"), LESS_IS_BETTER)
def test_a_smaller_number_never_brings_a_worse_answer(question: str, name: str):
    for most, less in ((1, 0), (31, 14), (20_000, 3)):
        better_is_no_worse(question, name, most, less)


@pytest.mark.parametrize(("question", "name", "worse", "better"), STEPS)
def test_a_step_towards_the_buyer_never_brings_a_worse_answer(
    question: str, name: str, worse: str, better: str
):
    better_is_no_worse(question, name, worse, better)


def test_some_of_these_facts_do_help():
    assert better_is_no_worse("may_exchange", "in_stock", worse=False, better=True) > 0
    assert better_is_no_worse("may_return", "already_returned", worse=True, better=False) > 0
    assert better_is_no_worse("may_cancel", "cancelled", worse=True, better=False) > 0


ODD: tuple[object, ...] = (
    None,
    1.5,
    ["a"],
    {"a": 1},
    b"x",
    10**30,
    -(10**30),
    "\x00",
    "9999-12-31T23:59:59+00:00",
    "0001-01-01",
)
INSTANTS = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


def test_nonsense_of_any_type_gets_an_answer_and_changes_nothing():
    dice = random.Random(3)
    for question in (*judge().binder.sheets, "", "may_dance"):
        for now in (*INSTANTS, datetime(2026, 5, 1, tzinfo=UTC)):
            for _ in range(40):
                facts = {name: odd(name, dice) for name in rulebook().catalogue}
                before = dict(facts)
                first, again = (decide(question, facts, rulebook(), now) for _ in range(2))
                assert type(first) in _GENEROSITY
                assert first == again
                assert facts == before


def odd(name: FactName, dice: random.Random) -> Fact:
    plain = (True, False, 0, 7, 14, "EUR", "consumer", "delivered", "luma-jewelry")
    value: object = dice.choice((*plain, *ODD))
    as_of = dice.choice((*INSTANTS, datetime(2026, 5, 1, tzinfo=UTC)))
    return Fact.model_construct(name=name, value=value, source="record", as_of=as_of)
