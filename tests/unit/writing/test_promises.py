"""Can anything be promised to a buyer that is not owed from then on?"""

import re

import pytest

from agent.promises import PROMISING
from agent.settings import Settings
from agent.writing.macros import Macros, load_macros

PROMISING_WORDS = {
    "en": r"\bwill\b|\bI'll\b|\bwe'll\b|\bwithin\b|\bsees? to\b|a person confirms|\bshall tell\b",
    "de": r"\bwird\b|\bwerden\b|\bkümmer|\bmelde|innerhalb|sage ich|sagen wir|bestätigt Ihnen",
    "fr": r"\b\w{3,}(?:rai|ra|rons|ront)\b|s'occupe|vous confirme|d'ici",
    "es": r"\b\w{2,}(?:ré|rá|remos|rán)\b|se encarga|se ocupa|en un plazo",
    "it": r"\b\w{2,}(?:rò|rà|remo|ranno)\b|si occupa|se ne occupa|entro",
    "pt": r"\b\w{2,}(?:rei|rá|remos|rão)\b|trata d|vai tratar|no prazo",
}
"""How one commits oneself, in each language; rather too many than too few."""

NO_COMMITMENT = {
    "disclosure": "offers a person",
    "return_offer_person": "offers a person",
    "offer_person": "asks",
    "unavailable": "says what is not done",
    "handed_off_failed": "says what was not done",
    "never_mind": "asks",
    "proposal_dropped": "asks",
    "return_yes_until": "tells until when something can be done",
    "rejected_not_covered": "says what is not done",
    "rejected_goods_back_first": "says what is not done",
    "rejected_not_shown": "says what is not done",
    "rejected_done_already": "says what is not done",
    "refund_way": "tells how long banks take",
    "done_return_next": "said only with `done_return`, which is owed",
    "done_send_again": "said once the shop has taken it on",
    "done_exchange": "said once the shop has taken it on",
    "next_shipped": "tells a parcel's way",
    "parcel_cancelled": "tells what was settled at the shop",
    "withdrawal_kept": "tells what has happened",
}
"""Wordings that speak of what is to come, and why nothing is owed for it."""


@pytest.fixture(scope="module")
def macros() -> Macros:
    return load_macros(Settings().prompts_dir, tuple(PROMISING_WORDS))


def _speaks_of_what_comes(macros: Macros, locale: str) -> set[str]:
    words = re.compile(PROMISING_WORDS[locale], re.IGNORECASE)
    return {key for key, text in macros.texts[locale].items() if words.search(text)}


@pytest.mark.parametrize("locale", PROMISING_WORDS)
def test_every_wording_that_promises_is_owed_or_looked_at(macros: Macros, locale: str):
    known = PROMISING.keys() | NO_COMMITMENT.keys()
    told = {key for key in _speaks_of_what_comes(macros, locale) if not _is_about_a_parcel(key)}
    assert told - known == set()


def _is_about_a_parcel(key: str) -> bool:
    """What the carrier and the records say of a parcel, and what is only summed up or asked."""
    return key.startswith(("parcel_", "headline_", "scan_", "confirm_", "choice_", "summary"))


def test_a_wording_that_is_owed_exists(macros: Macros):
    waiting = {"approval_asked"}  # the talk about approvals has no wordings yet
    assert set(PROMISING) - set(macros.texts["en"]) <= waiting


def test_what_says_so_in_english_is_found(macros: Macros):
    assert {"handed_off", "effect_open"} <= _speaks_of_what_comes(macros, "en")
