"""Put the turn into words: the owner's macros, filled with facts."""

from langgraph.runtime import Runtime

from agent.context import Context
from agent.state import TurnState, TurnUpdate
from agent.writing.compose import write_reply
from agent.writing.promising import promised


async def write(state: TurnState, runtime: Runtime[Context]) -> TurnUpdate:
    """Compose the reply and keep what its claims rest on."""
    context = runtime.context
    reply, grounds = write_reply(state, context.macros, context.rulebook)
    promises = promised(state, context.rulebook, context.clock.now())
    return {"reply": reply, "grounds": grounds, "promises": promises}
