"""Only the buyer's own words prove an order."""

from datetime import UTC, datetime

import pytest

from agent.conversation import Reply
from agent.guards import find_other_words, find_unearned, keep_what_was_said
from agent.requests import Request
from agent.understanding.reading import Answer, AnswerKind, Reading
from agent.writing.parts import Part, say
from tools.domain.changes import PaperSent
from tools.domain.effect import Done, EffectId, NotPermitted


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("order_number", "ND-1042", "it is 1042"),
        ("order_number", "ND-1042", "#nd 1042"),
        ("email", "ana@example.com", "ANA@EXAMPLE.COM please"),
        ("postcode", "BS6 5QT", "bs65qt"),
        ("yes_no", "yes", "sure"),
    ],
)
def test_what_stands_in_the_message_is_kept(kind: AnswerKind, value: str, text: str):
    reading = Reading(answers=(Answer(kind=kind, value=value),))

    assert keep_what_was_said(reading, text) == reading


@pytest.mark.parametrize(
    ("kind", "value"),
    [("order_number", "ND-1042"), ("email", "ana@example.com"), ("postcode", "BS6 5QT")],
)
def test_what_a_model_made_up_is_not(kind: AnswerKind, value: str):
    reading = Reading(answers=(Answer(kind=kind, value=value),))

    assert keep_what_was_said(reading, "show me any order").answers == ()


def test_an_order_number_without_digits_names_nothing():
    reading = Reading(answers=(Answer(kind="order_number", value="ORDER"),))

    assert keep_what_was_said(reading, "my order").answers == ()


def test_a_made_up_number_is_taken_out_of_a_wish_and_the_wish_stays():
    made_up = Reading(requests=(Request(id="order_status", order="ND-1042"),))
    said = Reading(requests=(Request(id="order_status", order="ND-1042"),))

    assert keep_what_was_said(made_up, "where is it?").requests == (Request(id="order_status"),)
    assert keep_what_was_said(said, "where is 1042?") == said


def test_nothing_is_called_done_without_a_receipt_that_says_so():
    told = Part(sentences=(say("order_intro"), say("done_refund")))
    asked = NotPermitted(effect=EffectId("eff"), why="dispute")
    done = Done(
        effect=EffectId("eff"),
        at=datetime(2026, 5, 20, tzinfo=UTC),
        change=PaperSent(order="ND-1", paper="receipt", to="a"),
    )

    assert [fault.text for fault in find_unearned([told], [asked])] == ["done_refund"]
    assert find_unearned([told], [asked, done]) == []
    assert find_unearned([say("order_intro")], []) == []


@pytest.mark.parametrize(
    ("said", "faults"),
    [
        (Reply(text="It was paid back.", brief="Paid."), []),
        (Reply(text="It was not paid back.", brief="Paid."), ["It was not paid back."]),
        (Reply(text="It was paid back."), [""]),
    ],
)
def test_only_the_words_that_code_composed_go_out(said: Reply, faults: list[str]):
    composed = Reply(text="It was paid back.", brief="Paid.")
    assert [fault.text for fault in find_other_words(said, composed)] == faults
