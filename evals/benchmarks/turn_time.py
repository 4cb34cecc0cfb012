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
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles

from agent.bootstrap import House, load_house, open_desk
from agent.conversation import ConversationId, InboundMessage, MessageId, Say
from agent.graph import build_graph
from agent.settings import Settings
from evals.benchmarks.bare_graph import time_turns
from evals.suites import read_suites

_WARM_UP = 10
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
        ours = asyncio.run(_time_turns(house, talks, Path(folder) / "nightdesk.sqlite"))
        bare = asyncio.run(time_turns(talks, nodes, Path(folder) / "bare.sqlite"))
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


async def _time_turns(house: House, talks: Sequence[Sequence[str]], database: Path) -> list[float]:
    """Return the milliseconds from accepting a message to its committed turn."""
    desk = open_desk(house, database=database)
    spent: list[float] = []
    for at, texts in enumerate([*talks[:_WARM_UP], *talks]):
        conversation = ConversationId(f"bench-{at}")
        for number, text in enumerate(texts):
            message = InboundMessage(
                id=MessageId(f"{conversation}:{number}"),
                conversation=conversation,
                channel="benchmark",
                at=desk.clock.now(),
                event=Say(text=text),
            )
            started = time.perf_counter()
            await desk.runtime.accept(message)
            await desk.runtime.settled(conversation)
            if at >= _WARM_UP:
                spent.append((time.perf_counter() - started) * 1000)
    desk.close()
    return spent


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
