"""Does `nightdesk policy diff` say what an edit of the rules changes?"""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.cli import main
from evals import suites
from tests.unit.policy.examples import POLICY
from tests.unit.policy.past import WINDOW_20, draft

Diff = Callable[..., tuple[int, str]]
RETURN = """\
- id: a.return
  clock: 2026-03-10T09:00:00Z
  turns:
    - say: can I return ND-1010? anna.berger@example.com
"""


@pytest.fixture
def diff(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Diff:
    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["nightdesk", "policy", "diff", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), capsys.readouterr().out

    return run


def test_the_same_rules_differ_in_nothing(diff: Diff):
    code, out = diff(str(POLICY), str(POLICY), "--no-conversations")

    assert code == 0
    assert "Nothing but comments" in out


def test_a_shorter_window_is_told_with_the_cases_at_its_edge(diff: Diff, tmp_path: Path):
    code, out = diff(str(POLICY), str(draft(tmp_path, WINDOW_20)), "--no-conversations")

    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert code == 1
    assert "Setting returns.yaml, may return, window days 30 20" in lines
    assert any("no longer a plain yes" in line and "days ago, unused" in line for line in lines)


def test_the_conversations_of_the_evals_are_decided_again(
    diff: Diff, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "mine.yaml").write_text(RETURN)
    monkeypatch.setattr(suites, "DATASETS", tmp_path)

    code, out = diff(str(POLICY), str(draft(tmp_path, WINDOW_20)), "--json")

    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert {row["type"] for row in rows} >= {"difference", "generated", "summary"}
    assert rows[-1]["recorded"] >= 1


def test_csv_and_html_have_the_same_edit(diff: Diff, tmp_path: Path):
    new = str(draft(tmp_path, WINDOW_20))
    _, table = diff(str(POLICY), new, "--no-conversations", "--format", "csv")
    _, page = diff(str(POLICY), new, "--no-conversations", "--format", "html")

    first = next(csv.DictReader(io.StringIO(table)))
    assert (first["type"], first["old"], first["new"]) == ("difference", "30", "20")
    assert page.startswith("<!doctype html>")
    assert "<td>returns.yaml, may return, window days</td>" in page


def test_what_is_no_folder_and_no_version_is_wrong_use(
    diff: Diff, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("NIGHTDESK_DATABASE", str(tmp_path / "empty.sqlite"))

    code, _ = diff("no-such-version", str(POLICY))

    assert code == 2
