"""Does `nightdesk desk` show, answer and close tickets?"""

import asyncio
import json
from pathlib import Path
from typing import NoReturn, cast

import pytest
from typer.testing import CliRunner, Result

from agent.cli.desk import desk_app
from agent.worker.loop import Limits, Worker
from tests.desk.opened import HOSTILE, HOSTILE_INERT, Opened, open_at, with_ticket
from tests.worker.echo import conversation_id, message


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "nightdesk.sqlite"


@pytest.fixture
def number(path: Path) -> str:
    opened = open_at(path)
    ticket = asyncio.run(with_ticket(opened, HOSTILE))
    opened.close()
    return ticket


def run(path: Path, *words: str, code: int = 0, width: int = 160) -> Result:
    def later() -> Opened:
        opened = open_at(path)
        opened.clock.move(hours=1, minutes=5)
        return opened

    done = CliRunner().invoke(desk_app, words, obj=later, env={"COLUMNS": str(width)})
    assert done.exit_code == code, done.output
    return done


def records(done: Result) -> list[dict[str, object]]:
    return [cast("dict[str, object]", json.loads(line)) for line in done.stdout.splitlines()]


def test_an_empty_queue_says_so(path: Path):
    assert "Nobody is waiting" in run(path, "list").output
    assert records(run(path, "list", "--json")) == []


def test_the_queue_shows_who_waits_since_when_and_for_what(path: Path, number: str):
    shown = run(path, "list").output
    for part in (number, "returns", "human_agent", "1 h 5 min", "in 6 h 55 min"):
        assert part in shown
    assert "ada@example.com" in shown
    assert " ".join(HOSTILE_INERT.split()) in shown


def test_a_narrow_terminal_shows_the_whole_number(path: Path, number: str):
    assert number in run(path, "list", width=60).output


def test_the_queue_can_be_read_by_scripts(path: Path, number: str):
    (row,) = records(run(path, "list", "--json"))
    assert row["ticket"] == number
    assert (row["kind"], row["overdue"], row["wish"]) == ("ticket", False, HOSTILE)


def test_a_whole_ticket_stands_on_one_screen(path: Path, number: str):
    shown = run(path, "show", number).output
    for part in (
        "ada@example.com (order_and_postcode)",
        "angry, writes de, on web",
        "1 × Blue mug",
        "need_approval",
        "returns.expensive (rules 3f9a)",
        "l1.days_since_delivery = 4  [record]",
        "We have asked a colleague.",
        "ph_7",
        "WD-ABCDEFGHIJ",
        "The mug arrived broken.",
        "Ihre Tasse kam zerbrochen an.",
        f"buyer › {HOSTILE_INERT}",
    ):
        assert part in shown
    assert len(shown.splitlines()) <= 24


@pytest.mark.parametrize("words", [("list",), ("show", "{}"), ("list", "--json")])
def test_nothing_that_a_buyer_wrote_steers_the_terminal(
    path: Path, number: str, words: tuple[str, ...]
):
    shown = run(path, *(word.format(number) for word in words)).output
    assert not {"\x1b", "\x9b", "\x07", "\u202e"} & set(shown)


def test_a_ticket_can_be_read_by_scripts_with_its_conversation(path: Path, number: str):
    (record,) = records(run(path, "show", number.lower(), "--json"))
    assert cast("dict[str, object]", record["ticket"])["id"] == number
    assert len(cast("list[object]", record["transcript"])) == 2


def test_an_answer_is_delivered_and_a_close_gives_the_conversation_back(path: Path, number: str):
    run(path, "answer", number, "A new mug is on its way.", "--as", "Mara")
    assert "answered by Mara" in run(path, "show", number).output
    assert "is closed" in run(path, "close", number, "--note", "sent a new one").output
    assert "Nobody is waiting" in run(path, "list").output
    assert number in run(path, "list", "--closed").output
    opened = open_at(path)
    entries = asyncio.run(opened.runtime.transcript(conversation_id()))
    assert entries[-1].text == "A new mug is on its way."
    assert asyncio.run(opened.runtime.owner(conversation_id())) == "assistant"
    opened.close()


def test_answers_are_confirmed_to_scripts(path: Path, number: str):
    done = run(path, "answer", number.removeprefix("T-"), "Yes.", "--json")
    assert records(done) == [{"ticket": number, "status": "answered"}]


@pytest.mark.parametrize(
    "words",
    [
        ("show", "T-AAAAAA"),
        ("answer", "T-AAAAAA", "hello"),
        ("answer", "T-AAAAAA", " \x1b[0m "),
        ("close", "T-AAAAAA"),
        ("retry", "7"),
    ],
)
def test_a_wrong_number_or_an_empty_answer_is_wrong_use(path: Path, words: tuple[str, ...]):
    assert "Traceback" not in run(path, *words, code=2).output


async def leave_a_failed_message(path: Path) -> None:
    async def broken(*_: object) -> NoReturn:
        raise KeyError

    opened = open_at(path)
    never = Worker(opened.store, broken, opened.clock, broken, Limits(attempts=1))
    await never.accept(message(1, "boom"))
    await never.settled(conversation_id())
    opened.close()


def test_messages_that_failed_are_listed_and_can_be_tried_again(path: Path):
    asyncio.run(leave_a_failed_message(path))
    assert "attempts: 1" in run(path, "list").output
    (record,) = records(run(path, "list", "--json"))
    assert (record["kind"], record["seq"]) == ("failed_message", 1)
    assert "answered" in run(path, "retry", "1").output
    assert records(run(path, "list", "--json")) == []
