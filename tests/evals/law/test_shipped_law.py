"""Are the shipped rules tried from all sides, and does a mistake in them show?"""

import random
import shutil
from functools import cache
from pathlib import Path

import pytest

from evals.law.accepted import read_accepted
from evals.law.case_reading import Cases, read_cases
from evals.law.coverage import cover, decided
from evals.law.mutants import mutants_of
from evals.law.mutation import Trial
from evals.law.survey import Coverage
from evals.law.trying import failing_cases
from tests.evals.law.small import unheard
from tools.connectors.policy_files import load_rulebook, read_documents
from tools.policy.explain import Law

POLICY = Path(__file__).parents[3] / "policy"


@cache
def shipped() -> tuple[Law, Cases]:
    law = Law(read_documents(POLICY), load_rulebook(POLICY))
    return law, read_cases(POLICY, law.rulebook)


def test_every_case_comes_out_as_its_owner_expects():
    law, cases = shipped()
    assert [*failing_cases(cases, law.documents, law.rulebook)] == []


def test_the_cases_alone_touch_everything_that_is_not_accepted():
    law, cases = shipped()
    covered = cover(law.rulebook, decided(cases.decided, law.rulebook), ())
    found = Coverage(covered, read_accepted(POLICY))
    assert (found.unexplained, found.stale) == ((), ())


def test_a_rule_that_no_case_is_about_is_named():
    law, cases = shipped()
    kept = [case for case in cases.decided if case.expected.expect.rule != "refunds.lost"]
    covered = cover(law.rulebook, decided(kept, law.rulebook), ())
    assert "refunds.lost" in Coverage(covered, read_accepted(POLICY)).unexplained


@pytest.mark.parametrize("seed", range(3))
def test_the_cases_alone_notice_a_sample_of_changes(seed: int):
    law, cases = shipped()
    every = list(mutants_of(law.documents))
    accepted = read_accepted(POLICY).survivors
    some = random.Random(seed).sample(every, 40)
    trial = Trial(law.documents, law.rulebook, cases, unheard)
    survived = [one.mutant for one in trial.run(some) if one.verdict == "survived"]
    assert [name for name in survived if name not in accepted] == []


@pytest.mark.parametrize(
    ("file", "old", "new", "case"),
    [
        (
            "returns.yaml",
            "window_days: 30",
            "window_days: 31",
            "An unused item goes back for 30 days",
        ),
        (
            "marketplace.yaml",
            "day: 100000, photo: 4000",
            "day: 100001, photo: 4000",
            "A refund in euros goes",
        ),
        (
            "refunds.yaml",
            "{at_least: 3, at_most: 45}",
            "{at_least: 2, at_most: 45}",
            "What is overdue is paid",
        ),
        (
            "sellers/tiny-oak-toys.yaml",
            "exchange_days: 60",
            "exchange_days: 59",
            "Toys are exchanged for 60",
        ),
    ],
)
def test_a_mistake_in_a_file_shows_in_a_case(
    tmp_path: Path, file: str, old: str, new: str, case: str
):
    draft = tmp_path / "policy"
    shutil.copytree(POLICY, draft)
    text = (draft / file).read_text(encoding="utf-8")
    assert old in text
    (draft / file).write_text(text.replace(old, new), encoding="utf-8")
    rulebook = load_rulebook(draft)
    failing = failing_cases(read_cases(draft, rulebook), read_documents(draft), rulebook)
    assert any(one.name.startswith(case) for one in failing)


def test_another_case_makes_no_other_version(tmp_path: Path):
    draft = tmp_path / "policy"
    shutil.copytree(POLICY, draft, ignore=shutil.ignore_patterns("cases"))
    assert load_rulebook(draft).version == shipped()[0].rulebook.version
