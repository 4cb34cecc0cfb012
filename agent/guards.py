"""Does a reply claim anything that the facts do not hold?"""

import re
from collections.abc import Iterable
from typing import Literal

from tools.domain.model import Frozen

_NUMBER = re.compile(r"\d+(?:[.,:/ \u00a0\u202f'-]?\d+)*")
_EMAIL = re.compile(r"\S+@\S+\.\w+")
_LINK = re.compile(r"(?i)(?:https?://|www\.)\S+")
_MARKUP = re.compile(r"<[a-zA-Z/!][^>]*>|!?\[[^\]]*\]\([^)]*\)")


class ReplyFault(Frozen):
    """A stretch of a reply that must not go out."""

    kind: Literal["number", "email", "link", "markup"]
    text: str


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


def _fault(kind: Literal["number", "email", "link", "markup"], text: str) -> ReplyFault:
    return ReplyFault(kind=kind, text=text)
