"""Is an answer to a pending question read as one, and a new wish still heard?"""

import pytest

from agent.understanding.reading import AnswerKind, OfferedChoice
from tests.unit.understanding.conftest import LINES, Hear

YES_NO = (OfferedChoice(id="yes", label="Yes"), OfferedChoice(id="no", label="No"))
WISHES = (
    OfferedChoice(id="order_status", label="Where is my order?"),
    OfferedChoice(id="return_eligibility", label="Can I return it?"),
)


@pytest.mark.parametrize(
    ("expecting", "text", "value"),
    [
        ("order_number", "1042", "ND-1042"),
        ("order_number", "it's 1042 I think", "ND-1042"),
        ("email", "sure: anna@example.com", "anna@example.com"),
        ("postcode", "10115", "10115"),
        ("postcode", "k1a 0b1", "K1A 0B1"),
        ("postcode", "my postcode is bs65qt", "BS65QT"),
        ("postcode", "24103", "24103"),
        ("postcode", "46003", "46003"),
        ("number", "two of them", "2"),
        ("number", "3", "3"),
        ("date", "three days ago", "2026-11-20"),
        ("date", "on 4 November", "2026-11-04"),
        ("date", "2026-11-01", "2026-11-01"),
        ("date", "last Tuesday", "2026-11-17"),
        ("date", "yesterday", "2026-11-22"),
        ("yes_no", "yes, it is still sealed", "yes"),
        ("yes_no", "no I opened it", "no"),
        ("item", "the second one", "L2"),
        ("item", "the apron please", "L3"),
        ("item", "3", "L3"),
    ],
)
def test_an_answer_is_taken_as_the_answer(hear: Hear, expecting: AnswerKind, text: str, value: str):
    reading = hear(text, expecting=expecting, items=LINES)
    assert reading.answer(expecting) == value
    assert reading.requests == ()
    assert reading.candidates == ()


@pytest.mark.parametrize(
    ("text", "language"),
    [("die blaue Tasse", "de"), ("la taza azul", "es"), ("la tasse bleue", "fr")],
)
def test_a_line_item_is_known_in_other_languages(hear: Hear, text: str, language: str):
    reading = hear(text, expecting="item", items=LINES, language=language)
    assert reading.answer("item") == "L2"


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("Where is my order?", "order_status"),
        ("can i return it", "return_eligibility"),
        ("can i retrun it", "return_eligibility"),
        ("2", "return_eligibility"),
        ("the first one", "order_status"),
        ("the last one", "return_eligibility"),
    ],
)
def test_a_button_can_be_typed(hear: Hear, text: str, choice: str):
    reading = hear(text, expecting="choice", choices=WISHES)
    assert reading.answer("choice") == choice


def test_yes_presses_the_yes_button(hear: Hear):
    assert hear("yep", expecting="choice", choices=YES_NO).answer("choice") == "yes"


def test_a_number_beyond_the_buttons_is_no_choice(hear: Hear):
    assert hear("7", expecting="choice", choices=WISHES).answer("choice") is None


def test_a_clear_new_wish_wins_over_the_question(hear: Hear):
    reading = hear("actually, where is my other order?", expecting="yes_no")
    assert [r.id for r in reading.requests] == ["order_status"]


def test_a_new_wish_beside_an_answer_is_heard_too(hear: Hear):
    reading = hear(
        "it's ND-1042, but please cancel it, I do not want it any more", expecting="order_number"
    )
    assert reading.answer("order_number") == "ND-1042"
    assert [r.id for r in reading.requests] == ["cancel_order"]


def test_a_person_can_be_asked_for_instead_of_answering(hear: Hear):
    reading = hear("no, I want to talk to a person", expecting="yes_no")
    assert [r.id for r in reading.requests] == ["human_agent"]


def test_a_short_non_answer_is_not_taken_for_a_wish(hear: Hear):
    reading = hear("i dont have it", expecting="order_number")
    assert reading.candidates == ()


def test_a_short_answer_keeps_the_language_of_the_talk(hear: Hear):
    assert hear("ok", language="de").language == "de"


def test_a_day_with_two_readings_is_the_one_that_has_been(hear: Hear):
    assert hear("12/11", expecting="date").answer("date") == "2026-11-12"
    assert hear("03/04", expecting="date", language="de").answer("date") == "2026-04-03"


def test_an_impossible_day_is_no_answer(hear: Hear):
    assert hear("31/02/2026", expecting="date").answer("date") is None


@pytest.mark.parametrize(
    ("text", "number", "postcode"),
    [
        ("ND-1007, 97205", "ND-1007", "97205"),
        ("1010 and the postcode is 24103", "ND-1010", "24103"),
        ("ND-1006, 24103", "ND-1006", "24103"),
        ("1006 24103", "ND-1006", "24103"),
        ("1010 sw1a 1aa", "ND-1010", "SW1A 1AA"),
        ("la mia cap è 20121 e l'ordine 1010", "ND-1010", "20121"),
    ],
)
def test_a_number_and_a_postcode_are_told_apart(hear: Hear, text: str, number: str, postcode: str):
    reading = hear(text, expecting="order_number")
    assert [a.value for a in reading.answers if a.kind == "order_number"] == [number]
    assert [a.value for a in reading.answers if a.kind == "postcode"] == [postcode]
