"""Can time be trusted?"""

from datetime import UTC, datetime, timedelta

import pytest

from tests.builders import NOW
from tools.connectors.clocks import FixedClock, SystemClock


def test_a_fixed_clock_stands_until_it_is_moved():
    clock = FixedClock(NOW)
    assert clock.now() == clock.now() == NOW
    clock.advance(timedelta(hours=2))
    assert clock.now() == NOW + timedelta(hours=2)


def test_a_fixed_clock_shows_utc():
    clock = FixedClock(datetime.fromisoformat("2026-03-11T14:00:00+02:00"))
    assert clock.now().isoformat() == "2026-03-11T12:00:00+00:00"


def test_a_fixed_clock_refuses_an_instant_without_a_zone():
    with pytest.raises(ValueError, match="time zone"):
        FixedClock(NOW.replace(tzinfo=None))


def test_time_does_not_run_backwards():
    with pytest.raises(ValueError, match="backwards"):
        FixedClock(NOW).advance(timedelta(seconds=-1))


def test_the_system_clock_is_aware_and_in_utc():
    assert SystemClock().now().tzinfo is UTC
