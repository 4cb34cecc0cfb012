"""Which parts do the tests of the worker start from?"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.worker.store import Store
from tests.worker.echo import SetClock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "nightdesk.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = Store.open(path)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> SetClock:
    return SetClock()
