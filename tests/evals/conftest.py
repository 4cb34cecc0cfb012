"""What do the tests of the evals share? One house, read once; a small world; written files."""

from collections.abc import Callable
from pathlib import Path

import pytest

from agent.bootstrap import load_house
from agent.settings import Settings
from evals.conversation_file import read_conversations
from evals.replay import Stage, play
from evals.run import Run

TINY_WORLD = Path(__file__).parent / "tiny_world.yaml"
HEAD = "id: one\nclock: 2026-03-10T09:00:00Z\nchannel: web_chat\nturns:\n"

Write = Callable[[str], Path]


@pytest.fixture(scope="session")
def stage() -> Stage:
    settings = Settings()
    house = load_house(settings, model="embedded")
    return Stage(house=house, world=TINY_WORLD, policy=settings.policy_dir)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def turns(text: str) -> Path:
        path = tmp_path / "talk.yaml"
        path.write_text(HEAD + text, encoding="utf-8")
        return path

    return turns


@pytest.fixture
def played(stage: Stage, write: Write):
    async def run(text: str) -> Run:
        (sample,) = read_conversations(write(text))
        return await play(sample, stage)

    return run
