"""Does the reader survive whatever bytes a buyer can send, and quickly?"""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.understanding.reading import Reading
from tests.unit.understanding.conftest import Hear


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "\x00\x00",
        "\ud800 where is my order \udfff",
        "\ufeff\u202ewhere is my order",
        "🎉🎉🎉",
        bytes(range(256)).decode("latin-1"),
        "&#x110000; &bogus; &#0;",
        "<script>alert('x')</script>",
        "((((((((((((((((((((((((",
        "a@" * 4000,
        "ND-" * 3000,
        "." * 9000,
        "?!" * 4000,
        "\n" * 9000,
        "1" * 9000,
        "http://" * 1500,
        "<" * 9000,
        "𝓘 𝔀𝓪𝓷𝓽",
        "où" * 4000,
    ],
)
def test_any_text_has_a_reading(hear: Hear, text: str):
    assert isinstance(hear(text), Reading)


@pytest.mark.parametrize(
    "text", ["x" * 1_000_000, "my order is late. " * 60_000, "zzyzx qwrt " * 90_000, "🎉" * 900_000]
)
def test_a_message_of_a_million_characters_is_read_in_a_moment(hear: Hear, text: str):
    before = time.process_time()
    hear(text)
    assert time.process_time() - before < 1


def test_markup_does_not_hide_a_wish(hear: Hear):
    text = "<div><b>Where</b>&nbsp;is my <i class='x'>order</i>?</div>"
    assert hear(text).requests[0].id == "order_status"


def test_broken_unicode_does_not_hide_a_wish(hear: Hear):
    assert hear("where \ud83d is my\x00 order").requests[0].id == "order_status"


def test_fancy_letters_are_letters(hear: Hear):
    assert hear("𝓹𝓵𝓮𝓪𝓼𝓮 𝓬𝓪𝓷𝓬𝓮𝓵 𝓶𝔂 𝓸𝓻𝓭𝓮𝓻").requests[0].id == "cancel_order"


def test_the_wish_counts_at_the_beginning_of_a_flood(hear: Hear):
    reading = hear("where is my order? " + "la " * 400_000)
    assert "order_status" in {request.id for request in reading.requests} | set(reading.candidates)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=300))
def test_random_text_has_a_reading(hear: Hear, text: str):
    assert hear(text).model_dump_json()
