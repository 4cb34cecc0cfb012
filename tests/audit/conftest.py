"""A database that a real Nightdesk wrote: money paid back, a person asked, a buyer turned away."""

import asyncio
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.bootstrap import Desk, House, load_house, open_desk
from agent.conversation import ConversationId
from agent.settings import Settings
from agent.worker.approval_steps import Asked
from agent.worker.store import Store
from agent.worker.stored_approvals import StoredApprovals
from tests.graph.talk import Talk
from tools.connectors.clocks import FixedClock

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ANNA = "anna.berger@example.com"
EMMA = "emma.whitlock@example.com"


@pytest.fixture(scope="session")
def house() -> House:
    return load_house(Settings())


@pytest.fixture(scope="session")
def written(house: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("audit") / "nightdesk.sqlite"
    desk = open_desk(house, clock=FixedClock(NOON), database=path)
    asyncio.run(_talk(desk))
    desk.close()
    return path


@pytest.fixture
def database(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(written, tmp_path / "nightdesk.sqlite"))


@pytest.fixture
def store(database: Path) -> Iterator[Store]:
    opened = Store.open(database)
    yield opened
    opened.close()


async def _talk(desk: Desk) -> None:
    paid = Talk(desk, id=ConversationId("paid"))
    await paid.say(f"please cancel my order ND-1001, {EMMA}")
    await _ask_a_person(desk)
    await paid.say("yes")
    person = Talk(desk, id=ConversationId("person"))
    await person.say("I want to talk to a person")
    wrong = Talk(desk, id=ConversationId("wrong"))
    await wrong.say(f"Where is my order ND-1001? {ANNA}")
    asking = Talk(desk, id=ConversationId("asking"))
    await asking.say(f"Can I return order ND-1010? My email is {ANNA}")


async def _ask_a_person(desk: Desk) -> None:
    """Put what waits for a yes before a person as well, who says no more to it."""
    state = desk.store.conversation(ConversationId("paid"))
    assert state is not None
    assert state.proposal is not None
    permit = state.proposal.effect.permit.model_copy(update={"confirmed_by": "message"})
    asked = Asked(
        proposal=state.proposal,
        effect=state.proposal.effect.model_copy(update={"permit": permit}),
        decisions=(),
        facts_sha256="0" * 64,
        channel="test",
        due_at=NOON + timedelta(hours=1),
        expires_at=NOON + timedelta(hours=1),
    )
    approvals = StoredApprovals(desk.store, desk.clock)
    approvals.ask(asked)
    approvals.withdraw("paid")
