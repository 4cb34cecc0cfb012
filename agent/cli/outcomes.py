"""How do conversations end, and what is each figure a count of?"""

import json
from contextlib import closing
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.bootstrap import SystemClock, load_rulebook
from agent.desk.terminal_text import printable
from agent.insights.outcomes import OUTCOMES, OutcomeName
from agent.insights.stories import Outcomes, Share, count_outcomes
from agent.settings import Settings
from agent.worker.store import Store
from tools.policy.marketplace import QuietTimes

_HEADS: dict[OutcomeName, str] = {
    "confirmed_resolved": "confirmed",
    "assumed_resolved": "assumed",
    "handed_off": "handed off",
    "abandoned": "abandoned",
    "pending": "pending",
}
_DEFINITIONS: dict[OutcomeName, str] = {
    "confirmed_resolved": "answered, and the buyer's last words were thanks or a goodbye; nothing is owed",
    "assumed_resolved": "answered, nothing asked, nothing owed, and {assumed} hours without a word",
    "handed_off": "a person was needed at some time, whatever happened after",
    "abandoned": "we asked and heard nothing for {abandoned} hours, or no wish was understood",
    "pending": "none of these yet: a promise is open, a message waits, or the time is not over",
}


def outcomes(
    *,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Conversations that began on this day or later."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Count how conversations ended, by what was wanted and by week."""
    settings = Settings()
    if not settings.database.is_file():
        raise typer.BadParameter(f"there is no database at {settings.database}.")
    quiet = load_rulebook(settings.policy_dir).marketplace.quiet
    begin = None if since is None else since.replace(tzinfo=UTC)
    with closing(Store.open(settings.database)) as store:
        found = count_outcomes(store, SystemClock().now(), quiet, begin)
    if as_json:
        _print_json(found)
    else:
        _print_page(found)


def definitions(quiet: QuietTimes) -> dict[OutcomeName, str]:
    """Return what each figure counts, with the owner's hours."""
    hours = {"assumed": quiet.assumed_resolved_hours, "abandoned": quiet.abandoned_hours}
    return {outcome: text.format_map(hours) for outcome, text in _DEFINITIONS.items()}


def _print_json(found: Outcomes) -> None:
    groups = [("total", found.total)]
    groups += [("request", one) for one in found.requests]
    groups += [("week", one) for one in found.weeks]
    for kind, one in groups:
        shares = {outcome: round(one.share(outcome), 4) for outcome in OUTCOMES}
        typer.echo(json.dumps({"type": kind, **one.model_dump(mode="json"), "shares": shares}))
    typer.echo(
        json.dumps(
            {
                "type": "definitions",
                **definitions(found.quiet),
                "at": found.at.isoformat(),
                "unreadable_turns": found.unreadable,
            }
        )
    )


def _print_page(found: Outcomes) -> None:
    console = Console(highlight=False)
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("")
    for head in ("talks", *_HEADS.values()):
        table.add_column(head, justify="right")
    for one in (found.total, *found.requests, *found.weeks):
        table.add_row(Text(printable(one.group)), str(one.conversations), *_cells(one))
    console.print(table)
    console.print()
    for outcome, text in definitions(found.quiet).items():
        console.print(f"{_HEADS[outcome]}: {text}.", soft_wrap=True)
    if found.unreadable:
        console.print(f"{found.unreadable} turns cannot be read; their talks count as pending.")


def _cells(one: Share) -> list[str]:
    return [f"{one.counts[outcome]} ({one.share(outcome):.0%})" for outcome in OUTCOMES]
