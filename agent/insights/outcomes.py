"""How did a conversation end? Pure: from what is stored, the promises and the clock."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal, get_args

from agent.conversation import ConversationId
from agent.requests import RequestId
from agent.state import Conversation, TurnRecord
from agent.worker.obligations import Obligation
from tools.domain.model import Frozen
from tools.policy.marketplace import QuietTimes

OutcomeName = Literal[
    "confirmed_resolved", "assumed_resolved", "handed_off", "abandoned", "pending"
]
OUTCOMES: tuple[OutcomeName, ...] = get_args(OutcomeName)
_SAYS_SO = {"thanks", "goodbye"}
_BUYER_SILENT = ("[opened]", "[person_said]", "[hand_back]", "[approval_settled]")
_NO_WISH = ("smalltalk", "out_of_scope", "human_agent")


class StoredTurn(Frozen):
    """A turn and when it was committed."""

    at: datetime
    record: TurnRecord

    @property
    def is_buyers(self) -> bool:
        """Whether the buyer said or did something."""
        return self.record.said not in _BUYER_SILENT


class Story(Frozen):
    """Everything that is stored of a conversation and counts here."""

    id: ConversationId
    state: Conversation | None
    """After the last turn; None when it cannot be read."""
    turns: tuple[StoredTurn, ...]
    promises: tuple[Obligation, ...] = ()
    waiting: bool = False
    """Whether a message has no turn yet."""


class Ending(Frozen):
    """How one conversation ended."""

    conversation: ConversationId
    outcome: OutcomeName
    request: RequestId | None
    """What the buyer wanted first."""
    began_at: datetime
    open_promises: int


def ending_of(story: Story, now: datetime, quiet: QuietTimes) -> Ending | None:
    """Return how a conversation ended; None when the buyer never said anything."""
    buyers = [turn for turn in story.turns if turn.is_buyers]
    if not buyers:
        return None
    return Ending(
        conversation=story.id,
        outcome=_outcome(story, buyers[-1], now, quiet),
        request=_first_wish(buyers),
        began_at=buyers[0].at,
        open_promises=sum(one.closed_at is None for one in story.promises),
    )


def _outcome(story: Story, last: StoredTurn, now: datetime, quiet: QuietTimes) -> OutcomeName:
    if _went_to_a_person(story):
        return "handed_off"
    is_owed = any(one.closed_at is None for one in story.promises)
    if story.waiting or is_owed or story.state is None:
        return "pending"
    silence = now - story.turns[-1].at
    if story.state.question is not None or story.state.proposal is not None:
        given_up = silence >= timedelta(hours=quiet.abandoned_hours)
        return "abandoned" if given_up else "pending"
    if _says_so(last, story):
        return "confirmed_resolved"
    settled = silence >= timedelta(hours=quiet.assumed_resolved_hours)
    return "assumed_resolved" if settled and _was_answered(story) else _unanswered(settled=settled)


def _unanswered(*, settled: bool) -> OutcomeName:
    """What got no answer to any wish was given up, not settled."""
    return "abandoned" if settled else "pending"


def _went_to_a_person(story: Story) -> bool:
    """A person was needed, at any time: also where the ticket could not be stored."""
    owned = story.state is not None and story.state.owner == "person"
    return owned or any(turn.record.handoff is not None for turn in story.turns)


def _says_so(last: StoredTurn, story: Story) -> bool:
    """Whether the buyer's last words close the talk, after an answer and without a new wish."""
    reading = last.record.reading
    if reading is None or not reading.moves & _SAYS_SO or reading.mood != "calm":
        return False
    wishes = [one for one in reading.requests if one.id != "smalltalk"]
    return not wishes and _was_answered(story)


def _was_answered(story: Story) -> bool:
    """Whether a wish was understood and a reply given to it."""
    return any(_wishes(turn) and turn.record.reply is not None for turn in story.turns)


def _wishes(turn: StoredTurn) -> tuple[RequestId, ...]:
    reading = turn.record.reading
    return tuple(r.id for r in reading.requests if r.id not in _NO_WISH) if reading else ()


def _first_wish(turns: Iterable[StoredTurn]) -> RequestId | None:
    return next((wish for turn in turns for wish in _wishes(turn)), None)
