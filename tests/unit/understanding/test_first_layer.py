"""What is read without any model: numbers, addresses, yes, no, thanks, a person please?"""

import pytest

from tests.unit.understanding.conftest import LINES, Hear


@pytest.mark.parametrize(
    "text",
    ["ND-1042", "nd1042", "#ND1042", "order nd 1042", "#1042", "Bestellung ND 1042", "ND_1042"],
)
def test_an_order_number_in_any_form_is_one_answer_and_no_wish(hear: Hear, text: str):
    reading = hear(text)
    assert reading.answer("order_number") == "ND-1042"
    assert reading.requests == ()
    assert reading.candidates == ()


def test_a_wish_keeps_its_order_number(hear: Hear):
    request = hear("where is ND-1042").requests[0]
    assert (request.id, request.order) == ("order_status", "ND-1042")


def test_a_number_of_another_form_beside_the_word_order_is_kept_as_written(hear: Hear):
    assert hear("my order number is 3836870519").answer("order_number") == "3836870519"


@pytest.mark.parametrize("text", ["i ordered 300 pieces", "it cost 1200 dollars", "since 2024"])
def test_other_numbers_are_no_order_numbers(hear: Hear, text: str):
    assert hear(text).answer("order_number") is None


def test_number_and_contact_in_one_message_are_both_answers(hear: Hear):
    reading = hear("my order is ND-1042 and my email is Anna.Lee@Example.com")
    assert reading.answer("order_number") == "ND-1042"
    assert reading.answer("email") == "anna.lee@example.com"
    assert reading.requests == ()


@pytest.mark.parametrize(
    ("text", "postcode"),
    [
        ("ND-1042 SW1A 1AA", "SW1A 1AA"),
        ("ND-1042, 10115", "10115"),
        ("nd-1042 sw1a 1aa", "SW1A 1AA"),
        ("my zip code is 90210", "90210"),
        ("código postal 4150-171", "4150-171"),
    ],
)
def test_a_postcode_beside_a_number_or_its_name_is_an_answer(hear: Hear, text: str, postcode: str):
    assert hear(text).answer("postcode") == postcode


@pytest.mark.parametrize("text", ["yes", "Ja!", "sí", "oui", "sì", "sim", "yep", "genau"])
def test_yes_is_yes_in_six_languages(hear: Hear, text: str):
    reading = hear(text)
    assert reading.moves == {"yes"}
    assert reading.requests == ()


@pytest.mark.parametrize("text", ["no", "Nein.", "non", "não", "nope", "no thanks"])
def test_no_is_no_in_six_languages(hear: Hear, text: str):
    assert hear(text).moves == {"no"}


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("hi", "greeting"),
        ("guten Morgen", "greeting"),
        ("merci beaucoup", "thanks"),
        ("ciao ciao", "goodbye"),
    ],
)
def test_greeting_and_thanks_are_smalltalk(hear: Hear, text: str, move: str):
    reading = hear(text)
    assert move in reading.moves
    assert [r.id for r in reading.requests] == ["smalltalk"]


@pytest.mark.parametrize("text", ["never mind", "forget it", "egal", "olvídalo", "laissez tomber"])
def test_never_mind_takes_the_question_back(hear: Hear, text: str):
    reading = hear(text)
    assert reading.moves == {"never_mind"}
    assert reading.requests == ()


@pytest.mark.parametrize(
    "text",
    [
        "can i talk to a human please",
        "you are useless, let me speak to someone",
        "ich will mit einem Menschen sprechen",
        "quiero hablar con una persona",
        "je veux parler à un conseiller",
        "vorrei parlare con un operatore",
        "quero falar com um atendente",
    ],
)
def test_a_person_is_asked_for_in_six_languages(hear: Hear, text: str):
    assert hear(text).requests[-1].id == "human_agent"


def test_a_person_and_another_wish_are_both_read(hear: Hear):
    text = "Where is my order? It was to be here on Monday and I need it for a wedding. Let me talk to a person."
    assert [r.id for r in hear(text).requests][-1] == "human_agent"


def test_a_correction_without_a_subject_wishes_nothing(hear: Hear):
    reading = hear("no, the other one", items=LINES, last_request="return_eligibility")
    assert "correction" in reading.moves
    assert reading.requests == ()
    assert reading.candidates == ()


def test_a_correction_with_a_line_item_names_it(hear: Hear):
    reading = hear("sorry, I meant the apron", items=LINES)
    assert "correction" in reading.moves
    assert reading.answer("item") == "L3"


def test_a_corrected_order_number_is_the_answer(hear: Hear):
    reading = hear("I meant ND-1043")
    assert "correction" in reading.moves
    assert reading.answer("order_number") == "ND-1043"


def test_the_same_question_for_another_item_is_the_last_wish_again(hear: Hear):
    reading = hear("and the apron?", items=LINES, last_request="return_eligibility")
    assert [(r.id, r.item) for r in reading.requests] == [("return_eligibility", "L3")]
