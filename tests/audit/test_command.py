"""Can an operator check, read and carry off the log with commands?"""

import csv
import io
import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.cli.audit import audit_app
from agent.insights.anchors import read_anchors
from agent.insights.effect_story import tell_story
from agent.worker.store import Store
from tools.errors import BadInputError


def run(database: Path, command: str, *options: str) -> Result:
    arguments = [command, *options, "--database", str(database)]
    return CliRunner().invoke(audit_app, arguments)


def refund_in(store: Store) -> str:
    with store.database.reading("refund") as connection:
        query = "SELECT effect FROM ledger WHERE kind = 'issue_refund'"
        return str(connection.exec_driver_sql(query).scalar())


def test_a_sound_log_is_said_to_be_one(database: Path):
    result = run(database, "verify")
    assert result.exit_code == 0
    assert "are as they were written; no anchor was looked at." in result.output


def test_a_changed_row_is_named_and_ends_with_one(database: Path):
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE ledger SET payload = payload || ' '")
    result = run(database, "verify", "--json")
    assert result.exit_code == 1
    assert any(
        "is not what was committed" in fault for fault in json.loads(result.output)["faults"]
    )


def test_an_anchor_finds_a_cut_end(database: Path, tmp_path: Path):
    anchors = tmp_path / "anchors.jsonl"
    assert (
        CliRunner()
        .invoke(audit_app, ["anchor", str(anchors), "--database", str(database)])
        .exit_code
        == 0
    )
    assert run(database, "verify", "--anchor", str(anchors)).exit_code == 0
    with sqlite3.connect(database) as connection:
        connection.execute("DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)")
    result = run(database, "verify", "--anchor", str(anchors))
    assert result.exit_code == 1
    assert "was anchored and is not there any more" in result.output


def test_nothing_is_anchored_while_the_log_is_not_sound(database: Path, tmp_path: Path):
    with sqlite3.connect(database) as connection:
        connection.execute("DELETE FROM events WHERE seq = 3")
    anchors = tmp_path / "anchors.jsonl"
    result = CliRunner().invoke(audit_app, ["anchor", str(anchors), "--database", str(database)])
    assert result.exit_code == 1
    assert not anchors.exists()


@pytest.mark.parametrize("text", ["", "{}\n", '{"seq": "x"}\n', "\x00"])
def test_a_file_that_holds_no_anchors_is_refused(tmp_path: Path, text: str):
    file = tmp_path / "anchors.jsonl"
    file.write_text(text)
    with pytest.raises(BadInputError):
        read_anchors(file)


def test_an_effect_is_told_from_the_rules_to_the_reply(database: Path, store: Store):
    result = run(database, "show", "--effect", refund_in(store), "--json")
    assert result.exit_code == 0, result.output
    story = json.loads(result.output)
    names = list(dict.fromkeys(step["step"] for step in story["steps"]))
    wanted = ["decision", "summary", "confirmation", "verdict", "ledger", "provider", "reply"]
    assert [name for name in names if name in wanted] == wanted
    assert story["missing"] == []
    assert all(again["same"] for again in story["redecided"])
    assert story["redecided"]


def test_an_effect_whose_rules_are_gone_is_not_called_whole(store: Store):
    story = tell_story(store, refund_in(store), lambda _version: None)
    assert story is not None
    assert not story.is_whole
    assert story.redecided[0].again_sha256 is None


def test_an_effect_without_its_confirmation_is_not_called_whole(database: Path, store: Store):
    effect = refund_in(store)
    with sqlite3.connect(database) as connection:
        connection.execute("DELETE FROM events WHERE kind = 'SummaryAnswered'")
    result = run(database, "show", "--effect", effect)
    assert result.exit_code == 1
    assert "MISSING: confirmation" in result.output


def test_an_order_is_found_although_the_log_only_has_its_hash(database: Path):
    told = run(database, "show", "--order", "ND-1001")
    assert told.exit_code == 0
    assert "the buyer was verified" in told.output
    assert "issue_refund" in told.output
    assert run(database, "show", "--order", "ND-9999").exit_code == 1


def test_only_one_thing_is_shown_at_a_time(database: Path):
    assert run(database, "show").exit_code == 2
    assert run(database, "show", "--order", "ND-1001", "--conversation", "paid").exit_code == 2


def test_every_entry_can_be_carried_off(database: Path, store: Store):
    with store.database.reading("count") as connection:
        entries = connection.exec_driver_sql("SELECT count(*) FROM events").scalar()
    lines = run(database, "export", "--json").output.splitlines()
    table = list(csv.DictReader(io.StringIO(run(database, "export", "--csv").output)))
    assert len(lines) == len(table) == entries
    assert [json.loads(line)["chain"] for line in lines] == [row["chain"] for row in table]


def test_without_a_database_the_use_is_wrong(tmp_path: Path):
    assert run(tmp_path / "none.sqlite", "verify").exit_code == 2
