"""What do the guards catch, in a reading and in a reply?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.guards import (
    ReplyFault,
    find_active_markup,
    find_ungrounded_claims,
    keep_what_was_said,
)
from agent.requests import Request
from agent.understanding.reading import Answer, AnswerKind, Reading


def claims(reply: str, *grounds: str) -> list[tuple[str, str]]:
    return [(fault.kind, fault.text) for fault in find_ungrounded_claims(reply, grounds)]


def kept(kind: AnswerKind, value: str, text: str) -> bool:
    reading = Reading(answers=(Answer(kind=kind, value=value),))
    return bool(keep_what_was_said(reading, text).answers)


@pytest.mark.parametrize(
    ("reply", "ground"),
    [
        ("Refund of €1,234.56.", "€1,234.56"),
        ("Remboursement de 1\u202f234,56\u00a0€.", "1\u202f234,56\u00a0€"),
        ("Due on Thursday, March 5.", "Thursday, March 5"),
        ("Order ND-1042 is here.", "ND-1042"),
        ("Write to help@shop.example please.", "help@shop.example"),
        ("Nothing to claim.", ""),
    ],
)
def test_what_a_fact_shows_may_be_said(reply: str, ground: str):
    assert claims(reply, ground) == []


@pytest.mark.parametrize(
    ("reply", "ground", "fault"),
    [
        ("You get 50 back.", "5", ("number", "50")),
        ("You get 5 back.", "50", ("number", "5")),
        ("Refund of €1,234.65.", "€1,234.56", ("number", "1,234.65")),
        ("It comes on 06/03.", "05/03", ("number", "06/03")),
        ("Within ٣ days.", "3 days", ("number", "٣")),
        ("Write to x@evil.example now", "help@shop.example", ("email", "x@evil.example")),
    ],
)
def test_what_no_fact_shows_is_found(reply: str, ground: str, fault: tuple[str, str]):
    assert claims(reply, ground) == [fault]


def test_every_ungrounded_claim_is_found():
    found = claims("Pay 7 or 8 to a@b.example", "7")
    assert found == [("number", "8"), ("email", "a@b.example")]


def test_a_claim_may_rest_on_any_of_the_facts():
    assert claims("7 and 8", "7", "8") == []


def test_two_facts_do_not_make_a_third():
    assert claims("It costs 78.", "7", "8") == [("number", "78")]


@given(st.integers(min_value=0, max_value=10**9), st.integers(min_value=0, max_value=10**9))
def test_a_number_is_grounded_only_by_itself(said: int, recorded: int):
    assert bool(claims(f"It is {said}.", f"{recorded} pieces")) == (said != recorded)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("see https://evil.example", "link"),
        ("see HTTP://evil.example", "link"),
        ("see www.evil.example", "link"),
        ("<b>now</b>", "markup"),
        ("<img src=x onerror=alert(1)>", "markup"),
        ("</div>", "markup"),
        ("<!-- hidden -->", "markup"),
        ("[click](javascript:alert)", "markup"),
        ("![pixel](data:x)", "markup"),
    ],
)
def test_what_a_screen_would_act_on_is_found(reply: str, kind: str):
    assert kind in {fault.kind for fault in find_active_markup(reply)}


@pytest.mark.parametrize("reply", ["5 < 6 and 7 > 6", "a [note] (aside)", "‹b›bold‹/b›", ":-) <3"])
def test_plain_punctuation_is_no_markup(reply: str):
    assert find_active_markup(reply) == []


def test_a_fault_names_its_stretch():
    assert find_active_markup("see https://evil.example now") == [
        ReplyFault(kind="link", text="https://evil.example")
    ]


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("order_number", "ND-1042", "where is nd-1042?"),
        ("order_number", "ND-1042", "it is 1042"),
        ("order_number", "ND-1042", "it is １０４２"),
        ("email", "ana@example.org", "I am Ana@Example.ORG."),
        ("postcode", "SW1A1AA", "sw1a 1aa"),
        ("item", "l1", "the mug"),
        ("yes_no", "yes", "sure"),
    ],
)
def test_what_the_buyer_said_stays(kind: AnswerKind, value: str, text: str):
    assert kept(kind, value, text)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("order_number", "ND-1042", "where is my order?"),
        ("order_number", "ND-", "where is nd-?"),
        ("email", "eve@example.org", "I am ana@example.org"),
        ("postcode", "SW1A1AA", "I live in London"),
    ],
)
def test_a_proof_that_the_buyer_did_not_give_is_dropped(kind: AnswerKind, value: str, text: str):
    assert not kept(kind, value, text)


def test_an_order_that_the_buyer_did_not_name_is_taken_off_the_request():
    named = Request(id="order_status", order="ND-1042")
    invented = Request(id="order_status", order="ND-7777")
    plain = Request(id="smalltalk")
    reading = keep_what_was_said(Reading(requests=(named, invented, plain)), "where is 1042?")
    assert [r.order for r in reading.requests] == ["ND-1042", None, None]
