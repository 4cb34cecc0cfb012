"""What holds of the rules for every case there could be?"""

from datetime import UTC, datetime

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.unit.policy.examples import NOW, said, shipped
from tools.policy.conditions import evaluate, leaves
from tools.policy.decision import Allow, Decision, Deny, FactName, HandOff, NeedApproval, NeedFacts
from tools.policy.engine import decide
from tools.policy.facts import Fact, Facts, FactSpec, Value
from tools.policy.floor import FLOORS
from tools.policy.walk import known_to

CATALOGUE = shipped().catalogue
SELLERS = [*shipped().sellers, "northwind-prints", "unheard-of"]
QUESTIONS = [*shipped().tables, "may_dance"]
DECISIONS = (Allow, Deny, NeedFacts, NeedApproval, HandOff)


def values_of(name: FactName, spec: FactSpec) -> st.SearchStrategy[Value]:
    if name == "seller":
        return st.sampled_from(SELLERS)
    match spec.kind:
        case "bool":
            return st.booleans()
        case "int":
            return st.integers(0, 100)
        case "choice":
            return st.sampled_from(list(spec.choices))
        case "word":
            return st.sampled_from(["soap", "food", "prints", "EUR"])
        case "instant":
            return st.just("2026-05-15T10:00:00+00:00")


USED = {
    test.fact
    for _, table in shipped().all_tables()
    if table.question == "may_return"
    for rule in table.rules
    for test in leaves(rule.when)
}
PLAIN = {
    name: values_of(name, CATALOGUE[name])
    for name in (*sorted(USED), FactName("seller"), FactName("delivered_at"))
}


def state(values: dict[FactName, Value]) -> dict[FactName, Fact]:
    return {n: said(v, n, CATALOGUE[n].sources[0]) for n, v in values.items()}


PARTLY_KNOWN = st.fixed_dictionaries({}, optional=PLAIN).map(state)
ALL_KNOWN = st.fixed_dictionaries(
    {name: values for name, values in PLAIN.items() if name != "delivered_at"}
).map(state)
NONSENSE = st.dictionaries(
    st.sampled_from([*CATALOGUE, FactName("unheard"), FactName("")]),
    st.one_of(st.booleans(), st.integers(), st.text()),
)


@settings(max_examples=150, deadline=None)
@given(
    question=st.sampled_from([*QUESTIONS, ""]),
    values=NONSENSE,
    source=st.sampled_from(["record", "buyer", "photo", "person"]),
    now=st.datetimes(timezones=st.just(UTC)),
)
def test_any_facts_get_a_decision(
    question: str, values: dict[FactName, Value], source: str, now: datetime
):
    facts = {
        n: Fact.model_validate({"name": n, "value": v, "source": source, "as_of": NOW})
        for n, v in values.items()
    }
    assert isinstance(decide(question, facts, shipped(), now), DECISIONS)


@settings(max_examples=100, deadline=None)
@given(facts=PARTLY_KNOWN, question=st.sampled_from(QUESTIONS))
def test_the_same_facts_get_the_same_decision_in_any_order(facts: Facts, question: str):
    backwards = dict(reversed(list(facts.items())))
    first = decide(question, facts, shipped(), NOW)
    assert decide(question, backwards, shipped(), NOW) == first


@settings(max_examples=200, deadline=None)
@given(facts=ALL_KNOWN)
def test_nothing_is_asked_when_everything_is_known(facts: Facts):
    assert not isinstance(decide("may_return", facts, shipped(), NOW), NeedFacts)


@settings(max_examples=150, deadline=None)
@given(facts=PARTLY_KNOWN, rest=ALL_KNOWN)
def test_what_is_said_with_some_facts_unknown_holds_once_they_are_known(facts: Facts, rest: Facts):
    early = decide("may_return", facts, shipped(), NOW)
    late = decide("may_return", {**rest, **facts}, shipped(), NOW)
    if isinstance(early, Allow | Deny | NeedApproval):
        assert late.kind == early.kind


@settings(max_examples=150, deadline=None)
@given(facts=PARTLY_KNOWN, answers=ALL_KNOWN)
def test_questions_come_to_an_end(facts: Facts, answers: Facts):
    known, asked = dict(facts), list[FactName]()
    while isinstance(decision := decide("may_return", known, shipped(), NOW), NeedFacts):
        name = decision.facts[0]
        assert name not in asked
        asked.append(name)
        known[name] = answers[name]
    assert len(asked) <= 4


GENEROSITY = {Deny: 0, NeedApproval: 1, HandOff: 1, NeedFacts: 1, Allow: 2}


def generosity(decision: Decision) -> int:
    return GENEROSITY[type(decision)]


BETTER: list[tuple[str, Value, Value]] = [
    ("unused", False, True),
    ("final_sale", True, False),
    ("custom_made", True, False),
    ("seal_broken", True, False),
    ("original_packaging", False, True),
    ("washed", True, False),
    ("ship_to_eu_uk", False, True),
    ("gift", False, True),
    ("already_returned", True, False),
    ("already_refunded", True, False),
    ("cancelled", True, False),
]


CALM = {
    FactName(n): v for n, v in {"return_reason": "changed_mind", "order_kind": "consumer"}.items()
}


def calm(facts: Facts) -> dict[FactName, Fact]:
    """Leave out what goes to a person whatever else is true: a person is neither yes nor no."""
    quiet: dict[FactName, Value] = {
        **CALM,
        FactName("dispute_open"): False,
        FactName("partly_refunded"): False,
        FactName("delivered"): True,
    }
    return {**facts, **state(quiet)}


@pytest.mark.parametrize(("name", "worse", "better"), BETTER, ids=[row[0] for row in BETTER])
@settings(max_examples=60, deadline=None)
@given(facts=ALL_KNOWN)
def test_a_better_fact_never_brings_a_worse_answer(
    name: str, worse: Value, better: Value, facts: Facts
):
    known = calm(facts)
    before = decide("may_return", {**known, **state({FactName(name): worse})}, shipped(), NOW)
    assume(not isinstance(before, HandOff))  # a person is neither yes nor no
    after = decide("may_return", {**known, **state({FactName(name): better})}, shipped(), NOW)
    assert generosity(after) >= generosity(before)


@settings(max_examples=200, deadline=None)
@given(facts=ALL_KNOWN, days=st.integers(0, 100), less=st.integers(0, 100))
def test_asking_earlier_never_brings_a_worse_answer(facts: Facts, days: int, less: int):
    known, name = calm(facts), FactName("days_since_delivery")
    late = decide("may_return", {**known, **state({name: days})}, shipped(), NOW)
    early = decide("may_return", {**known, **state({name: max(0, days - less)})}, shipped(), NOW)
    assert generosity(early) >= generosity(late)


@settings(max_examples=200, deadline=None)
@given(facts=PARTLY_KNOWN)
def test_no_right_is_ever_denied(facts: Facts):
    decision = decide("may_return", facts, shipped(), NOW)
    lookup = known_to(None, facts, CATALOGUE)
    rights = [floor.when for floor in FLOORS if floor.question == "may_return"]
    if any(evaluate(right, lookup).holds for right in rights):
        assert not isinstance(decision, Deny | NeedApproval)
