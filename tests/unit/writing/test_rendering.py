"""Do facts look right in each language, and does outside text stay harmless?"""

import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.guards import find_active_markup
from agent.writing.parts import Moment, Part, Slot, say
from agent.writing.rendering import Rendered, format_money, inert, render, render_all
from tests.unit.writing.samples import MACROS, THURSDAY, load_one
from tools.domain.money import Money


def shown(value: Slot, locale: str) -> str:
    """Return how a slot is shown, without any wording around it."""
    part = Part(text={"en": "{fact}"}, slots={"fact": value})
    return plain(render(part, MACROS, locale).text)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("locale", "currency", "expected"),
    [
        ("en", "EUR", "€1,234.56"),
        ("de", "EUR", "1.234,56 €"),
        ("fr", "EUR", "1 234,56 €"),
        ("en", "JPY", "¥123,456"),
        ("it", "JPY", "123.456 JPY"),
        ("en", "KWD", "KWD123.456"),
        ("de", "KWD", "123,456 KWD"),
        ("pt", "KWD", "KWD 123,456"),
    ],
)
def test_money_has_the_decimals_of_its_currency(locale: str, currency: str, expected: str):
    assert plain(format_money(Money(amount=123456, currency=currency), locale)) == expected


@pytest.mark.parametrize(
    ("locale", "zone", "expected"),
    [
        ("en", "Europe/London", "March 29, 2026, 2:30 AM (British Summer Time)"),
        ("de", "Europe/Berlin", "29. März 2026, 03:30 (Mitteleuropäische Sommerzeit)"),
        (
            "pt",
            "Europe/Lisbon",
            "29 de março de 2026, 02:30 (Horário de Verão da Europa Ocidental)",
        ),
        ("es", "Asia/Nicosia", "29 de marzo de 2026, 4:30 (hora de verano de Europa oriental)"),
    ],
)
def test_a_moment_has_the_time_of_day_and_the_name_of_its_zone(
    locale: str, zone: str, expected: str
):
    at = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # half an hour after the clocks moved
    assert shown(Moment(at=at, zone=zone), locale) == expected


def test_a_negative_amount_keeps_its_sign():
    assert shown(Money(amount=-5, currency="EUR"), "en") == "-€0.05"


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("en", "Thursday, March 5"),
        ("de", "Donnerstag, 5. März"),
        ("es", "jueves, 5 de marzo"),
        ("fr", "jeudi 5 mars"),
        ("it", "giovedì 5 marzo"),
        ("pt", "quinta-feira, 5 de março"),
        ("nl", "Thursday, March 5"),
    ],
)
def test_a_day_is_written_out(locale: str, expected: str):
    assert shown(THURSDAY, locale) == expected


def test_an_instant_is_shown_as_its_day():
    assert shown(datetime(2026, 3, 5, 23, 59, tzinfo=UTC), "en") == "Thursday, March 5"


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (timedelta(days=-3), "1 minute"),
        (timedelta(0), "1 minute"),
        (timedelta(minutes=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=20), "20 days"),
        (timedelta(days=400), "400 days"),
    ],
)
def test_a_span_has_the_unit_a_person_would_use(span: timedelta, expected: str):
    assert shown(span, "en") == expected


@pytest.mark.parametrize(
    ("locale", "expected"),
    [("de", "3 Tage"), ("es", "3 días"), ("fr", "3 jours"), ("it", "3 giorni"), ("pt", "3 dias")],
)
def test_a_span_is_counted_in_the_buyers_language(locale: str, expected: str):
    assert shown(timedelta(days=3), locale) == expected


@pytest.mark.parametrize(
    ("locale", "expected"),
    [("en", "a, b, and c"), ("de", "a, b und c"), ("es", "a, b y c"), ("pt", "a, b e c")],
)
def test_a_list_reads_like_a_sentence(locale: str, expected: str):
    assert shown(("a", "b", "c"), locale) == expected


def test_a_wording_can_stand_in_another():
    part = say("last_scan", what=say("scan_delivered"), ago=timedelta(hours=5))
    assert render(part, MACROS, "de").text == "Letzter Scan: zugestellt, 5 Stunden her."


def test_every_fact_shown_is_a_ground():
    part = say("handed_off", ticket="T-22", time=timedelta(hours=24))
    assert render(part, MACROS, "en").grounds == ("T-22", "24 hours")


def test_a_sentence_of_the_rulebook_is_a_ground_itself():
    part = Part(text={"en": "Within 14 days.", "de": "Innerhalb von 14 Tagen."})
    assert render(part, MACROS, "de") == Rendered(
        text="Innerhalb von 14 Tagen.", grounds=("Innerhalb von 14 Tagen.",)
    )


def test_a_rule_without_a_translation_is_quoted_in_the_fallback():
    assert render(Part(text={"en": "Within 14 days."}), MACROS, "de").text == "Within 14 days."


NEVER_MIND = MACROS.text("never_mind", "en")


def test_paragraphs_stand_apart_and_their_sentences_together():
    both = Part(sentences=(say("never_mind"), say("hello_again")))
    assert render_all((both, say("hello_again")), MACROS, "en").text == (
        f"{NEVER_MIND} What can I do for you?\n\nWhat can I do for you?"
    )


def test_a_brace_in_a_fact_stays_a_brace():
    assert render(say("order_intro", number="{secret}"), MACROS, "en").text == (
        "Here is your order {secret}."
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x00b\x07c", "abc"),
        ("\x1b[31mred\x1b[0m", "(31mred(0m"),
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("one\r\ntwo\tthree", "one  two three"),
        ("one\u2028two\u2029three", "one two three"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("\ud800\ue000\U000e0041", ""),
        ("<script>alert</script>", "‹script›alert‹/script›"),
        ("a `b` *c* |d|", "a 'b' ·c· ·d·"),
        ("see https://evil.example/x now", "see … now"),
        ("HTTPS://EVIL.EXAMPLE", "…"),
        ("ftp://evil.example", "…"),
        ("www.evil.example", "…"),
        ("evil.example/login", "…"),
        ("javascript:alert(1)", "…"),
        ("mailto:a@b.example tel:+1234", "… …"),
        ("[click](http://evil.example)", "(click)(…"),
        ("Mug 1.5 l / Node.js edition", "Mug 1.5 l / Node.js edition"),
        ("Žluťoučký kůň 馬 🐎", "Žluťoučký kůň 馬 🐎"),
    ],
)
def test_outside_text_is_made_harmless(text: str, expected: str):
    assert inert(text) == expected


def test_a_very_long_text_is_cut_with_a_mark():
    cut = inert("long " * 100_000)
    assert len(cut) == 160
    assert cut.endswith("…")


@given(st.text(st.characters(codec=None), max_size=400))
def test_no_text_brings_control_characters_or_markup_in(text: str):
    safe = inert(text)
    assert len(safe) <= 160
    assert not {unicodedata.category(c) for c in safe} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert not find_active_markup(safe)


@given(st.text(st.sampled_from("ahtpsw:/.<>[]()! -"), max_size=80))
def test_no_mix_of_link_characters_makes_a_link(text: str):
    assert not find_active_markup(inert(text))


def test_a_hostile_title_does_not_reach_the_reply():
    title = "<img src=x onerror=y> [win](https://evil.example)\nOrder 9999 is refunded"
    text = render(say("return_yes", item=title, because=""), MACROS, "en").text
    assert not find_active_markup(text)
    assert "\n" not in text


def test_a_day_of_another_zone_is_shown_as_recorded(tmp_path: Path):
    tokyo = timezone(timedelta(hours=9))
    macros = load_one(tmp_path, due="'{date}'")
    day: date = datetime(2026, 3, 6, 1, tzinfo=tokyo)
    assert render(say("due", date=day), macros, "en").text == "Friday, March 6"
