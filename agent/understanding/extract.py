"""Which order numbers, addresses and numbers stand in a message?"""

import re
from collections.abc import Iterable, Iterator

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
SPECIFIC_POSTCODE = re.compile(rf"(?<![\w-])(?:{'|'.join(_SPECIFIC_POSTCODES)})(?![\w-])")
_PLAIN_POSTCODE = re.compile(r"(?<![\w#-])(?:[A-Z]{1,2}-)?(\d{4,5})(?![\w-])")
_OF_IDENTITY: frozenset[AnswerKind | None] = frozenset({"postcode", "email", "order_number"})
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
        self._by_postcode_word = named_postcode(signals.file.postcode_words)

    def read(self, text: str, expecting: AnswerKind | None) -> Iterator[Answer]:
        for match in EMAIL.finditer(text):
            yield Answer(kind="email", value=match[0].strip(".").lower())
        without = EMAIL.sub(" ", text)
        orders = list(self._orders(without, expecting))
        yield from (Answer(kind="order_number", value=value) for value, _ in orders)
        for _, written in orders:
            without = without.replace(written, " ", 1)
        near = expecting in _OF_IDENTITY or bool(orders)
        for value in self._postcodes(without, loose=near):
            yield Answer(kind="postcode", value=value)
        if expecting == "number" and (number := self._number(without)) is not None:
            yield Answer(kind="number", value=number)

    def _orders(self, text: str, expecting: AnswerKind | None) -> Iterator[tuple[str, str]]:
        """Yield order numbers, each normalised and as written."""
        text = self._by_postcode_word.sub(blank_postcode, text)
        seen: set[str] = set()
        for pattern in (self._own, self._named):
            for match in pattern.finditer(text):
                value = self._normal(match[1])
                if value not in seen and _has_digit(match[1]):
                    seen.add(value)
                    yield value, match[0]
            text = pattern.sub(" ", text)
        if not seen and expecting == "order_number":
            yield from self._bare_orders(SPECIFIC_POSTCODE.sub(" ", text))

    def _bare_orders(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield the first number; what may be a postcode after it is one, for both were asked."""
        seen: set[str] = set()
        for match in self._bare.finditer(text):
            value = self._normal(match[1])
            if value in seen or (seen and _PLAIN_POSTCODE.fullmatch(match[0])):
                continue
            seen.add(value)
            yield value, match[0]

    def _normal(self, written: str) -> str:
        """Complete bare digits of the right length to the marketplace's own form."""
        value = written.upper().strip("-")
        if value.isdigit() and self._fewest <= len(value) <= self._most and self._prefix:
            return f"{self._prefix}-{value}"
        return value

    def _postcodes(self, text: str, *, loose: bool) -> Iterator[str]:
        upper = text.upper() if loose else text
        found = [m[1] for m in self._by_postcode_word.finditer(text) if _has_digit(m[1])]
        found += [m[0] for m in SPECIFIC_POSTCODE.finditer(upper)]
        if loose:
            rest = SPECIFIC_POSTCODE.sub(" ", upper)
            found += [m[1] for m in _PLAIN_POSTCODE.finditer(rest)]
        yield from dict.fromkeys(" ".join(value.upper().split()) for value in found)

    def _number(self, text: str) -> str | None:
        if match := _NUMBER.search(text):
            return str(int(match[0]))
        known = (self._numbers.get(word) for word in fold(text).split())
        return next((str(value) for value in known if value is not None), None)


def named_postcode(names: Iterable[str]) -> re.Pattern[str]:
    """Match `zip 97205`, with the postcode as its group."""
    words = "|".join(sorted((_loose(w) for w in names), key=len, reverse=True))
    return re.compile(
        rf"(?<!\w)(?:{words})(?!\w)[\s:.=-]*(?:(?:is|ist|es|est|è|é)\s+)?"
        r"([A-Za-z\d]{2,8}(?![A-Za-z\d])(?:[ -](?=[A-Za-z]*\d)[A-Za-z\d]{2,4}(?![A-Za-z\d]))?)",
        re.IGNORECASE,
    )


def blank_postcode(match: re.Match[str]) -> str:
    """Blank what `named_postcode` matched, but not a word after `cap` or `cp`."""
    return " " * len(match[0]) if _has_digit(match[1]) else match[0]


def _loose(word: str) -> str:
    return re.escape(word).replace(r"\ ", r"\s+")


def _has_digit(text: str) -> bool:
    return any(c.isdigit() for c in text)
