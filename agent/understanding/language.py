"""Which of our languages is a message in?"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol, cast

from agent.requests import LANGUAGES, Language, Phrase
from agent.understanding.text import fold, mask

_FEW_LETTERS = 12
_FEW_WORDS = 4
_SURE = 0.9
_RARE = 0.5
_CLEARLY = 1.5
_READ = 600


class _Identifier(Protocol):
    def set_languages(self, langs: list[Language]) -> None: ...
    def classify(self, text: str) -> tuple[str, float]: ...


class _ReadModel(Protocol):
    def __call__(self, model_file: str, *, norm_probs: bool) -> _Identifier: ...


class LanguageReader:
    """Tells the six languages apart; a short message keeps the language of the talk."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - slow to load

        read_model = cast("_ReadModel", LanguageIdentifier.from_model_file)  # pyright: ignore[reportUnknownMemberType]
        self._identifier = read_model(MODEL_FILE, norm_probs=True)
        self._identifier.set_languages(list(LANGUAGES))
        self._words: dict[Language, Counter[str]] = {language: Counter() for language in LANGUAGES}
        for phrase in phrases:
            self._words[phrase.language].update(set(fold(phrase.text).split()))
        self._totals = {language: words.total() + 1 for language, words in self._words.items()}

    def read(self, text: str, spoken: str | None) -> str:
        text = mask(text[:_READ])
        letters = sum(c.isalpha() for c in text)
        if not letters or (spoken and letters < _FEW_LETTERS):
            return spoken or LANGUAGES[0]
        words = fold(text).split()
        if len(words) <= _FEW_WORDS and (by_words := self._by_words(words)):
            return by_words
        found, sure = self._identifier.classify(text.lower())
        return spoken if spoken and sure < _SURE else found

    def _by_words(self, words: Sequence[str]) -> str | None:
        """A word or two are too little for letters, but the phrases may know them."""
        known = [w for w in words if any(w in counts for counts in self._words.values())]
        if not known:
            return LANGUAGES[0] if len(words) == 1 else None
        scores = {
            language: sum(math.log((counts[w] + _RARE) / self._totals[language]) for w in known)
            for language, counts in self._words.items()
        }
        best = max(scores, key=lambda language: scores[language])
        return best if scores[best] - scores[LANGUAGES[0]] > _CLEARLY else LANGUAGES[0]
