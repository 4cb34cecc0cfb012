"""How does one talk to Nightdesk in a terminal?"""

import asyncio
import uuid
from pathlib import Path

import typer
from rich.console import Console
from rich.markup import escape

from agent.bootstrap import Desk, load_house, open_desk
from agent.cli.policy_versions import rules_in_words
from agent.conversation import (
    ConversationId,
    Event,
    InboundMessage,
    MessageId,
    Opened,
    Reply,
    Say,
    Tap,
)
from agent.settings import Settings
from agent.worker.rulebooks import Shelf

_LEAVE = {"/quit", "/exit", "/q"}


def chat(
    customer: str | None = typer.Option(
        None, help="Be this customer, as if signed in at the shop (an e-mail address)."
    ),
    world: Path | None = typer.Option(None, help="Another marketplace than the demo."),
    model: str | None = typer.Option(None, help="`embedded`, or a chat model's name."),
) -> None:
    """Talk to Nightdesk about the demo marketplace."""
    settings, console = Settings(), Console()
    desk = open_desk(load_house(settings, model=model, published=True), world=world)
    rules = rules_in_words(settings, Shelf(desk.store.database))
    console.print(rules, style="dim", markup=False, highlight=False, soft_wrap=True)
    try:
        asyncio.run(_talk(desk, customer, console))
    finally:
        desk.close()


async def _talk(desk: Desk, customer: str | None, console: Console) -> None:
    conversation = ConversationId(f"terminal-{uuid.uuid4()}")
    shown = 0
    choices = await _send(desk, conversation, Opened(), customer)
    shown = await _show(desk, conversation, shown, console)
    while True:
        try:
            line = await asyncio.to_thread(console.input, "[bold]you ›[/bold] ")
        except (EOFError, KeyboardInterrupt):
            return
        if line.strip() in _LEAVE:
            return
        choices = await _send(desk, conversation, _read(line, choices), customer)
        shown = await _show(desk, conversation, shown, console)


def _read(line: str, reply: Reply | None) -> Event:
    """Take the number of a button as a press of it."""
    offered = reply.choices if reply else ()
    if line.strip().isdecimal() and 0 < int(line) <= len(offered):
        choice = offered[int(line) - 1]
        return Tap(choice=choice.id, label=choice.label)
    return Say(text=line)


async def _send(
    desk: Desk, conversation: ConversationId, event: Event, customer: str | None
) -> Reply | None:
    message = InboundMessage(
        id=MessageId(str(uuid.uuid4())),
        conversation=conversation,
        channel="terminal",
        at=desk.clock.now(),
        event=event,
        signed_email=customer,
    )
    await desk.runtime.accept(message)
    await desk.runtime.settled(conversation)
    entries = await desk.runtime.transcript(conversation)
    return entries[-1].reply if entries else None


async def _show(desk: Desk, conversation: ConversationId, after: int, console: Console) -> int:
    for entry in await desk.runtime.transcript(conversation, after):
        after = entry.seq
        if entry.author == "buyer":
            continue
        console.print(f"[bold cyan]{entry.author} ›[/bold cyan] {escape(entry.text)}")
        for number, choice in enumerate(entry.reply.choices if entry.reply else (), start=1):
            console.print(f"   [dim]{number}[/dim] {escape(choice.label)}")
    return after
