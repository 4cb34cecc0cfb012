"""Which English word was meant by a mistyped one?"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_KNOWN_WORDS = 30_000
_SHORTEST = 4
_MOST_FIXES = 40
_OFTEN = 3
_WRONG_LETTER = 20
"""Ranks that a wrong letter costs beside a missing, doubled or swapped one."""


class Spelling:
    """Corrects one wrong, missing, doubled or swapped letter, and nothing that may be a name.

    The words and their frequencies come with symspellpy. With so few words and one edit,
    trying every edit is as quick as its index, which would take half a second to build.
    """

    def __init__(self, protected: Iterable[str]) -> None:
        self._rank = {word: rank for rank, word in enumerate(_common_words())}
        counts = Counter(w for text in protected for w in set(_WORD.findall(text.lower())))
        # Phrases hold typos too; what stands in several is a word of the trade.
        self._protected = frozenset(w for w, count in counts.items() if count >= _OFTEN)

    def fix(self, text: str) -> str:
        """Correct a lower-cased English text."""
        left = _MOST_FIXES

        def corrected(match: re.Match[str]) -> str:
            nonlocal left
            word = match[0]
            if len(word) < _SHORTEST or word in self._rank or word in self._protected or not left:
                return word
            left -= 1
            return self._nearest(word)

        return _WORD.sub(corrected, text)

    def _nearest(self, word: str) -> str:
        """Prefer a word that the phrases use to one that is merely frequent."""
        best, best_rank = word, _KNOWN_WORDS
        for candidate in _edits(word):
            rank = self._rank.get(candidate, _KNOWN_WORDS)
            if candidate in self._protected:
                rank = min(rank, _KNOWN_WORDS - 1) // 50
                if len(candidate) == len(word) and sorted(candidate) != sorted(word):
                    rank += _WRONG_LETTER
            if rank < best_rank:
                best, best_rank = candidate, rank
        return best


def _edits(word: str) -> Iterator[str]:
    for i in range(len(word) + 1):
        head, tail = word[:i], word[i:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        if tail:
            yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in _LETTERS)
        yield from (head + letter + tail for letter in _LETTERS)


def _common_words() -> list[str]:
    spec = find_spec("symspellpy")
    assert spec is not None, "symspellpy is a dependency."
    assert spec.origin is not None, "symspellpy is a package with files."
    path = Path(spec.origin).with_name("frequency_dictionary_en_82_765.txt")
    with path.open(encoding="utf-8-sig") as lines:
        return [line.split(" ", 1)[0] for line, _ in zip(lines, range(_KNOWN_WORDS), strict=False)]
