"""How does a conversation count in the figures?"""

from datetime import UTC, datetime, timedelta

import pytest

from agent.conversation import ConversationId, Reply
from agent.insights.outcomes import OutcomeName, StoredTurn, Story, ending_of
from agent.requests import Request
from agent.state import Conversation, Handoff, Question, TurnRecord
from agent.understanding.reading import Move, Reading
from agent.worker.obligations import Obligation
from tools.policy.marketplace import QuietTimes

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
NAME = ConversationId("c1")
QUIET = QuietTimes(assumed_resolved_hours=72, abandoned_hours=24)
WISH = Reading(requests=(Request(id="order_status"),))
STATE = Conversation(id=NAME, channel="web", started_at=NOON)
ASKED = STATE.model_copy(update={"question": Question(about="identity", expecting="email")})


def turn(reading: Reading | None = WISH, *, said: str = "text", handoff: Handoff | None = None):
    record = TurnRecord(
        conversation=NAME,
        turn=1,
        said=said,
        reading=reading,
        reply=Reply(text="reply"),
        handoff=handoff,
    )
    return StoredTurn(at=NOON, record=record)


def moves(*names: Move) -> Reading:
    return Reading(moves=frozenset(names))


def owing(*, closed: bool = False) -> Obligation:
    return Obligation(
        id=1,
        conversation=NAME,
        order=None,
        kind="refund_outcome",
        about="RF-1",
        made_at=NOON,
        due_at=NOON,
        closed_at=NOON if closed else None,
    )


def ended(story: Story, *, hours: float = 0) -> OutcomeName:
    ending = ending_of(story, NOON + timedelta(hours=hours), QUIET)
    assert ending is not None
    return ending.outcome


ANSWERED = Story(id=NAME, state=STATE, turns=(turn(),))
THANKED = Story(id=NAME, state=STATE, turns=(turn(), turn(moves("thanks"))))
LEFT = Story(id=NAME, state=ASKED, turns=(turn(),))


@pytest.mark.parametrize(
    ("story", "hours", "outcome"),
    [
        (ANSWERED, 71.9, "pending"),
        (ANSWERED, 72, "assumed_resolved"),
        (THANKED, 0, "confirmed_resolved"),
        (LEFT, 23.9, "pending"),
        (LEFT, 24, "abandoned"),
    ],
)
def test_silence_counts_as_the_owner_settled_it(story: Story, hours: float, outcome: OutcomeName):
    assert ended(story, hours=hours) == outcome


@pytest.mark.parametrize("story", [ANSWERED, THANKED, LEFT])
@pytest.mark.parametrize("hours", [0, 100, 10_000])
def test_what_is_still_owed_is_never_counted_as_resolved(story: Story, hours: int):
    assert ended(story.model_copy(update={"promises": (owing(),)}), hours=hours) == "pending"


def test_what_was_kept_stands_in_nobodys_way():
    assert ended(THANKED.model_copy(update={"promises": (owing(closed=True),)})) == (
        "confirmed_resolved"
    )


def test_a_message_that_waits_is_not_the_end():
    assert ended(THANKED.model_copy(update={"waiting": True})) == "pending"


def test_a_person_who_was_needed_once_counts_whatever_happened_after():
    person = turn(handoff=Handoff(reason="asked", queue="general", ticket=None))
    story = Story(id=NAME, state=STATE, turns=(person, turn(), turn(moves("thanks"))))
    assert ended(story, hours=1000) == "handed_off"


def test_thanks_with_a_new_wish_confirm_nothing():
    more = Reading(requests=WISH.requests, moves=frozenset({"thanks"}))
    assert ended(Story(id=NAME, state=STATE, turns=(turn(), turn(more)))) == "pending"


def test_thanks_in_anger_confirm_nothing():
    angry = Reading(moves=frozenset({"thanks"}), mood="angry")
    assert ended(Story(id=NAME, state=STATE, turns=(turn(), turn(angry)))) == "pending"


def test_a_goodbye_without_an_answer_is_no_success():
    story = Story(id=NAME, state=STATE, turns=(turn(moves("goodbye")),))
    assert ended(story) == "pending"
    assert ended(story, hours=72) == "abandoned"


def test_a_conversation_that_cannot_be_read_stays_pending():
    assert ended(ANSWERED.model_copy(update={"state": None}), hours=1000) == "pending"


def test_who_only_opened_the_window_is_not_counted():
    story = Story(id=NAME, state=STATE, turns=(turn(None, said="[opened]"),))
    assert ending_of(story, NOON, QUIET) is None


def test_the_first_wish_names_the_conversation():
    small = Reading(requests=(Request(id="smalltalk"),))
    ending = ending_of(Story(id=NAME, state=STATE, turns=(turn(small), turn())), NOON, QUIET)
    assert ending is not None
    assert ending.request == "order_status"
