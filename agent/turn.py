"""How does one message become one committed turn?"""

from collections.abc import Awaitable, Callable

from agent.conversation import InboundMessage, OutboundMessage
from agent.state import Conversation, TurnRecord
from tools.domain.model import Frozen


class TurnResult(Frozen):
    """Everything that one message changed; the worker commits it in one transaction."""

    conversation: Conversation
    outbound: tuple[OutboundMessage, ...]
    record: TurnRecord


HandleTurn = Callable[[InboundMessage, Conversation | None, int], Awaitable[TurnResult]]
"""`(message, conversation so far or None, number of the turn from 1) -> TurnResult`."""
