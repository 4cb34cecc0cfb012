"""Is a withdrawal recorded once, whatever happens between the ledger and the record?"""

import pytest
from sqlalchemy import func, select, text

from agent.worker.audit import find_tampering
from agent.worker.effects import EffectGateway
from agent.worker.store import Store
from agent.worker.tables import events, ledger, withdrawals
from agent.worker.withdrawals import StoredWithdrawals
from tests.contract.test_withdrawals import statement
from tests.worker.echo import SetClock, message, ticket_effect
from tools.connectors.embedded_helpdesk import EmbeddedHelpdesk
from tools.domain.effect import Failed, Recorded, RecordWithdrawal, effect_id
from tools.domain.withdrawal import Withdrawal, WithdrawalStatement
from tools.errors import UnavailableError

EFFECT = RecordWithdrawal(
    id=effect_id("c1", "m1", "record_withdrawal"), rule_id="floor.withdrawal", statement=statement()
)


class KilledError(BaseException):
    """Stands for the end of the process: nothing of the product may catch it."""


class Shaky:
    """The real table, behind something that goes wrong before or after the record."""

    def __init__(self, store: Store, *errors: BaseException, after: bool = False) -> None:
        self._kept = StoredWithdrawals(store.database, SetClock())
        self._errors = [*errors]
        self._after = after

    async def record(self, statement: WithdrawalStatement, *, idempotency_key: str) -> Withdrawal:
        error = self._errors.pop(0) if self._errors else None
        if error is not None and not self._after:
            raise error
        kept = await self._kept.record(statement, idempotency_key=idempotency_key)
        if error is not None:
            raise error
        return kept


def gateway(store: Store, kept: Shaky | None = None) -> EffectGateway:
    async def no_pause(seconds: float) -> None:
        del seconds

    desk = EmbeddedHelpdesk(store.engine)
    return EffectGateway(store, desk, SetClock(), no_pause, kept or Shaky(store))


def count(store: Store) -> int:
    with store.engine.begin() as connection:
        assert find_tampering(connection) == []
        return connection.scalar(select(func.count()).select_from(withdrawals)) or 0


@pytest.mark.parametrize("after", [False, True], ids=["before the record", "after the record"])
async def test_a_process_that_is_killed_on_the_way_leaves_one_record(store: Store, *, after: bool):
    with pytest.raises(KilledError):
        await gateway(store, Shaky(store, KilledError(), after=after)).perform(EFFECT)
    assert count(store) == int(after)

    receipt = await gateway(store).perform(EFFECT)

    assert isinstance(receipt, Recorded)
    assert await gateway(store).perform(EFFECT) == receipt
    assert count(store) == 1


async def test_an_answer_that_was_lost_is_found_out_later(store: Store):
    lost = UnavailableError("store", "record withdrawal", "timed out")
    unsure = await gateway(store, Shaky(store, lost, lost, lost, after=True)).perform(EFFECT)
    assert isinstance(unsure, Failed)

    (receipt,) = await gateway(store).resolve_unknown()

    assert isinstance(receipt, Recorded)
    assert count(store) == 1


async def test_the_ledger_and_the_chain_hold_it_under_its_conversation(store: Store):
    await gateway(store).perform(EFFECT)

    row = gateway(store).look_up(EFFECT.id)
    assert row is not None
    assert (row.effect, row.status) == (EFFECT, "CONFIRMED")
    with store.engine.begin() as connection:
        told = connection.execute(select(events.c.conversation, events.c.kind)).all()
    wanted = ("EffectBegun", "WithdrawalRecorded", "EffectSettled")
    assert [tuple(one) for one in told] == [("c1", kind) for kind in wanted]


async def test_rows_of_before_there_were_withdrawals_stay_readable(store: Store):
    effect = ticket_effect(message(1))
    await gateway(store).perform(effect)
    with store.engine.begin() as connection:
        payload = connection.scalar(select(ledger.c.payload))
        connection.execute(text("DROP TABLE withdrawals"))

    assert payload is not None
    assert '"kind":"open_ticket"' in payload
    row = gateway(store).look_up(effect.id)
    assert row is not None
    assert row.effect == effect
