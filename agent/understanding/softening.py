"""What is left of a message when greeting, name and numbers are gone?"""

import re

from agent.understanding.extract import SPECIFIC_POSTCODE, blank_postcode, named_postcode
from agent.understanding.lexicon import Lexicon
from agent.understanding.signals import Signals
from agent.understanding.text import fold, mask

_NAME = r"(?:(?!I\b)[A-ZÀ-Þ][a-zà-ÿ][\w'’-]*\s?){1,3}"
_CODE = re.compile(r"#?\b(?=[\w-]*\d)(?:[A-Za-z]{1,4}[-\s]?\d{3,}|[A-Za-z\d]{8,}|\d{4,})\b")
_LONGEST_OPENING = 12
_CLAUSE_ENDS = frozenset(".,;:!?(")
_LOOSE_SIGNS = re.compile(r"\s*[,;:](?:\s*[,;:])+\s*|\s+[,;:]\s*")
"""What is left between two things that were cut out."""


class Softener:
    """Cuts what carries no wish, so that two buyers with one wish read alike."""

    def __init__(self, signals: Signals) -> None:
        self._first = Lexicon(signals.file.openings.first)
        self._then = Lexicon(signals.file.openings.then)
        forms = "|".join(
            re.escape(w) for w in sorted(signals.file.introductions, key=len, reverse=True)
        )
        form = signals.file.order_number
        self._noun = form.words[0]
        self._named = frozenset(w for word in form.words for w in fold(word).split()[-1:])
        self._order = re.compile(rf"{re.escape(form.prefix or '#')}[- #]?\d+", re.IGNORECASE)
        self._postcode = named_postcode(signals.file.postcode_words)
        self._name = re.compile(
            rf"(?<!\w)(?i:{forms})\s+{_NAME}[\s,.;:!-]*(?:(?i:and|und|y|et|e)\s)?"
        )

    def soften(self, text: str) -> str:
        """Return a lower-cased text that still says what is wished."""
        text = self._postcode.sub(blank_postcode, mask(self._name.sub(" ", text)))
        text = _CODE.sub(self._code, SPECIFIC_POSTCODE.sub(" ", text))
        text = _LOOSE_SIGNS.sub(lambda signs: f"{signs[0].strip()[0]} ", text)
        return self._without_opening(" ".join(text.split())).lower().rstrip(" ,;:(-")

    def _code(self, match: re.Match[str]) -> str:
        """Leave the noun where an order number stood in a sentence: `where is ND-1042`."""
        before = match.string[max(0, match.start() - 20) : match.start()].rstrip()
        words = fold(before).split()
        alone = before[-1:] not in _CLAUSE_ENDS and words[-1:] and words[-1] not in self._named
        return f" {self._noun} " if alone and self._order.fullmatch(match[0].lstrip("#")) else " "

    def _without_opening(self, text: str) -> str:
        tokens = text.split()
        folded = [fold(token) for token in tokens[:_LONGEST_OPENING]]
        at, lexicon = 0, self._first
        while at < len(folded) and (step := _tokens_matched(lexicon, folded, at)):
            at, lexicon = at + step, self._then
        return " ".join(tokens[at:])


def _tokens_matched(lexicon: Lexicon, folded: list[str], at: int) -> int:
    """How many tokens the longest opening takes; a token may fold to several words or none."""
    words: list[str] = []
    token_of: list[int] = []
    for i in range(at, len(folded)):
        for word in folded[i].split():
            words.append(word)
            token_of.append(i)
    end = lexicon.ends(words, 0) if words else 0
    if not end or (end < len(words) and token_of[end] == token_of[end - 1]):
        return 0
    return token_of[end - 1] + 1 - at
