"""Does unknown stay unknown exactly as long as nothing else decides?"""

import pytest

from tools.policy.conditions import AllOf, AnyOf, Between, Condition, Not, OneOf, evaluate, leaves
from tools.policy.decision import FactName
from tools.policy.facts import FactSpec, Value
from tools.policy.values import ANOTHER_WORD, telling_values

YES, NO, OPEN = (OneOf(FactName(name), (True,)) for name in ("yes", "no", "open"))
KNOWN: dict[FactName, Value] = {FactName("yes"): True, FactName("no"): False, FactName("days"): 14}


def truth(condition: Condition) -> bool | None:
    return evaluate(condition, KNOWN.get).holds


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (YES, True),
        (NO, False),
        (OPEN, None),
        (Not(YES), False),
        (Not(NO), True),
        (Not(OPEN), None),
        (AllOf(()), True),
        (AllOf((YES, OPEN)), None),
        (AllOf((NO, OPEN)), False),
        (AllOf((OPEN, NO)), False),
        (AllOf((YES, YES)), True),
        (AnyOf(()), False),
        (AnyOf((YES, OPEN)), True),
        (AnyOf((NO, OPEN)), None),
        (AnyOf((NO, NO)), False),
        (AnyOf((OPEN, Not(OPEN))), None),
    ],
)
def test_logic_has_three_values(condition: Condition, expected: bool | None):
    assert truth(condition) is expected


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (None, 14, True),
        (None, 13, False),
        (14, None, True),
        (15, None, False),
        (14, 14, True),
        (None, None, True),
    ],
)
def test_both_ends_of_a_range_belong_to_it(low: int | None, high: int | None, expected: bool):
    assert truth(Between(FactName("days"), low, high)) is expected


def test_a_word_is_in_no_range():
    assert not Between(FactName("days"), 0, 99).holds("14")


def test_true_is_not_one():
    assert not OneOf(FactName("count"), (1,)).holds(value=True)
    assert not OneOf(FactName("flag"), (True,)).holds(1)


def test_an_answer_names_the_facts_it_hangs_on():
    assert evaluate(AllOf((YES, OPEN, NO)), KNOWN.get).facts == ("no",)
    assert evaluate(AllOf((YES, OPEN)), KNOWN.get).facts == ("open",)
    assert evaluate(AnyOf((NO, YES)), KNOWN.get).facts == ("yes",)
    assert evaluate(AllOf((YES, Not(NO))), KNOWN.get).facts == ("yes", "no")


def test_every_test_inside_a_condition_is_found_in_order():
    nested = AllOf((YES, Not(AnyOf((NO, OPEN)))))
    assert [test.fact for test in leaves(nested)] == ["yes", "no", "open"]


def spec(kind: str, *choices: str) -> FactSpec:
    labels = {choice: {"en": choice} for choice in choices}
    raw = {"meaning": "m", "kind": kind, "sources": ("buyer",), "choices": labels}
    return FactSpec.model_validate(raw)


@pytest.mark.parametrize(
    ("of", "test", "expected"),
    [
        (spec("bool"), OneOf(FactName("f"), (True,)), (True, False)),
        (spec("int"), Between(FactName("f"), None, 14), (0, 15)),
        (spec("int"), Between(FactName("f"), 3, 14), (0, 3)),
        (spec("int"), OneOf(FactName("f"), (7,)), (0, 7)),
        (spec("int"), Between(FactName("f"), None, 0), (0, 1)),
        (spec("choice", "a", "b", "c"), OneOf(FactName("f"), ("b",)), ("a", "b")),
        (spec("word"), OneOf(FactName("f"), ("soap",)), ("soap", ANOTHER_WORD)),
    ],
)
def test_one_value_stands_for_all_that_the_rules_cannot_tell_apart(
    of: FactSpec, test: OneOf | Between, expected: tuple[Value, ...]
):
    found = telling_values(FactName("f"), of, [test])
    assert sorted(map(test.holds, found)) == sorted(map(test.holds, expected))
