"""Which instant does "30 days ago", "in 2 hours" or a date mean?"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from tools.policy.calendar import local_day
from tools.policy.facts import instant

_PHRASE = re.compile(
    r"(?P<later>in )?(?P<n>[0-9]{1,5}) (?P<unit>second|minute|hour|day)s?(?P<ago> ago)?"
)
HINT = "like `2026-05-01T12:00:00Z`, `now`, `30 days ago` or `in 2 hours`"
DAY_HINT = f"`never`, a day like `2026-06-19`, or an instant {HINT}"


@dataclass(frozen=True)
class Moment:
    """What an author wrote for a moment, and what it means."""

    written: str
    at: datetime
    is_day: bool
    """Whether any instant of that day is meant."""
    day: date | None = None
    """The day itself, when the author wrote one."""

    def is_met(self, found: datetime | None, clock: datetime, zone: tzinfo) -> bool:
        """Whether an instant is the one that is meant; days are those of a zone."""
        if found is None:
            return False
        if not self.is_day:
            return found.replace(microsecond=0) == self.at.replace(microsecond=0)
        passed = (self.at - clock).days
        wanted = self.day or local_day(clock, zone) + timedelta(days=passed)
        return local_day(found, zone) == wanted


def read_moment(written: str, clock: datetime) -> Moment | None:
    """Return what is meant, counted from a clock; None when it says nothing of the kind."""
    text = written.strip()
    if text == "now":
        return Moment(written, clock, is_day=False)
    phrase = _PHRASE.fullmatch(text)
    if phrase is not None and (phrase["later"] is None) != (phrase["ago"] is None):
        span = timedelta(**{f"{phrase['unit']}s": int(phrase["n"])})
        at = clock - span if phrase["ago"] else clock + span
        return Moment(written, at, is_day=phrase["unit"] == "day")
    day = _day(text)
    if day is not None:
        at = datetime(day.year, day.month, day.day, tzinfo=clock.tzinfo)
        return Moment(written, at, is_day=True, day=day)
    at = instant(text)
    return None if at is None else Moment(written, at, is_day=False)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None
