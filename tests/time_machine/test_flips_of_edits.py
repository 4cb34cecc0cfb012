"""Does the time machine list exactly the decisions that an edit of the files changes?"""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from agent.settings import Settings
from evals.recorded import recorded_decisions
from tests.oracle.cases import CaseMaker
from tests.oracle.comparing import facts_of, judge, rulebook
from tests.oracle.independent.sheets import read_binder
from tests.oracle.independent.verdicts import Judge
from tests.time_machine.edits import CHANGING, IDLE, POLICY, make_edit
from tests.time_machine.truth import Oracle, really_changed
from tools.policy.engine import decide
from tools.policy.flips import PastDecision, find_flips
from tools.policy.grid import make_grid
from tools.policy.grid_flips import decide_grid
from tools.policy.rulebook import Rulebook

EDITS = 50
MADE, FROM_GRID = 120, 120
_FOUND: dict[int, int] = {}
"""How many flips each edit that was tried had."""


@cache
def recorded() -> tuple[PastDecision, ...]:
    return recorded_decisions(POLICY, Settings())


@cache
def made() -> tuple[PastDecision, ...]:
    asked = CaseMaker(judge(), seed=5).make(MADE)
    return tuple(
        PastDecision(
            conversation="made",
            turn=number,
            said="",
            question=one.question,
            order="",
            line=str(number),
            decision=decide(one.question, facts, rulebook(), max(f.as_of for f in facts.values())),
            facts=tuple(facts.values()),
        )
        for number, one in enumerate(asked)
        if (facts := facts_of(one.case))
    )


def cases_for(new: Rulebook) -> list[PastDecision]:
    grid = make_grid(rulebook(), new)
    some = replace(grid, cases=grid.cases[:: max(1, len(grid.cases) // FROM_GRID)])
    return [*recorded(), *made(), *decide_grid(some, rulebook())]


def test_what_was_recorded_is_what_the_rules_say_now():
    decisions = [*recorded(), *made()]

    assert len(recorded()) > 100
    assert {one.decision.kind for one in decisions} == {
        "allow",
        "deny",
        "need_facts",
        "need_approval",
        "hand_off",
    }
    assert find_flips(decisions, rulebook()) == ()
    assert really_changed(decisions, rulebook()) == []


@pytest.mark.parametrize("seed", range(EDITS))
def test_the_flips_of_an_edit_are_those_that_it_really_changes(seed: int, tmp_path: Path):
    edit, new = make_edit(seed, tmp_path / "draft")
    cases = cases_for(new)

    found = [flip.past for flip in find_flips(cases, new)]

    _FOUND[seed] = len(found)
    assert found == really_changed(cases, new)
    oracle = Oracle(judge(), Judge(read_binder(tmp_path / "draft")))
    said = [(one, oracle.flips(one)) for one in cases]
    assert [one for one, flips in said if flips == "yes" and one not in found] == []
    assert [one for one, flips in said if flips == "no" and one in found] == []
    assert sum(flips != "open" for _, flips in said) > len(said) * 0.9
    assert edit in CHANGING or found == []


def test_most_edits_that_can_change_an_answer_flip_something():
    kinds = len(CHANGING) + len(IDLE)
    changing = {seed: n for seed, n in _FOUND.items() if seed % kinds < len(CHANGING)}

    assert sum(n > 0 for n in changing.values()) >= len(changing) // 2
