"""How is a message read without a key and without a network?"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from agent.requests import Request, RequestCatalogue
from agent.understanding.choosing import Chooser
from agent.understanding.dates import DateReader
from agent.understanding.extract import Extractors
from agent.understanding.features import Encoder
from agent.understanding.followups import FollowUps
from agent.understanding.language import LanguageReader
from agent.understanding.reading import (
    Answer,
    Hearing,
    ModelUse,
    Move,
    Reading,
    Understanding,
)
from agent.understanding.signals import Signals
from agent.understanding.store import load_head
from agent.understanding.text import clean, fold
from agent.understanding.wishes import SURE, Wishes, WishReader

_SURE_BESIDE_ANSWER = 0.75
"""How sure a new wish must be in a message that also answers what was asked."""
_SHORT = 6
_SHORT_WORD = 4
_LONG_STORY = 40
_PLAIN = frozenset({"order_number", "email", "postcode", "item", "date", "number"})
"""Questions that a few words answer without wishing anything."""
_ABOUT_ITEMS = frozenset({"item", "refund", "change"})


@dataclass(frozen=True)
class _Heard:
    """One message on its way to a `Reading`."""

    text: str
    words: list[str]
    language: str
    answers: tuple[Answer, ...]
    moves: frozenset[Move]
    only_moves: bool
    hearing: Hearing

    def answers_question(self) -> bool:
        expected = self.hearing.expecting
        return any(answer.kind in (expected, "choice") for answer in self.answers)


class EmbeddedUnderstanding(Understanding):
    """Reads with the sentence encoder, the learnt head and the owner's word lists."""

    name = "embedded"

    def __init__(
        self,
        catalogue: RequestCatalogue,
        signals: Signals,
        languages: LanguageReader,
        wishes: WishReader,
        chooser: Chooser,
    ) -> None:
        self._families = {id_: kind.family for id_, kind in catalogue.kinds.items()}
        self._signals = signals
        self._languages = languages
        self._wishes = wishes
        self._chooser = chooser
        self._extractors = Extractors(signals)
        self._dates = DateReader(signals)
        self._followups = FollowUps(signals, chooser)

    async def read(self, text: str, hearing: Hearing) -> tuple[Reading, ModelUse]:
        text = clean(text)
        words = fold(text).split()
        heard = self._hear(text, words, hearing)
        heard, wishes = self._dropped(heard) or (heard, self._wish(heard))
        return Reading(
            requests=self._with_subjects(heard, wishes.requests),
            candidates=wishes.candidates,
            answers=heard.answers,
            moves=heard.moves,
            language=heard.language,
            mood=self._signals.find_mood(text, words),
            risks=self._signals.find_risks(words),
            takes_back=self._signals.withdrawal.read(text),
        ), ModelUse()

    def ranking(self, text: str) -> tuple[tuple[str, float], ...]:
        """Return the two likeliest requests with how sure each is, taken or not."""
        text = clean(text)
        score = self._wishes.score(text, self._languages.read(text, None))
        return tuple((id_, share * score.in_scope) for id_, share in score.wishes(2))

    def _hear(self, text: str, words: list[str], hearing: Hearing) -> _Heard:
        language = self._languages.read(text, hearing.language)
        found, only_moves = self._signals.find_moves(words)
        moves: set[Move] = set(found)
        if self._followups.corrects(words):
            moves |= {"correction"}
        answers = list(self._extractors.read(text, hearing.expecting))
        answers.extend(self._offered(text, hearing))
        if hearing.expecting == "date" and (day := self._dates.read(text, hearing.today, language)):
            answers.append(Answer(kind="date", value=day.isoformat()))
        if answer := self._yes_or_no(words, hearing):
            answers.append(answer)
            moves |= {"yes" if answer.value == "yes" else "no"}
        return _Heard(text, words, language, tuple(answers), frozenset(moves), only_moves, hearing)

    def _offered(self, text: str, hearing: Hearing) -> list[Answer]:
        answers: list[Answer] = []
        if choice := self._chooser.choose(text, hearing.choices):
            answers.append(Answer(kind="choice", value=choice))
        asked = hearing.expecting == "item"
        if item := self._chooser.item(text, hearing.items, asked=asked):
            answers.append(Answer(kind="item", value=item))
        return answers

    def _yes_or_no(self, words: list[str], hearing: Hearing) -> Answer | None:
        """A yes or no counts when it was asked for, also with a reason after it."""
        if not words or self._signals.without_drop(words) is not None:
            return None
        yes, no = (self._signals.moves[move].ends(words, 0) for move in ("yes", "no"))
        asked = hearing.expecting == "yes_no"
        if yes == no or not (asked or max(yes, no) == len(words)):
            return None
        value = "yes" if yes > no else "no"
        offered = [choice.id for choice in hearing.choices]
        if not asked and value in offered:
            return Answer(kind="choice", value=value)
        return Answer(kind="yes_no", value=value)

    def _dropped(self, heard: _Heard) -> tuple[_Heard, Wishes] | None:
        """`Never mind, I found it` drops the question; `never mind, cancel it` wishes the rest."""
        rest = self._signals.without_drop(heard.words)
        if heard.only_moves or not rest:
            return None
        wishes = self._wishes.read(" ".join(rest), heard.language)
        clear = tuple(r for r in wishes.requests if self._is_clear(r))
        if clear or heard.answers:
            return None
        return replace(heard, moves=heard.moves | {"never_mind"}), Wishes((), ())

    def _wish(self, heard: _Heard) -> Wishes:
        if heard.only_moves:
            return _smalltalk(heard)
        if not heard.words or self._only_answers(heard):
            return Wishes((), ())
        if self._signals.asks_about_assistant(heard.words) and len(heard.words) <= 2 * _SHORT:
            return Wishes((Request(id="smalltalk", words=heard.text),), ())
        wishes = self._read_wishes(heard)
        again = self._followups.same_again(heard.text, heard.words, heard.answers, heard.hearing)
        if again and not any(self._is_clear(r) for r in wishes.requests):
            return Wishes((again,), ())
        return self._about_an_order(heard, wishes)

    def _read_wishes(self, heard: _Heard) -> Wishes:
        person = self._asks_for_person(heard)
        if person and len(heard.words) <= 2 * _SHORT:
            return Wishes((person,), ())
        wishes = self._wishes.read(heard.text, heard.language)
        if person:
            others = tuple(r for r in wishes.requests if self._families[r.id] != "person")
            return Wishes((*others, person), ())
        if heard.answers_question() or "correction" in heard.moves:
            return self._beside_answer(heard, wishes)
        if _leaves_open(heard) and not wishes.requests:
            return Wishes((), ())
        return wishes if self._makes_sense(heard, wishes) else Wishes((), ())

    def _is_clear(self, request: Request) -> bool:
        return request.confidence >= _SURE_BESIDE_ANSWER and self._families[request.id] != "talk"

    def _makes_sense(self, heard: _Heard, wishes: Wishes) -> bool:
        """Words of no language that the phrases know are none; the model would guess at them."""
        if any(self._is_clear(request) for request in wishes.requests):
            return True
        fixed = fold(self._wishes.correct(heard.text)).split()
        return self._languages.knows([*heard.words, *(w for w in fixed if len(w) > _SHORT_WORD)])

    def _about_an_order(self, heard: _Heard, wishes: Wishes) -> Wishes:
        """A message that names an order and asks nothing else clear asks where it is."""
        ids = {r.id for r in wishes.requests} or set(wishes.candidates[:1])
        unclear = ids <= {"out_of_scope", "smalltalk"} or (
            bool(wishes.candidates) and (ids == {"order_status"})
        )
        settled = heard.moves - {"greeting"} or heard.hearing.expecting
        if settled or not (unclear and _orders(heard.answers)):
            return wishes
        return Wishes((Request(id="order_status", words=heard.text, confidence=SURE),), ())

    def _only_answers(self, heard: _Heard) -> bool:
        """Whether nothing but an answer was said: a number, an address, a button's label."""
        if any(answer.kind == "choice" for answer in heard.answers):
            return len(heard.words) <= _SHORT
        if heard.hearing.expecting in _PLAIN and heard.answers_question():
            return len(heard.words) <= _SHORT
        if "correction" in heard.moves and self._followups.only_corrects(
            heard.words, heard.answers
        ):
            return True
        return self._followups.only_answers(heard.words, heard.answers)

    def _beside_answer(self, heard: _Heard, wishes: Wishes) -> Wishes:
        """What was asked comes first; only a clear new wish changes the subject."""
        clear = tuple(
            request
            for request in wishes.requests
            if self._is_clear(request) and request.id != heard.hearing.last_request
        )
        return Wishes(clear, ())

    def _asks_for_person(self, heard: _Heard) -> Request | None:
        if len(heard.words) > _LONG_STORY:
            return None
        if not self._signals.asks_for_person(heard.text, heard.words):
            return None
        return Request(id="human_agent", words=heard.text)

    def _with_subjects(self, heard: _Heard, requests: tuple[Request, ...]) -> tuple[Request, ...]:
        """Say which order and which line item each wish is about, where the words do."""
        said = _orders(heard.answers)
        if len(requests) == 1 and len(said) > 1 and self._families[requests[0].id] != "talk":
            requests = tuple(requests[0].model_copy(update={"order": o}) for o in said)
        return tuple(self._with_subject(heard, request, said) for request in requests)

    def _with_subject(self, heard: _Heard, request: Request, said: tuple[str, ...]) -> Request:
        order, item = request.order, request.item
        if order is None:
            own = _orders(tuple(self._extractors.read(request.words, None)))
            order = own[0] if own else said[0] if len(said) == 1 else None
        if item is None and self._families[request.id] in _ABOUT_ITEMS:
            item = self._chooser.item(request.words, heard.hearing.items, asked=False)
        return request.model_copy(update={"order": order, "item": item})


def _orders(answers: tuple[Answer, ...]) -> tuple[str, ...]:
    return tuple(answer.value for answer in answers if answer.kind == "order_number")


def _leaves_open(heard: _Heard) -> bool:
    """Whether a question is open that a few words, not understood, were meant to answer."""
    return heard.hearing.expecting is not None and len(heard.words) <= _SHORT


def _smalltalk(heard: _Heard) -> Wishes:
    """Greetings and thanks are a wish for an answer in kind; yes and no are not."""
    if heard.moves & {"yes", "no", "never_mind"} or heard.hearing.expecting:
        return Wishes((), ())
    return Wishes((Request(id="smalltalk", words=heard.text),), ())


def load_embedded(
    catalogue: RequestCatalogue, prompts_dir: Path, cache_dir: Path
) -> EmbeddedUnderstanding:
    """Load, and learn from the phrases when they are not in the cache yet."""
    with ThreadPoolExecutor(1) as pool:
        # The two slow files are unpacked side by side.
        languages = pool.submit(LanguageReader, catalogue.phrases)
        encoder = Encoder()
        signals = Signals.load(prompts_dir)
        head = load_head(catalogue, signals, encoder, cache_dir)
        wishes = WishReader(catalogue, signals, encoder, head)
        return EmbeddedUnderstanding(
            catalogue, signals, languages.result(), wishes, Chooser(signals, encoder)
        )
