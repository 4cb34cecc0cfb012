"""Does a person's word count once, for one effect, and no longer than it may?"""

from pathlib import Path

import pytest
from sqlalchemy import select

from agent.desk.approving import Answered, NotCounted
from agent.state import Proposal
from agent.worker.approval_steps import ApprovalCase, Stale
from agent.worker.audit import find_tampering
from agent.worker.store import Store
from agent.worker.tables import events
from tests.desk.approvals_bench import DeskBench, amount
from tests.worker.bench import confirmed
from tools.domain.effect import Done, IssueRefund, NotPermitted


@pytest.fixture
def bench(tmp_path: Path) -> DeskBench:
    return DeskBench(Store.open(tmp_path / "nightdesk.sqlite"), tmp_path)


def case_of(answered: Answered) -> ApprovalCase:
    assert isinstance(answered, ApprovalCase), answered
    return answered


async def test_a_yes_lets_the_gateway_pay_exactly_what_was_asked_once(bench: DeskBench):
    case = await bench.asked()
    done = await bench.desk.accept(case.approval.id, 1, bench.person("Lena"))
    effect = case_of(done).approval.effect
    gateway = bench.bench.gateway(approvals=bench.approvals)
    receipt = await gateway.perform(effect)
    assert isinstance(receipt, Done), receipt
    assert await gateway.perform(effect) == receipt
    assert len((await bench.bench.order("ND-BIG")).refunds) == 1
    used = bench.approvals.find(case.approval.id)
    assert used is not None
    assert used.approval.status == "used"


async def test_without_a_yes_the_gateway_pays_nothing(bench: DeskBench):
    case = await bench.asked()
    receipt = await bench.bench.gateway(approvals=bench.approvals).perform(case.approval.effect)
    assert isinstance(receipt, NotPermitted)


async def test_the_same_confirmation_asks_once(bench: DeskBench):
    case = await bench.asked()
    assert [one.approval.id for one in await bench.desk.waiting()] == [case.approval.id]
    assert case.approval.effect.permit.approval == case.approval.id


async def test_the_conversation_hears_of_a_verdict(bench: DeskBench):
    case = await bench.asked()
    await bench.desk.accept(case.approval.id, 1, bench.person("Lena"))
    assert bench.heard(case.conversation)[-1] == "approval_settled"


async def test_the_second_of_two_people_is_told_who_did_what(bench: DeskBench):
    case = await bench.asked()
    await bench.desk.reject(case.approval.id, 1, bench.person("Ana"), "not_shown", "No photo.")
    late = await bench.desk.accept(case.approval.id, 1, bench.person("Lena"))
    assert isinstance(late, Stale)
    last = late.case.last
    assert last is not None
    assert (last.by, last.step, last.reason, last.note) == (
        "Ana",
        "rejected",
        "not_shown",
        "No photo.",
    )


async def test_an_answer_to_an_older_view_does_not_count(bench: DeskBench):
    case = await bench.asked()
    await bench.desk.ask(case.approval.id, 1, bench.person("Ana"), "Is it the blue one?")
    assert isinstance(await bench.desk.accept(case.approval.id, 1, bench.person("Lena")), Stale)
    case_of(await bench.desk.accept(case.approval.id, 2, bench.person("Lena")))


async def test_a_question_reaches_the_buyer_and_the_request_stays_open(bench: DeskBench):
    case = await bench.asked()
    asked = case_of(await bench.desk.ask(case.approval.id, 1, bench.person("Ana"), "Which one?"))
    assert asked.approval.status == "open"
    said = await bench.runtime.transcript(bench.bench.remembered(case.approval.effect).id)
    assert (said[-1].author, said[-1].text) == ("person", "Which one?")


async def test_an_empty_question_is_not_asked(bench: DeskBench):
    case = await bench.asked()
    answer = await bench.desk.ask(case.approval.id, 1, bench.person("Ana"), " \x1b[2J ")
    assert answer == NotCounted(why="no_words")


@pytest.mark.parametrize("name", ["Ana", "Lena", "Olu"])
async def test_every_role_may_say_no(bench: DeskBench, name: str):
    case = await bench.asked("ND-HUGE")
    done = await bench.desk.reject(case.approval.id, 1, bench.person(name), "not_covered")
    assert case_of(done).approval.status == "rejected"


async def test_nobody_agrees_to_more_than_their_role_may(bench: DeskBench):
    case = await bench.asked("ND-HUGE")
    answer = await bench.desk.accept(case.approval.id, 1, bench.person("Ana"))
    assert answer == NotCounted(why="above_role")
    less = await bench.desk.edit(case.approval.id, 1, bench.person("Ana"), 15001)
    assert less == NotCounted(why="above_role")
    case_of(await bench.desk.accept(case.approval.id, 1, bench.person("Lena")))


async def test_nobody_decides_their_own_purchase(bench: DeskBench):
    bench.people.add("Ida", "owner", "IDA@example.com")
    case = await bench.asked()
    for answer in (
        await bench.desk.accept(case.approval.id, 1, bench.person("Ida")),
        await bench.desk.reject(case.approval.id, 1, bench.person("Ida"), "not_covered"),
        await bench.desk.edit(case.approval.id, 1, bench.person("Ida"), 1),
    ):
        assert answer == NotCounted(why="own_case")


async def test_a_request_that_ran_out_is_not_answered(bench: DeskBench):
    case = await bench.asked()
    bench.clock.move(hours=73)
    late = await bench.desk.accept(case.approval.id, 1, bench.person("Lena"))
    assert isinstance(late, Stale)
    assert late.case.approval.status == "expired"
    assert await bench.desk.waiting() == ()
    assert bench.heard(case.conversation)[-1] == "approval_settled"


async def test_a_yes_runs_out_as_well(bench: DeskBench):
    case = await bench.asked()
    done = case_of(await bench.desk.accept(case.approval.id, 1, bench.person("Lena")))
    bench.clock.move(hours=74)
    gateway = bench.bench.gateway(approvals=bench.approvals)
    assert isinstance(await gateway.perform(done.approval.effect), NotPermitted)


async def test_a_yes_does_not_count_once_the_facts_have_changed(bench: DeskBench):
    case = await bench.asked()
    order = await bench.bench.order("ND-BIG")
    bench.bench.elsewhere.refund(order.payments[0].id, order.payments[0].amount, "phone")
    answer = await bench.desk.accept(case.approval.id, 1, bench.person("Lena"))
    assert isinstance(answer, NotCounted)
    assert answer.why == "facts_changed"
    gone = bench.approvals.find(case.approval.id)
    assert gone is not None
    assert gone.approval.status == "void"
    assert bench.heard(case.conversation)[-1] == "approval_settled"


async def test_a_yes_before_the_facts_change_is_refused_by_the_gateway(bench: DeskBench):
    case = await bench.asked()
    done = case_of(await bench.desk.accept(case.approval.id, 1, bench.person("Lena")))
    order = await bench.bench.order("ND-BIG")
    bench.bench.elsewhere.refund(order.payments[0].id, order.payments[0].amount, "phone")
    gateway = bench.bench.gateway(approvals=bench.approvals)
    assert isinstance(await gateway.perform(done.approval.effect), NotPermitted)


async def test_while_the_shop_does_not_answer_nothing_is_decided(bench: DeskBench):
    case = await bench.asked()
    desk = bench.desk
    bench.shop = bench.bench.shut()
    answer = await bench.desk.accept(case.approval.id, 1, bench.person("Lena"))
    assert isinstance(answer, NotCounted)
    assert answer.why == "records_unavailable"
    bench.shop = bench.bench.storefront
    case_of(await desk.accept(case.approval.id, 1, bench.person("Lena")))


async def test_less_is_paid_once_the_buyer_has_agreed_to_it(bench: DeskBench):
    case = await bench.asked()
    done = case_of(await bench.desk.edit(case.approval.id, 1, bench.person("Ana"), 5001))
    smaller = done.approval.effect
    assert isinstance(smaller, IssueRefund)
    assert amount(done) == sum(share.amount for share in smaller.shares) == 5001
    gateway = bench.bench.gateway(approvals=bench.approvals)
    assert isinstance(await gateway.perform(smaller), NotPermitted)
    assert isinstance(await gateway.perform(case.approval.effect), NotPermitted)
    bench.bench.rewrite(smaller, proposal=_shown(case, smaller))
    word = bench.bench.confirm(_shown(case, smaller)).permit.confirmed_by
    receipt = await gateway.perform(confirmed(smaller, str(word), done.approval.id))
    assert isinstance(receipt, Done), receipt


@pytest.mark.parametrize("wanted", [0, -1, 10**9])
async def test_an_edit_is_less_and_something(bench: DeskBench, wanted: int):
    case = await bench.asked()
    same = amount(case)
    for value in (wanted, same):
        answer = await bench.desk.edit(case.approval.id, 1, bench.person("Olu"), value)
        assert answer == NotCounted(why="not_smaller")


async def test_asking_again_lets_the_older_request_fall_away(bench: DeskBench):
    first = await bench.asked()
    second = await bench.asked()
    assert first.approval.effect.id == second.approval.effect.id
    older = bench.approvals.find(first.approval.id)
    assert older is not None
    assert older.approval.status == "void"
    assert [one.approval.id for one in bench.approvals.waiting()] == [second.approval.id]


async def test_what_the_buyer_takes_back_can_not_be_agreed_to(bench: DeskBench):
    case = await bench.asked()
    bench.approvals.withdraw(case.conversation)
    late = await bench.desk.accept(case.approval.id, 1, bench.person("Lena"))
    assert isinstance(late, Stale)


async def test_every_step_stands_in_the_chain(bench: DeskBench):
    case = await bench.asked()
    await bench.desk.ask(case.approval.id, 1, bench.person("Ana"), "Which one?")
    done = case_of(await bench.desk.accept(case.approval.id, 2, bench.person("Lena")))
    await bench.bench.gateway(approvals=bench.approvals).perform(done.approval.effect)
    with bench.store.engine.begin() as connection:
        kinds = [*connection.scalars(select(events.c.kind).order_by(events.c.seq))]
        assert find_tampering(connection) == []
    assert kinds.count("ApprovalMoved") == 4


async def test_an_unknown_request_is_not_answered(bench: DeskBench):
    answer = await bench.desk.accept("A-NOSUCH", 1, bench.person("Lena"))
    assert answer == NotCounted(why="unknown")


def _shown(case: ApprovalCase, smaller: IssueRefund) -> Proposal:
    """Return the smaller refund as the conversation sums it up anew."""
    permit = smaller.permit.model_copy(update={"confirmed_by": None})
    shown = smaller.model_copy(update={"permit": permit})
    return case.approval.proposal.model_copy(update={"effect": shown})
