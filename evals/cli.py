"""Which commands do the evals add to `nightdesk`?"""

import asyncio
import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from agent.bootstrap import load_house
from agent.cli.policy import policy_app
from agent.settings import Settings
from agent.state import TurnRecord
from evals.baseline import BASELINE, compare, read_baseline, write_baseline
from evals.conversation_file import Sample, read_conversations
from evals.junit import write_junit
from evals.law.commands import register_on
from evals.law.coverage import all_rules
from evals.outcome import Outcome, score
from evals.policy_diff import diff
from evals.publish import publish
from evals.replay import Stage, play
from evals.report import json_lines, print_report, turn_in_words
from evals.suites import read_suites, run_suites
from evals.truth import world_schema

FOUND = 1

World = Annotated[Path | None, typer.Option(help="Another marketplace, as a world file.")]
Policy = Annotated[Path | None, typer.Option(help="Another folder of rules.")]
Model = Annotated[str | None, typer.Option(help="`embedded`, or the name of a chat model.")]
Repeat = Annotated[int, typer.Option(min=1, max=1000, help="How often to play each.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Suite = Annotated[str | None, typer.Option(help="Only this dataset.")]


class Subject(StrEnum):
    """What has a schema."""

    world = "world"
    conversation = "conversation"
    turn = "turn"


def register(app: typer.Typer) -> None:
    """Add the commands; the main command finds this by its entry point."""
    app.command("replay")(replay)
    app.command("schema")(schema)
    policy_app.command("publish")(publish)
    policy_app.command("diff")(diff)
    evals = typer.Typer(no_args_is_help=True, help="Play the written conversations and score them.")
    evals.command("run")(run)
    evals.command("bless")(bless)
    app.add_typer(evals, name="evals")
    register_on(policy_app)


def replay(
    files: Annotated[list[Path], typer.Argument(help="Conversation files, YAML or JSONL.")],
    *,
    world: World = None,
    policy: Policy = None,
    model: Model = None,
    repeat: Repeat = 1,
    as_json: Json = False,
) -> None:
    """Run conversations and print one record per turn; fails when an expectation is not met."""
    samples = read_conversations(*files)
    good = asyncio.run(_replay(samples, _stage(world, policy, model), repeat, as_json=as_json))
    raise typer.Exit(0 if good else FOUND)


def run(
    *,
    suite: Suite = None,
    junit: Annotated[Path | None, typer.Option(help="Write JUnit XML to this file.")] = None,
    model: Model = None,
    repeat: Repeat = 1,
    as_json: Json = False,
) -> None:
    """Play the datasets, score them and compare with the baseline."""
    stage = _stage(None, None, model)
    outcomes = asyncio.run(_run(suite, stage, repeat))
    difference = compare(outcomes, read_baseline(BASELINE), complete=suite is None)
    if junit is not None:
        write_junit(outcomes, junit)
    if as_json:
        for line in json_lines(outcomes, difference):
            typer.echo(line)
    else:
        rules = all_rules(stage.house.rulebook) if suite is None else ()
        print_report(outcomes, difference, Console(), rules)
    raise typer.Exit(0 if all(one.good for one in outcomes) else FOUND)


def bless() -> None:
    """Play the datasets and take how they do now as the baseline."""
    outcomes = asyncio.run(_run(None, _stage(None, None, None), 1))
    difference = compare(outcomes, read_baseline(BASELINE), complete=True)
    write_baseline(outcomes, BASELINE)
    print_report(outcomes, difference, Console())
    typer.echo(f"Written to {BASELINE}.")


def schema(subject: Annotated[Subject, typer.Argument(help="What to describe.")]) -> None:
    """Print the JSON Schema of a world file, a conversation file or a turn record."""
    match subject:
        case Subject.world:
            found = world_schema()
        case Subject.conversation:
            found = Sample.model_json_schema()
        case Subject.turn:
            found = TurnRecord.model_json_schema(mode="serialization")
    typer.echo(json.dumps(found, indent=2, ensure_ascii=False))


async def _replay(samples: tuple[Sample, ...], stage: Stage, times: int, *, as_json: bool) -> bool:
    good, console = True, Console(stderr=True)
    for sample in samples:
        for _ in range(times):
            played = await play(sample, stage)
            for record in played.records:
                typer.echo(record.model_dump_json() if as_json else turn_in_words(record))
            for one in score(played):
                for miss in one.misses:
                    good = False
                    console.print(f"{sample.id}: {one.scorer}, {miss}", markup=False)
    return good


async def _run(suite: str | None, stage: Stage, times: int) -> list[Outcome]:
    suites = read_suites(suite)
    return [outcome async for outcome in run_suites(suites, stage, times=times)]


def _stage(world: Path | None, policy: Path | None, model: str | None) -> Stage:
    settings = Settings()
    return Stage(
        house=load_house(settings, model=model, policy=policy),
        world=world or settings.world,
        policy=policy or settings.policy_dir,
    )
