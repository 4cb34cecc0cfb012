"""Are a carrier's scans understood however they arrive?"""

from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW, a_scan, ago
from tools.domain.shipment import Milestone, ScanStatus, TrackingEvent
from tools.scan_history import read_history

scans = st.builds(
    TrackingEvent,
    at=st.integers(-72, 240).map(lambda hours: ago(hours=hours)),
    status=st.sampled_from(get_args(ScanStatus)),
    place=st.sampled_from(["Kiel", "Porto", None]),
    text=st.sampled_from(["", "moved"]),
)


@given(st.lists(scans, max_size=6), st.permutations(range(6)))
def test_the_order_in_which_scans_arrive_does_not_matter(
    given_scans: list[TrackingEvent], order: list[int]
):
    shuffled = [given_scans[i] for i in order if i < len(given_scans)]
    assert read_history(shuffled, NOW) == read_history(given_scans, NOW)


@given(st.lists(scans, max_size=8))
def test_repeated_scans_say_nothing_new(given_scans: list[TrackingEvent]):
    assert read_history(given_scans * 2, NOW) == read_history(given_scans, NOW)


@given(st.lists(scans, max_size=8))
def test_scans_from_the_future_have_not_happened(given_scans: list[TrackingEvent]):
    past = [scan for scan in given_scans if scan.at <= NOW]
    assert read_history(given_scans, NOW) == read_history(past, NOW)


@given(st.lists(scans, max_size=8))
def test_delivered_always_has_its_instant_and_nothing_else_has(given_scans: list[TrackingEvent]):
    history = read_history(given_scans, NOW)
    delivered = history.milestone == "delivered"
    assert delivered == (history.end == "delivered") == (history.delivered_at is not None)


MILESTONES: dict[ScanStatus, Milestone | None] = {
    "pending": None,
    "unknown": None,
    "cancelled": None,
    "picked_up": "shipped",
    "in_transit": "in_transit",
    "delivery_delayed": "in_transit",
    "on_hold": "in_transit",
    "delivery_failed": "in_transit",
    "lost": "in_transit",
    "return_to_sender": "in_transit",
    "out_for_delivery": "out_for_delivery",
    "ready_for_pickup": "out_for_delivery",
    "delivered": "delivered",
}


@pytest.mark.parametrize("status", get_args(ScanStatus))
def test_each_scan_says_how_far_the_parcel_is(status: ScanStatus):
    assert read_history([a_scan(status)], NOW).milestone == MILESTONES[status]


def test_a_late_upload_does_not_undo_a_delivery():
    history = read_history([a_scan("delivered", days=2), a_scan("in_transit", days=1)], NOW)
    assert history.milestone == "delivered"
    assert history.delivered_at == ago(days=2)
    assert history.last == a_scan("in_transit", days=1)


def test_the_first_delivery_counts_when_it_is_scanned_twice():
    history = read_history([a_scan("delivered", days=2), a_scan("delivered", days=1)], NOW)
    assert history.delivered_at == ago(days=2)


def test_a_parcel_that_goes_back_is_delivered_to_the_sender_and_not_to_the_buyer():
    history = read_history([a_scan("return_to_sender", days=3), a_scan("delivered", days=1)], NOW)
    assert (history.end, history.delivered_at) == ("returned_to_sender", None)


def test_a_parcel_that_goes_back_after_it_was_delivered_is_not_with_the_buyer():
    history = read_history([a_scan("delivered", days=3), a_scan("return_to_sender", days=1)], NOW)
    assert (history.end, history.delivered_at) == ("returned_to_sender", None)


def test_a_returned_parcel_that_is_taken_out_again_can_arrive():
    journey: list[ScanStatus] = ["return_to_sender", "out_for_delivery", "delivered"]
    found = [a_scan(status, days=5 - i) for i, status in enumerate(journey)]
    assert read_history(found[:2], NOW).milestone == "out_for_delivery"
    assert read_history(found, NOW).delivered_at == ago(days=3)


@pytest.mark.parametrize("status", ["picked_up", "in_transit", "out_for_delivery", "delivered"])
def test_a_lost_parcel_that_is_seen_again_is_not_lost(status: ScanStatus):
    history = read_history([a_scan("lost", days=3), a_scan(status, days=1)], NOW)
    assert history.end != "lost"


def test_a_parcel_that_goes_back_stays_so_when_it_moves_or_gets_lost():
    back = a_scan("return_to_sender", days=3)
    assert read_history([back, a_scan("in_transit")], NOW).end == "returned_to_sender"
    assert read_history([back, a_scan("lost")], NOW).end == "returned_to_sender"


def test_lost_after_delivered_is_lost():
    history = read_history([a_scan("delivered", days=3), a_scan("lost", days=1)], NOW)
    assert (history.end, history.delivered_at) == ("lost", None)


def test_at_one_instant_the_scan_that_says_more_comes_last():
    history = read_history([a_scan("delivered"), a_scan("out_for_delivery")], NOW)
    assert history.last == a_scan("delivered")


def test_back_at_the_depot_is_not_out_for_delivery():
    history = read_history([a_scan("out_for_delivery", days=2), a_scan("in_transit")], NOW)
    assert history.milestone == "in_transit"


def test_the_shop_can_know_of_a_delivery_that_the_carrier_has_not_scanned():
    history = read_history([a_scan("in_transit", days=2)], NOW, ago(days=1))
    assert (history.milestone, history.delivered_at) == ("delivered", ago(days=1))
    assert history.last == a_scan("in_transit", days=2)


def test_a_delivery_that_the_shop_expects_tomorrow_has_not_happened():
    assert read_history([], NOW, NOW + timedelta(days=1)).delivered_at is None


def test_a_number_that_was_taken_back_is_void_until_the_parcel_is_seen():
    voided = [a_scan("pending", days=3), a_scan("cancelled", days=2)]
    assert read_history(voided, NOW).voided
    assert not read_history([*voided, a_scan("picked_up", days=1)], NOW).voided


@pytest.mark.parametrize("status", ["pending", "cancelled"])
def test_paper_is_not_a_parcel(status: ScanStatus):
    assert not read_history([a_scan(status)], NOW).seen
    assert read_history([a_scan(status), a_scan("unknown")], NOW).seen
