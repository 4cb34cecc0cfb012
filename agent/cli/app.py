"""Which commands does `nightdesk` have, and how do they end?"""

import sys
from importlib.metadata import entry_points

import typer
from rich.console import Console

from agent.cli.audit import audit_app
from agent.cli.chat import chat
from agent.cli.desk import desk_app
from agent.cli.doctor import doctor
from agent.cli.outcomes import outcomes
from agent.cli.policy import policy_app
from agent.cli.serve import serve
from agent.cli.understand import understand
from tools.errors import BadInputError, OutsideError

WRONG_USE = 2
OUTSIDE_BROKEN = 3

app = typer.Typer(
    name="nightdesk",
    help="The support desk that stays open while a small marketplace sleeps.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("chat")(chat)
app.command("serve")(serve)
app.command("understand")(understand)
app.command("doctor")(doctor)
app.command("outcomes")(outcomes)
app.add_typer(policy_app, name="policy", help="The owner's rules.")
app.add_typer(desk_app, name="desk", help="What people have taken over.")
app.add_typer(audit_app, name="audit", help="The log of what happened.")
for _entry in entry_points(group="nightdesk.commands"):
    _entry.load()(app)


def main() -> None:
    """Run a command; 0 ok, 1 it found something, 2 wrong use, 3 something outside is broken."""
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        app()
    except BadInputError as error:
        for fault in error.faults:
            errors.print(str(fault), markup=False)
        sys.exit(WRONG_USE)
    except OutsideError as error:
        errors.print(str(error), markup=False)
        sys.exit(OUTSIDE_BROKEN)
