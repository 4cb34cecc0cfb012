"""Which of the owner's example phrases are most like a message?"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from math import log, sqrt

from agent.requests import Phrase, RequestId

_MOST = 10
_MOST_OF_ONE = 4
"""Of one request; more would crowd out what the message could be instead."""
_SIZES = (3, 4)


class Examples:
    """Finds phrases by the letters that they share with a message.

    No trained model takes part, so that the same files give the same prompt everywhere.
    """

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self._phrases = phrases
        grams = [_grams(phrase.text) for phrase in phrases]
        found = Counter(gram for of_one in grams for gram in of_one)
        self._weights = {gram: log(1 + len(phrases) / count) for gram, count in found.items()}
        self._phrases_with: dict[str, list[int]] = defaultdict(list)
        self._lengths: list[float] = []
        for at, of_one in enumerate(grams):
            self._lengths.append(sqrt(sum(self._weights[gram] ** 2 for gram in of_one)) or 1.0)
            for gram in of_one:
                self._phrases_with[gram].append(at)

    def near(self, text: str) -> str:
        """Return the nearest phrases, one a line with its tool, the very nearest last."""
        taken: list[Phrase] = []
        counts: Counter[RequestId] = Counter()
        for at in self._ranked(text):
            phrase = self._phrases[at]
            if counts[phrase.request] < _MOST_OF_ONE:
                counts[phrase.request] += 1
                taken.append(phrase)
            if len(taken) == _MOST:
                break
        return "\n".join(f"- {phrase.text} -> {phrase.request}" for phrase in reversed(taken))

    def _ranked(self, text: str) -> list[int]:
        scores = [0.0] * len(self._phrases)
        for gram in sorted(_grams(text)):  # in one order, for the sums to be the same everywhere
            for at in self._phrases_with.get(gram, ()):
                scores[at] += self._weights[gram] ** 2 / self._lengths[at]
        return sorted(range(len(scores)), key=lambda at: (-round(scores[at], 9), at))


def _grams(text: str) -> set[str]:
    padded = [f" {word} " for word in text.casefold().split()]
    return {word[at : at + n] for word in padded for n in _SIZES for at in range(len(word) - n + 1)}
