"""Run as a process of its own: answers one request at the same moment as another process."""

import asyncio
import sys
from pathlib import Path

from agent.desk.approving import NotCounted
from agent.worker.approval_steps import ApprovalCase
from agent.worker.store import Store
from tests.desk.approvals_bench import DeskBench


async def answer(folder: Path, name: str, who: str) -> str:
    bench = DeskBench(Store.open(folder / "nightdesk.sqlite"), folder)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    done = await bench.desk.accept(name, 1, bench.person(who))
    if isinstance(done, ApprovalCase):
        return "settled"
    return done.why if isinstance(done, NotCounted) else "stale"


if __name__ == "__main__":
    sys.stdout.write(asyncio.run(answer(Path(sys.argv[1]), sys.argv[2], sys.argv[3])) + "\n")
