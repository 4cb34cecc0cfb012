"""Which of the owner's words and word patterns occur in a text?"""

from collections.abc import Iterable, Iterator

from agent.understanding.text import fold

_GAP = "..."
_LONGEST_GAP = 4

Pattern = tuple[str, ...]


class Lexicon:
    """Patterns of folded words: `word`, `stem*`, and `...` for up to four words between."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_word: dict[str, list[Pattern]] = {}
        self._by_stem: dict[str, list[Pattern]] = {}
        for phrase in phrases:
            pattern = tuple(_fold_pattern(phrase))
            if not pattern:
                continue
            head = pattern[0]
            if head.endswith("*"):
                self._by_stem.setdefault(head[:-1], []).append(pattern)
            else:
                self._by_word.setdefault(head, []).append(pattern)
        self._stem_sizes = sorted({len(stem) for stem in self._by_stem})

    def find(self, words: list[str]) -> Iterator[tuple[int, int]]:
        """Yield where patterns begin and end, at each place the longest."""
        for start in range(len(words)):
            if end := self.ends(words, start):
                yield start, end

    def ends(self, words: list[str], start: int) -> int:
        """Return the end of the longest pattern that begins here, 0 for none."""
        word = words[start]
        candidates = [*self._by_word.get(word, ())]
        for size in self._stem_sizes:
            candidates += self._by_stem.get(word[:size], ())
        return max((_match(p, words, start) for p in candidates), default=0) if candidates else 0

    def occurs(self, words: list[str]) -> bool:
        return any(True for _ in self.find(words))

    def is_whole(self, words: list[str]) -> bool:
        """Whether one pattern is all that is said."""
        return bool(words) and self.ends(words, 0) == len(words)


def _fold_pattern(phrase: str) -> Iterator[str]:
    for part in phrase.split():
        if part == _GAP:
            yield _GAP
            continue
        words = fold(part).split()
        if words and part.endswith("*"):
            words[-1] += "*"
        yield from words


def _match(pattern: Pattern, words: list[str], start: int) -> int:
    """Return the end of a match that begins at `start`, 0 for none."""
    if not pattern:
        return start
    if pattern[0] == _GAP:
        stops = range(start, min(start + _LONGEST_GAP, len(words)) + 1)
        return max((_match(pattern[1:], words, i) for i in stops), default=0)
    if start >= len(words) or not _same(pattern[0], words[start]):
        return 0
    return _match(pattern[1:], words, start + 1)


def _same(part: str, word: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else word == part
