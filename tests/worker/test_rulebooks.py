"""Are versions of the rules kept, put in force one after the other, and vouched for?"""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select, update

from agent.worker.audit import find_tampering
from agent.worker.rulebooks import OvertakenError, Publication, Published, Reasons, Shelf
from agent.worker.store import Store
from agent.worker.tables import events, meta, metadata, rulebook_publication, rulebook_version
from tests.worker.echo import NOON

ROOT = Path(__file__).parents[2]
FILES = {"returns.yaml": "rules: []\n", "sellers/clay.yaml": "# ☕\n"}
PUBLISH = """
import sys
from agent.worker.rulebooks import OvertakenError, Shelf
from agent.worker.store import Store
from pathlib import Path
from tests.worker.test_rulebooks import FILES, publication
store = Store.open(Path(sys.argv[1]))
shelf = Shelf(store.database)
print("ready", flush=True)
sys.stdin.readline()
try:
    shelf.publish(publication(1, sys.argv[2]), FILES)
    print("published")
except OvertakenError:
    print("overtaken")
"""
DIE_BETWEEN = """
import os, signal, sys
import agent.worker.rulebooks as rulebooks
from agent.worker.store import Store
from pathlib import Path
from tests.worker.test_rulebooks import FILES, publication
def die(connection, publication):
    os.kill(os.getpid(), signal.SIGKILL)
rulebooks._add = die
store = Store.open(Path(sys.argv[1]))
rulebooks.Shelf(store.database).publish(publication(2, "b"), FILES)
"""


@pytest.fixture
def shelf(store: Store) -> Shelf:
    return Shelf(store.database)


def publication(
    n: int, version: str, replaces: str | None = None, *, withdraws: bool = False
) -> Publication:
    reasons = Reasons(by="Ann", why="Summer", withdraws=withdraws)
    return Publication(n=n, version=version, at=NOON, replaces=replaces, reasons=reasons)


def other_process(script: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def chain(store: Store) -> list[str]:
    with store.engine.begin() as connection:
        assert find_tampering(connection) == []
        return list(connection.scalars(select(events.c.kind).order_by(events.c.seq)))


def test_nothing_is_in_force_before_the_first_publication(shelf: Shelf):
    assert shelf.in_force() is None
    assert shelf.history() == ()


def test_the_last_publication_is_in_force_with_its_files(shelf: Shelf):
    shelf.publish(publication(1, "a"), FILES)
    shelf.publish(publication(2, "b", "a"), FILES)

    assert shelf.in_force() == Published(n=2, version="b")
    assert shelf.files("b") == FILES
    assert shelf.history() == (publication(1, "a"), publication(2, "b", "a"))


def test_a_version_that_was_never_seen_has_no_files(shelf: Shelf):
    assert shelf.files("a") is None
    assert shelf.versions("") == ()


def test_versions_are_found_by_how_they_begin(shelf: Shelf):
    for version in ("ab1", "ab2", "b_1"):
        shelf.keep(version, FILES, NOON)

    assert shelf.versions("ab") == ("ab1", "ab2")
    assert shelf.versions("b_") == ("b_1",)
    assert shelf.versions("_") == ()


def test_a_version_that_comes_back_is_stored_once(store: Store, shelf: Shelf):
    shelf.publish(publication(1, "a"), FILES)
    shelf.publish(publication(2, "b", "a"), FILES)
    shelf.publish(publication(3, "a", "b"), FILES)

    stored, published = "RulebookStored", "RulebookPublished"
    assert chain(store) == [stored, published, stored, published, published]


def test_a_load_is_an_entry_of_the_audit_chain(store: Store, shelf: Shelf):
    shelf.record_load("a", FILES, NOON, published=False)
    shelf.record_load("a", FILES, NOON, published=True)

    assert chain(store) == ["RulebookStored", "RulebookLoaded", "RulebookLoaded"]


def test_a_publication_after_another_one_than_expected_changes_nothing(store: Store, shelf: Shelf):
    shelf.publish(publication(1, "a"), FILES)
    with pytest.raises(OvertakenError):
        shelf.publish(publication(1, "b"), FILES)

    assert shelf.in_force() == Published(n=1, version="a")
    assert shelf.files("b") is None
    assert len(chain(store)) == 2


def test_of_two_processes_that_publish_at_once_one_is_told_so(path: Path, store: Store):
    both = [other_process(PUBLISH, str(path), version) for version in ("a", "b")]
    for one in both:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    said = [one.communicate("go\n", timeout=60)[0].strip() for one in both]

    assert sorted(said) == ["overtaken", "published"]
    winner = "ab"[said.index("published")]
    assert Shelf(store.database).in_force() == Published(n=1, version=winner)
    assert chain(store) == ["RulebookStored", "RulebookPublished"]


def test_a_process_that_dies_between_version_and_publication_loses_nothing(
    path: Path, store: Store, shelf: Shelf
):
    shelf.publish(publication(1, "a"), FILES)
    dying = other_process(DIE_BETWEEN, str(path))
    dying.communicate(timeout=60)

    assert dying.returncode == -signal.SIGKILL
    assert shelf.in_force() == Published(n=1, version="a")
    shelf.publish(publication(2, "b", "a"), FILES)
    assert shelf.in_force() == Published(n=2, version="b")
    assert len(chain(store)) == 4


def test_a_withdrawn_version_is_no_longer_withdrawn_when_it_is_published_again(shelf: Shelf):
    shelf.publish(publication(1, "a"), FILES)
    shelf.publish(publication(2, "b", "a", withdraws=True), FILES)
    assert shelf.withdrawn() == {"a"}

    shelf.publish(publication(3, "a", "b"), FILES)
    assert shelf.withdrawn() == frozenset()


def test_changed_rules_and_changed_publications_are_found(store: Store, shelf: Shelf):
    shelf.publish(publication(1, "a"), FILES)
    with store.engine.begin() as connection:
        connection.execute(update(rulebook_version).values(files="{}"))
        connection.execute(update(rulebook_publication).values(record="{}"))
        found = find_tampering(connection)

    assert found == [
        "Version a of the rules is not what was committed.",
        "Publication 1 of the rules is not what was committed.",
    ]


def test_a_publication_that_bypassed_the_chain_is_found(store: Store, shelf: Shelf):
    shelf.publish(publication(1, "a"), FILES)
    with store.engine.begin() as connection:
        row = {"n": 2, "version": "a", "at": NOON, "record": "{}"}
        connection.execute(rulebook_publication.insert(), row)
        assert find_tampering(connection) == ["Publication 2 of the rules has no event."]


def test_a_database_from_before_publications_opens_and_takes_one(path: Path):
    before = Store.open(path)
    tables = [metadata.tables[name] for name in ("rulebook_publication", "rulebook_version")]
    metadata.drop_all(before.engine, tables=tables)
    with before.engine.begin() as connection:
        older = update(meta).where(meta.c.key == "schema_version").values(value="1")
        connection.execute(older)
    before.close()

    store = Store.open(path)
    shelf = Shelf(store.database)
    shelf.publish(publication(1, "a"), FILES)
    assert shelf.in_force() == Published(n=1, version="a")
    store.close()
