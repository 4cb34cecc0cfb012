"""Does a message take a purchase back, in whatever words, or does it only ask about that?"""

import re

from agent.understanding.lexicon import Lexicon
from agent.understanding.reading import TakesBack
from agent.understanding.text import fold, sentences
from tools.domain.model import Frozen

_CLAUSE_END = re.compile(r"[.,:;!?\n]+|\s[-–—]\s")
_STRONGEST_FIRST: tuple[TakesBack, ...] = ("named", "plain", "mind", "receipt", "asked")
Words = tuple[str, ...]


class WithdrawalWords(Frozen):
    """`withdrawal` in `prompts/signals.yaml`."""

    named: Words
    plain: Words
    mind: Words
    asks: Words
    polite: Words
    receipt: Words


class WithdrawalReader:
    """Reads clause by clause: `can I send it back` asks, `I'm sending it back` states."""

    def __init__(self, words: WithdrawalWords) -> None:
        self._said: dict[TakesBack, Lexicon] = {
            "named": Lexicon(words.named),
            "plain": Lexicon(words.plain),
            "mind": Lexicon(words.mind),
        }
        self._asks = Lexicon(words.asks)
        self._polite = Lexicon(words.polite)
        self._receipt = Lexicon(words.receipt)

    def read(self, text: str) -> TakesBack | None:
        """Return the strongest that any clause says."""
        found: set[TakesBack | None] = set()
        asks = False
        for words, question in _clauses(text):
            asked = question and not self._polite.occurs(words)
            tier = self._clause(words, asked=asked)
            found.add(tier)
            asks = asks or asked or tier == "asked"
        strongest: TakesBack | None = next(
            (tier for tier in _STRONGEST_FIRST if tier in found), None
        )
        if strongest == "mind" and asks:
            return "mind_and_asks"
        return strongest

    def _clause(self, words: list[str], *, asked: bool) -> TakesBack | None:
        if self._receipt.occurs(words):
            return "receipt"
        if self._asks.occurs(words):
            return "asked"
        tier: TakesBack | None = next(
            (name for name, said in self._said.items() if said.occurs(words)), None
        )
        if tier is not None and asked:
            return "asked"
        return tier


def _clauses(text: str) -> list[tuple[list[str], bool]]:
    """Return the words of each clause, and whether a question mark stands behind it."""
    found: list[tuple[list[str], bool]] = []
    for sentence in sentences(text):
        spoken = [words for part in _CLAUSE_END.split(sentence) if (words := fold(part).split())]
        asked = sentence.rstrip(")\"'» ").endswith("?")
        found += [(words, asked and words is spoken[-1]) for words in spoken]
    return found
