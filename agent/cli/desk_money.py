"""How does a person compare the books, and let money move again?"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated

import typer

from agent.bootstrap import Desk, load_house, open_desk
from agent.desk.terminal_text import printable
from agent.settings import Settings

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


def reconcile(ctx: typer.Context, *, as_json: AsJson = False) -> None:
    """Compare our ledger with the payment provider; exit code 1 when something is unexplained."""
    desk = _opened(ctx)
    try:
        found = asyncio.run(desk.reconciler.run(everything=True))
    finally:
        desk.close()
    if as_json:
        typer.echo(json.dumps(asdict(found)))
    else:
        typer.echo(f"{found.explained} refunds agree; {len(found.repaired)} repaired.")
        for one in found.unexplained:
            typer.echo(printable(f"{one.what}: {one.about} {one.detail}".rstrip()))
    raise typer.Exit(1 if found.unexplained else 0)


def breaker(
    ctx: typer.Context,
    *,
    close: Annotated[bool, typer.Option("--close", help="Let money move again.")] = False,
    who: Annotated[str | None, typer.Option("--as", help="Your name at the desk.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show whether money has stopped moving by itself, and why."""
    desk = _opened(ctx)
    try:
        if close:
            desk.effects.breaker.close(_owner(desk, who))
        state = desk.effects.breaker.state()
    finally:
        desk.close()
    if as_json:
        typer.echo(json.dumps(asdict(state), default=str))
        return
    typer.echo(printable(f"Stopped: {state.why}") if state.why else "Money moves, within the caps.")
    if state.quiet_until is not None:
        typer.echo(f"Tried again from {state.quiet_until:%Y-%m-%d %H:%M} UTC.")


def _owner(desk: Desk, name: str | None) -> str:
    person = desk.people.find(name) if name else None
    if person is None or person.role != "owner":
        raise typer.BadParameter("Only an owner lets money move again; say who with --as.")
    return person.name


def _opened(ctx: typer.Context) -> Desk:
    opening: Callable[[], Desk] = ctx.obj or _open
    return opening()


def _open() -> Desk:
    return open_desk(load_house(Settings(), published=True))
