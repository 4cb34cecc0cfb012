"""What becomes of two people who answer at the same moment, in two processes?"""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from agent.worker.store import Store
from agent.worker.tables import inbox
from tests.desk.approvals_bench import DeskBench


@pytest.mark.parametrize("again", range(3))
async def test_one_of_two_processes_settles_it_and_the_other_is_told(tmp_path: Path, again: int):
    del again
    bench = DeskBench(Store.open(tmp_path / "nightdesk.sqlite"), tmp_path)
    case = await bench.asked()
    both = [begin(tmp_path, case.approval.id, who) for who in ("Lena", "Olu")]
    for one in both:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    said = [one.communicate("go\n")[0].strip() for one in both]
    assert sorted(said) == ["settled", "stale"], [one.stderr for one in both]
    events = select(inbox.c.message_id).where(inbox.c.message_id.startswith("desk:"))
    with bench.store.database.reading("posted") as connection:
        assert len(connection.scalars(events).all()) == 1


async def test_one_of_two_gateways_uses_it(tmp_path: Path):
    bench = DeskBench(Store.open(tmp_path / "nightdesk.sqlite"), tmp_path)
    case = await bench.asked()
    await bench.desk.accept(case.approval.id, 1, bench.person("Lena"))
    effect = case.approval.effect
    approval = bench.approvals.accepted_for(effect.id, bench.clock.now())
    assert approval is not None
    with bench.store.database.writing("first") as connection:
        assert bench.approvals.use(connection, approval)
    with bench.store.database.writing("second") as connection:
        assert not bench.approvals.use(connection, approval)
    assert bench.approvals.accepted_for(effect.id, bench.clock.now()) is None


def begin(folder: Path, name: str, who: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.desk.settle", str(folder), name, who],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
