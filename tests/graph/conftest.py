"""A whole Nightdesk over the demo marketplace, with its real parts and a clock that stands."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from agent.bootstrap import Desk, House, load_house, open_desk
from agent.settings import Settings
from tools.connectors.clocks import FixedClock

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def house() -> House:
    return load_house(Settings())


@pytest.fixture
def desk(house: House) -> Iterator[Desk]:
    desk = open_desk(house, clock=FixedClock(NOON), database=":memory:")
    yield desk
    desk.close()
