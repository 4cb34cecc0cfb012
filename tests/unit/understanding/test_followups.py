"""Is what has a meaning only after what was said before read so?"""

import pytest

from tests.unit.understanding.conftest import LINES, Hear


@pytest.mark.parametrize(
    "text",
    [
        "never mind, I'll keep it",
        "never mind, I just found the e-mail",
        "nvm found it in the hallway",
        "ah it came, never mind",
        "egal, ich behalte es",
        "laisse tomber, je le garde",
        "olvídalo, ya lo encontré",
        "lascia perdere, l'ho trovato",
    ],
)
def test_a_question_is_dropped_with_a_reason(hear: Hear, text: str):
    reading = hear(text, expecting="yes_no", last_request="return_eligibility")
    assert reading.moves == {"never_mind"}
    assert reading.requests == ()
    assert reading.candidates == ()


def test_who_drops_a_question_may_wish_something_else(hear: Hear):
    assert [r.id for r in hear("never mind, cancel it").requests] == ["cancel_order"]


def test_leaving_something_somewhere_drops_nothing(hear: Hear):
    assert "never_mind" not in hear("leave it with my neighbour please").moves


@pytest.mark.parametrize(
    "text", ["no sorry, the other one", "nein, das andere", "no the other one"]
)
def test_the_other_one_is_a_correction_and_no_wish(hear: Hear, text: str):
    reading = hear(text, items=LINES, last_request="return_eligibility")
    assert "correction" in reading.moves
    assert reading.requests == ()


def test_a_corrected_number_with_the_proof_wishes_nothing_new(hear: Hear):
    reading = hear("oh no, I meant ND-1002. ada@example.org", last_request="order_status")
    assert reading.answer("order_number") == "ND-1002"
    assert reading.requests == ()


def test_the_same_question_for_another_order_is_the_last_wish_again(hear: Hear):
    reading = hear("and the olive dish from ND-1006?", last_request="return_eligibility")
    assert [(r.id, r.order) for r in reading.requests] == [("return_eligibility", "ND-1006")]


@pytest.mark.parametrize(
    ("text", "wish"),
    [("and the mug is broken", "damaged_item"), ("and can I cancel ND-1006?", "cancel_order")],
)
def test_a_clear_new_wish_is_not_the_last_one_again(hear: Hear, text: str, wish: str):
    reading = hear(text, items=LINES, last_request="order_status")
    assert [r.id for r in reading.requests] == [wish]


def test_the_status_is_asked_again(hear: Hear):
    reading = hear("sorry where is it again?", last_request="order_status")
    assert [r.id for r in reading.requests] == ["order_status"]
