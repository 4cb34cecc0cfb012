"""Can the owner draft, look back and roll back, and is told which rules are in force?"""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.bootstrap import PolicyHome
from agent.cli.app import app
from agent.settings import Settings
from agent.worker.rulebooks import Figures, Publication, Reasons, Shelf
from agent.worker.rulebooks_in_force import Loaded
from agent.worker.store import Store
from tests.unit.policy.examples import POLICY
from tests.unit.policy.past import WINDOW_20, draft

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PROMPTS = Settings().prompts_dir
WHO = ("--by", "Ann", "--why", "Complaints")

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    settings = {
        "NIGHTDESK_DATABASE": str(tmp_path / "nightdesk.sqlite"),
        "NIGHTDESK_DRAFTS_DIR": str(tmp_path / "drafts"),
        "COLUMNS": "300",
    }

    def command(*words: str, code: int = 0, policy: Path = POLICY) -> Result:
        env = {**settings, "NIGHTDESK_POLICY_DIR": str(policy)}
        done = CliRunner().invoke(app, words, env=env)
        assert done.exit_code == code, done.output
        return done

    return command


@pytest.fixture
def shipped() -> Loaded:
    return PolicyHome(POLICY, PROMPTS).read_folder()


@pytest.fixture
def shorter(tmp_path: Path) -> Loaded:
    (tmp_path / "summer").mkdir()
    return PolicyHome(draft(tmp_path / "summer", WINDOW_20), PROMPTS).read_folder()


@pytest.fixture
def published(tmp_path: Path, shipped: Loaded, shorter: Loaded) -> Loaded:
    """Keep the shipped rules and put shorter ones in force."""
    store = Store.open(tmp_path / "nightdesk.sqlite")
    shelf = Shelf(store.database)
    shelf.keep(shipped.version, shipped.files, NOON)
    tests = Figures(cases=40, conversations=60, passed=99, failed=1)
    reasons = Reasons(
        by="Ben", why="Summer sale", tests=tests, despite=True, past_cases=12, flips=3
    )
    shelf.publish(
        Publication(
            n=1, version=shorter.version, at=NOON, replaces=shipped.version, reasons=reasons
        ),
        shorter.files,
    )
    store.close()
    return shorter


def the_draft(tmp_path: Path, name: str = "autumn") -> Loaded:
    return PolicyHome(tmp_path / "drafts" / name, PROMPTS).read_folder()


def test_a_draft_begins_with_the_folder_while_nothing_is_published(
    run: Run, tmp_path: Path, shipped: Loaded
):
    run("policy", "draft", "autumn")
    assert the_draft(tmp_path).files == shipped.files


def test_a_draft_begins_with_what_is_published(run: Run, tmp_path: Path, published: Loaded):
    run("policy", "draft", "autumn")
    assert the_draft(tmp_path).files == published.files


def test_a_draft_begins_with_the_version_that_is_named(
    run: Run, tmp_path: Path, published: Loaded, shipped: Loaded
):
    run("policy", "draft", "autumn", "--from", shipped.version[:6])
    assert the_draft(tmp_path).version == shipped.version != published.version


def test_a_draft_is_never_written_over(run: Run, tmp_path: Path):
    run("policy", "draft", "autumn")
    (tmp_path / "drafts" / "autumn" / "returns.yaml").write_text("mine\n")
    done = CliRunner().invoke(
        app, ["policy", "draft", "autumn"], env={"NIGHTDESK_DRAFTS_DIR": str(tmp_path / "drafts")}
    )

    assert "is there already" in str(done.exception)
    assert (tmp_path / "drafts" / "autumn" / "returns.yaml").read_text() == "mine\n"


@pytest.mark.parametrize("name", ["../outside", "", ".hidden", "a/b", "-x "])
def test_a_draft_stays_in_its_folder(run: Run, tmp_path: Path, name: str):
    run("policy", "draft", "--", name, code=2)
    assert not (tmp_path / "drafts").exists()


@pytest.mark.usefixtures("published")
def test_a_version_that_is_not_there_or_not_clear_is_wrong_use(run: Run):
    assert "No version begins" in run("policy", "draft", "a", "--from", "zz", code=2).output
    assert "Several versions" in run("policy", "rollback", "", *WHO, code=2).output


def test_the_owners_cases_go_into_a_draft_with_the_rules(run: Run, tmp_path: Path):
    folder = tmp_path / "shop"
    shutil.copytree(POLICY, folder)
    (folder / "cases").mkdir(exist_ok=True)
    (folder / "cases" / "mine.yaml").write_text("anything: 1\n")
    run("policy", "draft", "autumn", policy=folder)

    kept = tmp_path / "drafts" / "autumn" / "cases" / "mine.yaml"
    assert kept.read_text() == "anything: 1\n"


def test_history_says_that_there_is_none(run: Run):
    assert "Nothing was ever published" in run("policy", "history").output
    assert run("policy", "history", "--json").output == ""


def test_history_says_who_when_why_and_what_was_tested(
    run: Run, published: Loaded, shipped: Loaded
):
    shown = run("policy", "history").output
    for part in (published.version, "2026-11-23 12:00", "Ben", "Summer sale", "3 of 12"):
        assert part in shown
    assert "99 passed, 1 failed" in shown

    line = json.loads(run("policy", "history", "--json").output)
    assert line["replaces"] == shipped.version
    assert line["reasons"]["tests"]["conversations"] == 60
    assert line["reasons"]["despite"] is True


def test_rollback_puts_back_what_was_before(run: Run, published: Loaded, shipped: Loaded):
    run("policy", "rollback", *WHO)
    last = json.loads(run("policy", "history", "--json").output.splitlines()[-1])

    assert (last["n"], last["version"], last["replaces"]) == (
        2,
        shipped.version,
        published.version,
    )
    assert last["reasons"] == {
        "by": "Ann",
        "why": "Complaints",
        "tests": None,
        "despite": False,
        "past_cases": 0,
        "flips": 0,
        "withdraws": False,
    }


@pytest.mark.parametrize("who", [("--by", " ", "--why", "x"), ("--by", "Ann", "--why", "")])
@pytest.mark.usefixtures("published")
def test_a_change_without_a_name_or_a_reason_is_refused(run: Run, who: tuple[str, ...]):
    assert "It says nothing" in run("policy", "rollback", *who, code=2).output
    assert len(run("policy", "history", "--json").output.splitlines()) == 1


@pytest.mark.usefixtures("published")
def test_what_was_said_cannot_steer_the_terminal(run: Run):
    run("policy", "rollback", "--by", "A\x1b[2Jnn", "--why", "[red]Complaints[/red]\x1b[2J")
    shown = run("policy", "history").output

    assert "\x1b" not in shown
    assert "[red]Complaints[/red]" in shown


def test_rollback_to_what_is_in_force_changes_nothing(run: Run, published: Loaded):
    assert "in force already" in run("policy", "rollback", published.version, *WHO).output
    assert len(run("policy", "history", "--json").output.splitlines()) == 1


def test_nothing_can_be_rolled_back_before_the_first_publication(run: Run):
    assert "ever published" in run("policy", "rollback", *WHO, code=2).output


@pytest.mark.usefixtures("published")
def test_rollback_to_a_version_that_no_longer_holds_tells_every_fault(run: Run, tmp_path: Path):
    store = Store.open(tmp_path / "nightdesk.sqlite")
    Shelf(store.database).keep("broken", {"returns.yaml": "rules: ["}, NOON)
    store.close()
    said = run("policy", "rollback", "broken", *WHO, code=1).output

    assert "marketplace.yaml" in said
    assert "returns.yaml" in said
    assert "Nothing was changed." in said
    assert len(run("policy", "history", "--json").output.splitlines()) == 1


def test_the_desk_and_the_doctor_say_what_is_in_force_and_that_the_folder_differs(
    run: Run, published: Loaded
):
    line = f"Rules {published.version}, published 2026-11-23 by Ben; {POLICY} differs"
    assert line in run("desk", "list").output
    assert line in run("doctor").output


@pytest.mark.usefixtures("published")
def test_the_same_folder_is_said_to_be_the_same(run: Run, tmp_path: Path):
    folder = tmp_path / "summer" / "draft"
    assert "is the same" in run("desk", "list", policy=folder).output


def test_a_broken_folder_does_not_hide_what_is_in_force(
    run: Run, tmp_path: Path, published: Loaded
):
    folder = tmp_path / "summer" / "draft"
    (folder / "returns.yaml").write_text("rules: [")
    line = f"{published.version}, published 2026-11-23 by Ben; {folder} has faults"

    assert line in run("desk", "list", policy=folder).output
    said = run("doctor", policy=folder, code=1).output
    assert line in said
    assert "returns.yaml:" in said
