"""What was promised to buyers and is not kept yet?"""

import json
from contextlib import closing
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.bootstrap import SystemClock
from agent.desk.terminal_text import printable
from agent.settings import Settings
from agent.worker.obligations import Obligation, Obligations
from agent.worker.store import Store

FOUND = 1
_WORDS = {
    "person_answer": "a person answers",
    "approval_answer": "a person's decision is told",
    "effect_outcome": "how an unanswered call ended",
    "word_on_outcome": "the buyer is told how it ended",
    "refund_outcome": "the refund is made",
    "return_received": "the goods arrive",
    "refund_after_check": "what came back is looked at and paid back",
}


def promises(
    *,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those past their time.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show what buyers were told will happen; with --overdue exit 1 when something is late."""
    now, file = SystemClock().now(), Settings().database
    if not file.is_file():
        raise typer.BadParameter(f"there is no database at {file}.")
    with closing(Store.open(file)) as store:
        owed = Obligations(store.database)
        found = owed.overdue(now) if overdue else owed.open()
    if as_json:
        for one in found:
            typer.echo(json.dumps({**one.model_dump(mode="json"), "overdue": one.is_overdue(now)}))
    elif found:
        Console().print(_page(found, now))
    else:
        typer.echo("Nothing is overdue." if overdue else "Nothing is owed to anybody.")
    raise typer.Exit(FOUND if overdue and found else 0)


def _page(found: tuple[Obligation, ...], now: datetime) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for column in ("promise", "what", "about", "order", "due", "conversation"):
        table.add_column(column, overflow="fold")
    for one in found:
        due = one.due_at.isoformat(sep=" ", timespec="minutes")
        table.add_row(
            str(one.id),
            _WORDS[one.kind],
            Text(printable(one.about)),
            Text(printable(one.order or "")),
            Text(due, style="bold red" if one.is_overdue(now) else ""),
            Text(printable(one.conversation)),
        )
    return table
