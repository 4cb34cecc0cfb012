"""Which commands try the owner's rules?"""

import json
from pathlib import Path
from typing import Annotated

import typer

from agent.settings import Settings
from evals.policy_tests import PolicyTests, run_policy_tests

FOUND = 1

PolicyDirectory = Annotated[
    Path | None,
    typer.Option("--policy", help="Another folder of rules.", exists=True, file_okay=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


def register_on(policy_app: typer.Typer) -> None:
    """Add the commands to `nightdesk policy`."""
    policy_app.command("test")(test)


def test(*, policy: PolicyDirectory = None, as_json: AsJson = False) -> None:
    """Try the rules with their own cases and the conversations; exit 1 when something differs."""
    ran = run_policy_tests(policy or Settings().policy_dir)
    for line in _as_json(ran) if as_json else _in_words(ran):
        typer.echo(line)
    raise typer.Exit(FOUND if ran.failed else 0)


def _as_json(ran: PolicyTests) -> list[str]:
    figures = {"passed": ran.passed, "failed": ran.failed, "version": ran.version}
    counted = {"cases": ran.cases, "conversations": ran.conversations, **figures}
    lines = [failure.model_dump_json() for failure in ran.failures]
    return [*lines, json.dumps(counted)]


def _in_words(ran: PolicyTests) -> list[str]:
    lines: list[str] = []
    for failure in ran.failures:
        lines.append(f"{failure.place}: {failure.name}")
        lines += [f"  {sentence}" for sentence in failure.sentences]
    tried = f"{ran.cases} cases and {ran.conversations} conversations"
    came = f"{ran.failed} came out otherwise" if ran.failed else "all as expected"
    return [*lines, f"{tried}: {came} (rules {ran.version})"]
