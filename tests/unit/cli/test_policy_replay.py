"""Are the decisions of real conversations made again under a draft?"""

import asyncio
import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert
from typer.testing import CliRunner, Result

from agent.bootstrap import Desk, load_house, open_desk
from agent.cli.flip_rows import as_csv
from agent.cli.policy import policy_app
from agent.conversation import ConversationId
from agent.past_cases import read_decisions
from agent.settings import Settings
from agent.state import DecisionRecord, TurnRecord
from agent.worker.store import Store
from agent.worker.tables import conversations, turns
from tests.graph.talk import Talk
from tests.unit.policy.examples import POLICY, shipped
from tests.unit.policy.past import WINDOW_20, draft, edited, past
from tools.connectors.clocks import FixedClock
from tools.domain.shipment import LineId
from tools.errors import BadInputError
from tools.policy.flips import find_flips

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ANNA = "anna.berger@example.com"
CERAMICS_TO_A_PERSON = (
    "returns.yaml",
    "when: {partly_refunded: true}",
    "when: {any: [{partly_refunded: true}, {category: ceramics, delivered: true}]}",
)
VERSION = shipped().version
MISSPELT = ("returns.yaml", "{dispute_open: true}", "{dispute_opn: true}")


async def _talk(desk: Desk) -> None:
    returning, waiting = Talk(desk, id=ConversationId("returning")), Talk(desk)
    await returning.say(f"Can I return order ND-1010? My email is {ANNA}")
    await returning.tap("fact:changed_mind")
    await returning.tap("yes")
    await waiting.say(f"Where is my order ND-1010? {ANNA}")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("replay") / "nightdesk.sqlite"
    desk = open_desk(load_house(Settings()), clock=FixedClock(NOON), database=path)
    asyncio.run(_talk(desk))
    desk.close()
    return path


def replayed(policy: Path, database: Path, *options: str) -> Result:
    arguments = ["replay", "--policy", str(policy), "--database", str(database), *options]
    return CliRunner().invoke(policy_app, arguments, env={"COLUMNS": "300"})


def test_every_decision_of_a_conversation_is_read(database: Path):
    decisions, damaged = read_decisions(database)

    assert damaged == 0
    assert {one.conversation for one in decisions} == {"returning"}
    assert [one.decision.kind for one in decisions] == ["need_facts", "need_facts", "allow"]
    assert all(one.at == NOON for one in decisions)


def test_the_rules_that_decided_would_change_nothing(database: Path):
    result = replayed(POLICY, database)

    assert result.exit_code == 0
    assert "Nothing would change." in result.output
    assert "3 past decisions were made again" in result.output


def test_a_flip_is_listed_with_the_buyers_words_and_ends_with_1(tmp_path: Path, database: Path):
    result = replayed(draft(tmp_path, CERAMICS_TO_A_PERSON), database)

    assert result.exit_code == 1
    rows = [line for line in result.output.splitlines() if line.startswith("returning")]
    first, _, last = (" ".join(row.split()) for row in rows)
    assert "Can I return order ND-1010? My email is" in first
    assert "example.com / fact:changed_mind / yes" in last
    assert f"yes, until 2026-12-17 (returns.in_window) {VERSION}" in last
    assert last.endswith(
        "a person decides (returns.partly_refunded) no longer a plain yes 68.00 EUR"
    )
    assert "all sellers" in result.output


def test_json_is_one_object_a_line(tmp_path: Path, database: Path):
    result = replayed(draft(tmp_path, CERAMICS_TO_A_PERSON), database, "--json")

    lines = [json.loads(line) for line in result.output.splitlines()]
    assert [line["type"] for line in lines] == [*["flip"] * 3, *["total"] * 6, "summary"]
    assert (lines[2]["old_answer"], lines[2]["new_answer"]) == ("allow", "hand_off")
    assert {line["value"] for line in lines[:-1]} == {6800}
    assert (lines[-1]["decisions"], lines[-1]["flips"], lines[-1]["damaged_turns"]) == (3, 3, 0)


def test_csv_has_a_row_for_each_flip(tmp_path: Path, database: Path):
    result = replayed(draft(tmp_path, CERAMICS_TO_A_PERSON), database, "--format", "csv")

    rows = list(csv.DictReader(io.StringIO(result.output)))
    assert [row["turn"] for row in rows] == ["1", "2", "3"]
    assert (rows[2]["change"], rows[2]["currency"]) == ("no_longer_allowed", "EUR")


def test_no_cell_of_the_csv_is_a_formula(tmp_path: Path):
    hostile = past(days_since_delivery=25).model_copy(update={"said": '=1+1,"\n@x'})

    (row,) = csv.DictReader(io.StringIO(as_csv(find_flips([hostile], edited(tmp_path, WINDOW_20)))))

    assert row["said"] == "'=1+1,\"\n@x"


def test_a_shorter_window_shows_both_deadlines(tmp_path: Path, database: Path):
    result = replayed(draft(tmp_path, WINDOW_20), database, "--json")

    flip = json.loads(result.output.splitlines()[0])
    assert (flip["change"], flip["old_until"], flip["new_until"]) == (
        "other_terms",
        "2026-12-17T22:59:59.999999+00:00",
        "2026-12-07T22:59:59.999999+00:00",
    )


def test_html_is_one_file_with_the_flips(tmp_path: Path, database: Path):
    result = replayed(draft(tmp_path, CERAMICS_TO_A_PERSON), database, "--format", "html")

    assert result.output.startswith("<!doctype html>")
    assert "<td>yes, until 2026-12-17 (returns.in_window)</td>" in result.output


def test_a_draft_with_faults_is_refused_with_them(tmp_path: Path, database: Path):
    result = replayed(draft(tmp_path, MISSPELT), database)

    assert isinstance(result.exception, BadInputError)
    assert "The catalogue has no fact `dispute_opn`." in str(result.exception)


def test_a_draft_is_needed():
    assert CliRunner().invoke(policy_app, ["replay"]).exit_code == 2


def test_a_database_that_is_not_there_is_wrong_use_and_is_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    missing = tmp_path / "none.sqlite"
    monkeypatch.setenv("NIGHTDESK_DATABASE", str(missing))

    named = replayed(POLICY, missing)
    by_settings = CliRunner().invoke(policy_app, ["replay", "--policy", str(POLICY)])

    assert (named.exit_code, by_settings.exit_code) == (2, 2)
    assert not missing.exists()


def write_turn(path: Path, record: str) -> None:
    store = Store.open(path)
    talk = {"id": "c", "channel": "x", "state": "{}", "owner": "assistant", "updated_at": NOON}
    turn = {"conversation": "c", "channel": "x", "message_id": "m", "record": record, "at": NOON}
    with store.database.writing("write") as connection:
        connection.execute(insert(conversations), {**talk, "turn": 1, "version": 1})
        connection.execute(insert(turns), {**turn, "turn": 1})
    store.close()


def test_a_turn_that_cannot_be_read_is_counted(tmp_path: Path):
    path = tmp_path / "damaged.sqlite"
    write_turn(path, "{}")

    result = replayed(POLICY, path)

    assert result.exit_code == 0
    assert "1 turns cannot be read" in result.output


def test_a_case_without_recorded_money_is_listed_without(tmp_path: Path):
    path = tmp_path / "bare.sqlite"
    bare = DecisionRecord(
        question="may_return", order="ND-1", line=LineId("L1"), decision=past().decision, facts=()
    )
    record = TurnRecord(conversation=ConversationId("c"), turn=1, said="Hm.", decision=(bare,))
    write_turn(path, record.model_dump_json())

    result = replayed(POLICY, path)

    assert result.exit_code == 1
    assert "not recorded" in result.output


def test_turns_are_read_oldest_first(database: Path):
    store = Store.open(database)
    records = [turn for turn in store.all_turns() if turn is not None]
    store.close()

    assert [turn.turn for turn in records if turn.conversation == "returning"] == [1, 2, 3]
    assert len(records) == 4
