"""What are nodes handed, so that they never reach for the world themselves?"""

from dataclasses import dataclass
from typing import Protocol

from agent.requests import RequestId
from agent.state import DecisionRecord, PersonsAnswer, Proposal
from agent.understanding.plain import DEAF, PlainAnswers
from agent.understanding.reading import Understanding
from agent.writing.macros import Macros
from tools.domain.effect import Effect, EffectId, OrderEffect, Receipt
from tools.policy.calendar import Calendar
from tools.policy.rulebook import Rulebook
from tools.ports.readers import Carrier, Clock, PhotoRecords, Storefront


class Effects(Protocol):
    """The gateway: the only door to anything that changes the world."""

    async def perform(self, effect: Effect) -> Receipt:
        """Carry out an effect once, however often it is asked for; never raises."""
        ...

    async def receipt_of(self, effect: EffectId) -> Receipt | None:
        """Return the receipt of an effect that has happened; None when that is not known."""
        ...


class PersonsWord(Protocol):
    """Asks people at the desk about one effect at a time."""

    async def ask(
        self,
        proposal: Proposal,
        effect: OrderEffect,
        decisions: tuple[DecisionRecord, ...],
        rulebooks: tuple[Rulebook, ...],
        channel: str,
    ) -> PersonsAnswer:
        """Ask about a confirmed effect; the same confirmation asks once."""
        ...

    async def find(self, name: str) -> PersonsAnswer | None:
        """Return what became of a request."""
        ...

    async def withdraw(self, conversation: str) -> None:
        """Let what is not used fall away: the buyer wants something else, or has a person."""
        ...


class Attempts(Protocol):
    """Limits guesses at order numbers across conversations."""

    async def allowed(self, *keys: str) -> bool:
        """Whether none of these keys has used up its guesses for now."""
        ...

    async def failed(self, *keys: str) -> None:
        """Count one wrong guess against each key."""
        ...


@dataclass(frozen=True)
class Edition:
    """A version of the rules, with the wordings in the languages that it asks for."""

    rulebook: Rulebook
    macros: Macros


class Rulebooks(Protocol):
    """The versions of the rules; a turn asks the one its conversation began with."""

    @property
    def latest(self) -> Edition:
        """What was found good last, without a look at what may be new."""
        ...

    async def in_force(self) -> Edition:
        """Return what new conversations begin with."""
        ...

    async def earlier(self, version: str) -> Edition | None:
        """Return a version that was in force before; None when it cannot or may not be asked."""
        ...


class OneEdition:
    """Rules that never change."""

    def __init__(self, edition: Edition) -> None:
        self.latest = edition

    async def in_force(self) -> Edition:
        """Return the only one."""
        return self.latest

    async def earlier(self, version: str) -> Edition | None:
        """Return nothing: there is no other."""
        del version
        return None


@dataclass(frozen=True)
class Context:
    """Everything a turn may use."""

    storefront: Storefront
    carrier: Carrier
    clock: Clock
    calendar: Calendar
    rulebook: Rulebook
    understanding: Understanding
    macros: Macros
    effects: Effects
    attempts: Attempts
    menu: tuple[RequestId, ...]
    """Requests to offer as buttons when nothing was understood, likeliest first."""
    live: frozenset[str]
    """Requests that the owner has switched on; the others go to a person."""
    persons: PersonsWord | None = None
    """None where nobody can be asked: what needs a person's word goes to a person."""
    photo_records: PhotoRecords | None = None
    plain: PlainAnswers = DEAF
    """Tells a message that says yes and nothing else."""
    newest: Rulebook | None = None
    """What is in force, where the conversation began under an earlier version."""

    def asked(self, version: str) -> Rulebook:
        """Return the rulebook that a decision of this turn names."""
        newest = self.newest
        return newest if newest is not None and newest.version == version else self.rulebook
