"""What is a reply made of before it has words?"""

from datetime import date, datetime, timedelta

from tools.domain.model import Frozen
from tools.domain.money import Money
from tools.policy.decision import LocalizedText


class Moment(Frozen):
    """An instant that a buyer reads with the time of day where they are."""

    at: datetime
    zone: str
    """An IANA name."""


class Part(Frozen):
    """One sentence or two: a macro of the owner, or a sentence of the rulebook, with its facts."""

    macro: str | None = None
    text: LocalizedText | None = None
    """A rule's `because` or a fact's question, when there is no macro."""
    sentences: tuple["Part", ...] = ()
    """A paragraph of several parts, when there is neither."""
    slots: "dict[str, Slot]" = {}  # noqa: RUF012 - pydantic copies defaults


Slot = Money | Moment | datetime | date | timedelta | int | str | tuple[str, ...] | Part
"""A fact that a wording shows, or another wording; rendered for the buyer's language."""
Part.model_rebuild()


def say(macro: str, **slots: Slot) -> Part:
    """Return a part that shows a macro."""
    return Part(macro=macro, slots=slots)
