"""Does a ticket's page show what the rules say, before anything else about them?"""

import io

import pytest
from rich.console import Console

from agent.desk.pages import ticket_page
from agent.desk.tickets import WholeTicket
from tests.worker.echo import draft
from tools.domain.money import Money
from tools.domain.ticket import Missing, Ruling, Ticket, TicketDraft

RULING = Ruling(
    question="may_refund",
    line="L1",
    item="Mug",
    answer="allow",
    rule_id="refunds.lost",
    because="It is lost.",
    seller="Clay & Co",
)


def page(draft: TicketDraft) -> str:
    ticket = Ticket(id="T-AAAAAA", status="open", draft=draft)
    written = Console(file=io.StringIO(), width=200)
    written.print(ticket_page(WholeTicket(ticket=ticket, transcript=()), draft.opened_at))
    assert isinstance(written.file, io.StringIO)
    return written.file.getvalue()


def shown(**update: object) -> str:
    plain = draft()
    ruling = Ruling.model_validate({**dict(RULING), **update})
    packet = plain.packet.model_copy(update={"rulings": (ruling,)})
    return page(plain.model_copy(update={"packet": packet}))


def test_the_answer_stands_with_its_rule_and_reason():
    assert "L1 Mug: may_refund: allow (refunds.lost). It is lost." in shown()


def test_the_amount_and_the_caps_it_exceeds_are_shown():
    refund = Money(amount=26200, currency="USD")
    told = shown(answer="need_approval", refund=refund, over=("action", "order"))
    assert "need_approval, at most $262.00 back; over the caps: action, order" in told


@pytest.mark.parametrize(
    ("whose", "words"),
    [
        ("seller", "this depends on the seller: Clay & Co"),
        ("law", "this is the word of the law"),
        ("limit", "this is the word of the limit"),
    ],
)
def test_it_is_said_whose_word_it_is(whose: str, words: str):
    assert words in shown(whose=whose)


def test_what_is_unknown_comes_with_the_question():
    missing = (Missing(fact="photo_evidence", ask="What does the photo show?"),)
    assert "still unknown: photo_evidence: What does the photo show?" in shown(missing=missing)


def test_a_case_of_before_shows_the_decision_as_it_was_written():
    plain = draft()
    packet = plain.packet.model_copy(update={"decision": "L1: deny (returns.late)"})
    told = page(plain.model_copy(update={"packet": packet}))
    assert "L1: deny (returns.late)" in told
    assert "The rules were not asked." in page(plain)
