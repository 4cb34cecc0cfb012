"""Who works at the desk, as the operator says in a terminal?"""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.cli.desk_approvals import opened
from agent.desk.terminal_text import printable
from tools.policy.marketplace import Role

people_app = typer.Typer(no_args_is_help=True, help="Say who works at the desk.")
_SITE = "http://127.0.0.1:8000"


@people_app.command("add")
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="As colleagues will see it.")],
    role: Annotated[Role, typer.Option(help="What they may agree to; see marketplace.yaml.")],
    *,
    email: Annotated[str | None, typer.Option(help="With which they shop themselves.")] = None,
    site: Annotated[str, typer.Option(help="Where Nightdesk is served.")] = _SITE,
) -> None:
    """Add somebody, or give them a new role, and print a sign-in link that works once."""
    words = printable(name).strip()
    if not words or words != name:
        raise typer.BadParameter("The name is empty or has characters without a shape.")
    with opened(ctx) as at:
        token = at.desk.people.add(words, role, email)
    typer.echo(f"{site.rstrip('/')}/desk/sign-in?token={token}")


@people_app.command("list")
def list_people(ctx: typer.Context) -> None:
    """Show who works at the desk."""
    with opened(ctx) as at:
        everybody = at.desk.people.everybody()
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for column in ("name", "role", "e-mail", "since"):
        table.add_column(column)
    for one in everybody:
        since = f"{one.added_at:%Y-%m-%d}"
        table.add_row(Text(one.name), Text(one.role), Text(one.email or "-"), Text(since))
    Console().print(table)


@people_app.command("remove")
def remove(ctx: typer.Context, name: Annotated[str, typer.Argument()]) -> None:
    """Remove somebody; where they are signed in, they no longer are."""
    with opened(ctx) as at:
        if not at.desk.people.remove(name):
            raise typer.BadParameter(f"Nobody at the desk is called {name}.")
    typer.echo(f"{name} is removed.")
