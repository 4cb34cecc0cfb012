"""When is a day over somewhere, found by looking at the clocks there and not by computing?"""

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

_LOOK = timedelta(minutes=15)
_TICK = timedelta(microseconds=1)
_NAMES = frozenset(available_timezones())


def zone_called(name: object) -> tzinfo:
    return ZoneInfo(name) if isinstance(name, str) and name in _NAMES else UTC


def day_there(at: datetime, zone: tzinfo) -> date:
    return at.astimezone(zone).date()


@lru_cache(maxsize=100_000)
def day_is_over(day: date, zone: tzinfo) -> datetime:
    """Return the last instant at which a clock there shows this day or one before it."""
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=2)
    while day_there(at, zone) > day:
        at -= _LOOK
    low, high = at, at + _LOOK
    while high - low > _TICK:
        middle = low + (high - low) / 2
        low, high = (middle, high) if day_there(middle, zone) <= day else (low, middle)
    return low


def days_later(at: datetime, days: int, zone: tzinfo) -> datetime:
    """Return the end of the day so many days after the day of an instant, stepped one by one."""
    day = day_there(at, zone)
    for _ in range(days):
        day += timedelta(days=1)
    return day_is_over(day, zone)
