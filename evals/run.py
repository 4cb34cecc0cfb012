"""What came of a conversation when it was run, and what is wrong with that?"""

from collections.abc import Iterator
from datetime import datetime

from agent.state import Conversation, TurnRecord
from evals.conversation_file import Sample, Turn
from tools.domain.model import Frozen
from tools.domain.order import Order
from tools.domain.party import Seller
from tools.domain.shipment import TrackingEvent
from tools.domain.ticket import Ticket
from tools.domain.withdrawal import Withdrawal


class Miss(Frozen):
    """One thing that is not as expected."""

    turn: int
    """From 1, as the author counts; 0 where the whole conversation is meant."""
    expected: str
    got: str

    def __str__(self) -> str:
        where = f"turn {self.turn}: " if self.turn else ""
        return f"{where}expected {self.expected}; got {self.got}"


class Step(Frozen):
    """One turn of the file and what came of it."""

    number: int
    turn: Turn
    at: datetime
    record: TurnRecord | None
    """None when only time went by."""
    after: Conversation | None

    @property
    def text(self) -> str:
        """Return what the buyer read from Nightdesk; empty when it was silent."""
        reply = self.record.reply if self.record else None
        return reply.text if reply is not None and reply.author == "assistant" else ""


class Parcel(Frozen):
    """What the carrier of the world knows about one tracking number."""

    tracking_number: str
    scans: tuple[TrackingEvent, ...]


class Run(Frozen):
    """One sample, played once."""

    sample: Sample
    steps: tuple[Step, ...]
    ticket: Ticket | None
    """As it is stored at the helpdesk after the last turn."""
    withdrawals: tuple[Withdrawal, ...] = ()
    """As they are stored after the last turn."""
    orders: tuple[Order, ...]
    """Every order of the world, for what must and must not be told."""
    changed: tuple[Order, ...] = ()
    """As the shop has them after the last turn: those that Nightdesk or somebody else touched."""
    parcels: tuple[Parcel, ...] = ()
    sellers: tuple[Seller, ...] = ()
    owner_words: str = ""
    """What the owner wrote in policy and macros; its numbers may be told to anyone."""
    trouble: Miss | None = None
    """Why the conversation could not be played to its end."""

    @property
    def records(self) -> tuple[TurnRecord, ...]:
        """Return the turns in order."""
        return tuple(step.record for step in self.steps if step.record is not None)

    @property
    def final(self) -> Conversation | None:
        """Return how the conversation stands after the last turn."""
        return next((step.after for step in reversed(self.steps) if step.after), None)

    def expecting(self) -> Iterator[Step]:
        """Yield the steps whose author expects something."""
        return (step for step in self.steps if step.turn.expect is not None)


class Score(Frozen):
    """How one scorer sees one run: 1 when it finds nothing wrong, else 0."""

    scorer: str
    misses: tuple[Miss, ...] = ()

    @property
    def value(self) -> float:
        """Return 1 or 0."""
        return 0.0 if self.misses else 1.0
