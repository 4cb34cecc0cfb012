"""What do tests of the tools share?"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tools.connectors.embedded.world import World, load_world

LoadWorld = Callable[[str], World]


@pytest.fixture
def load(tmp_path: Path) -> LoadWorld:
    def read(text: str) -> World:
        path = tmp_path / "world.yaml"
        path.write_text(text, encoding="utf-8")
        return load_world(path)

    return read


@pytest.fixture(scope="session")
def demo() -> World:
    return load_world(Path("evals/worlds/demo.yaml"))
