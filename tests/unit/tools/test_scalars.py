"""Do instants, dates and amounts of a world mean what they say?"""

from datetime import UTC, date, datetime

import pytest

from tools.connectors.embedded.scalars import is_relative, resolve_date, resolve_instant

ANCHOR = datetime(2026, 3, 1, 9, 30, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-3d 14:30", "2026-02-26T14:30:00+00:00"),
        ("0d 08:00", "2026-03-01T08:00:00+00:00"),
        ("+1d 00:00", "2026-03-02T00:00:00+00:00"),
        ("-5h", "2026-03-01T04:30:15+00:00"),
        ("-2d6h", "2026-02-27T03:30:15+00:00"),
        ("-90m", "2026-03-01T08:00:15+00:00"),
        ("+2d", "2026-03-03T09:30:15+00:00"),
        ("2d", "2026-03-03T09:30:15+00:00"),
        ("2025-12-24T18:00:00+02:00", "2025-12-24T16:00:00+00:00"),
        ("2025-12-24T18:00:00Z", "2025-12-24T18:00:00+00:00"),
    ],
)
def test_an_instant_counts_from_the_anchor_unless_it_is_absolute(text: str, expected: str):
    assert resolve_instant(text, ANCHOR) == datetime.fromisoformat(expected)
    assert resolve_instant(text, ANCHOR).tzinfo is UTC


@pytest.mark.parametrize(
    "text", ["", "-", "d", "-3d 24:30", "yesterday", "2026-01-01", "-3 d", "9999-12-31T23:59:00Z"]
)
def test_what_is_no_instant_is_refused(text: str):
    with pytest.raises(ValueError, match=r".*"):
        resolve_instant(text, ANCHOR)


@pytest.mark.parametrize("text", ["9999-12-31", "0001-01-01", "someday"])
def test_what_is_no_date_of_our_time_is_refused(text: str):
    with pytest.raises(ValueError, match=r".*"):
        resolve_date(text, ANCHOR)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("+2d", date(2026, 3, 3)), ("-1d", date(2026, 2, 28)), ("2026-07-04", date(2026, 7, 4))],
)
def test_a_date_counts_from_the_anchors_date(text: str, expected: date):
    assert resolve_date(text, ANCHOR) == expected


def test_only_relative_instants_move_with_the_clock():
    assert is_relative("-3d 14:30")
    assert is_relative("-5h")
    assert not is_relative("2026-01-01T00:00:00Z")
