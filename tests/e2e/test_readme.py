"""Does the first conversation of the README happen as it is written there?"""

from pathlib import Path

from agent.bootstrap import House, open_desk
from tests.e2e.transcript import play, read_transcript
from tools.connectors.clocks import FixedClock

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


async def test_the_first_conversation_of_the_readme_is_true(house: House):
    at, written = read_transcript(README)
    desk = open_desk(house, clock=FixedClock(at), database=":memory:")
    try:
        assert await play(written, desk) == written
    finally:
        desk.close()


def test_the_readme_stays_short():
    assert len(README.splitlines()) <= 150
