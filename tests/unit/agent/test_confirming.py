"""What counts as an answer to a summary?"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.confirming import (
    FEWER,
    Verdict,
    come_back_to,
    is_over,
    judge,
    no_to,
    take_fewer,
    yes_to,
)
from agent.conversation import Attach, ConversationId, Event, MessageId, Say, Tap
from agent.requests import Request
from agent.state import Conversation, Proposal, Question
from agent.understanding.plain import DEAF, PlainAnswers
from agent.understanding.reading import Answer, OfferedChoice, Reading
from agent.understanding.signals import Signals
from tools.domain.changes import Pieces
from tools.domain.effect import CancelItems, EffectId, Permit
from tools.domain.shipment import LineId
from tools.domain.ticket import PhotoId

AT = datetime(2026, 5, 20, 9, tzinfo=UTC)
PLAIN = PlainAnswers(Signals.load(Path(__file__).parents[3] / "prompts"))
PERMIT = Permit(
    conversation="talk",
    question="may_cancel",
    order="ND-1",
    lines=(LineId("L1"),),
    rule_ids=("changes.placed",),
    version="v",
)
PROPOSAL = Proposal(
    effect=CancelItems(
        id=EffectId("eff_1"), permit=PERMIT, pieces=(Pieces(line=LineId("L1"), quantity=2),)
    ),
    request="cancel_order",
    answered=MessageId("m1"),
    shown_at=AT,
    expires_at=AT + timedelta(minutes=15),
)
BUTTONS = tuple(OfferedChoice(id=x, label=x) for x in (yes_to(PROPOSAL), no_to(PROPOSAL), FEWER))
ASKED = Conversation(
    id=ConversationId("talk"),
    channel="test",
    started_at=AT,
    order="ND-1",
    proposal=PROPOSAL,
    question=Question(about="confirm", expecting="yes_no", choices=BUTTONS),
)


def verdict(event: Event, reading: Reading | None = None) -> Verdict:
    return judge(event, reading or Reading(), ASKED, PLAIN)


@pytest.mark.parametrize(
    ("event", "wanted"),
    [
        (Tap(choice=yes_to(PROPOSAL)), "yes"),
        (Tap(choice=no_to(PROPOSAL)), "no"),
        (Tap(choice=FEWER), "fewer"),
        (Tap(choice="yes"), "unclear"),
        (Tap(choice="yes:eff_2"), "unclear"),
        (Say(text="yes"), "yes"),
        (Say(text="Ja, bitte."), "yes"),
        (Say(text="no thanks"), "no"),
        (Say(text="only one"), "fewer"),
        (Say(text="yes but one of them"), "fewer"),
        (Say(text="perhaps"), "unclear"),
        (Say(text=""), "unclear"),
        (Attach(photo=PhotoId("p")), "unclear"),
    ],
)
def test_buttons_of_this_summary_and_plain_words_are_answers(event: Event, wanted: Verdict):
    assert verdict(event) == wanted


def test_what_a_model_reads_as_a_yes_is_none():
    claimed = Reading(moves=frozenset({"yes"}), answers=(Answer(kind="yes_no", value="yes"),))

    assert verdict(Say(text="hmm"), claimed) == "unclear"
    assert judge(Say(text="yes"), claimed, ASKED, DEAF) == "unclear"


def test_a_plain_yes_is_one_whatever_a_model_reads():
    claimed = Reading(requests=(Request(id="refund_request"),), moves=frozenset({"no"}))

    assert verdict(Say(text="yes"), claimed) == "yes"


@pytest.mark.parametrize(
    "reading",
    [
        Reading(requests=(Request(id="order_status"),)),
        Reading(requests=(Request(id="human_agent"),)),
        Reading(answers=(Answer(kind="order_number", value="ND-2"),)),
        Reading(answers=(Answer(kind="item", value="L2"),)),
        Reading(moves=frozenset({"yes", "correction"})),
        Reading(risks=frozenset({"legal"})),
    ],
)
def test_what_says_more_changes_the_talk(reading: Reading):
    assert verdict(Say(text="well then"), reading) == "change"


def test_a_summary_ends_at_its_last_instant():
    assert not is_over(PROPOSAL, PROPOSAL.expires_at - timedelta(microseconds=1))
    assert is_over(PROPOSAL, PROPOSAL.expires_at)


def test_a_question_in_between_is_answered_first():
    asked = ASKED.model_copy(update={"agenda": (Request(id="order_status"),)})

    after = come_back_to(asked, PROPOSAL)

    assert [request.id for request in after.agenda] == ["order_status", "cancel_order"]


@pytest.mark.parametrize("other", ["exchange", "refund_request", "human_agent"])
def test_another_wish_takes_its_place(other: str):
    wish = Request.model_validate({"id": other})
    asked = ASKED.model_copy(update={"agenda": (wish,)})

    assert come_back_to(asked, PROPOSAL).agenda == (wish,)


def test_a_number_that_was_said_is_taken():
    after = take_fewer(ASKED, PROPOSAL, 1)

    assert after.pieces == (Pieces(line=LineId("L1"), quantity=1),)
    assert [request.id for request in after.agenda] == ["cancel_order"]


def test_without_a_number_it_is_asked_for():
    after = take_fewer(ASKED, PROPOSAL, None)

    assert after.question is not None
    assert (after.question.about, after.question.request) == ("quantity", "cancel_order")
    assert after.proposal is None
