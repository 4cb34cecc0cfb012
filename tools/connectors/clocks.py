"""Where do instants come from?"""

from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - the one place that reads the real clock


class FixedClock:
    """A time that stands until it is moved, for evals, drills and tests."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("A clock needs an instant with a time zone.")
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._at

    def advance(self, by: timedelta) -> None:
        """Move forward; backwards is refused, since records would come from the future."""
        if by < timedelta(0):
            raise ValueError("Time does not run backwards.")
        self._at += by
