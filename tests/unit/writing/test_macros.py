"""Which wordings does the loader refuse, and how does it say so?"""

import re
from pathlib import Path
from typing import get_args

import pytest

from agent.requests import REQUEST_IDS
from agent.writing.macros import load_macros
from tests.unit.writing.samples import LOCALES, MACROS, load_one, write_macros
from tools.domain.shipment import MILESTONES, ParcelCondition, ScanStatus
from tools.errors import BadInputError

PERSON = {
    "en": "person",
    "de": "Mensch",
    "es": "persona",
    "fr": "personne",
    "it": "persona",
    "pt": "pessoa",
}


def sentences(error: pytest.ExceptionInfo[BadInputError]) -> str:
    return "\n".join(str(fault) for fault in error.value.faults)


def test_every_locale_has_every_wording():
    assert all(MACROS.texts[locale].keys() == MACROS.texts["en"].keys() for locale in LOCALES)
    assert MACROS.locales == LOCALES


def test_every_state_of_a_parcel_has_a_headline_and_every_scan_a_word():
    conditions = set(get_args(ParcelCondition)) - {"on_time"}
    wanted = {f"headline_{state}" for state in {*MILESTONES, *conditions}}
    wanted |= {f"scan_{status}" for status in get_args(ScanStatus)}
    assert wanted <= MACROS.texts["en"].keys()


def test_every_request_has_a_label():
    assert {f"request_{request}" for request in REQUEST_IDS} <= MACROS.texts["en"].keys()


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("key", ["greeting", "disclosure"])
def test_the_first_words_name_the_word_that_reaches_a_person(key: str, locale: str):
    assert re.search(rf"[“„«]\s?{PERSON[locale]}\s?[”“»]", MACROS.text(key, locale))


@pytest.mark.parametrize("locale", LOCALES)
def test_the_buttons_are_short_enough_for_a_phone(locale: str):
    buttons = [k for k in MACROS.texts[locale] if k.startswith(("choice_", "request_"))]
    assert max(len(MACROS.text(key, locale)) for key in buttons) <= 36


def test_a_language_without_wordings_is_answered_in_the_fallback(tmp_path: Path):
    macros = load_one(tmp_path, hello="Hello")
    assert macros.locale("nl") == macros.locale(None) == "en"
    assert macros.text("hello", "nl") == "Hello"


def test_a_missing_wording_is_named_with_the_text_that_waits_for_a_translation(tmp_path: Path):
    write_macros(tmp_path, en={"hello": "Hello", "bye": "Goodbye"}, de={"hello": "Hallo"})
    with pytest.raises(BadInputError) as error:
        load_macros(tmp_path, ("en", "de"))
    assert sentences(error) == (
        "macros/de.yaml:1:1: `bye` is missing; 'Goodbye' waits for a translation."
    )


def test_a_wording_that_the_fallback_lacks_is_refused_at_its_line(tmp_path: Path):
    write_macros(tmp_path, en={"hello": "Hello"}, de={"hello": "Hallo", "helo": "Halo"})
    with pytest.raises(BadInputError, match=r"macros/de\.yaml:2:7: `helo` is not a wording"):
        load_macros(tmp_path, ("en", "de"))


def test_a_translation_must_keep_the_slots(tmp_path: Path):
    write_macros(tmp_path, en={"due": "Due {date}"}, de={"due": "Bis {datum}"})
    with pytest.raises(BadInputError, match=r"`due` must have the slots \['date'\]"):
        load_macros(tmp_path, ("en", "de"))


@pytest.mark.parametrize("wording", ["Within 2 days", "Within ٣ days", "Q4"])
def test_a_number_in_a_wording_is_refused(wording: str, tmp_path: Path):
    with pytest.raises(BadInputError, match="`due` has a digit; numbers come from slots"):
        load_one(tmp_path, due=wording)


@pytest.mark.parametrize(
    "wording",
    ["'Due {date'", "'Due }'", "'{}'", "'{Date}'", "'{date.year}'", "'{date[0]}'", "'{a b}'"],
)
def test_a_brace_that_is_not_a_slot_is_refused(wording: str, tmp_path: Path):
    with pytest.raises(BadInputError, match=r"`due` has a brace that is not a `\{slot\}`"):
        load_one(tmp_path, due=wording)


@pytest.mark.parametrize("wording", ["", "'  '", "true", "[a, b]", "{a: b}"])
def test_a_wording_must_have_words(wording: str, tmp_path: Path):
    with pytest.raises(BadInputError, match="`due` has no wording"):
        load_one(tmp_path, due=wording)


@pytest.mark.parametrize("content", ["", "- a\n- b\n", "just words"])
def test_a_file_that_is_not_a_list_of_wordings_is_refused(content: str, tmp_path: Path):
    write_macros(tmp_path, en=content)
    with pytest.raises(BadInputError, match=r"macros/en\.yaml:1:1: is not a list of"):
        load_macros(tmp_path, ("en",))


def test_a_missing_file_is_refused(tmp_path: Path):
    write_macros(tmp_path, en={"hello": "Hello"})
    with pytest.raises(BadInputError, match=r"macros/de\.yaml:0:0: cannot be read"):
        load_macros(tmp_path, ("en", "de"))


def test_all_faults_are_told_at_once(tmp_path: Path):
    write_macros(tmp_path, en={"a": "Alpha 1", "b": "''", "c": "'{'"}, de={"a": "Alpha", "d": "x"})
    with pytest.raises(BadInputError) as error:
        load_macros(tmp_path, ("en", "de"))
    told = sentences(error)
    assert all(f"`{key}`" in told for key in "abcd")


def test_text_around_a_wording_is_trimmed(tmp_path: Path):
    assert load_one(tmp_path, hello="'  Hello '").text("hello", "en") == "Hello"
