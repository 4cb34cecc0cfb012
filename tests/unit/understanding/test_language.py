"""Do only words decide which language is answered in?"""

import pytest

from tests.unit.understanding.conftest import Hear

WORDLESS = (
    "ND-1049 78704",
    "anna.berger@example.com",
    "ND-1006, 24103",
    "bs65qt",
    "Freya Lindqvist",
)


@pytest.mark.parametrize("text", [*WORDLESS, "hello", "person"])
def test_a_first_message_that_says_no_language_is_answered_in_english(hear: Hear, text: str):
    assert hear(text).language == "en"


@pytest.mark.parametrize("text", WORDLESS)
def test_numbers_addresses_and_names_keep_the_language_of_the_talk(hear: Hear, text: str):
    assert hear(text, language="pt").language == "pt"


@pytest.mark.parametrize(
    ("text", "language"),
    [("hola", "es"), ("Guten Tag", "de"), ("rimborso", "it"), ("bonjour", "fr"), ("bom dia", "pt")],
)
def test_a_word_that_the_phrases_know_tells_the_language(hear: Hear, text: str, language: str):
    assert hear(text).language == language


def test_a_sentence_changes_the_language_of_the_talk(hear: Hear):
    assert hear("Wo ist mein Paket?", language="en").language == "de"


def test_words_of_a_language_that_is_not_spoken_here_keep_the_language(hear: Hear):
    assert hear("gdzie jest paczka", language="es").language == "es"
