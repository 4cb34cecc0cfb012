"""How fast may one sender go?"""

from collections import OrderedDict
from datetime import datetime

from tools.ports.readers import Clock

_MAX_SENDERS = 10_000


class Pace:
    """A bucket of tokens a sender, in memory: a brake, not an account."""

    def __init__(self, clock: Clock, *, burst: int, per_minute: int) -> None:
        self._clock = clock
        self._burst = burst
        self._per_second = per_minute / 60
        self._buckets: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def wait(self, sender: str) -> float:
        """Take a token and return 0, or return the seconds until there is one."""
        now = self._clock.now()
        left, since = self._buckets.pop(sender, (float(self._burst), now))
        passed = max(0.0, (now - since).total_seconds())
        left = min(self._burst, left + passed * self._per_second)
        missing = 1 - left
        self._buckets[sender] = (left if missing > 0 else left - 1, now)
        if len(self._buckets) > _MAX_SENDERS:
            self._buckets.popitem(last=False)
        return missing / self._per_second if missing > 0 else 0.0
