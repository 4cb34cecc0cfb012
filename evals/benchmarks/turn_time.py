"""How long does a turn take beside LangGraph alone, and how soon does a cold `chat` answer?

Run it as `python -m evals.benchmarks.turn_time`; it uses one core.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles

from agent.bootstrap import Desk, House, load_house, open_desk
from agent.conversation import ConversationId, InboundMessage, MessageId, Say
from agent.graph import build_graph
from agent.settings import Settings
from evals.benchmarks.bare_graph import TakeTurn, open_bare_graph
from evals.suites import read_suites

_ROUNDS = 3
_FIRST_WORDS = "where is my order?\n"


def main() -> None:
    """Print the figures as text and, last, as one JSON line."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    house = load_house(Settings(), model="embedded")
    talks = [
        [turn.say for turn in sample.turns if turn.say is not None]
        for samples in read_suites().values()
        for sample in samples
    ]
    nodes = len(build_graph().nodes) - 1
    with tempfile.TemporaryDirectory() as folder:
        ours, bare = asyncio.run(time_turns(house, talks, nodes, Path(folder)))
        cold, warm = _first_answer(house, Path(folder)), _first_answer(house, Path(folder))
    figures = {
        "turns": len(ours),
        "nodes": nodes,
        "nightdesk_p50_ms": _at(ours, 50),
        "nightdesk_p95_ms": _at(ours, 95),
        "bare_p50_ms": _at(bare, 50),
        "bare_p95_ms": _at(bare, 95),
        "ratio_p50": round(median(ours) / median(bare), 2),
        "chat_first_answer_cold_s": cold,
        "chat_first_answer_learnt_s": warm,
    }
    for name, value in figures.items():
        print(f"{name:>28}  {value}")
    print(json.dumps(figures))


async def time_turns(
    house: House, talks: Sequence[Sequence[str]], nodes: int, folder: Path
) -> tuple[list[float], list[float]]:
    """Return the milliseconds of each turn of both.

    They take turns by whole rounds, the first of which only warms up: so both meet the same load,
    and neither runs on the other's cold caches.
    """
    desk = open_desk(house, database=folder / "nightdesk.sqlite")
    ours: list[float] = []
    bare: list[float] = []

    async def take_turn(thread: str, text: str) -> None:
        await _take_turn(desk, thread, text)

    async with open_bare_graph(nodes, folder / "bare.sqlite") as take_bare_turn:
        for count in range(1 + _ROUNDS):
            spent = await _round(take_turn, talks, count)
            spent_bare = await _round(take_bare_turn, talks, count)
            if count:
                ours += spent
                bare += spent_bare
    desk.close()
    return ours, bare


async def _round(take: TakeTurn, talks: Sequence[Sequence[str]], count: int) -> list[float]:
    spent: list[float] = []
    for at, texts in enumerate(talks):
        for text in texts:
            started = time.perf_counter()
            await take(f"bench-{count}-{at}", text)
            spent.append((time.perf_counter() - started) * 1000)
    return spent


async def _take_turn(desk: Desk, thread: str, text: str) -> None:
    """Accept a message and wait for its committed turn."""
    message = InboundMessage(
        id=MessageId(str(uuid.uuid4())),
        conversation=ConversationId(thread),
        channel="benchmark",
        at=desk.clock.now(),
        event=Say(text=text),
    )
    await desk.runtime.accept(message)
    await desk.runtime.settled(message.conversation)


def _first_answer(house: House, folder: Path) -> float:
    """Return the seconds from starting the command to the answer to the first message."""
    awaited = house.macros.text("ask_identity", "en")[:20]
    started = time.perf_counter()
    command = [str(Path(sys.executable).with_name("nightdesk")), "chat"]
    with subprocess.Popen(  # noqa: S603 - our own command, installed beside this Python
        command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as chat:
        assert chat.stdin is not None
        assert chat.stdout is not None
        chat.stdin.write(_FIRST_WORDS)
        chat.stdin.flush()
        for line in chat.stdout:
            if awaited in line:
                break
        spent = time.perf_counter() - started
        chat.stdin.close()
        chat.stdout.read()
    return round(spent, 2)


def _at(values: Sequence[float], percent: int) -> float:
    return round(quantiles(values, n=100)[percent - 1], 2)


if __name__ == "__main__":
    main()
