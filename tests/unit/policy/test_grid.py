"""Do generated cases reach every edge that two rulebooks have, and no others?"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.policy.examples import shipped
from tests.unit.policy.past import WINDOW_20, edited, past
from tools.policy import grid_seeds
from tools.policy.decision import FactName
from tools.policy.facts import FactSpec, Freshness
from tools.policy.flips import find_flips, refund_of
from tools.policy.grid import Grid, make_grid
from tools.policy.grid_flips import Group, group_flips, group_grid
from tools.policy.grid_seeds import TablePair, find_seeds
from tools.policy.grid_variants import NOW, ordinary
from tools.policy.rulebook import Rulebook

WINDOW_29 = ("returns.yaml", "window_days: 30", "window_days: 29")
SALE_TO_A_PERSON = (
    "returns.yaml",
    "when: {final_sale: true}\n        then: deny",
    "when: {final_sale: true}\n        then: {hand_off: {queue: returns}}",
)
CAP_BY_A_CENT = ("marketplace.yaml", "EUR: {action: 8000", "EUR: {action: 7999")


def groups(old: Rulebook, new: Rulebook) -> dict[tuple[str, str, str], Group]:
    found = group_grid(make_grid(old, new), old, new)
    return {
        (g.example.past.decision.rule_id, g.example.new.rule_id, g.example.past.decision.kind): g
        for g in found
    }


def values(grid: Grid, fact: str) -> set[object]:
    return {one.value for case in grid.cases for one in case.facts if one.name == fact}


def test_rulebooks_that_say_the_same_have_no_cases():
    assert make_grid(shipped(), shipped()).cases == ()


def test_a_rule_of_another_name_has_no_cases(tmp_path: Path):
    new = edited(tmp_path, ("returns.yaml", "- id: seal_broken", "- id: opened"))

    assert make_grid(shipped(), new).cases == ()


def test_a_limit_has_a_day_less_itself_and_a_day_more_of_both_rulebooks(tmp_path: Path):
    grid = make_grid(shipped(), edited(tmp_path, WINDOW_20))

    assert {19, 20, 21, 29, 30, 31} <= values(grid, "days_since_delivery")
    assert {case.question for case in grid.cases} == {"may_return"}


def test_a_window_of_a_day_less_flips_its_last_day(tmp_path: Path):
    found = groups(shipped(), edited(tmp_path, WINDOW_29))[
        "returns.in_window", "returns.late", "allow"
    ]

    known = {fact.name: fact.value for fact in found.example.past.facts}
    assert (known[FactName("days_since_delivery")], found.change) == (30, "no_longer_allowed")
    assert found.case is not None
    assert "northwind-prints" in found.sellers
    assert "moonpress-books" not in found.sellers


def test_a_cap_of_a_cent_less_flips_the_amount_between(tmp_path: Path):
    new = edited(tmp_path, CAP_BY_A_CENT)
    found = groups(shipped(), new)

    amounts = {
        refund.amount
        for group in found.values()
        for flip in group.flips
        if (refund := refund_of(flip.past.decision)) is not None
    }
    assert {group.example.new.rule_id for group in found.values()} == {"caps.action"}
    assert amounts == {8000}


def test_a_changed_outcome_flips_what_the_rule_decided(tmp_path: Path):
    found = groups(shipped(), edited(tmp_path, SALE_TO_A_PERSON))

    assert ("returns.final_sale", "returns.final_sale", "deny") in found


def test_a_fact_that_is_believed_for_less_long_flips_a_second_after():
    fresh = FactName("final_sale")
    spec = shipped().catalogue[fresh].model_copy(update={"fresh_for": Freshness(days=2)})
    new = replace(shipped(), catalogue={**shipped().catalogue, fresh: spec})
    flips = [
        flip
        for group in group_grid(make_grid(shipped(), new), shipped(), new)
        for flip in group.flips
    ]

    ages = {NOW - fact.as_of for flip in flips for fact in flip.past.facts if fact.name == fresh}
    assert min(ages) == timedelta(days=2, seconds=1)


def test_no_more_cases_are_made_than_wanted(tmp_path: Path):
    grid = make_grid(shipped(), edited(tmp_path, CAP_BY_A_CENT), most=100)

    assert (len(grid.cases), grid.is_cut) == (100, True)


def test_a_question_that_only_one_rulebook_has_goes_to_a_person_in_the_other():
    without = replace(
        shipped(), tables={name: t for name, t in shipped().tables.items() if name != "may_cancel"}
    )
    old = replace(without, sellers={})
    changed = group_grid(make_grid(old, shipped()), old, shipped())

    rules = {g.example.past.decision.rule_id for g in changed if g.question == "may_cancel"}
    assert rules == {"fallbacks.no_question"}


def test_each_case_is_made_once(tmp_path: Path):
    cases = make_grid(shipped(), edited(tmp_path, SALE_TO_A_PERSON)).cases

    assert len(cases) == len({(c.question, c.sellers, frozenset(c.facts)) for c in cases})


def test_recorded_flips_are_put_together_without_generated_cases(tmp_path: Path):
    flips = find_flips(
        [past("a", days_since_delivery=30), past("b", days_since_delivery=30)],
        edited(tmp_path, WINDOW_29),
    )
    (group,) = group_flips(flips, {})

    assert (len(group.flips), group.sellers, group.case) == (2, ("northwind-prints",), None)


def test_tables_with_little_in_common_are_not_compared_rule_by_rule(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(grid_seeds, "MOST_SEARCHES", 1)
    returns, changes = shipped().tables["may_return"], shipped().tables["may_cancel"]
    pair = TablePair("may_return", (), returns, changes, shipped().catalogue)

    seeds = list(find_seeds(pair))

    assert sum(len(seed.rules) == 2 for seed in seeds) <= 1
    assert len(seeds) > 20


def test_a_word_is_nothing_out_of_the_ordinary_and_a_choice_is_its_first():
    word = FactSpec(meaning="x", kind="word", sources=("record",))
    choice = FactSpec(meaning="x", kind="choice", sources=("record",), choices={"a": {}, "b": {}})

    assert ordinary(FactName("some_word"), word) is None
    assert ordinary(FactName("some_choice"), choice) == "a"
