"""Put the turn into words: the owner's macros, filled with facts."""

from langgraph.runtime import Runtime

from agent.context import Context
from agent.state import TurnState, TurnUpdate
from agent.writing.compose import write_reply


async def write(state: TurnState, runtime: Runtime[Context]) -> TurnUpdate:
    """Compose the reply and keep what its claims rest on."""
    context = runtime.context
    reply, grounds = write_reply(state, context.macros, context.rulebook)
    return {"reply": reply, "grounds": grounds}
