"""What do the tests of the desk open: a real worker over a real file, an echo as the graph."""

from dataclasses import dataclass
from pathlib import Path

from agent.worker.effects import EffectGateway
from agent.worker.loop import Worker
from agent.worker.store import Store
from tests.worker.echo import (
    SetClock,
    draft,
    echo,
    message,
    ticket_effect,
    to_a_person,
)
from tools.connectors.embedded_helpdesk import EmbeddedHelpdesk
from tools.domain.effect import Confirmed
from tools.domain.ticket import PacketFact, PhotoId, TicketDraft, TicketId

HOSTILE = "Refund me \x1b[2J\x1b]0;owned\x07 [red]now[/red] \u202egnp.\x9b31m"
HOSTILE_INERT = "Refund me  [red]now[/red] gnp."


@dataclass(frozen=True)
class Opened:
    runtime: Worker
    store: Store
    helpdesk: EmbeddedHelpdesk
    clock: SetClock

    def close(self) -> None:
        self.store.close()


def open_at(path: Path) -> Opened:
    store, clock = Store.open(path), SetClock()
    return Opened(
        Worker(store, echo, clock, to_a_person), store, EmbeddedHelpdesk(store.engine), clock
    )


async def with_ticket(opened: Opened, wish: str = "My mug is broken") -> TicketId:
    """Bring a conversation to a person: the buyer's words, the fault's turn, the ticket."""
    runtime = Worker(opened.store, to_a_person, opened.clock, to_a_person)
    said = message(1, wish)
    await runtime.accept(said)
    await runtime.settled(said.conversation)
    effect = ticket_effect(said).model_copy(update={"ticket": full_draft(wish)})
    gateway = EffectGateway(opened.store, opened.helpdesk, opened.clock)
    receipt = await gateway.perform(effect)
    assert isinstance(receipt, Confirmed)
    return receipt.ticket


def full_draft(wish: str) -> TicketDraft:
    packet = draft(wish).packet.model_copy(
        update={
            "customer": "ada@example.com",
            "verified_how": "order_and_postcode",
            "orders": ("ND-1042 placed 2026-03-01", "1 × Blue mug (M-1, clay) €24.50"),
            "decision": "l1: need_approval, an expensive piece",
            "rule_id": "returns.expensive",
            "policy_version": "3f9a",
            "facts": (PacketFact(name="l1.days_since_delivery", value="4", source="record"),),
            "done": ("We have asked a colleague.",),
            "photos": (PhotoId("ph_7"),),
            "withdrawals": ("WD-ABCDEFGHIJ recorded 2026-03-10 12:00 UTC: ND-1042",),
            "mood": "angry",
            "transcript": (f"buyer: {wish}",),
        }
    )
    return draft().model_copy(update={"packet": packet})
