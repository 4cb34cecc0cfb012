"""What a message changes in a conversation."""

import pytest

from agent.dialogue import MAX_AGENDA, follow, mentioned
from agent.requests import Request
from agent.state import BuyerFact, Question
from agent.understanding.reading import Reading
from tests.unit.agent.talk import (
    BOWL,
    LAMP,
    MUG,
    NOW,
    a_conversation,
    a_reading,
    wishes,
)
from tools.domain.shipment import LineId
from tools.policy.decision import FactName

IDENTITY = Question(about="identity", expecting="order_number")
UNUSED = Question(about="fact", expecting="yes_no", fact=FactName("unused"), line=LineId(MUG.id))


def test_a_wish_goes_on_the_agenda():
    after = follow(a_conversation(), a_reading("order_status"), NOW)

    assert after.agenda == wishes("order_status")


def test_a_digression_is_answered_first_and_the_open_wish_stays():
    before = a_conversation(agenda=wishes("return_eligibility"), question=UNUSED, order="ND-1001")

    after = follow(before, a_reading("order_status"), NOW)

    assert after.agenda == wishes("order_status", "return_eligibility")


def test_the_same_wish_twice_stands_once():
    after = follow(a_conversation(agenda=wishes("order_status")), a_reading("order_status"), NOW)

    assert after.agenda == wishes("order_status")


def test_small_talk_beside_a_wish_is_left_out():
    after = follow(a_conversation(), a_reading("smalltalk", "order_status"), NOW)

    assert after.agenda == wishes("order_status")


def test_the_agenda_is_bounded():
    many = a_reading(
        "order_status", "refund_status", "exchange", "gift_receipt", "complaint", "cancel_order"
    )

    assert len(follow(a_conversation(), many, NOW).agenda) == MAX_AGENDA


def test_never_mind_clears_what_was_open():
    before = a_conversation(agenda=wishes("order_status"), question=IDENTITY)

    after = follow(before, a_reading(moves=frozenset({"never_mind"})), NOW)

    assert (after.agenda, after.question) == ((), None)


def test_number_and_contact_are_claims_until_they_are_verified():
    before = a_conversation(agenda=wishes("order_status"), question=IDENTITY)

    after = follow(before, a_reading(order_number="ND-1001", email="a@example.com"), NOW)

    assert (after.claimed_number, after.claimed_contact) == ("ND-1001", "a@example.com")
    assert after.order is None
    assert after.question is None


def test_an_order_number_in_the_wish_itself_counts():
    asked = Reading(requests=(Request(id="order_status", order="ND-1001"),))

    assert follow(a_conversation(), asked, NOW).claimed_number == "ND-1001"


def test_another_order_number_leaves_the_order_that_was_talked_about():
    before = a_conversation(order="ND-1001", line=LineId("l1"), items=(MUG,))

    after = follow(before, a_reading("order_status", order_number="ND-1002"), NOW)

    assert (after.order, after.line, after.items) == (None, None, ())


def test_a_bare_order_number_asks_for_its_status():
    after = follow(a_conversation(), a_reading(order_number="ND-1001"), NOW)

    assert after.agenda == wishes("order_status")


def test_a_bare_order_number_repeats_the_last_wish_for_another_order():
    before = a_conversation(order="ND-1001", last_requests=("return_eligibility",))

    after = follow(before, a_reading(order_number="ND-1002"), NOW)

    assert after.agenda == wishes("return_eligibility")


def test_an_offered_order_is_chosen_by_its_button():
    asked = Question(about="order", expecting="choice")
    before = a_conversation(agenda=wishes("order_status"), question=asked)

    after = follow(before, a_reading(choice="order:ND-1001"), NOW)

    assert (after.claimed_number, after.question) == ("ND-1001", None)


@pytest.mark.parametrize(
    ("reading", "value"),
    [
        (a_reading(moves=frozenset({"yes"})), True),
        (a_reading(moves=frozenset({"no"})), False),
        (a_reading(yes_no="yes"), True),
        (a_reading(choice="fact:no"), False),
    ],
    ids=["yes", "no", "yes as an answer", "a button"],
)
def test_an_answer_about_a_fact_is_kept_with_its_source(reading: Reading, *, value: bool):
    before = a_conversation(order="ND-1001", question=UNUSED, agenda=wishes("return_eligibility"))

    after = follow(before, reading, NOW)

    (said,) = after.buyer_facts
    assert (said.order, said.line, said.fact.value) == ("ND-1001", "l1", value)
    assert said.fact.source == "buyer"
    assert after.question is None


def test_a_later_answer_replaces_the_earlier_one():
    before = a_conversation(order="ND-1001", question=UNUSED)
    once = follow(before, a_reading(moves=frozenset({"yes"})), NOW)
    again = once.model_copy(update={"question": UNUSED})

    twice = follow(again, a_reading(moves=frozenset({"no"})), NOW)

    assert [said.fact.value for said in twice.buyer_facts] == [False]


def test_a_number_answers_a_question_for_a_number():
    asked = Question(about="fact", expecting="number", fact=FactName("pieces"), line=LineId("l1"))
    before = a_conversation(order="ND-1001", question=asked)

    assert _value(follow(before, a_reading(number="3"), NOW).buyer_facts) == 3
    assert follow(before, a_reading(number="three"), NOW).buyer_facts == ()


def test_only_an_offered_choice_answers_a_question_with_choices():
    asked = Question(
        about="fact",
        expecting="choice",
        fact=FactName("return_reason"),
        line=LineId("l1"),
        choices=(MUG.model_copy(update={"id": "fact:does_not_fit"}),),
    )
    before = a_conversation(order="ND-1001", question=asked)

    chosen = follow(before, a_reading(choice="fact:does_not_fit"), NOW)
    invented = follow(before, a_reading(choice="fact:because_i_say_so"), NOW)

    assert _value(chosen.buyer_facts) == "does_not_fit"
    assert invented.buyer_facts == ()


def test_no_fact_is_taken_without_a_verified_order():
    before = a_conversation(question=UNUSED)

    assert follow(before, a_reading(moves=frozenset({"yes"})), NOW).buyer_facts == ()


def test_a_line_item_is_chosen_by_button_or_by_name():
    asked = Question(about="line", expecting="item")
    before = a_conversation(
        order="ND-1001", items=(MUG, LAMP), question=asked, agenda=wishes("return_eligibility")
    )

    assert follow(before, a_reading(choice="line:l2"), NOW).line == "l2"
    assert follow(before, a_reading(item="l1"), NOW).line == "l1"
    assert follow(before, a_reading(item="l9"), NOW).line is None


def test_an_offered_request_is_taken_and_an_invented_one_is_not():
    offered = MUG.model_copy(update={"id": "request:order_status"})
    asked = Question(about="request", expecting="choice", choices=(offered,))
    before = a_conversation(question=asked)

    assert follow(before, a_reading(choice="request:order_status"), NOW).agenda == wishes(
        "order_status"
    )
    assert follow(before, a_reading(choice="request:refund_request"), NOW).agenda == ()


def test_yes_to_the_offer_of_a_person_asks_for_one():
    offered = MUG.model_copy(update={"id": "request:human_agent"})
    asked = Question(about="person", expecting="yes_no", choices=(offered,))
    before = a_conversation(question=asked)

    yes = follow(before, a_reading(moves=frozenset({"yes"})), NOW)
    no = follow(before, a_reading(moves=frozenset({"no"})), NOW)

    assert yes.agenda == wishes("human_agent")
    assert (no.agenda, no.question) == ((), None)


def test_no_the_other_one_switches_between_two_items():
    before = a_conversation(
        order="ND-1001",
        items=(MUG, LAMP),
        line=LineId("l1"),
        last_requests=("return_eligibility",),
    )

    after = follow(before, a_reading(moves=frozenset({"correction"})), NOW)

    assert after.line == "l2"
    assert after.agenda == wishes("return_eligibility")


def test_a_correction_among_three_items_asks_again():
    before = a_conversation(
        order="ND-1001",
        items=(MUG, LAMP, BOWL),
        line=LineId("l1"),
        last_requests=("return_eligibility",),
    )

    after = follow(before, a_reading(moves=frozenset({"correction"})), NOW)

    assert after.line is None
    assert after.agenda == wishes("return_eligibility")


def test_naming_another_item_asks_the_same_about_it():
    before = a_conversation(
        order="ND-1001",
        items=(MUG, LAMP),
        line=LineId("l1"),
        last_requests=("return_eligibility",),
    )

    after = follow(before, a_reading(item="l2"), NOW)

    assert (after.line, after.agenda) == ("l2", wishes("return_eligibility"))


def test_messages_that_say_nothing_are_counted_until_one_is_understood():
    once = follow(a_conversation(), a_reading(), NOW)
    twice = follow(once, a_reading(), NOW)
    then = follow(twice, a_reading("order_status"), NOW)

    assert [once.misunderstood, twice.misunderstood, then.misunderstood] == [1, 2, 0]


def test_two_likely_wishes_are_not_a_misunderstanding():
    unsure = a_reading(candidates=("order_status", "refund_status"))

    assert follow(a_conversation(), unsure, NOW).misunderstood == 0


def test_the_language_follows_the_buyer():
    german = Reading(language="de", requests=wishes("order_status"))

    assert follow(a_conversation(), german, NOW).language == "de"


def _value(said: tuple[BuyerFact, ...]) -> bool | int | str:
    return said[-1].fact.value


def test_an_answer_that_sounds_like_a_wish_stays_an_answer():
    before = a_conversation(agenda=wishes("return_eligibility"), question=UNUSED, order="ND-1001")
    sounds = Reading(requests=(Request(id="damaged_item", confidence=0.8),))
    digression = Reading(requests=(Request(id="order_status", confidence=0.6),))

    assert follow(before, sounds, NOW).agenda == wishes("return_eligibility")
    assert follow(before, digression, NOW).agenda[0].id == "order_status"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("can I return the blue mug from ND-1061?", "l1"),
        ("the Salad Bowl", "l3"),
        ("one of them", None),
        ("the mug and the lamp", None),
    ],
)
def test_an_item_named_before_the_order_was_known_is_found(words: str, line: str | None):
    items = (MUG, LAMP, BOWL)

    assert mentioned(words, items) == line
    assert mentioned(words, ()) is None


def test_a_story_around_an_answer_is_no_new_wish_and_a_question_is():
    before = a_conversation(agenda=wishes("return_eligibility"), question=UNUSED, order="ND-1001")
    told = Request(id="not_received", words="no I framed it already", confidence=0.77)
    asks = Request(id="order_status", words="no, and where is the other parcel?", confidence=0.8)
    no = a_reading(moves=frozenset({"no"}))

    story = follow(before, no.model_copy(update={"requests": (told,)}), NOW)
    question = follow(before, no.model_copy(update={"requests": (asks,)}), NOW)

    assert story.agenda == wishes("return_eligibility")
    assert question.agenda[0].id == "order_status"
    assert len(story.buyer_facts) == len(question.buyer_facts) == 1


def test_a_question_that_stays_open_is_a_misunderstanding():
    before = a_conversation(agenda=wishes("return_eligibility"), question=UNUSED, order="ND-1001")
    mumbled = Reading(requests=(Request(id="out_of_scope", confidence=0.6),))

    once = follow(before, mumbled, NOW)
    twice = follow(once, mumbled, NOW)
    answered = follow(twice, a_reading(moves=frozenset({"yes"})), NOW)

    assert [once.misunderstood, twice.misunderstood, answered.misunderstood] == [1, 2, 0]


def test_a_bare_order_number_answers_the_question_what_it_is_about():
    asked = Question(about="request", expecting="choice")

    after = follow(a_conversation(question=asked), a_reading(order_number="ND-1001"), NOW)

    assert (after.agenda, after.question) == (wishes("order_status"), None)
