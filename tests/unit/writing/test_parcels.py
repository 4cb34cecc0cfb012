"""What is said about a parcel in each state, in every language?"""

from datetime import timedelta
from typing import get_args

import pytest

from agent.guards import find_active_markup, find_ungrounded_claims
from agent.writing.parcels import order_card, parcel_parts
from agent.writing.parts import Part
from agent.writing.rendering import Rendered, render
from tests.unit.writing.orders import ORDER
from tests.unit.writing.samples import LOCALES, MACROS, NOON, THURSDAY, parcel, scan
from tools.domain.shipment import MILESTONES, Milestone, ParcelCondition, ParcelReport, ScanStatus

CONDITIONS: tuple[ParcelCondition, ...] = get_args(ParcelCondition)
SCANS: tuple[ScanStatus, ...] = get_args(ScanStatus)


def told(report: ParcelReport, locale: str = "en") -> str:
    return paragraph(report, locale).text


def paragraph(report: ParcelReport, locale: str) -> Rendered:
    return render(Part(sentences=parcel_parts(report)), MACROS, locale)


def in_state(condition: ParcelCondition, milestone: Milestone = "in_transit") -> ParcelReport:
    return parcel(
        condition=condition,
        milestone=milestone,
        last_scan=scan(place="Lyon"),
        last_scan_age=timedelta(days=4),
        delivered_at=NOON,
        days_late=3,
    )


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_state_has_words_with_nothing_made_up(condition: ParcelCondition, locale: str):
    for milestone in MILESTONES:
        written = paragraph(in_state(condition, milestone), locale)
        assert "Kiln Street" in written.text
        assert "{" not in written.text
        assert not find_ungrounded_claims(written.text, written.grounds)
        assert not find_active_markup(written.text)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("status", SCANS)
def test_every_scan_has_words_in_every_language(status: ScanStatus, locale: str):
    report = parcel(last_scan=scan(status), last_scan_age=timedelta(hours=5))
    assert MACROS.text(f"scan_{status}", locale) in told(report, locale)


@pytest.mark.parametrize(
    ("milestone", "expected"),
    [
        ("placed", "It should be with you by Thursday, March 5. Next: the seller packs it"),
        ("packed", "It should be with you by Thursday, March 5. Next: the carrier picks it up."),
        ("shipped", "shipped. It should be with you by Thursday, March 5. Next: the carrier's"),
        ("in_transit", "on the way. It should be with you by Thursday, March 5. Next: out for"),
        ("out_for_delivery", "out for delivery. It should reach you today."),
    ],
)
def test_a_parcel_on_time_says_when_and_what_comes_next(milestone: Milestone, expected: str):
    assert expected in told(parcel(milestone=milestone))


@pytest.mark.parametrize("milestone", ["placed", "packed", "shipped", "in_transit"])
def test_a_parcel_without_a_date_says_that_there_is_none(milestone: Milestone):
    report = parcel(milestone=milestone, expected_by=None)
    assert "I have no delivery date for it yet." in told(report)


def test_a_delivered_parcel_says_the_day():
    report = parcel(milestone="delivered", delivered_at=NOON)
    assert (
        told(report) == "Blue mug and Tall vase from Kiln Street: delivered on Thursday, March 5."
    )


def test_a_delivered_parcel_without_a_day_names_none():
    report = parcel(milestone="delivered", delivered_at=None)
    assert told(report) == "Blue mug and Tall vase from Kiln Street: delivered."


def test_a_late_arrival_is_no_longer_called_delayed():
    assert "delayed" not in told(in_state("delayed", "delivered"))


def test_a_delayed_parcel_says_by_how_much():
    text = told(in_state("delayed"))
    assert "due by Thursday, March 5 and is 3 days late; it is still on its way." in text


@pytest.mark.parametrize("milestone", ["placed", "packed"])
def test_a_delayed_parcel_that_was_not_sent_is_measured_by_when_it_should_have_been(
    milestone: Milestone,
):
    report = parcel(condition="delayed", milestone=milestone, ship_by=THURSDAY, days_late=3)
    assert (
        "Kiln Street should have sent it by Thursday, March 5; that was 3 days ago, "
        "and it has not been shipped yet."
    ) in told(report)


@pytest.mark.parametrize("changes", [{"days_late": 0}, {"days_late": 2, "expected_by": None}])
def test_a_delay_that_only_the_carrier_reports_is_its_word(changes: dict[str, object]):
    report = parcel(condition="delayed", **changes)
    assert "The carrier reports a delay on the way." in told(report)


@pytest.mark.parametrize(
    ("stored", "shown"), [("nordpaket", "Nordpaket"), ("DHL", "DHL"), ("deVries", "deVries")]
)
def test_a_carrier_is_called_by_its_name(stored: str, shown: str):
    assert f"handed to {shown}," in told(parcel(condition="no_scan_yet", carrier=stored))


def test_the_scan_of_the_delivery_is_not_told_twice():
    report = parcel(
        milestone="delivered",
        delivered_at=NOON,
        last_scan=scan("delivered"),
        last_scan_age=timedelta(hours=5),
    )
    assert "Last scan" not in told(report)


def test_a_stalled_parcel_says_how_long_it_was_silent():
    assert "the carrier has not scanned it for 4 days." in told(in_state("stalled"))


def test_the_last_scan_is_told_with_place_and_age():
    report = parcel(last_scan=scan(place="Lyon"), last_scan_age=timedelta(hours=5))
    assert "Last scan: on the way in Lyon, 5 hours ago." in told(report)


def test_the_last_scan_without_a_place_names_none():
    report = parcel(last_scan=scan(), last_scan_age=timedelta(hours=5))
    assert "Last scan: on the way, 5 hours ago." in told(report)


@pytest.mark.parametrize(
    "condition", ["cancelled", "no_tracking_number", "unknown_to_carrier", "no_scan_yet"]
)
def test_no_scan_is_told_where_none_can_be_trusted(condition: ParcelCondition):
    assert "Last scan" not in told(in_state(condition))


def test_the_carriers_free_text_is_never_told():
    event = scan().model_copy(update={"text": "Click evil.example/x"})
    report = parcel(last_scan=event, last_scan_age=timedelta(hours=5))
    assert "evil" not in told(report)


def test_a_seller_who_plays_tricks_is_told_harmlessly():
    report = parcel(seller_name="<b>Best</b> https://evil.example", titles=("\u202eMug\n\n",))
    assert not find_active_markup(told(report))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_card_has_a_headline_for_every_state(condition: ParcelCondition, locale: str):
    card = order_card(ORDER, (in_state(condition),), MACROS, locale).parcels[0]
    state = "in_transit" if condition == "on_time" else condition
    assert card.headline == MACROS.text(f"headline_{state}", locale)


def test_the_card_shows_the_facts_of_its_parcel():
    report = parcel(last_scan=scan(place="Lyon"), last_scan_age=timedelta(hours=5))
    card = order_card(ORDER, (report,), MACROS, "en")
    assert (card.number, card.placed_on) == ("ND-1", THURSDAY)
    assert card.parcels[0].last_scan == "Last scan: on the way in Lyon, 5 hours ago."
    assert card.parcels[0].tracking_number == "PX77"


def test_the_card_of_an_arrived_parcel_says_delivered_even_if_it_was_late():
    card = order_card(ORDER, (in_state("delayed", "delivered"),), MACROS, "en")
    assert card.parcels[0].headline == "Delivered"
