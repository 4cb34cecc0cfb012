"""Is every small mistake in a law found, told apart from none, or listed?"""

from pathlib import Path

import pytest

from evals.law.accepted import read_accepted
from evals.law.mutants import mutants_of
from evals.law.mutation import Trial, Tried
from evals.law.survey import Mutation
from tests.evals.law.small import (
    CASES,
    FACTS,
    RULES,
    small_cases,
    small_documents,
    small_rulebook,
    tried,
    unheard,
    written,
)
from tests.unit.policy.small_law import documents, fact, rule, rulebook
from tools.errors import BadInputError
from tools.policy.rulebook import Rulebook

LIST = "survivors:\n  'small.late: removed': Nobody minds.\n"


def survivors(found: dict[str, Tried]) -> list[str]:
    return [name for name, one in found.items() if one.verdict == "survived"]


def mutation(folder: Path, *found: Tried, is_whole: bool = True) -> Mutation:
    return Mutation(found, read_accepted(folder), is_whole=is_whole)


def test_the_cases_of_the_small_law_notice_every_change_of_it(tmp_path: Path):
    assert survivors(tried(small_cases(tmp_path))) == []


@pytest.mark.parametrize(
    "mutant",
    [
        "small.late: days more_than 11 instead of $window",
        "small.late: days more_than 9 instead of $window",
        "small.late: not days",
        "small.late: allow instead of deny",
        "small.late: removed",
        "small.used: below late",
        "small.used: not locked",
        "small.used: to payments instead of returns",
        "may_try: window 9 instead of 10",
        "may_try: limit of window at_most 31 instead of 30",
        "may_try: no limit of window",
        "facts.days: hours 2 instead of 1",
    ],
)
def test_a_change_is_noticed_by_a_case(tmp_path: Path, mutant: str):
    assert tried(small_cases(tmp_path))[mutant].verdict == "case"


@pytest.mark.parametrize("mutant", ["small.late: without days", "small.fine: removed"])
def test_without_any_case_policy_check_still_refuses_what_makes_no_sense(
    tmp_path: Path, mutant: str
):
    assert tried(small_cases(tmp_path, "cases: []\n"))[mutant].verdict == "refused"


@pytest.mark.parametrize(
    ("cut", "survivor", "example"),
    [
        (
            "      - facts: {days: {value: 10, learnt: 1 hour ago}}\n",
            "small.late: days more_than 9 instead of $window",
            "days is 10, used is false",
        ),
        ("used: true, days: 11", "small.used: below late", "used is true, days is 11"),
    ],
)
def test_without_a_case_at_the_boundary_the_change_survives_and_a_case_is_proposed(
    tmp_path: Path, cut: str, survivor: str, example: str
):
    other = "" if "facts" in cut else "used: true"
    found = tried(small_cases(tmp_path, CASES.replace(cut, other)))
    assert survivor in survivors(found)
    assert found[survivor].by.endswith(example)


def test_a_change_that_no_case_can_show_is_the_same_law(tmp_path: Path):
    twice = [*RULES[:2], rule("too_late", "deny", {"days": {"more_than": 20}}), RULES[2]]
    law = documents(twice, FACTS, parameters={"window": 10})
    book = rulebook(twice, FACTS, parameters={"window": 10})
    trial = Trial(law, book, small_cases(tmp_path, "cases: []\n"), unheard)
    (found,) = trial.run([one for one in mutants_of(law) if one.name == "small.too_late: removed"])
    assert found.verdict == "same"


def test_how_long_a_fact_is_believed_changes_nothing_where_no_rule_looks_at_it(tmp_path: Path):
    facts = {**FACTS, "idle": fact("bool", "record", fresh_for={"days": 1})}
    law = documents(RULES, facts, parameters={"window": 10})
    book = rulebook(RULES, facts, parameters={"window": 10})
    trial = Trial(law, book, small_cases(tmp_path, "cases: []\n"), unheard)
    (found,) = trial.run(
        [one for one in mutants_of(law) if one.name.startswith("facts.idle: days 2")]
    )
    assert (found.verdict, found.by) == ("same", "no answer hangs on this fact")


def test_a_case_that_fails_already_notices_nothing(tmp_path: Path):
    wrong = CASES.replace("{answer: deny, rule: small.late}", "{answer: allow}")
    shifted = "small.late: days more_than 11 instead of $window"
    assert shifted in survivors(tried(small_cases(tmp_path, wrong)))


def test_a_conversation_may_notice_what_no_case_does(tmp_path: Path):
    def hears(rulebook: Rulebook, question: str) -> str | None:
        return "talk.late" if len(rulebook.tables[question].rules) == 2 else None

    law = small_documents()
    trial = Trial(law, small_rulebook(), small_cases(tmp_path, "cases: []\n"), hears)
    mutants = [one for one in mutants_of(law) if one.name == "small.late: removed"]
    (found,) = trial.run(mutants)
    assert (found.verdict, found.by) == ("conversation", "talk.late")


def test_an_accepted_survivor_is_explained(tmp_path: Path):
    folder = written(tmp_path, accepted=LIST)
    found = mutation(folder, Tried(mutant="small.late: removed", verdict="survived", by=""))
    assert (found.unexplained, found.stale) == ((), ())


def test_a_survivor_that_nobody_accepted_is_not(tmp_path: Path):
    one = Tried(mutant="small.late: removed", verdict="survived", by="")
    assert mutation(tmp_path, one).unexplained == (one,)


def test_an_entry_that_is_noticed_by_now_is_stale(tmp_path: Path):
    folder = written(tmp_path, accepted=LIST)
    found = mutation(folder, Tried(mutant="small.late: removed", verdict="case", by=""))
    (told,) = found.stale
    assert told.endswith(
        "accepted.yaml:2:26: `small.late: removed` is noticed by now; take it off the list."
    )


def test_an_entry_without_such_a_change_is_stale_unless_only_some_were_tried(tmp_path: Path):
    folder = written(tmp_path, accepted=LIST)
    other = Tried(mutant="small.late: remove", verdict="case", by="")
    (told,) = mutation(folder, other).stale
    assert told.endswith("take it off the list. Did you mean `small.late: remove`?")
    assert mutation(folder, other, is_whole=False).stale == ()


def test_a_list_with_other_sections_is_refused(tmp_path: Path):
    folder = written(tmp_path, accepted="surviors: {}\n")
    with pytest.raises(BadInputError, match="Did you mean `survivors`"):
        read_accepted(folder)


def test_the_mutants_of_a_law_are_many_and_each_has_a_name():
    names = [one.name for one in mutants_of(small_documents())]
    assert len(names) == len(set(names)) > 30


def test_a_trial_without_any_case_hears_nothing(tmp_path: Path):
    trial = Trial(
        small_documents(), small_rulebook(), small_cases(tmp_path, "cases: []\n"), unheard
    )
    verdicts = {one.verdict for one in trial.run(mutants_of(small_documents()))}
    assert verdicts == {"refused", "survived", "same"}
