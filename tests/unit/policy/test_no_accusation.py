"""Is a buyer ever called a liar, whatever the signals say?"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.unit.policy.examples import shipped

ROOT = Path(__file__).parents[3]
ACCUSING: dict[str, tuple[str, ...]] = {
    "en": ("fraud", "abus", "suspicio", "suspect", "lying", "liar", "fake", "forge", "cheat",
           "scam", "dishonest", "blacklist", "reused", "re-used", "stolen photo", "misus"),
    "de": ("betrug", "betrüg", "missbrauch", "verdacht", "verdächtig", "lüge", "gelogen",
           "gefälscht", "fälsch", "schwindel", "unehrlich", "täusch", "wiederverwendet"),
    "es": ("fraude", "abuso", "sospech", "mentir", "mentira", "falsific", "engañ", "estafa",
           "deshonest", "reutiliz", r"\btimo"),
    "fr": ("fraud", "abus", "soupçon", "suspect", "mensonge", "mentez", "falsifi", "tromp",
           "escroqu", "malhonnêt", "arnaqu", "réutilis"),
    "it": ("frode", "abuso", "sospett", "bugia", "mentit", "falsific", "ingann", "truff",
           "disonest", "riutilizz", "imbrogl"),
    "pt": ("fraude", "abuso", "suspeit", "mentir", "mentira", "falsific", "engan", "burla",
           "desonest", "reutiliz", "golpe"),
}  # fmt: skip
OWN_TROUBLE = {
    "request_chargeback_fraud",
}
"""A button for buyers who report fraud against themselves."""


def told(language: str) -> Iterator[tuple[str, str]]:
    """Yield everything that a buyer may read, with its name."""
    macros = yaml.safe_load((ROOT / f"prompts/macros/{language}.yaml").read_text())
    yield from ((name, text) for name, text in macros.items() if name not in OWN_TROUBLE)
    for _, table in shipped().all_tables():
        yield from ((rule.id, rule.because[language]) for rule in table.rules)
    for name, text in shipped().fallbacks:
        yield name, text[language]


@pytest.mark.parametrize("language", ACCUSING)
def test_no_sentence_accuses_the_buyer(language: str):
    accusing = re.compile("|".join(ACCUSING[language]), re.IGNORECASE)
    found = {name: text for name, text in told(language) if accusing.search(text)}
    assert found == {}


@pytest.mark.parametrize("language", ACCUSING)
def test_the_rules_about_signals_speak_of_none(language: str):
    named = ("photo_seen_before", "address_seen_before", "repeated_claims", "carrier_contradicts")
    sentences = {name: text for name, text in told(language) if name.endswith(named)}
    assert len(sentences) >= len(named)
    for text in sentences.values():
        assert "?" not in text
        assert "!" not in text
