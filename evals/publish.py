"""How is a draft checked, tested, tried on past cases, and put in force?"""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from agent.bootstrap import PolicyHome, SystemClock
from agent.cli.policy_versions import By, Why, faults_shown, open_shelf, put_in_force
from agent.past_cases import read_decisions
from agent.settings import Settings
from agent.worker.rulebooks import Figures, Reasons
from agent.worker.rulebooks_in_force import Loaded
from evals.law.failure import Failure
from evals.policy_tests import PolicyTests, run_policy_tests
from tools.errors import BadInputError, Fault
from tools.policy.flips import find_flips

FOUND = 1
_MOST_SHOWN = 20

TryRules = Callable[[Path], PolicyTests]
"""Tests a folder of rules."""


def publish(
    draft: Annotated[
        Path, typer.Argument(help="The draft's folder.", exists=True, file_okay=False)
    ],
    *,
    by: By,
    why: Why,
    despite: Annotated[
        bool, typer.Option("--despite-failures", help="Publish although tests fail; is recorded.")
    ] = False,
) -> None:
    """Check and test a draft and put it in force; exit 1 and change nothing when it fails."""
    publish_draft(draft, Reasons(by=by, why=why, despite=despite), run_policy_tests)


def publish_draft(draft: Path, reasons: Reasons, try_rules: TryRules) -> None:
    """Publish what stands in the draft at this moment, or exit 1."""
    settings = Settings()
    home = PolicyHome(draft, settings.prompts_dir)
    with open_shelf(settings) as shelf:
        before = shelf.in_force()
        with faults_shown():
            loaded = home.read_draft(SystemClock().now().date())
            if before is not None and before.version == loaded.version:
                typer.echo(f"{loaded.version} is in force already.")
                return
            found = _try_frozen(draft, loaded, settings, try_rules)
        _show(found)
        if found.failed and not reasons.despite:
            typer.echo("Nothing was changed; --despite-failures publishes all the same.")
            raise typer.Exit(FOUND)
        whole = _with_figures(reasons, found, loaded, settings)
        typer.echo(f"{whole.flips} of {whole.past_cases} past decisions would be different.")
        put_in_force(shelf, settings, loaded, whole, before)


def _try_frozen(
    draft: Path, loaded: Loaded, settings: Settings, try_rules: TryRules
) -> PolicyTests:
    """Test exactly what was read, whatever happens to the draft meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        frozen = PolicyHome(Path(folder) / "policy", settings.prompts_dir)
        frozen.write(loaded.files)
        there, here = str(frozen.folder), str(draft)
        try:
            found = try_rules(frozen.folder)
        except BadInputError as error:
            raise BadInputError(*(_moved(fault, there, here) for fault in error.faults)) from error
        failures = tuple(_moved(failure, there, here) for failure in found.failures)
        return found.model_copy(update={"failures": failures})


Placed = TypeVar("Placed", Fault, Failure)


def _moved(found: Placed, there: str, here: str) -> Placed:
    """Name the draft's own file, for its owner to go to."""
    if isinstance(found, Fault):
        return replace(found, file=found.file.replace(there, here, 1))
    return found.model_copy(update={"place": found.place.replace(there, here, 1)})


def _show(found: PolicyTests) -> None:
    for failure in found.failures[:_MOST_SHOWN]:
        typer.echo(f"{failure.place}: {failure.name}: {' '.join(failure.sentences)}")
    if len(found.failures) > _MOST_SHOWN:
        typer.echo(f"... and {len(found.failures) - _MOST_SHOWN} more.")
    typer.echo(
        f"{found.cases} cases and {found.conversations} conversations: "
        f"{found.passed} passed, {found.failed} failed."
    )


def _with_figures(
    reasons: Reasons, found: PolicyTests, loaded: Loaded, settings: Settings
) -> Reasons:
    decisions, _ = read_decisions(settings.database)
    tests = Figures(
        cases=found.cases,
        conversations=found.conversations,
        passed=found.passed,
        failed=found.failed,
    )
    flips = len(find_flips(decisions, loaded.edition.rulebook))
    update = {"tests": tests, "past_cases": len(decisions), "flips": flips}
    return reasons.model_copy(update={**update, "despite": found.failed > 0})
