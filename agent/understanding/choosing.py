"""Which of the things that were offered does the buyer mean?"""

from collections.abc import Iterable, Sequence

import numpy as np
from rapidfuzz import fuzz

from agent.understanding.features import Encoder
from agent.understanding.reading import OfferedChoice
from agent.understanding.signals import Signals
from agent.understanding.text import fold

_TYPED_ALIKE = 88
"""Of 100: a label with a typo."""
_ALIKE = 0.45
_AHEAD = 0.08
"""Cosine of what was written with the label, and its lead over the next one."""
_SHORT = 8
_TELLING = 3


class Chooser:
    """Matches words to buttons and line items."""

    def __init__(self, signals: Signals, encoder: Encoder) -> None:
        self._positions = signals.positions
        self._encoder = encoder

    def choose(self, text: str, offered: Sequence[OfferedChoice]) -> str | None:
        """Return the id of a choice whose label, id, number or position was typed."""
        said = fold(text)
        if not said or not offered:
            return None
        labels = [fold(choice.label) for choice in offered]
        for choice, label in zip(offered, labels, strict=True):
            if said in (label, fold(choice.id)):
                return choice.id
        if (place := self._place(said, len(offered))) is not None:
            return offered[place].id
        alike = [fuzz.ratio(said, label) for label in labels]
        best = int(np.argmax(alike))
        if alike[best] >= _TYPED_ALIKE:
            return offered[best].id
        return _only(i.id for i, label in zip(offered, labels, strict=True) if _within(said, label))

    def item(self, text: str, items: Sequence[OfferedChoice], *, asked: bool) -> str | None:
        """Return the id of the line item that a text mentions."""
        said = fold(text)
        if not said or not items:
            return None
        if asked and (place := self._place(said, len(items))) is not None:
            return items[place].id
        if (named := _named(said, items)) is not None:
            return named
        if len(said.split()) > _SHORT and not asked:
            return None
        return self._alike(text, items, asked=asked)

    def _place(self, said: str, count: int) -> int | None:
        place = int(said) if said.isdigit() and len(said) < _TELLING else self._positions.get(said)
        if place is None or place == 0 or place > count:
            return None
        return place - 1 if place > 0 else count + place

    def _alike(self, text: str, items: Sequence[OfferedChoice], *, asked: bool) -> str | None:
        if not asked:
            return None
        vectors = self._encoder.encode([text.lower(), *(item.label.lower() for item in items)])
        likeness = vectors[1:] @ vectors[0]
        order = np.argsort(-likeness)
        lead = likeness[order[0]] - likeness[order[1]] if len(items) > 1 else 1.0
        sure = likeness[order[0]] >= _ALIKE and lead >= _AHEAD
        return items[int(order[0])].id if sure else None


def _named(said: str, items: Sequence[OfferedChoice]) -> str | None:
    """Return the item that shares more words with the text than any other one."""
    spoken = {stem for word in said.split() if (stem := _stem(word))}
    shared = [len({_stem(w) for w in fold(item.label).split()} & spoken) for item in items]
    best = max(shared)
    return items[shared.index(best)].id if best and shared.count(best) == 1 else None


def _stem(word: str) -> str:
    """Singular and plural are one; short words tell nothing."""
    stem = word.removesuffix("es") if word.endswith("ses") else word.removesuffix("s")
    return stem if len(stem) >= _TELLING and stem not in _EMPTY else ""


_EMPTY = frozenset({"the", "and", "for", "with", "set"})


def _within(said: str, label: str) -> bool:
    """Whether a short answer repeats some telling words of a label."""
    words = said.split()
    return len(words) <= _SHORT and all(w in label.split() for w in words) and len(said) > _TELLING


def _only(ids: Iterable[str]) -> str | None:
    found = list(ids)
    return found[0] if len(found) == 1 else None
