"""Give the conversation to a person, with the case already made."""

from langgraph.runtime import Runtime

from agent.context import Context
from agent.handoff import open_ticket
from agent.state import TurnState, TurnUpdate


async def hand_off(state: TurnState, runtime: Runtime[Context]) -> TurnUpdate:
    """Store the ticket; what is said about it follows from the receipt."""
    return await open_ticket(state, runtime.context)
