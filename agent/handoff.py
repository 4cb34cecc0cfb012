"""How does a conversation reach a person? The ticket is stored before the buyer hears of it."""

from datetime import timedelta

from agent.context import Context
from agent.packet import make_packet
from agent.state import Handoff, TurnState, TurnUpdate
from agent.writing.parts import say
from tools.domain.effect import Confirmed, OpenTicket, effect_id
from tools.domain.ticket import TicketDraft

_PUT_DOWN: dict[str, object] = {
    "agenda": (),
    "question": None,
    "proposal": None,
    "pieces": (),
    "new_address": None,
    "later": (),
    "awaiting": (),
}
"""What a person decides from now on."""


async def open_ticket(state: TurnState, context: Context) -> TurnUpdate:
    """Open the ticket through the gateway; Nightdesk falls silent only when it is stored."""
    conversation, person = state["conversation"], state.get("handing_off")
    assert person is not None, "only a reason leads here"
    now = context.clock.now()
    draft = TicketDraft(
        queue=person.queue,
        reason=person.reason,
        packet=make_packet(state, context),
        opened_at=now,
        due_at=now + timedelta(hours=context.rulebook.marketplace.reply_hours),
    )
    name = effect_id(conversation.id, state["message"].id, "open_ticket")
    effect = OpenTicket(id=name, rule_id=person.reason, ticket=draft)
    receipt = await context.effects.perform(effect)
    ticket = receipt.ticket if isinstance(receipt, Confirmed) else None
    owned = {"owner": "person", "ticket": ticket, **_PUT_DOWN}
    parts = state.get("parts", ())
    if ticket is not None and conversation.awaiting and context.persons is not None:
        # Two people must not settle one wish: who takes the case takes all of it.
        await context.persons.withdraw(conversation.id)
        parts = (*parts, say("approval_handed_over"))
    return {
        "parts": parts,
        "conversation": conversation.model_copy(update=owned) if ticket else conversation,
        "effects": (*state.get("effects", ()), effect),
        "receipts": (*state.get("receipts", ()), receipt),
        "handoff": Handoff(reason=person.reason, queue=person.queue, ticket=ticket),
    }
