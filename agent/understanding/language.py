"""Which of our languages is a message in?"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol, cast

from agent.requests import LANGUAGES, Language, Phrase
from agent.understanding.text import fold, mask

_FEW_LETTERS = 12
_FEW_WORDS = 4
_TOO_FEW_WORDS = 2
"""So many unknown words may be a name, and names are of no language."""
_SURE = 0.9
_RARE = 0.5
_OFTEN = 2
_CLEARLY = 1.5
_READ = 600
_NO_WORD = re.compile(r"[\w-]*\d[\w-]*")
"""Order numbers, postcodes and the like say nothing about a language."""


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
        self._words: dict[str, Counter[str]] = {language: Counter() for language in LANGUAGES}
        for phrase in phrases:
            self._words[phrase.language].update(set(fold(phrase.text).split()))
        self._totals = {language: words.total() + 1 for language, words in self._words.items()}

    def read(self, text: str, spoken: str | None) -> str:
        text = _NO_WORD.sub(" ", mask(text[:_READ]))
        words = fold(text).split()
        letters = sum(len(word) for word in words)
        told = spoken or LANGUAGES[0]
        if not words or (spoken and letters < _FEW_LETTERS):
            return told
        if len(words) <= _FEW_WORDS:
            by_words = self._by_words(words, told)
            if by_words or len(words) <= _TOO_FEW_WORDS:
                return by_words or told
        if not self.knows(words):
            return told  # Another language, or none.
        found, sure = self._identifier.classify(text.lower())
        return spoken if spoken and sure < _SURE else found

    def knows(self, words: Iterable[str]) -> bool:
        """Whether any of these folded words stands in the phrases of any language."""
        return any(word in counts for word in words for counts in self._words.values())

    def _by_words(self, words: Sequence[str], told: str) -> str | None:
        """A word or two are too little for letters, but the phrases may know them."""
        known = [w for w in words if self.knows([w])]
        if not any(counts[w] >= _OFTEN for w in known for counts in self._words.values()):
            return None
        scores = {
            language: sum(math.log((counts[w] + _RARE) / self._totals[language]) for w in known)
            for language, counts in self._words.items()
        }
        best = max(scores, key=lambda language: scores[language])
        ahead = scores[best] - scores.get(told, -math.inf)
        return best if ahead > _CLEARLY else told
