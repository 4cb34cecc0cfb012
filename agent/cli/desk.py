"""How does a support person work through the queue in a terminal?"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import Annotated, Protocol, TypeVar

import typer
from pydantic import BaseModel
from rich.console import Console

from agent.bootstrap import load_house, open_desk
from agent.cli.desk_approvals import approve, ask, edit, list_approvals, reject
from agent.cli.desk_money import breaker, reconcile
from agent.cli.desk_people import people_app
from agent.cli.desk_promises import promises
from agent.cli.policy_versions import rules_in_words
from agent.desk.pages import failed_page, queue_page, ticket_page
from agent.desk.terminal_text import printable
from agent.desk.tickets import QueueRow, TicketDesk
from agent.settings import Settings
from agent.worker.rulebooks import Shelf
from agent.worker.runtime import Runtime
from agent.worker.store import Store
from tools.domain.ticket import TicketId
from tools.ports.desk import TicketBoard
from tools.ports.readers import Clock

desk_app = typer.Typer(no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="The ticket's number, for instance T-ABC234.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Result = TypeVar("Result")


class OpenedDesk(Protocol):
    """What the commands need of a running Nightdesk."""

    @property
    def runtime(self) -> Runtime: ...
    @property
    def store(self) -> Store: ...
    @property
    def helpdesk(self) -> TicketBoard: ...
    @property
    def clock(self) -> Clock: ...
    def close(self) -> None:
        """Let go of the database."""
        ...


OpenDesk = Callable[[], OpenedDesk]
"""Stands in the context's `obj` where another desk than that of the settings is meant."""


desk_app.command("approvals")(list_approvals)
desk_app.command("approve")(approve)
desk_app.command("edit")(edit)
desk_app.command("reject")(reject)
desk_app.command("ask")(ask)
desk_app.command("promises")(promises)
desk_app.add_typer(people_app, name="people")
desk_app.command("reconcile")(reconcile)
desk_app.command("breaker")(breaker)


@desk_app.command("list")
def list_tickets(
    ctx: typer.Context,
    *,
    closed: Annotated[bool, typer.Option("--closed", help="Those that are done.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show who is waiting, and messages that could not be handled at all."""
    with _desk(ctx) as (opened, desk):
        tickets = asyncio.run(desk.closed() if closed else desk.waiting())
        failed = opened.store.failed_messages()
        now = opened.clock.now()
        rules = rules_in_words(Settings(), Shelf(opened.store.database))
    if as_json:
        _print_json("ticket", *(QueueRow.of(ticket, now) for ticket in tickets))
        _print_json("failed_message", *failed)
        return
    console = Console()
    console.print(queue_page(tickets, now))
    if failed:
        console.print(failed_page(failed))
    console.print(rules, style="dim", markup=False, highlight=False, soft_wrap=True)


@desk_app.command("show")
def show_ticket(ctx: typer.Context, number: Number, *, as_json: AsJson = False) -> None:
    """Show a ticket with everything that is needed to decide."""
    with _desk(ctx) as (opened, desk):
        whole = asyncio.run(desk.whole(_number(number)))
        now = opened.clock.now()
    if whole is None:
        raise typer.BadParameter(f"There is no ticket {number}.")
    if as_json:
        _print_json("ticket", whole)
    else:
        Console().print(ticket_page(whole, now))


@desk_app.command("answer")
def answer_ticket(
    ctx: typer.Context,
    number: Number,
    text: Annotated[str, typer.Argument(help="What the buyer will read.")],
    *,
    person: Annotated[str | None, typer.Option("--as", help="Your name, for colleagues.")] = None,
    as_json: AsJson = False,
) -> None:
    """Answer the buyer in their conversation; Nightdesk stays silent."""
    words = printable(text).strip()
    if not words:
        raise typer.BadParameter("The answer is empty.")
    with _desk(ctx) as (_, desk):
        sent = asyncio.run(desk.answer(_number(number), words, person=person))
    _end(number, "answered", done=sent, as_json=as_json)


@desk_app.command("close")
def close_ticket(
    ctx: typer.Context,
    number: Number,
    *,
    note: Annotated[str, typer.Option(help="What was done, for colleagues.")] = "",
    as_json: AsJson = False,
) -> None:
    """Close a ticket and give the conversation back to Nightdesk."""
    with _desk(ctx) as (_, desk):
        closed = asyncio.run(desk.close(_number(number), printable(note)))
    _end(number, "closed", done=closed, as_json=as_json)


@desk_app.command("retry")
def retry_message(
    ctx: typer.Context,
    message: Annotated[int, typer.Argument(help="The number that `list` shows.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Try a failed message again."""
    with _desk(ctx) as (opened, _):
        conversation = opened.store.retry(message)
        if conversation is None:
            raise typer.BadParameter(f"No failed message has the number {message}.")
        asyncio.run(_settle(opened.runtime.settled(conversation)))
        failed = any(one.seq == message for one in opened.store.failed_messages())
    outcome = "failed again" if failed else "answered"
    typer.echo(json.dumps({"message": message, "status": outcome}) if as_json else outcome)
    raise typer.Exit(1 if failed else 0)


async def _settle(settled: Awaitable[None]) -> None:
    await settled


@contextmanager
def _desk(ctx: typer.Context) -> Generator[tuple[OpenedDesk, TicketDesk]]:
    opening: OpenDesk = ctx.obj or (lambda: open_desk(load_house(Settings(), published=True)))
    opened = opening()
    try:
        yield opened, TicketDesk(opened.helpdesk, opened.runtime, opened.clock)
    finally:
        opened.close()


def _number(words: str) -> TicketId:
    """Take the number as people type it."""
    plain = words.strip().upper()
    return plain if plain.startswith("T-") else f"T-{plain}"


def _end(number: str, status: str, *, done: bool, as_json: bool) -> None:
    if not done:
        raise typer.BadParameter(f"There is no open ticket {number}.")
    line = {"ticket": _number(number), "status": status}
    typer.echo(json.dumps(line) if as_json else f"{line['ticket']} is {status}.")


def _print_json(kind: str, *records: BaseModel) -> None:
    """Print plain ASCII, so that nothing in a record can steer the terminal."""
    for record in records:
        typer.echo(json.dumps({"kind": kind, **record.model_dump(mode="json")}))
