"""The house as it is shipped, read once."""

import pytest

from agent.bootstrap import House, load_house
from agent.settings import Settings


@pytest.fixture(scope="session")
def house() -> House:
    return load_house(Settings(), model="embedded")
