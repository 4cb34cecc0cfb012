"""Does a reading claim what the buyer did not say, or a reply what the facts do not hold?"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Literal

from agent.conversation import Reply
from agent.understanding.reading import Answer, Reading
from agent.writing.parts import Part
from tools.domain.effect import Done, Receipt
from tools.domain.model import Frozen

_DONE = "done_"
"""How the names of wordings begin that say something has happened."""
_PROOFS = ("order_number", "email", "postcode")
_NUMBER = re.compile(r"\d+(?:[.,:/ \u00a0\u202f'-]?\d+)*")
_EMAIL = re.compile(r"\S+@\S+\.\w+")
_LINK = re.compile(r"(?i)(?:https?://|www\.)\S+")
_MARKUP = re.compile(r"<[a-zA-Z/!][^>]*>|!?\[[^\]]*\]\([^)]*\)")


class ReplyFault(Frozen):
    """A stretch of a reply that must not go out."""

    kind: Literal["number", "email", "link", "markup", "claim"]
    text: str


def keep_what_was_said(reading: Reading, text: str) -> Reading:
    """Return the reading without proofs of identity that do not stand in the buyer's message.

    Whatever reads the words, only the buyer can name an order and the contact that belongs to it.
    """
    folded = _fold(text)
    answers = tuple(a for a in reading.answers if a.kind not in _PROOFS or _is_said(a, folded))
    requests = tuple(
        r
        if r.order is None or _stands_in(r.order, folded)
        else r.model_copy(update={"order": None})
        for r in reading.requests
    )
    return reading.model_copy(update={"answers": answers, "requests": requests})


def _is_said(answer: Answer, folded: str) -> bool:
    if answer.kind == "order_number":
        return _stands_in(answer.value, folded)
    return _fold(answer.value) in folded


def _stands_in(number: str, folded: str) -> bool:
    """Buyers leave out the prefix of an order number, never its digits."""
    digits = "".join(c for c in number if c.isdecimal())
    return bool(digits) and digits in folded


def _fold(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def find_ungrounded_claims(reply: str, grounds: Iterable[str]) -> list[ReplyFault]:
    """Return each number and e-mail address of a reply that no shown fact contains.

    Dates, amounts, order numbers and tracking numbers all carry digits, so they are covered.
    """
    held = "\n".join(grounds)
    numbers = set(_NUMBER.findall(held))
    emails = set(_EMAIL.findall(held))
    return [
        *(_fault("number", n) for n in _NUMBER.findall(reply) if n not in numbers),
        *(_fault("email", e) for e in _EMAIL.findall(reply) if e not in emails),
    ]


def find_active_markup(reply: str) -> list[ReplyFault]:
    """Return everything that a channel or a person's screen might act on."""
    return [
        *(_fault("link", link) for link in _LINK.findall(reply)),
        *(_fault("markup", tag) for tag in _MARKUP.findall(reply)),
    ]


def find_other_words(said: Reply, composed: Reply) -> list[ReplyFault]:
    """Return each text of a reply that is not, to the letter, what the facts come to in words.

    A month, a status, a `not` and a reason carry no digit, so nothing less holds them.
    """
    pairs = ((said.text, composed.text), (said.brief, composed.brief))
    return [ReplyFault(kind="claim", text=one or "") for one, other in pairs if one != other]


def find_unearned(parts: Iterable[Part], receipts: Iterable[Receipt]) -> list[ReplyFault]:
    """Return each sentence that calls something done, when no receipt says that it is."""
    if any(isinstance(receipt, Done) for receipt in receipts):
        return []
    said = (macro for part in parts for macro in _macros(part))
    return [ReplyFault(kind="claim", text=macro) for macro in said if macro.startswith(_DONE)]


def _macros(part: Part) -> Iterator[str]:
    if part.macro is not None:
        yield part.macro
    for inner in part.sentences:
        yield from _macros(inner)


def _fault(kind: Literal["number", "email", "link", "markup"], text: str) -> ReplyFault:
    return ReplyFault(kind=kind, text=text)
