"""What does the owner's `prompts/signals.yaml` say, checked and ready to use?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from agent.requests import Language
from agent.understanding.lexicon import Lexicon
from agent.understanding.reading import Mood, Move, Risk
from agent.understanding.text import fold
from agent.understanding.withdrawal import WithdrawalReader, WithdrawalWords
from tools.domain.model import Frozen
from tools.errors import BadInputError
from tools.yaml_source import read_yaml

Words = tuple[str, ...]
_CLAUSE_END = re.compile(r"[.,:;!?\n]+|\s[-–—]\s")
_LONGEST_DROP = 12
SpokenMove = Literal["yes", "no", "never_mind", "greeting", "thanks", "goodbye"]


class Openings(Frozen):
    """How a message begins before it says anything."""

    first: Words
    then: Words


class Links(Frozen):
    """What stands between two wishes."""

    also: Words
    then: Words


class OrderNumberForm(Frozen):
    """How this marketplace writes its order numbers."""

    prefix: str = Field(pattern=r"^[A-Z]{0,6}$")
    digits: tuple[int, int]
    words: Words


class SignalsFile(Frozen):
    """`prompts/signals.yaml`."""

    moves: dict[SpokenMove, Words]
    dropped: Words
    correction: Words
    human: Words
    person_words: Words
    assistant: Words
    mood: dict[Literal["upset", "angry"], Words]
    risks: dict[Risk, Words]
    withdrawal: WithdrawalWords
    openings: Openings
    introductions: Words
    links: Links
    same_again: Words
    order_number: OrderNumberForm
    postcode_words: Words
    numbers: dict[int, Words]
    fillers: Words
    positions: dict[int, Words]
    days: dict[int, Words]
    weekdays: dict[int, Words]
    ago: Words
    units: dict[int, Words]
    months: dict[int, Words]
    frames: dict[Language, Words]


@dataclass(frozen=True)
class Signals:
    """The file, with its patterns made ready."""

    file: SignalsFile
    moves: Mapping[SpokenMove, Lexicon]
    dropped: Lexicon
    correction: Lexicon
    human: Lexicon
    person_words: Lexicon
    assistant: Lexicon
    also: Lexicon
    then: Lexicon
    same_again: Lexicon
    risks: Mapping[Risk, Lexicon]
    withdrawal: WithdrawalReader
    upset: Lexicon
    angry: Lexicon
    numbers: Mapping[str, int]
    positions: Mapping[str, int]

    @classmethod
    def load(cls, prompts_dir: Path) -> "Signals":
        """Read the file; raise `BadInputError` with every fault in it."""
        source = read_yaml(prompts_dir / "signals.yaml", "prompts/signals.yaml")
        try:
            file = SignalsFile.model_validate(source.data)
        except ValidationError as error:
            raise BadInputError(*source.faults(error)) from error
        return cls(
            file=file,
            moves={move: Lexicon(words) for move, words in file.moves.items()},
            dropped=Lexicon(file.dropped),
            correction=Lexicon(file.correction),
            human=Lexicon(file.human),
            person_words=Lexicon(file.person_words),
            assistant=Lexicon(file.assistant),
            also=Lexicon(file.links.also),
            then=Lexicon(file.links.then),
            same_again=Lexicon(file.same_again),
            risks={risk: Lexicon(words) for risk, words in file.risks.items()},
            withdrawal=WithdrawalReader(file.withdrawal),
            upset=Lexicon(file.mood.get("upset", ())),
            angry=Lexicon(file.mood.get("angry", ())),
            numbers=_by_word(file.numbers),
            positions=_by_word(file.positions),
        )

    def find_moves(self, words: list[str]) -> tuple[frozenset[Move], bool]:
        """What the message does to the talk, and whether that is all it does."""
        found: set[Move] = set()
        at = 0
        while at < len(words):
            move: Move = max(self.moves, key=lambda m: self.moves[m].ends(words, at))
            if not (end := self.moves[move].ends(words, at)):
                break
            found.add(move)
            at = end
        whole = bool(words) and at == len(words)
        if not whole:
            found &= {"greeting", "thanks"}
            for start in range(max(0, len(words) - 6), len(words)):
                if self.moves["thanks"].ends(words, start) == len(words):
                    found.add("thanks")
        return frozenset(found), whole

    def asks_for_person(self, text: str, words: list[str]) -> bool:
        """Whether a person is asked for, in a sentence or with the one word of the greeting."""
        if self.human.occurs(words):
            return True
        clauses = [fold(clause).split() for clause in _CLAUSE_END.split(text)]
        spoken = [clause for clause in clauses if clause]
        return bool(spoken) and self.person_words.is_whole(spoken[-1])

    def asks_about_assistant(self, words: list[str]) -> bool:
        """Whether all that is asked is who answers: a machine or a person."""
        found = next(self.assistant.find(words), None)
        return found is not None and not self.human.occurs(words[: found[0]] + words[found[1] :])

    def without_drop(self, words: list[str]) -> list[str] | None:
        """Return what else is said by one who drops a question; None for everybody else."""
        if not words or len(words) > _LONGEST_DROP:
            return None
        if end := self.dropped.ends(words, 0):
            return words[end:]
        ends = (i for i in range(len(words)) if self.dropped.ends(words, i) == len(words))
        return next((words[:i] for i in ends), None)

    def find_risks(self, words: list[str]) -> frozenset[Risk]:
        return frozenset(risk for risk, lexicon in self.risks.items() if lexicon.occurs(words))

    def find_mood(self, text: str, words: list[str]) -> Mood:
        """Count what was said and how loudly."""
        letters = [c for c in text if c.isalpha()]
        shouted = len(letters) > 12 and sum(c.isupper() for c in letters) > 0.7 * len(letters)  # noqa: PLR2004 - what a reader feels as shouting
        loud = shouted + ("!!" in text) + ("??" in text)
        angry = sum(1 for _ in self.angry.find(words))
        upset = sum(1 for _ in self.upset.find(words))
        if angry >= 2 or (angry and loud) or (upset and loud >= 2):  # noqa: PLR2004
            return "angry"
        return "upset" if angry or upset or loud else "calm"


def _by_word(table: Mapping[int, Words]) -> dict[str, int]:
    return {fold(word): value for value, words in table.items() for word in words}
