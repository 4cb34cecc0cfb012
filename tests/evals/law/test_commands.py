"""Do the commands tell an owner what is untried, and end as a script expects?"""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli.app import app
from evals import suites
from evals.policy_tests import run_policy_tests

POLICY = Path(__file__).parents[3] / "policy"
TALK = """\
- id: mine.person
  clock: 2026-03-10T09:00:00Z
  turns:
    - say: I want to talk to a human
      expect: {handoff: {reason: REASON}}
"""


@pytest.fixture
def draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the rules, with a single conversation to play."""
    talks = tmp_path / "talks"
    talks.mkdir()
    (talks / "mine.yaml").write_text(TALK.replace("REASON", "human_agent"), encoding="utf-8")
    monkeypatch.setattr(suites, "DATASETS", talks)
    shutil.copytree(POLICY, tmp_path / "policy")
    return tmp_path / "policy"


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def run(*arguments: str) -> tuple[int, list[str]]:
    ended = CliRunner().invoke(app, ["policy", *arguments])
    return ended.exit_code, ended.stdout.splitlines()


def test_rules_that_say_what_is_expected_pass(draft: Path):
    code, lines = run("test", "--policy", str(draft))
    assert code == 0
    assert lines[-1].endswith(f"and 1 conversations: all as expected (rules {lines[-1][-17:-1]})")


def test_a_case_that_comes_out_otherwise_is_told_in_words(draft: Path):
    change(draft / "handoff.yaml", "misunderstandings: 2 ", "misunderstandings: 3 ")
    code, lines = run("test", "--policy", str(draft))
    assert code == 1
    assert any("Nobody says the same thing a third time" in line for line in lines)
    assert "  answer: expected hand_off, got allow" in lines


def test_a_conversation_that_comes_out_otherwise_is_told_too(draft: Path, tmp_path: Path):
    (tmp_path / "talks" / "mine.yaml").write_text(TALK.replace("REASON", "lost"), encoding="utf-8")
    code, lines = run("test", "--policy", str(draft), "--json")
    failure, figures = (json.loads(line) for line in lines)
    assert code == 1
    assert failure["name"] == "mine.person"
    assert (figures["conversations"], figures["failed"]) == (1, 1)


def test_a_publication_is_told_how_many_passed(draft: Path):
    ran = run_policy_tests(draft)
    assert (ran.failed, ran.conversations) == (0, 1)
    assert ran.passed == ran.cases + 1


def test_coverage_names_a_rule_that_nothing_touches(draft: Path):
    change(draft / "cases" / "accepted.yaml", "  fallbacks.no_rule:", "  fallbacks.no_rul:")
    code, lines = run("coverage", "--policy", str(draft))
    assert code == 1
    assert (
        "nothing touches fallbacks.no_rule; write a case, or accept it in cases/accepted.yaml"
        in lines
    )
    assert any("`fallbacks.no_rul` is not there (any more)" in line for line in lines)


def test_coverage_of_the_shipped_rules_has_no_hole(draft: Path):
    code, lines = run("coverage", "--policy", str(draft), "--json")
    points = [json.loads(line) for line in lines]
    assert code == 0
    assert points[-1] == {"unexplained": [], "stale": []}
    human = next(one for one in points if one.get("name") == "handoff.human_agent")
    assert human["conversations"] > 0


def test_mutate_lists_what_nothing_notices(draft: Path):
    (draft / "cases" / "refunds.yaml").unlink()
    code, lines = run("mutate", "--policy", str(draft), "--sample", "80", "--seed", "1")
    assert code == 1
    assert any(line.startswith("refunds.") for line in lines)
    assert lines[-1].startswith("80 changes: ")


def test_mutate_tells_each_change_as_json(draft: Path):
    code, lines = run("mutate", "--policy", str(draft), "--sample", "5", "--json")
    tried = [json.loads(line) for line in lines]
    assert code == 0
    assert len(tried) == 6
    assert {"mutant", "verdict", "by", "accepted"} <= set(tried[0])
