"""Is everything owed that was said, and closed by what keeps it?"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.bootstrap import Desk, House, open_desk
from agent.cli.app import app
from agent.cli.desk import desk_app
from agent.cli.promises_check import kept_promises
from agent.conversation import HandBack, PersonSaid, Reply
from agent.promises import Promise, PromiseKind
from agent.settings import Settings
from agent.state import Conversation, TurnState
from agent.worker.audit import append_events, find_tampering
from agent.worker.obligations import Obligation, Obligations, close_by_outcome
from agent.worker.promise_sweep import TIME_PASSED, kept_by
from agent.worker.store import Store
from agent.writing.parts import Part, say
from agent.writing.promising import promised
from tests.audit.conftest import NOON
from tests.builders import an_order
from tests.graph.talk import Talk
from tests.worker.echo import message, turn_of
from tools.connectors.clocks import FixedClock
from tools.domain.changes import ProviderRefund
from tools.domain.effect import Done, EffectId, Open, Receipt
from tools.domain.money import Money
from tools.domain.returns import PaymentId, Refund, RefundId, Return, ReturnId
from tools.domain.shipment import LineId

TOMORROW = NOON + timedelta(hours=24)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def desk(house: House) -> Iterator[Desk]:
    opened = open_desk(house, clock=FixedClock(NOON), database=":memory:")
    yield opened
    opened.close()


def owed(desk: Desk) -> tuple[Obligation, ...]:
    return Obligations(desk.store.database).open()


async def test_that_a_person_answers_is_owed_until_one_does(desk: Desk):
    talk = Talk(desk)
    record = await talk.say("I want to talk to a person")
    assert record.handoff is not None
    (promise,) = owed(desk)
    assert (promise.kind, promise.about) == ("person_answer", record.handoff.ticket)
    hours = desk.context.rulebook.marketplace.reply_hours
    assert promise.due_at == NOON + timedelta(hours=hours)
    await talk.do(PersonSaid(text="Hello, how can I help?"))
    assert owed(desk) == ()


async def test_a_ticket_that_is_closed_owes_no_answer(desk: Desk):
    talk = Talk(desk)
    await talk.say("I want to talk to a person")
    await talk.do(HandBack())
    assert owed(desk) == ()


async def test_a_word_of_another_conversation_closes_nothing(desk: Desk):
    await Talk(desk).say("I want to talk to a person")
    await Talk(desk).do(PersonSaid(text="Hello"))
    assert len(owed(desk)) == 1


def promising(
    store: Store, kind: PromiseKind, *, about: str = "eff_1", until: datetime = TOMORROW
) -> None:
    """Commit a turn whose reply commits to something."""
    promise = Promise(kind=kind, about=about, due_at=until)
    number = len(store.turns(message(1).conversation)) + 1
    said = message(number)
    store.accept(said, NOON)
    due = store.next_due(said.conversation)
    assert due is not None
    result = turn_of(said, due.conversation, due.turn, reply=Reply(text="I keep at it."))
    record = result.record.model_copy(update={"promises": (promise,)})
    store.commit(due, result.model_copy(update={"record": record}), NOON)


@pytest.fixture
def fresh() -> Iterator[Store]:
    store = Store.open(":memory:")
    yield store
    store.close()


def test_what_is_open_already_is_not_owed_twice(fresh: Store):
    promising(fresh, "effect_outcome")
    promising(fresh, "effect_outcome")
    assert len(Obligations(fresh.database).open()) == 1


def test_the_ledger_closes_what_it_finds_out_but_not_what_the_buyer_is_to_hear(fresh: Store):
    promising(fresh, "effect_outcome")
    promising(fresh, "word_on_outcome")
    with fresh.database.writing("settle") as connection:
        told = close_by_outcome(connection, "eff_1", NOON)
        append_events(connection, NOON, "c1", told)
    (left,) = Obligations(fresh.database).open()
    assert left.kind == "word_on_outcome"
    with fresh.database.snapshot("verify") as connection:
        assert find_tampering(connection) == []


def test_what_is_past_its_time_is_overdue(fresh: Store):
    promising(fresh, "person_answer")
    book = Obligations(fresh.database)
    assert book.overdue(NOON + timedelta(hours=24)) == ()
    assert len(book.overdue(NOON + timedelta(hours=24, seconds=1))) == 1


def a_promise(kind: PromiseKind, about: str) -> Obligation:
    return Obligation(
        id=1,
        conversation="c1",
        order="ND-1",
        kind=kind,
        about=about,
        made_at=NOON,
        due_at=NOON + timedelta(days=21),
    )


def a_return(*, received: bool) -> Return:
    later = NOON + timedelta(days=3)
    return Return(
        id=ReturnId("RT-1"),
        lines=(LineId("L1"),),
        requested_at=NOON,
        received_at=later if received else None,
    )


def test_goods_are_owed_until_they_arrive_or_their_time_passes():
    promise, soon = a_promise("return_received", "RT-1"), NOON + timedelta(days=4)
    on_the_way = an_order().model_copy(update={"returns": (a_return(received=False),)})
    there = an_order().model_copy(update={"returns": (a_return(received=True),)})
    assert kept_by(promise, on_the_way, soon) is None
    assert kept_by(promise, there, soon) == "return RT-1 arrived"
    assert kept_by(promise, on_the_way, promise.due_at + timedelta(days=1)) == TIME_PASSED


@pytest.mark.parametrize(
    ("status", "by"),
    [("pending", None), ("succeeded", "refund RF-1 succeeded"), ("failed", "refund RF-1 failed")],
)
def test_a_refund_is_owed_until_the_provider_says_how_it_ended(status: str, by: str | None):
    made = Refund.model_validate(
        {
            "id": RefundId("RF-1"),
            "amount": Money(amount=500, currency="EUR"),
            "created_at": NOON,
            "status": status,
        }
    )
    order = an_order().model_copy(update={"refunds": (made,)})
    assert kept_by(a_promise("refund_outcome", "RF-1"), order, NOON) == by


def said_in(desk: Desk, *parts: Part, receipts: tuple[Receipt, ...]) -> list[tuple[str, str]]:
    conversation = Conversation(id=message(1).conversation, channel="web", started_at=NOON)
    state = TurnState(
        message=message(1),
        conversation=conversation.model_copy(update={"order": "ND-1001", "greeted": True}),
        messages=[],
        parts=parts,
        receipts=receipts,
    )
    found = promised(state, desk.context.rulebook, NOON)
    return [(one.kind, one.about) for one in found]


def test_an_unanswered_call_is_owed_and_so_is_the_word_on_it(desk: Desk):
    open_ = Open(effect=EffectId("eff_1"), why="no answer")
    assert said_in(desk, say("effect_open"), receipts=(open_,)) == [
        ("effect_outcome", "eff_1"),
        ("word_on_outcome", "eff_1"),
    ]


def test_a_refund_that_is_still_worked_on_is_owed_by_its_number(desk: Desk):
    refund = ProviderRefund(
        id=RefundId("RF-1"),
        payment=PaymentId("P-1"),
        amount=Money(amount=500, currency="EUR"),
        status="pending",
        created_at=NOON,
    )
    done = Done(effect=EffectId("eff_1"), at=NOON, change=refund)
    slots = {"amount": refund.amount, "date": NOON.date(), "number": "RF-1"}
    part = Part(sentences=(say("done_refund_pending", **slots),))
    assert said_in(desk, part, receipts=(done,)) == [("refund_outcome", "RF-1")]


def test_a_promise_that_nothing_is_found_for_is_owed_for_the_order(desk: Desk):
    assert said_in(desk, say("effect_failed"), receipts=()) == [("person_answer", "ND-1001")]


def test_words_that_promise_nothing_are_not_owed(desk: Desk):
    assert said_in(desk, say("effect_refused"), say("confirm_changed"), receipts=()) == []


def test_the_desk_lists_what_is_owed_and_says_when_it_is_late(
    fresh_file: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("NIGHTDESK_DATABASE", str(fresh_file))
    every = CliRunner().invoke(desk_app, ["promises", "--json"])
    late = CliRunner().invoke(desk_app, ["promises", "--overdue"])
    assert json.loads(every.output)["kind"] == "person_answer"
    assert (every.exit_code, late.exit_code) == (0, 1)
    assert kept_promises(Settings()).state == "attention"


@pytest.fixture
def fresh_file(tmp_path: Path) -> Path:
    path = tmp_path / "nightdesk.sqlite"
    store = Store.open(path)
    promising(store, "person_answer", until=LONG_AGO)
    store.close()
    return path


def test_outcomes_come_with_their_definitions(database: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NIGHTDESK_DATABASE", str(database))
    told = [
        json.loads(x)
        for x in CliRunner().invoke(app, ["outcomes", "--json"]).output.split("\n")
        if x
    ]
    kinds = {line["type"] for line in told}
    assert kinds == {"total", "request", "week", "definitions"}
    total = next(line for line in told if line["type"] == "total")
    assert total["conversations"] == sum(total["counts"].values()) == 4
    page = CliRunner().invoke(app, ["outcomes"]).output
    assert "24 hours" in page
    assert "72 hours" in page
