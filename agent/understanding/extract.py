"""Which order numbers, addresses and numbers stand in a message?"""

import re
from collections.abc import Iterator

from agent.understanding.reading import Answer, AnswerKind
from agent.understanding.signals import Signals
from agent.understanding.text import EMAIL, fold

_SPECIFIC_POSTCODES = (
    r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}",  # United Kingdom
    r"[A-Z]\d[A-Z][ -]?\d[A-Z]\d",  # Canada
    r"\d{4}-\d{3}",  # Portugal
    r"\d{5}-\d{3,4}",  # United States, Brazil
    r"\d{4} ?[A-Z]{2}(?![A-Za-z])",  # Netherlands
)
_SPECIFIC = re.compile(rf"(?<![\w-])(?:{'|'.join(_SPECIFIC_POSTCODES)})(?![\w-])")
_PLAIN_POSTCODE = re.compile(r"(?<![\w#-])(?:[A-Z]{1,2}-)?(\d{4,5})(?![\w-])")
_NUMBER = re.compile(r"(?<![\w.,-])\d{1,6}(?![\w-])")


class Extractors:
    """Typed answers in a text, in the forms that buyers write."""

    def __init__(self, signals: Signals) -> None:
        form = signals.file.order_number
        self._numbers = signals.numbers
        self._prefix = form.prefix
        self._fewest, self._most = form.digits
        digits = rf"\d{{{self._fewest},{self._most}}}"
        prefix = re.escape(form.prefix) if form.prefix else r"(?!)"
        self._own = re.compile(
            rf"(?<![A-Za-z\d]){prefix}\s?[-–_#./: ]?\s?({digits})(?![\w])", re.IGNORECASE
        )
        words = "|".join(sorted((_loose(w) for w in form.words), key=len, reverse=True))
        self._named = re.compile(
            rf"(?:(?<!\w)(?:{words})(?!\w)[\s:.#=-]*(?:(?:is|ist|es|est|è|é|no|nr|number|id)\b[\s:.#-]*)?|#\s?)"
            r"([A-Za-z]{0,4}-?\d{3,14}(?:-\d{1,8})*)(?![\w])",
            re.IGNORECASE,
        )
        self._bare = re.compile(r"(?<![\w@.-])#?([A-Za-z]{0,4}-?\d{3,14})(?![\w@])")
        words = "|".join(
            sorted((_loose(w) for w in signals.file.postcode_words), key=len, reverse=True)
        )
        self._by_postcode_word = re.compile(
            rf"(?<!\w)(?:{words})(?!\w)[\s:.=-]*(?:(?:is|ist|es|est|è|é)\s+)?"
            r"([A-Za-z\d]{2,5}(?:[ -](?=[A-Za-z]*\d)[A-Za-z\d]{2,4})?)",
            re.IGNORECASE,
        )

    def read(self, text: str, expecting: AnswerKind | None) -> Iterator[Answer]:
        for match in EMAIL.finditer(text):
            yield Answer(kind="email", value=match[0].strip(".").lower())
        without = EMAIL.sub(" ", text)
        orders = list(self._orders(without, bare=expecting == "order_number"))
        yield from (Answer(kind="order_number", value=value) for value, _ in orders)
        for _, written in orders:
            without = without.replace(written, " ", 1)
        near = expecting in ("postcode", "email", "order_number") or bool(orders)
        for value in self._postcodes(without, loose=near):
            yield Answer(kind="postcode", value=value)
        if expecting == "number" and (number := self._number(without)) is not None:
            yield Answer(kind="number", value=number)

    def _orders(self, text: str, *, bare: bool) -> Iterator[tuple[str, str]]:
        """Yield order numbers, each normalised and as written."""
        patterns = (self._own, self._named, self._bare) if bare else (self._own, self._named)
        seen: set[str] = set()
        taken = text
        for pattern in patterns:
            for match in pattern.finditer(taken):
                value = self._normal(match[1])
                if value not in seen and any(c.isdigit() for c in match[1]):
                    seen.add(value)
                    yield value, match[0]
            taken = pattern.sub(" ", taken)

    def _normal(self, written: str) -> str:
        """Complete bare digits of the right length to the marketplace's own form."""
        value = written.upper().strip("-")
        if value.isdigit() and self._fewest <= len(value) <= self._most and self._prefix:
            return f"{self._prefix}-{value}"
        return value

    def _postcodes(self, text: str, *, loose: bool) -> Iterator[str]:
        upper = text.upper() if loose else text
        found = [m[1] for m in self._by_postcode_word.finditer(text) if _has_digit(m[1])]
        found += [m[0] for m in _SPECIFIC.finditer(upper)]
        if loose:
            found += [m[1] for m in _PLAIN_POSTCODE.finditer(text)]
        yield from dict.fromkeys(" ".join(value.upper().split()) for value in found)

    def _number(self, text: str) -> str | None:
        if match := _NUMBER.search(text):
            return str(int(match[0]))
        known = (self._numbers.get(word) for word in fold(text).split())
        return next((str(value) for value in known if value is not None), None)


def _loose(word: str) -> str:
    return re.escape(word).replace(r"\ ", r"\s+")


def _has_digit(text: str) -> bool:
    return any(c.isdigit() for c in text)
