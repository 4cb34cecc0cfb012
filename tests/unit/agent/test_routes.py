"""Where each state goes next."""

import pytest

from agent.conversation import (
    ApprovalSettled,
    Attach,
    Event,
    HandBack,
    MessageId,
    Opened,
    PersonSaid,
    Reply,
    Say,
    Tap,
)
from agent.requests import Request
from agent.routes import (
    route_after_check,
    route_after_identify,
    route_after_plan,
    route_after_record,
    route_after_settle,
    route_start,
)
from agent.state import Asking, HandingOff, Handoff, Proposal, Question, TurnState
from agent.understanding.reading import Reading
from agent.writing.parts import say
from tests.unit.agent.talk import NOW, a_conversation, a_message, wishes
from tools.domain.effect import EffectId, Permit, SendPaper
from tools.domain.shipment import LineId
from tools.domain.ticket import PhotoId

PERSON = HandingOff(request=Request(id="human_agent"), reason="human_agent", queue="general")
STORED = Handoff(reason="human_agent", queue="general", ticket="T-ABCDEF")


def a_state(event: Event | None = None) -> TurnState:
    return TurnState(message=a_message(event), conversation=a_conversation(), messages=[])


def a_proposal(approval: str) -> Proposal:
    permit = Permit(
        conversation="c1",
        question="may_send_papers",
        order="ND-1001",
        lines=(LineId("L1"),),
        rule_ids=("papers.receipt",),
        version="v1",
        approval=approval,
    )
    return Proposal(
        effect=SendPaper(id=EffectId("eff_1"), permit=permit, paper="receipt"),
        answered=MessageId("m1"),
        shown_at=NOW,
        expires_at=NOW,
    )


@pytest.mark.parametrize(
    ("event", "node"),
    [
        (Say(text="hi"), "understand"),
        (Tap(choice="yes"), "understand"),
        (Opened(), "plan"),
        (Attach(photo=PhotoId("p1")), "plan"),
        (HandBack(), "plan"),
        (PersonSaid(text="hello"), "plan"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.kind,
)
def test_words_are_read_and_events_are_not(event: Event, node: str):
    assert route_start(a_state(event)) == node


@pytest.mark.parametrize("event", [Say(text="hi"), Tap(choice="yes"), Attach(photo=PhotoId("p"))])
def test_nothing_is_answered_while_a_person_owns_the_conversation(event: Event):
    state = a_state(event)
    state["conversation"] = state["conversation"].model_copy(update={"owner": "person"})

    assert route_start(state) == "__end__"


def test_a_person_can_speak_and_give_back_while_they_own_it():
    for event in (HandBack(), PersonSaid(text="hello")):
        state = a_state(event)
        state["conversation"] = state["conversation"].model_copy(update={"owner": "person"})

        assert route_start(state) == "plan"


def test_a_verdict_is_settled_whoever_owns_the_conversation():
    for owner in ("assistant", "person"):
        state = a_state(ApprovalSettled(approval="A-1", verdict="expired"))
        state["conversation"] = state["conversation"].model_copy(update={"owner": owner})

        assert route_start(state) == "settle"


def test_only_what_is_awaited_is_told():
    state = a_state(ApprovalSettled(approval="A-1", verdict="expired"))
    assert route_after_settle(state) == "__end__"
    assert route_after_settle({**state, "parts": (say("approval_expired"),)}) == "write"
    assert route_after_settle({**state, "handing_off": PERSON}) == "hand_off"


def test_an_agenda_leads_to_identification():
    state = a_state()
    state["reading"] = Reading()
    state["conversation"] = a_conversation(agenda=wishes("order_status"))

    assert route_after_plan(state) == "identify"


def test_a_persons_case_is_identified_too():
    state = a_state()
    state["handing_off"] = PERSON

    assert route_after_plan(state) == "identify"


def test_the_photo_that_was_asked_for_takes_the_wish_on():
    state = a_state(Attach(photo=PhotoId("p1")))
    state["conversation"] = a_conversation(question=Question(about="photo", expecting="yes_no"))

    assert route_after_plan(state) == "identify"


def test_a_yes_to_what_a_person_made_smaller_is_settled():
    state = a_state(Tap(choice="yes"))
    state["confirmed"] = a_proposal(approval="A-1")

    assert route_after_plan(state) == "settle"


def test_talk_without_a_wish_is_answered_at_once():
    state = a_state()
    state["reading"] = Reading()

    assert route_after_plan(state) == "write"


def test_a_page_that_is_opened_again_is_not_greeted_again():
    state = a_state(Opened())

    assert route_after_plan(state) == "__end__"

    state["parts"] = (say("greeting"),)

    assert route_after_plan(state) == "write"


def test_a_missing_detail_is_asked_for_and_a_verified_order_is_read():
    state = a_state()

    assert route_after_identify(state) == "gather"

    question = Question(about="identity", expecting="order_number")
    wish, words = Request(id="order_status"), say("ask_identity")
    state["outcomes"] = (Asking(request=wish, question=question, words=words),)

    assert route_after_identify(state) == "write"


def test_a_case_is_made_before_anything_is_said_about_it():
    state = a_state()

    assert route_after_record(state) == "write"

    state["handing_off"] = PERSON

    assert route_after_record(state) == "hand_off"


def test_only_a_checked_reply_goes_out():
    state = a_state()

    assert route_after_check(state) == "hand_off"

    state["handoff"] = STORED

    assert route_after_check(state) == "write"

    state["reply"] = Reply(text="Hello")

    assert route_after_check(state) == "__end__"
