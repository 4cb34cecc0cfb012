"""What does a transcript in a Markdown file say, and how is it played?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from agent.bootstrap import Desk
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

_BLOCK = re.compile(r"```text\n(.*?)```", re.DOTALL)
_AS_OF = re.compile(r"\b(\d{4}-\d\d-\d\d \d\d:\d\d) UTC")
_TICKET = re.compile(r"\b(?:T|WD|RT)-[A-Z2-7]{6,}")
_SPEAKER = re.compile(r"^(you|assistant) › ", re.MULTILINE)
_BUTTON = re.compile(r" {3}(\d) (.+)")


@dataclass(frozen=True)
class Line:
    """Something that was said, with the buttons below it."""

    speaker: str
    text: str
    buttons: tuple[str, ...] = ()


def read_transcript(markdown: str) -> tuple[datetime, list[Line]]:
    """Return the instant and the lines of the first text block that is a conversation."""
    block = next(b for b in _BLOCK.findall(markdown) if _SPEAKER.search(b))
    stated = _AS_OF.search(markdown)
    assert stated is not None, "a transcript says when it was held"
    at = datetime.strptime(stated[1], "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    _, *pieces = _SPEAKER.split(block)
    return at, [_line(*pair) for pair in zip(pieces[::2], pieces[1::2], strict=True)]


def _line(speaker: str, said: str) -> Line:
    text = [line for line in said.splitlines() if not _BUTTON.fullmatch(line)]
    buttons = [found[2] for line in said.splitlines() if (found := _BUTTON.fullmatch(line))]
    return Line(speaker, mask("\n".join(text)).strip(), tuple(buttons))


def mask(text: str) -> str:
    """Return a text without what is random in it: the numbers of what was kept."""
    return _TICKET.sub("T-……", text)


async def play(lines: list[Line], desk: Desk) -> list[Line]:
    """Say the buyer's lines as `nightdesk chat` does and return the whole conversation."""
    talk = Talk(desk)
    played = list(await talk.send(Opened()))
    for line in lines:
        if line.speaker == "you":
            played += [replace(line, buttons=()), *await talk.send(talk.event(line.text))]
    return played


class Talk:
    """One buyer at a terminal."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._id = ConversationId("readme")
        self._sent = 0
        self._seen = 0
        self._reply: Reply | None = None

    def event(self, text: str) -> Event:
        offered = self._reply.choices if self._reply else ()
        if text.isdecimal() and 0 < int(text) <= len(offered):
            choice = offered[int(text) - 1]
            return Tap(choice=choice.id, label=choice.label)
        return Say(text=text)

    async def send(self, event: Event) -> Iterator[Line]:
        self._sent += 1
        message = InboundMessage(
            id=MessageId(str(self._sent)),
            conversation=self._id,
            channel="terminal",
            at=self._desk.clock.now(),
            event=event,
        )
        await self._desk.runtime.accept(message)
        await self._desk.runtime.settled(self._id)
        entries = await self._desk.runtime.transcript(self._id, self._seen)
        self._seen = entries[-1].seq if entries else self._seen
        replies = [entry.reply for entry in entries if entry.reply is not None]
        self._reply = replies[-1] if replies else None
        return (
            Line("assistant", mask(r.text), tuple(choice.label for choice in r.choices))
            for r in replies
        )
