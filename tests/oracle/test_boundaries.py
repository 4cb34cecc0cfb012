"""Is the last instant of a term the same for the product and for somebody watching the clocks?"""

from zoneinfo import ZoneInfo

from tests.oracle.comparing import Count
from tests.oracle.end_to_end import late_or_early, windows
from tests.oracle.timetable import ZONES, clock_changes, parcels


def test_every_boundary_is_where_the_clocks_of_forty_zones_have_it():
    count = Count()
    lengths = dict(sorted(windows().items(), key=lambda item: item[1])[:2])
    found = late_or_early(parcels(2026, 2026, lengths), count)
    assert not [str(difference) for _, difference in zip(range(3), found, strict=False)]
    assert count.kinds["allow"] > 1000
    assert count.kinds["deny"] > 1000
    assert len(ZONES) >= 40


def test_some_of_these_zones_set_their_clocks_at_midnight():
    at_midnight = {
        name
        for name in ZONES
        for change in clock_changes(ZoneInfo(name), 2025, 2026)
        if change.astimezone(ZoneInfo(name)).hour <= 1
    }
    assert {"Africa/Cairo", "America/Havana", "Asia/Beirut"} <= at_midnight
