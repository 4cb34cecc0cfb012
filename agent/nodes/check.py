"""Let nothing out that the facts do not hold."""

from langchain_core.messages import AIMessage
from langgraph.runtime import Runtime

from agent.context import Context
from agent.guards import (
    find_active_markup,
    find_other_words,
    find_unearned,
    find_ungrounded_claims,
)
from agent.requests import Request
from agent.state import HandingOff, TurnState, TurnUpdate
from agent.writing.compose import write_reply


async def check(state: TurnState, runtime: Runtime[Context]) -> TurnUpdate:
    """Pass the reply on, or give the turn to a person when it claims too much."""
    reply = state.get("reply")
    assert reply is not None, "`write` comes first"
    if reply.author == "person":
        return {}
    said = f"{reply.text}\n{reply.brief or ''}"
    composed, _ = write_reply(state, runtime.context.macros, runtime.context.rulebook)
    faults = [
        *find_other_words(reply, composed),
        *find_ungrounded_claims(said, state.get("grounds", ())),
        *find_active_markup(said),
        *find_unearned(state.get("parts", ()), state.get("receipts", ())),
    ]
    if not faults:
        return {"messages": [AIMessage(content=reply.text)]}
    wish = Request(id="human_agent")
    person = HandingOff(request=wish, reason="guard", queue="general")
    return {"reply": None, "handing_off": person, "outcomes": (), "parts": ()}
