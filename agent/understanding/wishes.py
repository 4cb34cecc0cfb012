"""Which requests does a message make, and how sure is that?"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from agent.requests import Request, RequestCatalogue, RequestId
from agent.understanding.features import Encoder
from agent.understanding.head import Head, Scored
from agent.understanding.signals import Signals
from agent.understanding.softening import Softener
from agent.understanding.spelling import Spelling
from agent.understanding.text import fold, sentences

SURE = 0.33
"""From this confidence on a request is taken."""
SURE_HANDOFF = 0.5
"""The same for a request that only a person can deal with; asking once more is cheaper."""
SOME = 0.06
"""From here on the two likeliest are offered."""
SURE_APART = 0.45
"""How sure each of two wishes in one message must be."""
SURE_ASKED = 0.8
"""How sure a question at the end of a long story must be to stand for all of it."""
SURE_TALK = 0.4
_WHOLE_WEIGHT = 0.7
"""Of the message in one piece; the rest goes to the sentence that says it best."""
_GENERAL_WEIGHT = 0.5
"""What a sentence counts that may only introduce the wish."""
_MOST_PARTS = 12
_MOST_WISHES = 3
_FEWEST_WORDS = 2
_LONG_STORY = 100
_WHOLE = 1_200
"""Characters of a long message that are also read in one piece."""
_ANY_STORY = frozenset({"complaint", "refund_request"})
"""What buyers add to any story; alone it is a wish."""


@dataclass(frozen=True)
class Part:
    """A piece of a message that may hold a wish of its own."""

    text: str
    link: str
    """`also`, `then`, `question` or nothing: how it hangs on what came before."""
    asked: bool = False
    """Whether its sentence is a question."""


@dataclass(frozen=True)
class Wishes:
    """What a message wishes."""

    requests: tuple[Request, ...]
    candidates: tuple[RequestId, ...]


class WishReader:
    """Reads wishes with the learnt head; everything else about a message is not its business."""

    def __init__(
        self, catalogue: RequestCatalogue, signals: Signals, encoder: Encoder, head: Head
    ) -> None:
        self._general = frozenset(id_ for id_, kind in catalogue.kinds.items() if kind.general)
        self._family = {id_: kind.family for id_, kind in catalogue.kinds.items()}
        self._live = catalogue.live
        self._signals = signals
        self._softener = Softener(signals)
        self._spelling = Spelling(p.text for p in catalogue.phrases)
        self._encoder = encoder
        self._head = head

    def score(self, text: str, language: str) -> Scored:
        """Score a whole message; the likeliest request of it, sure or not."""
        parts = self.parts(text)
        return self._story(parts, self._scores(text, parts, language))

    def read(self, text: str, language: str) -> Wishes:
        parts = self.parts(text)
        scores = self._scores(text, parts, language)
        told = list(zip(parts, scores[1:], strict=False))
        if asked := _asked(text, told):
            return Wishes(tuple(self._apart(asked)[:_MOST_WISHES]), ())
        apart = self._apart(told)
        if len(apart) > 1:
            return Wishes(tuple(apart[:_MOST_WISHES]), ())
        return self._decide(self._story(parts, scores), text)

    def correct(self, text: str) -> str:
        """Return a text in small letters without the typos that English words may have."""
        return self._spelling.fix(text.lower())

    def parts(self, text: str) -> list[Part]:
        return list(self._split(text))[:_MOST_PARTS]

    def _split(self, text: str) -> Iterator[Part]:
        """Split at sentences and at words that announce another wish."""
        for sentence in sentences(text):
            question = "question" if sentence.endswith("?") else ""
            start, link = 0, question
            tokens = sentence.split()
            for at, found in self._links(tokens):
                if at > start:
                    yield Part(" ".join(tokens[start:at]), link, bool(question))
                start, link = at, found
            yield Part(" ".join(tokens[start:]), link, bool(question))

    def _links(self, tokens: list[str]) -> Iterator[tuple[int, str]]:
        words: list[str] = []
        token_of: list[int] = []
        for i, token in enumerate(tokens):
            for word in fold(token).split():
                words.append(word)
                token_of.append(i)
        found = {token_of[start]: "then" for start, _ in self._signals.then.find(words)}
        found |= {token_of[start]: "also" for start, _ in self._signals.also.find(words)}
        yield from sorted(found.items())

    def _scores(self, text: str, parts: list[Part], language: str) -> list[Scored]:
        """Score the whole first, then each part when there are several."""
        texts = [text[:_WHOLE], *(part.text for part in parts if len(parts) > 1)]
        soft = [self._softener.soften(t) for t in texts]
        if language == "en":
            soft = [self._spelling.fix(t) for t in soft]
        return self._head.score(self._encoder, soft)

    def _story(self, parts: list[Part], scores: list[Scored]) -> Scored:
        """Average the whole message with the sentence that says it best."""
        whole = scores[0]
        spoken = [
            score
            for part, score in zip(parts, scores[1:], strict=False)
            if len(part.text.split()) >= _FEWEST_WORDS
        ]
        if not spoken:
            return whole
        best = max(spoken, key=self._telling)
        return Scored(
            (_WHOLE_WEIGHT * whole.shares + (1 - _WHOLE_WEIGHT) * best.shares).astype(np.float32),
            _WHOLE_WEIGHT * whole.in_scope + (1 - _WHOLE_WEIGHT) * best.in_scope,
        )

    def _telling(self, score: Scored) -> float:
        wish, sure = score.wish()
        return sure * (_GENERAL_WEIGHT if wish in self._general else 1)

    def _apart(self, told: list[tuple[Part, Scored]]) -> list[Request]:
        """Return the wishes that are surely said one by one."""
        found: list[tuple[Part, Request]] = []
        for part, score in told:
            id_, sure = score.wish()
            if sure < SURE_APART or len(part.text.split()) < _FEWEST_WORDS:
                continue
            request = Request(id=id_, words=part.text, confidence=sure)
            if (
                found
                and not part.link
                and found[-1][1].id in self._general
                and not found[-1][0].link
            ):
                found.pop()  # It only introduced this one.
            if not found or self._is_another(part, request, found):
                found.append((part, request))
        return [request for _, request in found]

    def _decide(self, score: Scored, text: str) -> Wishes:
        """Take it, offer the likeliest two, or say that it is none of ours."""
        best, share = score.best()
        wish, sure = score.wish()
        if best == "smalltalk" and share >= SURE_TALK:
            return Wishes((Request(id=best, words=text, confidence=share),), ())
        enough = SURE if wish in self._live else SURE_HANDOFF
        if sure >= enough and best == wish:
            return Wishes((Request(id=wish, words=text, confidence=sure),), ())
        if sure >= SOME:
            return Wishes((), tuple(id_ for id_, _ in score.wishes(2)))
        if best == "out_of_scope":
            return Wishes((Request(id=best, words=text, confidence=share),), ())
        return Wishes((), ())

    def _is_another(self, part: Part, request: Request, found: list[tuple[Part, Request]]) -> bool:
        """Whether this is a new wish and not more of the same story."""
        families = {self._family[earlier.id] for _, earlier in found}
        if any(earlier.id == request.id for _, earlier in found):
            return False
        same_family = self._family[request.id] in families
        if part.link == "also":
            return not same_family or self._family[request.id] != "parcel"
        both_asked = part.link == "question" and found[-1][0].link == "question"
        return (
            (part.link == "then" or both_asked) and not same_family and request.id not in _ANY_STORY
        )


def _asked(text: str, told: list[tuple[Part, Scored]]) -> list[tuple[Part, Scored]]:
    """Return the clear questions of a long story; what leads up to them is no wish."""
    if len(text.split()) < _LONG_STORY:
        return []
    return [(part, s) for part, s in told if part.asked and s.wish()[1] >= SURE_ASKED]
