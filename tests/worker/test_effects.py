"""Does an effect happen once, whatever happens around it?"""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from agent.worker.audit import find_tampering
from agent.worker.effects import EffectGateway
from agent.worker.store import Store
from agent.worker.tables import events, ledger
from tests.worker.echo import SetClock, draft, message, ticket_effect
from tools.connectors.embedded_helpdesk import EmbeddedHelpdesk
from tools.domain.effect import Confirmed, Failed
from tools.domain.ticket import TicketDraft, TicketId
from tools.errors import OutsideError, RefusedError, UnavailableError

EFFECT = ticket_effect(message(1))
DOWN = UnavailableError("helpdesk", "open ticket", "timed out", "req-1")
NO = RefusedError("helpdesk", "open ticket", "no such queue", "req-2")


class ShakyHelpdesk:
    """The embedded helpdesk behind a line that breaks before or after the call."""

    def __init__(self, store: Store, *errors: OutsideError | None, after: bool = False) -> None:
        self.desk = EmbeddedHelpdesk(store.engine)
        self.errors: list[OutsideError | None] = [*errors]
        self.after = after
        self.on_call: Callable[[], object] = lambda: None

    async def open_ticket(self, draft: TicketDraft, *, idempotency_key: str) -> TicketId:
        self.on_call()
        error = self.errors.pop(0) if self.errors else None
        if error and not self.after:
            raise error
        ticket = await self.desk.open_ticket(draft, idempotency_key=idempotency_key)
        if error:
            raise error
        return ticket


class Pauses:
    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def gateway(store: Store, helpdesk: ShakyHelpdesk) -> EffectGateway:
    return EffectGateway(store, helpdesk, SetClock(), Pauses())


def status(desk: EffectGateway) -> str | None:
    row = desk.look_up(EFFECT.id)
    return None if row is None else row.status


async def tickets(helpdesk: ShakyHelpdesk) -> list[str]:
    return [ticket.id for ticket in await helpdesk.desk.list_tickets()]


async def test_an_effect_is_confirmed_with_the_number_of_its_ticket(store: Store):
    helpdesk = ShakyHelpdesk(store)
    desk = gateway(store, helpdesk)
    receipt = await desk.perform(EFFECT)
    assert isinstance(receipt, Confirmed)
    assert await tickets(helpdesk) == [receipt.ticket]
    row = desk.look_up(EFFECT.id)
    assert row is not None
    assert (row.effect, row.status, row.receipt) == (EFFECT, "CONFIRMED", receipt)


async def test_the_ledger_knows_of_an_effect_before_the_provider_does(store: Store):
    helpdesk = ShakyHelpdesk(store)
    desk = gateway(store, helpdesk)
    seen: list[str | None] = []
    helpdesk.on_call = lambda: seen.append(status(desk))
    await desk.perform(EFFECT)
    assert seen == ["PENDING"]


async def test_a_second_request_gets_the_first_receipt_without_a_call(store: Store):
    helpdesk = ShakyHelpdesk(store)
    desk = gateway(store, helpdesk)
    first = await desk.perform(EFFECT)
    helpdesk.errors.append(NO)
    assert await desk.perform(EFFECT) == first
    assert await tickets(helpdesk) == [getattr(first, "ticket", None)]


async def test_the_first_words_under_an_id_are_the_ones_that_count(store: Store):
    helpdesk = ShakyHelpdesk(store, NO)
    desk = gateway(store, helpdesk)
    await desk.perform(EFFECT)
    other = EFFECT.model_copy(update={"ticket": draft("Something else")})
    assert isinstance(await desk.perform(other), Confirmed)
    stored = await helpdesk.desk.list_tickets()
    assert [ticket.draft for ticket in stored] == [EFFECT.ticket]


async def test_a_provider_that_is_down_for_a_moment_is_asked_again(store: Store):
    helpdesk, pauses = ShakyHelpdesk(store, DOWN, DOWN), Pauses()
    desk = EffectGateway(store, helpdesk, SetClock(), pauses)
    assert isinstance(await desk.perform(EFFECT), Confirmed)
    assert pauses.seconds == [0.2, 0.4]


async def test_an_answer_that_got_lost_does_not_open_a_second_ticket(store: Store):
    helpdesk = ShakyHelpdesk(store, DOWN, after=True)
    assert isinstance(await gateway(store, helpdesk).perform(EFFECT), Confirmed)
    assert len(await tickets(helpdesk)) == 1


async def test_a_provider_that_stays_down_is_a_failure_of_unknown_outcome(store: Store):
    helpdesk = ShakyHelpdesk(store, DOWN, DOWN, DOWN, after=True)
    desk = gateway(store, helpdesk)
    receipt = await desk.perform(EFFECT)
    assert receipt == Failed(effect=EFFECT.id, why=str(DOWN))
    assert status(desk) == "UNKNOWN"


async def test_an_unknown_outcome_is_found_out_under_the_same_key(store: Store):
    helpdesk = ShakyHelpdesk(store, DOWN, DOWN, DOWN, after=True)
    desk = gateway(store, helpdesk)
    await desk.perform(EFFECT)
    (receipt,) = await desk.resolve_unknown()
    assert [getattr(receipt, "ticket", None)] == await tickets(helpdesk)
    assert status(desk) == "CONFIRMED"
    assert await desk.resolve_unknown() == ()


async def test_a_refusal_is_a_failure_at_once_and_says_why(store: Store):
    pauses = Pauses()
    desk = EffectGateway(store, ShakyHelpdesk(store, NO), SetClock(), pauses)
    receipt = await desk.perform(EFFECT)
    assert receipt == Failed(effect=EFFECT.id, why=str(NO))
    assert (status(desk), pauses.seconds) == ("FAILED", [])


async def test_an_effect_that_was_begun_before_a_crash_is_finished(store: Store):
    helpdesk = ShakyHelpdesk(store)

    def crash() -> None:
        raise KeyboardInterrupt

    helpdesk.on_call = crash
    with pytest.raises(KeyboardInterrupt):
        await gateway(store, helpdesk).perform(EFFECT)
    helpdesk.on_call = lambda: None
    desk = gateway(store, helpdesk)
    assert status(desk) == "PENDING"
    assert isinstance(await desk.perform(EFFECT), Confirmed)


async def test_an_effect_that_cannot_enter_the_ledger_does_not_happen(store: Store):
    helpdesk = ShakyHelpdesk(store)
    desk = gateway(store, helpdesk)
    ledger.drop(store.engine)
    receipt = await desk.perform(EFFECT)
    assert isinstance(receipt, Failed)
    assert await tickets(helpdesk) == []


async def test_an_effect_that_happened_is_confirmed_even_if_the_ledger_cannot_be_written(
    store: Store,
):
    helpdesk = ShakyHelpdesk(store)
    helpdesk.on_call = lambda: events.drop(store.engine)
    desk = gateway(store, helpdesk)
    receipt = await desk.perform(EFFECT)
    assert isinstance(receipt, Confirmed)
    assert status(desk) == "PENDING"


async def test_outcomes_stand_in_the_chain_of_events(store: Store):
    await gateway(store, ShakyHelpdesk(store)).perform(EFFECT)
    with store.engine.begin() as connection:
        assert find_tampering(connection) == []
        kinds = connection.scalars(select(events.c.kind).order_by(events.c.seq)).all()
    assert kinds == ["EffectBegun", "EffectSettled"]
