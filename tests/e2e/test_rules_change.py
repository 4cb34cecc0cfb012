"""Does a running server take up rules that another process puts in force?"""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from agent.bootstrap import PolicyHome
from agent.settings import Settings
from agent.worker.rulebooks import Publication, Reasons, Shelf
from agent.worker.store import Store
from tests.e2e.test_serve import COMMAND, PATIENCE_S, ROOT, a_free_port, start, wait_for
from tests.unit.policy.examples import POLICY
from tests.unit.policy.past import WINDOW_20, draft

ASK = "Can I return order ND-1010? My email is anna.berger@example.com"


@pytest.fixture
def versions(tmp_path: Path) -> tuple[str, str]:
    """Publish shorter rules and then the shipped ones; return both versions in this order."""
    prompts = Settings().prompts_dir
    store = Store.open(tmp_path / "nightdesk.sqlite")
    published: list[str] = []
    for n, folder in enumerate((draft(tmp_path, WINDOW_20), POLICY), start=1):
        loaded = PolicyHome(folder, prompts).read_folder()
        reasons = Reasons(by="Ann", why="Try")
        at = datetime(2026, 1, n, tzinfo=UTC)
        publication = Publication(
            n=n,
            version=loaded.version,
            at=at,
            replaces=published[-1] if published else None,
            reasons=reasons,
        )
        Shelf(store.database).publish(publication, loaded.files)
        published.append(loaded.version)
    store.close()
    shorter, shipped = published
    return shorter, shipped


@pytest.fixture
def server(tmp_path: Path, versions: tuple[str, str]) -> Iterator[str]:
    del versions
    port = a_free_port()
    process = start(port, tmp_path)
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


def test_new_conversations_get_the_new_rules_and_running_ones_keep_theirs(
    server: str, versions: tuple[str, str], tmp_path: Path
):
    shorter, shipped = versions
    with httpx.Client(base_url=server) as old, httpx.Client(base_url=server) as new:
        assert asked(old, tmp_path) == [shipped]
        roll_back(tmp_path)
        assert asked(new, tmp_path) == [shipped, shorter]
        assert asked(old, tmp_path) == [shipped, shorter, shipped]


def roll_back(folder: Path) -> None:
    words = ("policy", "rollback", "--by", "Ann", "--why", "Shorter")
    settings = {"PATH": "/usr/bin:/bin", "NIGHTDESK_DATABASE": str(folder / "nightdesk.sqlite")}
    command = [sys.executable, "-c", COMMAND[2], *words]
    subprocess.run(command, cwd=ROOT, env=settings, check=True, capture_output=True, text=True)


def asked(browser: httpx.Client, folder: Path) -> list[str]:
    """Ask about a return; give the versions of every decision so far, when there is one more."""
    before = len(decided(folder))
    if not browser.cookies:
        browser.post("/chat/session", json={}).raise_for_status()
    said = {"id": str(uuid4()), "text": ASK}
    browser.post("/chat/messages", json=said).raise_for_status()
    until = time.monotonic() + PATIENCE_S
    while len(found := decided(folder)) == before:
        assert time.monotonic() < until, "no decision was made"
        time.sleep(0.1)
    return found


def decided(folder: Path) -> list[str]:
    store = Store.open(folder / "nightdesk.sqlite")
    turns = [turn for turn in store.all_turns() if turn is not None]
    store.close()
    return [one.decision.version for turn in turns for one in turn.decision]
