"""Which folders of rules, and which desks over them, do the tests of versions start from?"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from agent.bootstrap import Desk, House, PolicyHome, open_desk, read_published
from agent.settings import Settings
from agent.state import TurnRecord
from agent.worker.rulebooks import Publication, Reasons, Shelf
from agent.worker.rulebooks_in_force import Loaded
from tests.graph.conftest import NOON
from tests.graph.talk import Talk
from tests.unit.policy.past import draft
from tools.connectors.clocks import FixedClock

FIRST_WORDS = "Can I return order ND-1010? My email is anna.berger@example.com"
PROMPTS = Settings().prompts_dir
BROKEN = ("returns.yaml", "questions:", "qestions:")
"""A misspelt key: `(file, old, new)`."""


@dataclass(frozen=True)
class OpenShop:
    """A desk over a folder of rules that a test may write to."""

    desk: Desk
    folder: Path
    clock: FixedClock
    shelf: Shelf

    def publish(self, loaded: Loaded, *, withdraws: bool = False) -> None:
        before = self.shelf.in_force()
        publication = Publication(
            n=before.n + 1 if before else 1,
            version=loaded.version,
            at=self.clock.now(),
            replaces=before.version if before else load(self.folder).version,
            reasons=Reasons(by="Ann", why="Summer", withdraws=withdraws),
        )
        self.shelf.publish(publication, loaded.files)

    def replace_file(self, name: str, old: str, new: str) -> None:
        """Write to the folder, and let the second go by after which it is looked at again."""
        file = self.folder / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        self.clock.advance(timedelta(seconds=1))


def open_shop(house: House, folder: Path, database: Path) -> OpenShop:
    """Open the shipped house under the rules of a folder, or under what the database says."""
    home = PolicyHome(folder, PROMPTS)
    law = read_published(Settings(database=database), home) or home.read_folder()
    edition = law.edition
    own = House(
        house.settings,
        edition.rulebook,
        edition.macros,
        house.catalogue,
        house.understanding,
        home,
        law,
    )
    clock = FixedClock(NOON)
    desk = open_desk(own, clock=clock, database=database)
    return OpenShop(desk, folder, clock, Shelf(desk.store.database))


def a_folder(tmp_path: Path, name: str, *edits: tuple[str, str, str]) -> Path:
    (tmp_path / name).mkdir()
    return draft(tmp_path / name, *edits)


def load(folder: Path) -> Loaded:
    return PolicyHome(folder, PROMPTS).read_folder()


async def returning(talk: Talk) -> TurnRecord:
    """Ask whether a delivered teapot can go back, up to the answer."""
    await talk.say(FIRST_WORDS)
    await talk.tap("fact:changed_mind")
    return await talk.tap("yes")


async def once_more(talk: Talk) -> TurnRecord:
    """Ask the same again, when everything is known already."""
    return await talk.say("Can I return order ND-1010?")


def versions(record: TurnRecord) -> set[str]:
    assert record.decision
    return {one.decision.version for one in record.decision}
