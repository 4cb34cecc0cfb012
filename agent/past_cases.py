"""What was decided in past conversations, and which words of the buyer led there?"""

from collections import deque
from collections.abc import Iterator
from pathlib import Path

from agent.desk.terminal_text import first_line
from agent.state import TurnRecord
from agent.worker.store import Store
from tools.policy.flips import PastDecision

BETWEEN = " / "
"""Stands between two messages."""
_MESSAGES = 3
"""A decision is rarely explained by more than the last few messages."""
_MESSAGE_LENGTH = 160
_SILENT = ("[opened]", "[person_said]", "[hand_back]", "[approval_settled]")
"""Events in which the buyer says nothing."""


def read_decisions(database: Path) -> tuple[tuple[PastDecision, ...], int]:
    """Return every decision of a database, oldest first, and how many turns were unreadable."""
    store = Store.open(database)
    try:
        turns = tuple(store.all_turns())
    finally:
        store.close()
    kept = [turn for turn in turns if turn is not None]
    return tuple(past_decisions(kept)), len(turns) - len(kept)


def past_decisions(turns: list[TurnRecord]) -> Iterator[PastDecision]:
    """Return what was decided in turns, which come in their order, and what led to it."""
    heard: dict[str, deque[str]] = {}
    for turn in turns:
        said = heard.setdefault(turn.conversation, deque(maxlen=_MESSAGES))
        if turn.said and turn.said not in _SILENT:
            said.append(first_line(turn.said, _MESSAGE_LENGTH))
        for record in turn.decision:
            yield PastDecision(
                conversation=turn.conversation,
                turn=turn.turn,
                said=BETWEEN.join(said),
                question=record.question,
                order=record.order,
                line=record.line,
                decision=record.decision,
                facts=record.facts,
            )
