"""Is a draft put in force only when it was checked and tested, and is that recorded?"""

import asyncio
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from agent.bootstrap import PolicyHome, load_house, open_desk
from agent.cli.app import app
from agent.settings import Settings
from agent.worker.rulebooks import Figures, Publication, Reasons, Shelf
from agent.worker.store import Store
from evals.law.failure import Failure
from evals.policy_tests import PolicyTests
from evals.publish import publish_draft
from tests.graph.talk import Talk
from tests.unit.policy.examples import POLICY
from tests.unit.policy.past import WINDOW_20, draft
from tools.connectors.clocks import SystemClock
from tools.errors import BadInputError, Fault

ANN = Reasons(by="Ann", why="Summer")


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "nightdesk.sqlite"
    monkeypatch.setenv("NIGHTDESK_DATABASE", str(file))
    return file


@pytest.fixture
def summer(tmp_path: Path) -> Path:
    (tmp_path / "summer").mkdir()
    return draft(tmp_path / "summer", WINDOW_20)


def version(folder: Path) -> str:
    return PolicyHome(folder, Settings().prompts_dir).read_folder().version


def history(database: Path) -> tuple[Publication, ...]:
    store = Store.open(database)
    publications = Shelf(store.database).history()
    store.close()
    return publications


def all_pass(policy: Path) -> PolicyTests:
    return PolicyTests(version=version(policy), cases=3, conversations=4, failures=())


def one_fails(policy: Path) -> PolicyTests:
    failure = Failure(name="day 30", place="cases.yaml:7", sentences=("expected allow.",))
    return all_pass(policy).model_copy(update={"failures": (failure,)})


def test_a_draft_that_passes_is_in_force_with_its_figures(summer: Path, database: Path):
    publish_draft(summer, ANN, all_pass)
    (published,) = history(database)

    assert (published.n, published.version) == (1, version(summer))
    assert published.replaces == version(POLICY)
    tests = Figures(cases=3, conversations=4, passed=7, failed=0)
    assert published.reasons == ANN.model_copy(update={"tests": tests})


def test_the_first_publication_can_be_rolled_back(summer: Path, database: Path):
    publish_draft(summer, ANN, all_pass)
    done = CliRunner().invoke(app, ["policy", "rollback", "--by", "Ben", "--why", "Complaints"])

    assert done.exit_code == 0, done.output
    assert [one.version for one in history(database)] == [version(summer), version(POLICY)]


def test_a_draft_that_fails_a_test_changes_nothing(
    summer: Path, database: Path, capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(typer.Exit) as end:
        publish_draft(summer, ANN, one_fails)

    said = capsys.readouterr().out
    assert end.value.exit_code == 1
    assert "cases.yaml:7: day 30: expected allow." in said
    assert "6 passed, 1 failed" in said
    assert history(database) == ()


def test_an_owner_may_publish_despite_failures_and_that_is_recorded(summer: Path, database: Path):
    publish_draft(summer, ANN.model_copy(update={"despite": True}), one_fails)
    (published,) = history(database)

    assert published.reasons.despite
    assert published.reasons.tests == Figures(cases=3, conversations=4, passed=6, failed=1)


def test_despite_failures_is_not_recorded_when_there_were_none(summer: Path, database: Path):
    publish_draft(summer, ANN.model_copy(update={"despite": True}), all_pass)
    assert not history(database)[0].reasons.despite


def test_every_fault_of_a_draft_is_told_and_nothing_is_tested(
    summer: Path, database: Path, capsys: pytest.CaptureFixture[str]
):
    for file in ("returns.yaml", "facts.yaml"):
        (summer / file).write_text("nonsense: 1\n")
    with pytest.raises(typer.Exit) as end:
        publish_draft(summer, ANN, never)

    said = capsys.readouterr().out
    assert end.value.exit_code == 1
    assert "returns.yaml:1" in said
    assert "facts.yaml:1" in said
    assert history(database) == ()


def test_what_is_in_force_already_is_not_published_again(
    summer: Path, database: Path, capsys: pytest.CaptureFixture[str]
):
    publish_draft(summer, ANN, all_pass)
    publish_draft(summer, ANN, never)

    assert "in force already" in capsys.readouterr().out
    assert len(history(database)) == 1


def test_exactly_what_was_checked_is_tested_and_published(summer: Path, database: Path):
    checked = version(summer)

    def edited_meanwhile(policy: Path) -> PolicyTests:
        (summer / "returns.yaml").write_text("nonsense: 1\n")
        return all_pass(policy)

    publish_draft(summer, ANN, edited_meanwhile)
    assert history(database)[0].version == checked


def test_the_cases_beside_the_rules_are_tried_and_kept(summer: Path, database: Path):
    (summer / "cases").mkdir(exist_ok=True)
    (summer / "cases" / "mine.yaml").write_text("anything: 1\n")
    seen: list[bool] = []

    def look(policy: Path) -> PolicyTests:
        seen.append((policy / "cases" / "mine.yaml").exists())
        return all_pass(policy)

    publish_draft(summer, ANN, look)
    store = Store.open(database)
    files = Shelf(store.database).files(version(summer))
    store.close()

    assert seen == [True]
    assert files is not None
    assert files["cases/mine.yaml"] == "anything: 1\n"


def test_what_fails_is_named_where_the_owner_wrote_it(
    summer: Path, capsys: pytest.CaptureFixture[str]
):
    def fails(policy: Path) -> PolicyTests:
        failure = Failure(name="day 30", place=f"{policy}/cases/mine.yaml:7", sentences=())
        return all_pass(policy).model_copy(update={"failures": (failure,)})

    def refuses(policy: Path) -> PolicyTests:
        raise BadInputError(Fault(f"{policy}/cases/mine.yaml", 7, 3, "There is no such rule."))

    for tried in (fails, refuses):
        with pytest.raises(typer.Exit):
            publish_draft(summer, ANN, tried)
        assert f"{summer}/cases/mine.yaml:7" in capsys.readouterr().out


def test_a_publication_in_between_wins(
    summer: Path, database: Path, capsys: pytest.CaptureFixture[str]
):
    def somebody_else_publishes(policy: Path) -> PolicyTests:
        publish_draft(POLICY, Reasons(by="Ben", why="Earlier"), all_pass)
        return all_pass(policy)

    with pytest.raises(typer.Exit) as end:
        publish_draft(summer, ANN, somebody_else_publishes)

    assert end.value.exit_code == 1
    assert "Somebody else published" in capsys.readouterr().out
    assert [one.reasons.by for one in history(database)] == ["Ben"]


def test_past_cases_that_come_out_differently_are_counted(summer: Path, database: Path):
    clock = SystemClock()
    desk = open_desk(load_house(Settings()), clock=clock, database=database)
    asyncio.run(_ask_about_a_return(Talk(desk)))
    desk.close()
    publish_draft(summer, ANN, all_pass)
    reasons = history(database)[0].reasons

    assert (reasons.past_cases, reasons.flips) == (3, 1)


async def _ask_about_a_return(talk: Talk) -> None:
    await talk.say("Can I return order ND-1010? My email is anna.berger@example.com")
    await talk.tap("fact:changed_mind")
    await talk.tap("yes")


def never(policy: Path) -> PolicyTests:
    raise AssertionError(policy)


def test_the_command_runs_the_policy_tests_themselves(database: Path):
    words = ["policy", "publish", str(POLICY), "--by", "Ann", "--why", "From here on"]
    done = CliRunner().invoke(app, [*words, "--despite-failures"])

    assert done.exit_code == 0, done.output
    tests = history(database)[0].reasons.tests
    assert tests is not None
    assert tests.passed > tests.failed
    assert tests.conversations > 100
