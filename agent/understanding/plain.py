"""Is a message nothing but a yes, or nothing but a no?

Read from the owner's words alone, whatever the model made of the message.
"""

from dataclasses import dataclass
from typing import Literal

from agent.understanding.reading import Move
from agent.understanding.signals import Signals
from agent.understanding.text import fold

_BESIDE: frozenset[Move] = frozenset({"thanks", "greeting"})
_YES: frozenset[Move] = frozenset({"yes"})
_MAX_DIGITS = 4
_NO: frozenset[Move] = frozenset({"no", "never_mind"})


@dataclass(frozen=True)
class PlainAnswers:
    """Without signals nothing is a yes."""

    signals: Signals | None = None

    def said(self, text: str) -> Literal["yes", "no"] | None:
        """Return what a message comes to that says nothing else."""
        if self.signals is None:
            return None
        moves, whole = self.signals.find_moves(fold(text).split())
        meant = moves - _BESIDE
        if not whole:
            return None
        if meant == _YES:
            return "yes"
        return "no" if meant and meant <= _NO else None

    def number(self, text: str) -> int | None:
        """Return the first number, in digits or in words."""
        if self.signals is None:
            return None
        for word in fold(text).split():
            if word.isdecimal() and len(word) <= _MAX_DIGITS:
                return int(word)
            if word in self.signals.numbers:
                return self.signals.numbers[word]
        return None


DEAF = PlainAnswers()
