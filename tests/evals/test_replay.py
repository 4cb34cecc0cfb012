"""Does a written conversation happen as written, in the runtime that serves buyers?"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from evals.outcome import score
from evals.run import Run
from evals.scorers import total

Played = Callable[[str], Awaitable[Run]]

VERIFIED = "  - say: where is my order ND-2001? my e-mail is ada@example.com\n"


async def test_every_turn_has_a_record_and_the_state_after_it(played: Played):
    run = await played("  - say: where is my order?\n" + VERIFIED)
    assert [record.turn for record in run.records] == [1, 2]
    assert [step.after is not None for step in run.steps] == [True, True]
    assert run.final is not None
    assert run.final.identity.orders == frozenset({"ND-2001"})


async def test_a_healthy_conversation_passes_every_scorer(played: Played):
    run = await played(VERIFIED)
    assert [str(miss) for one in score(run) for miss in one.misses] == []


async def test_waiting_moves_the_clock_and_nothing_else(played: Played):
    run = await played("  - say: hello\n  - event: {wait: 2d}\n  - say: hello again\n")
    assert run.steps[1].record is None
    assert run.steps[2].at - run.steps[0].at == timedelta(days=2, minutes=1)


async def test_a_parcel_gets_late_while_time_goes_by(played: Played):
    run = await played(f"{VERIFIED}  - event: {{wait: 9d}}\n{VERIFIED}")
    first, last = run.steps[0].text, run.steps[2].text
    assert "late" not in first
    assert "late" in last or "has not scanned" in last


async def test_a_signed_in_customer_needs_no_proof(played: Played):
    run = await played(
        "  - say: where is my order?\ncustomer: {email: ada@example.com, verified: true}\n"
    )
    assert "Blue mug" in run.steps[0].text


async def test_an_email_that_is_not_verified_proves_nothing(played: Played):
    run = await played("  - say: where is my order?\ncustomer: {email: ada@example.com}\n")
    assert "Blue mug" not in run.steps[0].text


async def test_a_button_is_pressed_by_id_or_label(played: Played):
    by_id = await played("  - event: opened\n  - tap: request:human_agent\n")
    by_label = await played("  - event: opened\n  - tap: Talk to a person\n")
    assert by_id.trouble is None
    assert by_id.steps[1].record is not None
    assert by_label.steps[1].record is not None
    assert by_id.steps[1].record.handoff == by_label.steps[1].record.handoff


async def test_a_button_that_is_not_offered_fails_the_sample_and_says_so(played: Played):
    run = await played("  - say: where is my order?\n  - tap: refund_everything\n")
    assert run.trouble is not None
    assert str(run.trouble).startswith("turn 2: expected the button `refund_everything`; got ")
    assert total(score(run)) == 0


async def test_the_ticket_of_a_handoff_is_read_back_from_the_helpdesk(played: Played):
    run = await played("  - say: I want to talk to a human\n")
    assert run.ticket is not None
    assert run.ticket.draft.reason == "human_agent"


async def test_a_person_speaks_and_gives_the_conversation_back(played: Played):
    run = await played(
        "  - say: I want to talk to a human\n"
        "  - event: {person_said: Hello from Dana}\n"
        "  - say: thanks\n"
        "  - event: hand_back\n"
    )
    assert [bool(step.text) for step in run.steps] == [True, False, False, True]
    assert run.final is not None
    assert run.final.owner == "assistant"
