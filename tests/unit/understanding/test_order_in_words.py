"""Is a wish read rightly beside order numbers, postcodes, typos and long stories?"""

import pytest

from tests.unit.understanding.conftest import Hear

STORY = (
    "Good evening. We met your stall at a fair in spring and loved it. My aunt collects clocks. "
    "She is turning seventy, and all her children and their children will come from far away. "
    "I chose one with a fox on it, although my brother liked the owl better, and paid at once. "
    "The confirmation is on my desk beside the cards, which I have already written. "
    "Every morning I look for the van, as my dog does. The neighbours laugh about the two of us. "
    "They say that I should write to you and not sit at the window. So tell me please: "
    "where is my order now and when will it be here? The party is on Sunday. "
    "Whatever you answer, thank you for reading such a long letter to its end."
)


@pytest.mark.parametrize(
    "text",
    [
        "where are my egg cups? ND-1068 ada@example.net",
        "Where's ND-1008?",
        "Wo ist ND-1006?",
        "Où en est la commande ND-1009 ?",
        "any news on ND-1002?",
        "has ND-1004 been sent yet? postcode is LS10 1NT",
        "Can you tell me where my vase is? Order number ND-1007, zip 97205",
        "Hi, it's about order ND-1010",
    ],
)
def test_who_names_an_order_and_nothing_else_asks_where_it_is(hear: Hear, text: str):
    assert [r.id for r in hear(text).requests] == ["order_status"]


@pytest.mark.parametrize(
    "text",
    [
        "may I send back the mittens from ND-1031, ada@example.org",
        "Can I still send back the map I got with ND-1011?",
        "can we return some of the 120 notebooks? ND-1034",
        "Posso devolver os marshmallows da encomenda ND-1060?",
    ],
)
def test_asking_whether_is_not_starting_a_return(hear: Hear, text: str):
    assert [r.id for r in hear(text).requests] == ["return_eligibility"]


def test_two_wishes_for_a_named_order_are_both_read(hear: Hear):
    reading = hear("Where is order ND-1009 and can I return it?")
    assert [r.id for r in reading.requests] == ["order_status", "return_eligibility"]


def test_a_parcel_that_is_stuck_is_not_damaged(hear: Hear):
    assert hear("My rug has been stuck forever, ND-1049").requests[0].id == "tracking_problem"


def test_thumbs_on_a_small_screen_are_understood(hear: Hear):
    reading = hear("wher is my ordr its taking so lnog")
    assert reading.requests[0].id in ("order_status", "delivery_delay")


def test_the_question_in_a_long_story_is_its_wish(hear: Hear):
    assert [r.id for r in hear(STORY).requests] == ["order_status"]


@pytest.mark.parametrize(
    "text", ["asdf qwpoeiru zxmcnb", "lkjh poiu mnbv", "bs65qt", "Freya Lindqvist"]
)
def test_words_of_no_language_are_read_as_nothing(hear: Hear, text: str):
    reading = hear(text)
    assert reading.requests == ()
    assert reading.candidates == ()


def test_an_unsure_wish_that_only_a_person_fulfils_is_offered(hear: Hear):
    reading = hear("maybe somebody packed it without much care")
    assert all(r.confidence >= 0.5 or r.id == "out_of_scope" for r in reading.requests)
    assert reading.requests or len(reading.candidates) == 2


@pytest.mark.parametrize(
    "text",
    [
        "person",
        "“person”",
        "Mensch",
        "mensch bitte",
        "persona",
        "personne",
        "persona per favore",
        "pessoa, por favor",
        "thanks! one more thing: person",
    ],
)
def test_the_word_of_the_greeting_brings_a_person(hear: Hear, text: str):
    assert [r.id for r in hear(text).requests] == ["human_agent"]


@pytest.mark.parametrize(
    "text",
    [
        "wait, am I talking to a robot?",
        "are you a real person?",
        "bist du ein Mensch?",
        "sei un robot?",
    ],
)
def test_asking_who_answers_calls_nobody(hear: Hear, text: str):
    assert [r.id for r in hear(text).requests] == ["smalltalk"]


def test_not_wanting_a_robot_calls_a_person(hear: Hear):
    assert hear("are you a bot? let me talk to someone").requests[0].id == "human_agent"
