"""What stands in for the worker while the channels are tested?"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

from agent.conversation import Attach, ConversationId, InboundMessage, Reply, Say, Tap
from agent.worker.runtime import TranscriptEntry

Answer = Callable[[InboundMessage], Reply | None]


class SetClock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.instant = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.instant


class FakeRuntime:
    """In memory: answers each message with a scripted reply, in order, once."""

    def __init__(self, answer: Answer) -> None:
        self.accepted: list[InboundMessage] = []
        self.owners: dict[str, Literal["assistant", "person"]] = {}
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self._answer = answer
        self._due: asyncio.Queue[InboundMessage] = asyncio.Queue()
        self._transcripts: dict[str, list[TranscriptEntry]] = defaultdict(list)

    async def work(self) -> None:
        """Answer messages until cancelled."""
        while True:
            message = await self._due.get()
            await self.may_answer.wait()
            self.take_turn(message)
            self._due.task_done()

    async def accept(self, message: InboundMessage) -> bool:
        if any(m.id == message.id for m in self.accepted):
            return False
        self.accepted.append(message)
        self._due.put_nowait(message)
        return True

    async def settled(self, conversation: ConversationId) -> None:
        del conversation
        await self._due.join()

    async def transcript(
        self, conversation: ConversationId, after: int = 0
    ) -> tuple[TranscriptEntry, ...]:
        return tuple(e for e in self._transcripts[conversation] if e.seq > after)

    async def owner(self, conversation: ConversationId) -> Literal["assistant", "person"]:
        return self.owners.get(conversation, "assistant")

    def answer_with(self, answer: Answer) -> None:
        self._answer = answer

    def person_says(self, conversation: ConversationId, text: str) -> None:
        message = next(m for m in self.accepted if m.conversation == conversation)
        self._add(message, "person", text, Reply(text=text, author="person"))

    def take_turn(self, message: InboundMessage) -> None:
        match message.event:
            case Say(text=text):
                self._add(message, "buyer", text)
            case Tap(label=label):
                self._add(message, "buyer", label)
            case Attach(photo=photo):
                self._add(message, "buyer", photo)
            case _:
                pass
        reply = self._answer(message)
        if reply is not None:
            self._add(message, reply.author, reply.text, reply)

    def _add(
        self,
        message: InboundMessage,
        author: Literal["buyer", "assistant", "person"],
        text: str,
        reply: Reply | None = None,
    ) -> None:
        entries = self._transcripts[message.conversation]
        entries.append(
            TranscriptEntry(
                seq=len(entries) * 3 + 1,
                at=message.at,
                author=author,
                text=text,
                message=message.id,
                reply=reply,
            )
        )
