"""Which commands try the owner's rules?"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from agent.settings import Settings
from evals.law.survey import Coverage, Mutation, measure_coverage, open_folder, try_mutants
from evals.policy_tests import PolicyTests, run_policy_tests

FOUND = 1

PolicyDirectory = Annotated[
    Path | None,
    typer.Option("--policy", help="Another folder of rules.", exists=True, file_okay=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Brief = Annotated[bool, typer.Option("--brief", help="Only what is missing.")]
Seed = Annotated[int, typer.Option(help="Which mutants a sample has.")]
SampleSize = Annotated[int | None, typer.Option("--sample", min=1, help="Only so many mutants.")]


def register_on(policy_app: typer.Typer) -> None:
    """Add the commands to `nightdesk policy`."""
    policy_app.command("test")(try_rules)
    policy_app.command("coverage")(coverage)
    policy_app.command("mutate")(mutate)


def try_rules(*, policy: PolicyDirectory = None, as_json: AsJson = False) -> None:
    """Try the rules with their own cases and the conversations; exit 1 when something differs."""
    ran = run_policy_tests(policy or Settings().policy_dir)
    _print(_tests_as_json(ran) if as_json else _tests_in_words(ran))
    raise typer.Exit(FOUND if ran.failed else 0)


def coverage(
    *, policy: PolicyDirectory = None, as_json: AsJson = False, brief: Brief = False
) -> None:
    """Say what of the rules no case and no conversation touches; exit 1 when there is something."""
    found = measure_coverage(open_folder(policy or Settings().policy_dir))
    if as_json:
        _print(_coverage_as_json(found))
    else:
        if not brief:
            Console().print(_coverage_table(found))
        _print(_coverage_in_words(found))
    raise typer.Exit(FOUND if found.unexplained or found.stale else 0)


def mutate(
    *,
    policy: PolicyDirectory = None,
    seed: Seed = 0,
    sample: SampleSize = None,
    as_json: AsJson = False,
) -> None:
    """Change the rules in one small thing at a time; exit 1 when nothing notices a change."""
    found = try_mutants(open_folder(policy or Settings().policy_dir), sample=sample, seed=seed)
    _print(_mutation_as_json(found) if as_json else _mutation_in_words(found))
    raise typer.Exit(FOUND if found.unexplained or found.stale else 0)


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)


def _tests_as_json(ran: PolicyTests) -> Iterator[str]:
    yield from (failure.model_dump_json() for failure in ran.failures)
    figures = {"passed": ran.passed, "failed": ran.failed, "version": ran.version}
    yield json.dumps({"cases": ran.cases, "conversations": ran.conversations, **figures})


def _tests_in_words(ran: PolicyTests) -> Iterator[str]:
    for failure in ran.failures:
        yield f"{failure.place}: {failure.name}"
        yield from (f"  {sentence}" for sentence in failure.sentences)
    tried = f"{ran.cases} cases and {ran.conversations} conversations"
    came = f"{ran.failed} came out otherwise" if ran.failed else "all as expected"
    yield f"{tried}: {came} (rules {ran.version})"


def _coverage_as_json(found: Coverage) -> Iterator[str]:
    for one in found.covered:
        reason = found.accepted.untouched.get(one.point.name)
        counted = {"cases": one.cases, "conversations": one.conversations}
        yield json.dumps({**one.point.model_dump(), **counted, "accepted": reason})
    yield json.dumps({"unexplained": found.unexplained, "stale": found.stale})


def _coverage_table(found: Coverage) -> Table:
    table = Table("what", "", "cases", "conversations", title="Touched by")
    for one in found.covered:
        style = None if one.is_touched else "dim"
        if one.point.name in found.unexplained:
            style = "red"
        figures = (str(one.cases), str(one.conversations))
        table.add_row(one.point.kind, one.point.name, *figures, style=style)
    return table


def _coverage_in_words(found: Coverage) -> Iterator[str]:
    for name in found.unexplained:
        yield f"nothing touches {name}; write a case, or accept it in cases/accepted.yaml"
    yield from found.stale
    touched = len(found.covered) - len(found.untouched)
    accepted = len(found.untouched) - len(found.unexplained)
    yield f"{touched} of {len(found.covered)} touched, {accepted} accepted as they are"


def _mutation_as_json(found: Mutation) -> Iterator[str]:
    for one in found.tried:
        reason = found.accepted.survivors.get(one.mutant)
        yield json.dumps({**one.model_dump(), "accepted": reason}, ensure_ascii=False)
    unexplained = [one.mutant for one in found.unexplained]
    yield json.dumps({"unexplained": unexplained, "stale": found.stale})


def _mutation_in_words(found: Mutation) -> Iterator[str]:
    for one in found.unexplained:
        yield f"{one.mutant}\n  {one.by}"
    yield from found.stale
    counts = Counter(one.verdict for one in found.tried)
    figures = ", ".join(f"{counts[key]} {words}" for key, words in _VERDICTS if counts[key])
    left = f"{len(found.unexplained)} of them unexplained" if found.unexplained else "all explained"
    yield f"{len(found.tried)} changes: {figures}; {left}"


_VERDICTS = (
    ("refused", "refused by policy check"),
    ("case", "noticed by a case"),
    ("conversation", "noticed by a conversation"),
    ("same", "the same law in other words"),
    ("survived", "unnoticed"),
)
