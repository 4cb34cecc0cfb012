"""Which requests are offered as buttons, and what do the buttons say?"""

from agent.context import Context
from agent.requests import RequestId
from agent.state import Conversation, Question
from agent.understanding.reading import OfferedChoice


def offer(ids: tuple[RequestId, ...], conversation: Conversation, context: Context) -> Question:
    """Return a question whose buttons are requests; a single one is also taken by `yes`."""
    choices = tuple(
        OfferedChoice(
            id=f"request:{name}",
            label=context.macros.text(f"request_{name}", conversation.language),
        )
        for name in ids
    )
    about = "person" if ids == ("human_agent",) else "request"
    return Question(about=about, expecting="yes_no" if len(ids) == 1 else "choice", choices=choices)
