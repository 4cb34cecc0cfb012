"""Does `nightdesk desk` answer requests, as colleagues only?"""

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.bootstrap import Desk, load_house, open_desk
from agent.cli.desk import desk_app
from agent.settings import Settings
from tests.desk.web_bench import running


@pytest.fixture
def name(tmp_path: Path) -> str:
    parts = running(tmp_path)
    case = asyncio.run(parts.bench.asked())
    parts.close()
    return case.approval.id


def run(folder: Path, *words: str, code: int = 0) -> Result:
    done = CliRunner().invoke(desk_app, words, obj=lambda: running(folder), env={"COLUMNS": "150"})
    assert done.exit_code == code, done.output
    return done


def test_a_request_is_listed_and_shown(tmp_path: Path, name: str):
    assert "124.52 EUR" in run(tmp_path, "approvals").output
    shown = run(tmp_path, "approvals", name.lower()).output
    for words in ("Pay back 124.52 EUR.", "ida@example.com", "If nobody answers", "claims_90_days"):
        assert words in shown


def test_a_yes_counts_once(tmp_path: Path, name: str):
    assert "Accepted by Lena (lead)" in run(tmp_path, "approve", name, "--as", "Lena").output
    assert "Too late" in run(tmp_path, "approve", name, "--as", "Olu", code=2).output


def test_less_a_question_and_a_no_are_answers_too(tmp_path: Path, name: str):
    run(tmp_path, "ask", name, "Which one?", "--as", "Ana")
    assert "no amount" in run(tmp_path, "edit", name, "--amount", "x", "--as", "Ana", code=2).output
    run(tmp_path, "edit", name, "--amount", "50", "--as", "Ana")
    run(tmp_path, "reject", name, "--reason", "not_shown", "--as", "Ana", code=2)


def test_a_no_has_a_reason_of_the_list(tmp_path: Path, name: str):
    run(tmp_path, "reject", name, "--reason", "because", "--as", "Ana", code=2)
    done = run(tmp_path, "reject", name, "--reason", "not_shown", "--as", "Ana", "--json")
    assert json.loads(done.stdout)["approval"]["status"] == "rejected"


def test_who_is_not_at_the_desk_answers_nothing(tmp_path: Path, name: str):
    assert "Nobody at the desk" in run(tmp_path, "approve", name, "--as", "Mallory", code=2).output


def test_people_are_added_listed_and_removed(tmp_path: Path):
    link = run(tmp_path, "people", "add", "Mia", "--role", "lead", "--site", "https://x.example/")
    assert link.stdout.startswith("https://x.example/desk/sign-in?token=")
    assert "Mia" in run(tmp_path, "people", "list").output
    run(tmp_path, "people", "remove", "Mia")
    assert "Mia" not in run(tmp_path, "people", "list").output
    run(tmp_path, "people", "remove", "Mia", code=2)


def test_the_books_are_compared_and_only_an_owner_lets_money_move(tmp_path: Path):
    house = load_house(Settings(), model="embedded")

    def command(*words: str) -> Result:
        def opening() -> Desk:
            return open_desk(house, database=tmp_path / "money.sqlite")

        return CliRunner().invoke(desk_app, words, obj=opening)

    assert command("reconcile").exit_code == 0
    assert "Money moves" in command("breaker").output
    command("people", "add", "Olu", "--role", "owner")
    command("people", "add", "Lena", "--role", "lead")
    for words in ((), ("--as", "Lena"), ("--as", "Nobody")):
        assert command("breaker", "--close", *words).exit_code == 2
    assert command("breaker", "--close", "--as", "Olu").exit_code == 0
