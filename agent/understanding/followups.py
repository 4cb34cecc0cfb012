"""What do a few words say that have a meaning only after what was said before?"""

from collections.abc import Iterable

from agent.requests import Request
from agent.understanding.choosing import Chooser
from agent.understanding.reading import Answer, Hearing
from agent.understanding.signals import Signals
from agent.understanding.text import fold

_LATEST_CORRECTION = 4
"""`No, sorry, the other one`: so many words may stand before it."""
_LONGEST_AGAIN = 8
_SURE_AGAIN = 0.9


class FollowUps:
    """Corrections and repeated wishes."""

    def __init__(self, signals: Signals, chooser: Chooser) -> None:
        self._signals = signals
        self._chooser = chooser
        self._fillers = frozenset(
            w for filler in signals.file.fillers for w in fold(filler).split()
        )

    def corrects(self, words: list[str]) -> bool:
        """Whether the last answer was meant differently."""
        return any(
            start <= 1 or (start <= _LATEST_CORRECTION and self._empty(words[:start]))
            for start, _ in self._signals.correction.find(words)
        )

    def only_corrects(self, words: list[str], answers: tuple[Answer, ...]) -> bool:
        """`No, the other one` says what it does not mean, and nothing more."""
        corrected = {
            i for start, end in self._signals.correction.find(words) for i in range(start, end)
        }
        return self._empty(_beside(answers, (w for i, w in enumerate(words) if i not in corrected)))

    def only_answers(self, words: list[str], answers: tuple[Answer, ...]) -> bool:
        """Whether nothing was said but numbers, addresses and the words around them."""
        rest = _beside(answers, words)
        if not answers:
            return not any(c.isalpha() for w in rest for c in w)
        return all(w in self._fillers or w.isdigit() for w in rest)

    def same_again(
        self, text: str, words: list[str], answers: tuple[Answer, ...], hearing: Hearing
    ) -> Request | None:
        """`And the blue one?` is the last request for another item or order."""
        found = {answer.kind: answer.value for answer in answers}
        item, order = found.get("item"), found.get("order_number")
        begins = 0 < len(words) <= _LONGEST_AGAIN and self._signals.same_again.ends(words, 0) > 0
        if not (hearing.last_request and begins):
            return None
        item = item or (None if order else self._chooser.item(text, hearing.items, asked=True))
        if not (item or order):
            return None
        return Request(
            id=hearing.last_request, words=text, item=item, order=order, confidence=_SURE_AGAIN
        )

    def _empty(self, words: Iterable[str]) -> bool:
        return all(
            w in self._fillers or w.isdigit() or self._signals.find_moves([w])[1] for w in words
        )


def _beside(answers: tuple[Answer, ...], words: Iterable[str]) -> list[str]:
    """Return the words that are no part of an answer."""
    values = {w for answer in answers for w in fold(answer.value).split()}
    joined = {fold(answer.value).replace(" ", "") for answer in answers}
    return [w for w in words if w not in values and w not in joined]
