"""Which requests do the calls of a chat model amount to?"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agent.requests import REQUEST_IDS, Request, RequestId
from agent.understanding.calls import Call
from agent.understanding.masking import Masked
from agent.understanding.reading import Hearing, Reading

ANSWER = "answer_question"
NOTHING = "say_nothing_special"
REQUEST_TOOLS: dict[str, RequestId] = {str(id_): id_ for id_ in REQUEST_IDS if id_ != "smalltalk"}
IDLE: frozenset[RequestId] = frozenset({"smalltalk", "out_of_scope"})
_MOST = 8
"""More wishes than this in one message are not wishes; the model is running on."""
_SEVERAL = 2
"""A model that makes one call thinks of one wish too many; the embedded reader counts them."""
_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class Heard:
    """One message, ready to be held against what a model makes of it."""

    masked: Masked
    known: Reading
    """What the embedded reader read."""
    hearing: Hearing
    families: Mapping[RequestId, str]

    def requests(self, calls: tuple[Call, ...]) -> tuple[Request, ...] | None:
        """Return what the model heard; None when any part of it makes no sense."""
        names = {call.name for call in calls}
        if not names or not names <= {*REQUEST_TOOLS, ANSWER, NOTHING}:
            return None
        named = {(r.id, r.order, r.item): r for r in self._named(calls)}
        wishes = [r for r in named.values() if r.id not in IDLE] or list(named.values())
        if len(wishes) > _MOST:
            return None
        if not wishes:
            return self._wishless(names)
        if all(r.id != "human_agent" for r in wishes):
            wishes += [r for r in self.known.requests if r.id == "human_agent"]
        if len(wishes) == 1:
            wishes = [wishes[0].model_copy(update={"words": self._everything()})]
        return tuple(wishes)

    def _wishless(self, names: set[str]) -> tuple[Request, ...] | None:
        if ANSWER in names:
            return () if self.hearing.expecting else None
        small = tuple(r for r in self.known.requests if r.id == "smalltalk")
        if small or self.known.moves or self.known.answers:
            return small
        return (Request(id="smalltalk", words=self._everything()),)

    def _named(self, calls: tuple[Call, ...]) -> Iterator[Request]:
        """Return the requests that were called, then those that a call names besides its own."""
        own = [call for call in calls if call.name in REQUEST_TOOLS]
        for call in own:
            yield Request(
                id=REQUEST_TOOLS[call.name],
                words=self._quoted(call.words) or self._everything(),
                order=self._order(call.order),
                item=self._quoted(call.item),
            )
        if len(self.known.requests) < _SEVERAL:
            return
        told = {self.families.get(REQUEST_TOOLS[call.name]) for call in own}
        for name in (name for call in own for name in call.others if name in REQUEST_TOOLS):
            id_ = REQUEST_TOOLS[name]
            if self.families.get(id_) not in told:
                told.add(self.families.get(id_))
                yield Request(id=id_, words=self._everything(), order=self._order(None))

    def _everything(self) -> str:
        return self.masked.restore(self.masked.text)

    def _order(self, placeholder: str | None) -> str | None:
        """Return the number behind a placeholder; without one, the only number there is."""
        orders = self.masked.orders
        only = next(iter(orders.values())) if len(orders) == 1 else None
        which = _DIGITS.search(placeholder or "")
        return orders.get(f"(order {which[0]})", only) if which else only

    def _quoted(self, words: str | None) -> str | None:
        """Return words as they stand in the message; None when the model made them up."""
        wanted = (words or "").strip()
        found = re.search(re.escape(wanted), self.masked.text, re.IGNORECASE) if wanted else None
        if found is None or any(found[0] in placeholder for placeholder in self.masked.originals):
            return None
        return self.masked.restore(found[0])
