"""How is every accepted message worked off, once and in order, whatever breaks?"""

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from agent.conversation import ConversationId, InboundMessage
from agent.turn import HandleTurn, TurnResult
from agent.worker.commit import Due, StaleError
from agent.worker.runtime import TranscriptEntry
from agent.worker.store import Store
from tools.errors import NightdeskError, OutsideError, UnavailableError
from tools.ports.readers import Clock

_log = logging.getLogger(__name__)
_DAMAGED = "The stored conversation cannot be read."
_UNREADABLE = "The stored message cannot be read."

Chore = Callable[[], Awaitable[object]]
_Outcome = Literal["nothing_due", "done", "failed"]


class WrongTurnError(Exception):
    """What handled a message returned the turn of another one."""


@dataclass(frozen=True)
class Limits:
    """How long and how often the worker tries."""

    attempts: int = 5
    """Times that one message is tried before it waits for the operator."""
    first_pause: float = 0.2
    """Seconds; each further pause is twice as long."""
    longest_pause: float = 30.0
    turn_seconds: float = 60.0
    """After which a turn counts as failed."""
    at_once: int = 16
    """Turns of different conversations that run at the same time."""
    sweep_seconds: float = 15.0
    """How often, and from which age on, messages that another process left behind are taken up."""
    chore_seconds: float = 300.0
    """How often chores are done, for instance the ledger compared with the provider."""


DEFAULT_LIMITS = Limits()


class Worker:
    """The embedded `Runtime`: one writer per conversation, one transaction per turn.

    `on_fault` makes the turn that gives a conversation to a person when `handle_turn` fails.
    Several workers may share a database: a fence lets only one of them commit a turn.
    """

    def __init__(
        self,
        store: Store,
        handle_turn: HandleTurn,
        clock: Clock,
        on_fault: HandleTurn,
        limits: Limits = DEFAULT_LIMITS,
        chores: Chore | None = None,
    ) -> None:
        self._chores = chores
        self._chore: asyncio.Task[None] | None = None
        self._store = store
        self._handle_turn = handle_turn
        self._on_fault = on_fault
        self._clock = clock
        self._limits = limits
        self._free = asyncio.Semaphore(limits.at_once)
        self._writers: dict[ConversationId, asyncio.Task[_Outcome]] = {}
        self._sweeper: asyncio.Task[None] | None = None
        self._stopped = False

    async def accept(self, message: InboundMessage) -> bool:
        """Store a message durably, then return; False when this channel sent this id before."""
        new = self._store.accept(message, self._clock.now())
        self._wake(message.conversation)
        return new

    async def settled(self, conversation: ConversationId) -> None:
        """Return when no accepted message of a conversation waits for its turn."""
        while True:
            if writer := self._writers.get(conversation):
                await asyncio.wait({writer})
                stopped = self._stopped or writer.cancelled()
                if not stopped and writer.result() == "nothing_due":
                    return
            elif not self._store.has_due(conversation):
                return
            elif self._stopped:
                raise UnavailableError("worker", "settle", "it has been stopped")
            else:
                self._wake(conversation)

    async def transcript(
        self, conversation: ConversationId, after: int = 0
    ) -> tuple[TranscriptEntry, ...]:
        """Return the entries with a larger `seq`, oldest first."""
        return self._store.transcript(conversation, after)

    async def owner(self, conversation: ConversationId) -> Literal["assistant", "person"]:
        """Return who answers the buyer at the moment."""
        return self._store.owner(conversation)

    async def start(self) -> None:
        """Take up what an earlier process left unfinished, now and from time to time."""
        self._stopped = False
        for conversation in self._store.due_conversations():
            self._wake(conversation)
        self._sweeper = asyncio.create_task(self._sweep(), name="sweeper")
        if self._chores is not None:
            self._chore = asyncio.create_task(self._do_chores(self._chores), name="chores")

    async def stop(self, grace: float = 10.0) -> None:
        """Let running turns finish for so many seconds; the others run again at the next start."""
        self._stopped = True
        if self._sweeper is not None:
            self._sweeper.cancel()
        if self._chore is not None:
            self._chore.cancel()
            await asyncio.wait({self._chore})
        if not self._writers:
            return
        _, late = await asyncio.wait(set(self._writers.values()), timeout=grace)
        for writer in late:
            writer.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _wake(self, conversation: ConversationId) -> None:
        if self._stopped or conversation in self._writers:
            return
        writer = asyncio.create_task(self._write(conversation), name=f"writer {conversation}")
        self._writers[conversation] = writer

    async def _write(self, conversation: ConversationId) -> _Outcome:
        """Work off a conversation: the only task that does so in this process.

        Nothing may suspend between finding no message and leaving, else one could be overlooked.
        """
        failures = 0
        outcome: _Outcome = "done"
        try:
            while not self._stopped:
                outcome = await self._take_turn(conversation)
                if outcome == "nothing_due":
                    break
                failures = failures + 1 if outcome == "failed" else 0
                if failures:
                    await asyncio.sleep(self._pause(failures))
            return outcome
        finally:
            del self._writers[conversation]

    async def _take_turn(self, conversation: ConversationId) -> _Outcome:
        async with self._free:
            # However many conversations wait, one round of the event loop runs a few turns only;
            # channels get their share.
            await asyncio.sleep(0)
            try:
                due = None if self._stopped else self._store.next_due(conversation)
                if due is None:
                    return "nothing_due"
                outcome = await self._work_off(due)
                more = outcome == "failed" or self._store.has_due(conversation)
            except StaleError:
                return "done"  # by another process; the next round sees what it wrote
            except Exception as error:
                _report("Conversation %s cannot be worked off at the moment", conversation, error)
                return "failed"
        return outcome if more else "nothing_due"

    async def _work_off(self, due: Due) -> Literal["done", "failed"]:
        if due.message is None:
            self._store.record_failure(due, _UNREADABLE, final=True)
            _log.error("Message %d: %s", due.seq, _UNREADABLE)
            return "done"
        why = _DAMAGED
        if due.damaged is None:
            why = await self._attempt(self._handle_turn, due, due.message)
        if why is not None:
            why = await self._attempt(self._on_fault, due, due.message, fault=why)
        if why is None:
            return "done"
        final = due.attempts + 1 >= self._limits.attempts
        self._store.record_failure(due, why, final=final)
        return "done" if final else "failed"

    async def _attempt(
        self, handle: HandleTurn, due: Due, message: InboundMessage, fault: str | None = None
    ) -> str | None:
        """Handle and commit a message; return what was wrong with it, if anything."""
        try:
            async with asyncio.timeout(self._limits.turn_seconds):
                result = await handle(message, due.conversation, due.turn)
            _require_turn_of(message, due, result)
        except Exception as error:
            return _report("Message %s could not be handled", message.id, error)
        try:
            self._store.commit(due, result, self._clock.now(), fault)
        except (StaleError, OutsideError):
            raise  # nothing is wrong with the turn
        except Exception as error:
            return _report("The turn of message %s could not be stored", message.id, error)
        return None

    async def _sweep(self) -> None:
        age = timedelta(seconds=self._limits.sweep_seconds)
        while True:
            await asyncio.sleep(self._limits.sweep_seconds)
            try:
                for conversation in self._store.due_conversations(self._clock.now() - age):
                    self._wake(conversation)
            except OutsideError as error:
                _log.error("Waiting messages cannot be looked for: %s", error)

    async def _do_chores(self, chores: Chore) -> None:
        """Do what no message asks for, now and from time to time; a turn never waits for it."""
        while True:
            try:
                await chores()
            except Exception as error:
                _report("The %s cannot be done at the moment", "chores", error)
            await asyncio.sleep(self._limits.chore_seconds)

    def _pause(self, failures: int) -> float:
        longest = self._limits.longest_pause
        return min(self._limits.first_pause * 2 ** min(failures - 1, 30), longest)


def _require_turn_of(message: InboundMessage, due: Due, result: TurnResult) -> None:
    """A turn that is filed under another conversation could show one buyer's data to another."""
    named = {result.conversation.id, result.record.conversation}
    named.update(outbound.conversation for outbound in result.outbound)
    if named != {message.conversation} or result.record.turn != due.turn:
        raise WrongTurnError


def _report(what: str, about: str, error: Exception) -> str:
    """Log a fault and return it in short.

    Only our own errors are quoted: the words of others may hold what a buyer wrote.
    """
    short = f"{type(error).__name__}: {error}" if isinstance(error, NightdeskError) else ""
    frames = traceback.extract_tb(error.__traceback__)
    short = short or f"{type(error).__name__} at {_place(frames)}"
    _log.error(what + ": %s\n%s", about, short, "".join(frames.format()))
    return short


def _place(frames: traceback.StackSummary) -> str:
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "?"
