"""Do the commands print what they should and end with the right exit code?"""

import json
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from agent.bootstrap import House
from agent.cli import main
from evals import cli, suites
from evals.replay import Stage
from tests.evals.conftest import TINY_WORLD, Write

GOOD = "  - say: where is my order?\n    expect: {requests: [order_status]}\n"
BROKEN = "  - say: where is my order?\n    expect: {requests: [invoice_receipt]}\n"
DATASET = """\
- id: a.good
  clock: 2026-03-10T09:00:00Z
  turns:
    - say: where is my order?
      expect: {requests: [order_status]}
"""


class Nightdesk:
    """Runs the command in this process, as the console script does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        self._monkeypatch.setattr(sys, "argv", ["nightdesk", *arguments])
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        out, err = self._capsys.readouterr()
        return code, out, err


@pytest.fixture
def nightdesk(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Nightdesk:
    def house(*_: object, **__: object) -> House:
        return stage.house  # read once for all tests; what is read is the same

    monkeypatch.setattr(cli, "load_house", house)
    return Nightdesk(monkeypatch, capsys)


def test_replay_prints_one_json_record_a_turn(nightdesk: Nightdesk, write: Write):
    path = str(write(GOOD + "  - say: thanks, bye\n"))
    code, out, _ = nightdesk("replay", path, "--world", str(TINY_WORLD), "--json")
    records = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [record["turn"] for record in records] == [1, 2]
    assert {"conversation", "said", "reading", "tool_calls", "facts", "decision"} <= set(records[0])
    assert {"effects", "reply", "handoff", "model_calls", "tokens", "ms"} <= set(records[0])


def test_replay_repeats_a_conversation(nightdesk: Nightdesk, write: Write):
    _, out, _ = nightdesk(
        "replay", str(write(GOOD)), "--world", str(TINY_WORLD), "--json", "--repeat", "3"
    )
    assert len(out.splitlines()) == 3


def test_replay_fails_with_1_when_an_expectation_is_not_met(nightdesk: Nightdesk, write: Write):
    code, out, err = nightdesk("replay", str(write(BROKEN)), "--world", str(TINY_WORLD))
    assert code == 1
    assert "buyer: where is my order?" in out
    assert "expected invoice_receipt; got order_status" in " ".join(err.split())


def test_replay_ends_with_2_and_the_place_when_a_file_is_wrong(nightdesk: Nightdesk, write: Write):
    path = str(write("  - shout: hello\n"))
    code, out, err = nightdesk("replay", path)
    assert (code, out) == (2, "")
    assert "talk.yaml:5:" in err.replace("\n", "")
    assert "`turns.0.shout`: is not a key that is known here" in " ".join(err.split())


def test_replay_ends_with_2_when_the_world_is_wrong(
    nightdesk: Nightdesk, write: Write, tmp_path: Path
):
    world = tmp_path / "world.yaml"
    world.write_text(TINY_WORLD.read_text().replace("seller: clay-and-ember", "seller: nobody"))
    code, _, err = nightdesk("replay", str(write(GOOD)), "--world", str(world))
    assert code == 2
    assert "there is no seller `nobody`" in " ".join(err.split())


@pytest.mark.parametrize("subject", ["world", "conversation", "turn"])
def test_a_schema_is_printed(nightdesk: Nightdesk, subject: str):
    code, out, _ = nightdesk("schema", subject)
    assert code == 0
    assert json.loads(out)["type"] == "object"


def test_an_unknown_schema_is_wrong_use(nightdesk: Nightdesk):
    code, _, _ = nightdesk("schema", "universe")
    assert code == 2


def test_an_unknown_suite_is_wrong_use(nightdesk: Nightdesk):
    code, _, err = nightdesk("evals", "run", "--suite", "nothing")
    assert code == 2
    assert "is not a suite; there are:" in " ".join(err.split())


def test_a_suite_that_fails_ends_with_1_and_says_where(
    nightdesk: Nightdesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "mine.yaml").write_text(DATASET.replace("order_status", "invoice_receipt"))
    monkeypatch.setattr(suites, "DATASETS", tmp_path)
    junit = tmp_path / "junit.xml"
    code, out, _ = nightdesk("evals", "run", "--suite", "mine", "--junit", str(junit))
    assert code == 1
    assert "expected invoice_receipt" in " ".join(out.split())
    assert ET.parse(junit).getroot().find(".//failure") is not None


def test_a_suite_that_passes_ends_with_0(
    nightdesk: Nightdesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "mine.yaml").write_text(DATASET)
    monkeypatch.setattr(suites, "DATASETS", tmp_path)
    code, out, _ = nightdesk("evals", "run", "--suite", "mine", "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert (lines[0]["sample"], lines[0]["passed"]) == ("a.good", 1)


def test_junit_that_cannot_be_written_is_wrong_use(
    nightdesk: Nightdesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "mine.yaml").write_text(DATASET)
    monkeypatch.setattr(suites, "DATASETS", tmp_path)
    code, _, err = nightdesk("evals", "run", "--suite", "mine", "--junit", str(tmp_path))
    assert code == 2
    assert "cannot be written" in " ".join(err.split())


def test_bless_makes_what_passes_now_the_measure(
    nightdesk: Nightdesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "mine.yaml").write_text(DATASET)
    monkeypatch.setattr(suites, "DATASETS", tmp_path)
    monkeypatch.setattr(cli, "BASELINE", tmp_path / "baseline.json")
    first, _, _ = nightdesk("evals", "bless")
    (tmp_path / "mine.yaml").write_text(DATASET.replace("order_status", "invoice_receipt"))
    second, out, _ = nightdesk("evals", "run")
    assert (first, second) == (0, 1)
    assert "newly failing (1): a.good" in out
