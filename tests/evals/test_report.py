"""Do people and machines see what failed and what changed?"""

import io
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from evals.baseline import Baseline, Difference, compare, read_baseline, write_baseline
from evals.junit import write_junit
from evals.outcome import Outcome, outcome_of
from evals.report import json_lines, print_report
from tests.evals.example import record, run, sample
from tools.errors import BadInputError

NO_CHANGE = Difference(newly_failing=(), fixed=(), new=(), gone=())


def outcome(name: str, *, good: bool = True, said: str = "hello") -> Outcome:
    expect = {"reply": {"must": ["fine" if good else "splendid"]}}
    of = sample(id=name, turns=[{"say": said, "expect": expect}])
    return outcome_of([run(of, record("All is fine."))], "basics")


def test_the_difference_tells_failing_fixed_new_and_gone_apart():
    before = Baseline(samples={"a": "pass", "b": "fail", "c": "pass", "d": "pass"})
    now = [outcome("a", good=False), outcome("b"), outcome("c"), outcome("e")]
    got = compare(now, before, complete=True)
    assert got == Difference(newly_failing=("a",), fixed=("b",), new=("e",), gone=("d",))


def test_a_part_of_the_samples_does_not_make_the_others_gone():
    before = Baseline(samples={"a": "pass", "b": "pass"})
    assert compare([outcome("a")], before, complete=False) == NO_CHANGE


def test_what_was_blessed_is_the_next_baseline(tmp_path: Path):
    path = tmp_path / "baseline.json"
    write_baseline([outcome("b", good=False), outcome("a")], path)
    assert read_baseline(path) == Baseline(samples={"a": "pass", "b": "fail"})


def test_without_a_baseline_everything_is_new(tmp_path: Path):
    got = compare([outcome("a")], read_baseline(tmp_path / "none.json"), complete=True)
    assert got.new == ("a",)


def test_a_broken_baseline_is_refused(tmp_path: Path):
    path = tmp_path / "baseline.json"
    path.write_text('{"samples": {"a": "maybe"}}')
    with pytest.raises(BadInputError, match="is not a baseline"):
        read_baseline(path)


def test_a_failure_is_shown_with_its_line_of_the_transcript():
    stream = io.StringIO()
    console = Console(file=stream, width=120)
    change = NO_CHANGE.model_copy(update={"newly_failing": ("b",)})
    print_report([outcome("a"), outcome("b", good=False)], change, console)
    shown = stream.getvalue()
    assert 'wording, turn 1: expected the reply to have "splendid"' in shown
    assert "| buyer: hello" in shown
    assert "newly failing (1): b" in shown


def test_the_table_counts_samples_per_request():
    stream = io.StringIO()
    print_report([outcome("a"), outcome("b", good=False)], NO_CHANGE, Console(file=stream))
    rows = [line.split() for line in stream.getvalue().splitlines()]
    assert any(row[1:6] == ["all", "│", "1", "│", "2"] for row in rows if len(row) > 5)


def test_json_has_one_object_a_sample_and_the_difference_last():
    lines = [json.loads(line) for line in json_lines([outcome("a", good=False)], NO_CHANGE)]
    assert lines[0]["sample"] == "a"
    assert lines[0]["misses"][0]["scorer"] == "wording"
    assert lines[-1]["difference"]["newly_failing"] == []


def test_junit_is_xml_even_for_the_strangest_words_of_a_buyer(tmp_path: Path):
    path = tmp_path / "junit.xml"
    write_junit([outcome("a"), outcome("b", good=False, said="\x00<&>\x1b\ud83d]]>")], path)
    root = ET.parse(path).getroot()
    assert [suite.get("failures") for suite in root] == ["1"]
    failed = root.find(".//testcase[@name='b']/failure")
    assert failed is not None
    assert "splendid" in (failed.get("message") or "")


def test_the_share_of_the_owners_rules_that_decided_something_is_told():
    stream = io.StringIO()
    one = outcome("a").model_copy(update={"rules": ("returns.late",)})
    console = Console(file=stream, width=120)
    print_report([one], NO_CHANGE, console, ("returns.late", "returns.used"))
    assert "1 of the 2 rules decided something here" in stream.getvalue()
