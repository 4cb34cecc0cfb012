"""Are the questions really the fewest? Compared with trying out every set of them."""

from collections.abc import Iterator
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.policy.examples import NOW, case, said, shipped
from tests.unit.policy.small_law import Tree, fact, rule, rulebook
from tools.policy.decision import Allow, Decision, Deny, FactName, HandOff, NeedFacts
from tools.policy.engine import decide
from tools.policy.facts import Fact, Facts, Value

BUYER = [name for name, spec in shipped().catalogue.items() if spec.askable]
SELLERS = [*shipped().sellers, "northwind-prints"]
Answers = tuple[Value, ...]


def outcome(decision: Decision) -> tuple[object, ...]:
    """What a buyer would notice: one person is as good as another."""
    match decision:
        case Allow(until=until, terms=terms):
            return "allow", until, tuple(sorted(terms.items()))
        case Deny(since=since):
            return "deny", since
        case HandOff():
            return ("person",)
        case _:
            return (decision.kind,)


def every_answer(names: list[FactName]) -> Iterator[Answers]:
    """Every combination of every value, not only of the telling ones."""
    catalogue = shipped().catalogue
    return product(*(tuple(catalogue[n].choices) or (True, False) for n in names))


def fewest_by_trying(known: Facts) -> tuple[int, list[frozenset[FactName]]]:
    """Return the size of the smallest settling sets, and these sets."""
    names = [name for name in BUYER if name not in known]
    ends = {
        answers: outcome(decide("may_return", {**known, **spoken(names, answers)}, shipped(), NOW))
        for answers in every_answer(names)
    }
    for size in range(len(names) + 1):
        settling = [
            frozenset(names[i] for i in some)
            for some in combinations(range(len(names)), size)
            if is_settled_by(some, ends)
        ]
        if settling:
            return size, settling
    raise AssertionError("all answers together settle it")


def is_settled_by(some: tuple[int, ...], ends: dict[Answers, tuple[object, ...]]) -> bool:
    first: dict[Answers, tuple[object, ...]] = {}
    return all(
        first.setdefault(tuple(answers[i] for i in some), end) == end
        for answers, end in ends.items()
    )


def spoken(names: list[FactName], answers: Answers) -> dict[FactName, Fact]:
    return {n: said(a, n, "buyer") for n, a in zip(names, answers, strict=True)}


def assert_fewest(known: Facts) -> None:
    decision = decide("may_return", known, shipped(), NOW)
    size, settling = fewest_by_trying(known)
    asked = decision.facts if isinstance(decision, NeedFacts) else ()
    assert len(asked) == size
    assert frozenset(asked) in settling


@pytest.mark.parametrize("seller", SELLERS)
@pytest.mark.parametrize("days", [0, 14, 15, 31])
@pytest.mark.parametrize("eu", [True, False])
def test_no_smaller_set_of_questions_would_settle_it(seller: str, days: int, eu: bool):
    category = "soap" if seller == "salt-soap" else "other"
    assert_fewest(
        case(seller=seller, days_since_delivery=days, ship_to_eu_uk=eu, category=category)
    )


@settings(max_examples=60, deadline=None)
@given(
    seller=st.sampled_from(SELLERS),
    days=st.integers(0, 100),
    flags=st.fixed_dictionaries(
        {
            n: st.booleans()
            for n in ("ship_to_eu_uk", "final_sale", "custom_made", "gift", "delivered")
        }
    ),
    category=st.sampled_from(["soap", "food", "prints"]),
    answered=st.dictionaries(
        st.sampled_from(["unused", "seal_broken", "washed", "original_packaging"]), st.booleans()
    ),
)
def test_the_questions_are_the_fewest_in_any_case(
    seller: str, days: int, flags: dict[str, bool], category: str, answered: dict[str, bool]
):
    known = case(**{**flags, "seller": seller, "days_since_delivery": days, "category": category})
    known.update({FactName(n): said(v, n, "buyer") for n, v in answered.items()})
    assert_fewest(known)


YES_NO = {name: fact("bool", "buyer") for name in "abcdefghijkl"}


def ask(*rules: Tree) -> tuple[str, ...]:
    decision = decide("may_try", {}, rulebook([*rules], YES_NO), NOW)
    return decision.facts if isinstance(decision, NeedFacts) else ()


def test_one_question_is_preferred_to_two():
    either = rule("one", "deny", {"any": [{"a": True, "c": True}, {"b": True, "c": True}]})
    assert ask(either, rule("two", "deny", {"c": True}), rule("three", "allow")) == ("c",)


def test_the_question_that_most_often_ends_it_comes_first():
    rules = (rule("one", "deny", {"a": True, "b": True}), rule("two", "deny", {"b": False}))
    assert ask(*rules, rule("three", "allow")) == ("b", "a")


def test_so_many_questions_that_a_search_would_take_long_are_all_named():
    wanting: Tree = dict.fromkeys(YES_NO, True)
    assert ask(rule("one", "deny", wanting), rule("two", "allow")) == tuple(YES_NO)
