"""Does `nightdesk understand` read files and pipes, and refuse what it cannot read?"""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.cli.app import app
from agent.understanding.embedded import EmbeddedUnderstanding
from tools.errors import BadInputError


def run(*arguments: str, given: str | bytes = "") -> Result:
    return CliRunner().invoke(app, ["understand", *arguments], input=given)


@pytest.fixture(autouse=True)
def loaded(reader: EmbeddedUnderstanding, monkeypatch: pytest.MonkeyPatch) -> None:
    """Share one real reader: loading it once a test would be most of the time."""

    def shared(*_: object) -> EmbeddedUnderstanding:
        return reader

    monkeypatch.setattr("agent.cli.understand.load_understanding", shared)


def test_each_line_of_a_pipe_is_one_json_reading():
    result = run("--json", given="where is my order ND-1042\nhola\n")
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert result.exit_code == 0
    assert (first["requests"][0]["id"], first["requests"][0]["order"]) == (
        "order_status",
        "ND-1042",
    )
    assert second["language"] == "es"


def test_a_row_of_json_lines_is_read_by_its_text(tmp_path: Path):
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps({"text": "please cancel my order", "id": 7}) + "\n", "utf-8")
    row = json.loads(run(str(file), "--json").stdout)
    assert row["text"] == "please cancel my order"
    assert row["requests"][0]["id"] == "cancel_order"


def test_people_get_a_line_they_can_read():
    result = run(given="where is my order ND-1042\n")
    assert "order_status" in result.stdout
    assert "order_number=ND-1042" in result.stdout


def test_a_limit_stops_after_so_many():
    assert len(run("--json", "--limit", "1", given="hi\nhi\nhi\n").stdout.splitlines()) == 1


def test_bytes_that_are_no_text_are_read_all_the_same():
    result = run("--json", given=b"\xff\xfe\x00 where is my order\n")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 1


def test_a_row_without_text_is_refused_with_its_line():
    result = run(given='hi\n{"txt": "hello"}\n')
    assert isinstance(result.exception, BadInputError)
    assert result.exception.faults[0].line == 2


def test_a_missing_file_is_refused():
    result = run("nowhere.txt")
    assert isinstance(result.exception, BadInputError)
    assert "cannot be read" in str(result.exception)
