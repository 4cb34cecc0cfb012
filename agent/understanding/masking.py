"""What of a buyer's message may a model outside see, and how does it come back?"""

import re
from dataclasses import dataclass

from agent.understanding.reading import Reading

MAX_SHOWN = 2_000
"""Characters that a model sees; the wish of a longer message stands at one of its ends."""
_TAIL = 600
_EMAIL = re.compile(r"[^\s@<>()\[\],;:]{1,64}@[^\s@<>()\[\],;]{1,255}")
_CODE = re.compile(r"\b(?=\w*\d\w*\d\w*\d)(?=\d*[^\W\d])[\w-]{6,}\b")
_LONG_NUMBER = re.compile(r"(?:\b[A-Za-z]{1,4}[-_]?)?[#+(]{0,2}\d(?:[\s./()_-]{0,3}\d){3,}")
_MARKUP = str.maketrans({"<": "‹", ">": "›", "[": "(", "]": ")", "{": "(", "}": ")", "`": "'"})
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ue000-\uf8ff\ufeff]"
)
_MARK = 0xE000
"""Placeholders are single private-use characters until all of them are found."""


@dataclass(frozen=True)
class Masked:
    """A message with what identifies somebody taken out, and markup made harmless."""

    text: str
    originals: dict[str, str]
    """Placeholder -> what stands there in the message."""
    orders: dict[str, str]
    """Placeholder -> order number as the extractor normalised it."""

    def restore(self, words: str) -> str:
        """Put back what was taken out."""
        for placeholder, original in self.originals.items():
            words = words.replace(placeholder, original)
        return words


def mask(text: str, known: Reading) -> Masked:
    """Take out e-mail addresses, postcodes, codes and every long number.

    `known` is what the extractors found in the same text; it says which number is an order's.
    """
    masker = _Masker(known)
    text = _UNSEEN.sub(" ", text.encode("utf-8", "replace").decode())
    text = _EMAIL.sub(lambda found: masker.hide("email", found[0]), _ends(text))
    for answer in known.answers:
        if answer.kind in {"order_number", "postcode"}:
            text = _loosely(answer.value).sub(
                lambda found, kind=answer.kind: masker.number(found[0], kind), text
            )
    text = _CODE.sub(lambda found: masker.number(found[0]), text)
    text = _LONG_NUMBER.sub(lambda found: masker.number(found[0]), text)
    return masker.result(text.translate(_MARKUP))


class _Masker:
    def __init__(self, known: Reading) -> None:
        orders = (a.value for a in known.answers if a.kind == "order_number")
        self._orders = {_bare(number): number for number in orders}
        self._hidden: list[tuple[str, str]] = []

    def number(self, original: str, kind: str = "number") -> str:
        is_order = _bare(original) in self._orders
        return self.hide("order" if is_order else kind, original)

    def hide(self, kind: str, original: str) -> str:
        if (kind, original) not in self._hidden:
            self._hidden.append((kind, original))
        return chr(_MARK + self._hidden.index((kind, original)))

    def result(self, text: str) -> Masked:
        originals: dict[str, str] = {}
        orders: dict[str, str] = {}
        counts: dict[str, int] = {}
        for at, (kind, original) in enumerate(self._hidden):
            counts[kind] = counts.get(kind, 0) + 1
            placeholder = f"({kind} {counts[kind]})"
            text = text.replace(chr(_MARK + at), placeholder)
            originals[placeholder] = original
            if kind == "order":
                orders[placeholder] = self._orders[_bare(original)]
        return Masked(text, originals, orders)


def _ends(text: str) -> str:
    """Return a message, or the beginning and the end of a long one."""
    if len(text) <= MAX_SHOWN:
        return text
    return f"{text[: MAX_SHOWN - _TAIL]} … {text[-_TAIL:]}"


def _bare(number: str) -> str:
    """Return what two spellings of a number have in common: its digits, else its letters."""
    digits = "".join(c for c in number if c.isdecimal())
    return digits or number.casefold()


def _loosely(value: str) -> re.Pattern[str]:
    """Match a normalised value however it is spaced; the extractor has tidied it."""
    signs = [re.escape(sign) for sign in value if sign.isalnum()]
    return re.compile(rf"(?i)(?<!\w){'[^0-9A-Za-z]{0,3}'.join(signs)}(?!\w)" if signs else r"(?!)")
