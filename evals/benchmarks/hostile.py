"""Does a hundred thousand turns with a reader that lies move anything that is not due?

Run it from the repository as `python -m evals.benchmarks.hostile --n 100000 --seed 1 --jobs 2`.
"""

import argparse
import json
import logging
import sys
import time
from multiprocessing import get_context

from tests.hostile.graph_run import Haul, greedy_day, run_chunk
from tests.hostile.readers import MODES, Mode

_CHUNK = 400
_SHOWN = 5
_DAYS = 3


def main() -> None:
    """Print what was wrong and, last, one JSON line; exit with 1 when an effect was wrongful."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    started = time.perf_counter()
    each = -(-options.n // len(MODES))
    chunks: list[tuple[int, Mode, int]] = [
        (options.seed * 1_000_003 + at, mode, min(_CHUNK, each - at))
        for at in range(0, each, _CHUNK)
        for mode in MODES
    ]
    total, day = Haul(), Haul()
    with get_context("spawn").Pool(options.jobs) as pool:
        for haul in pool.imap_unordered(greedy_day, range(options.seed, options.seed + _DAYS)):
            day.add(haul)
        total.add(day)
        for haul in pool.imap_unordered(run_chunk, chunks):
            total.add(haul)
            print(f"{total.turns} turns, {len(total.wrongful)} wrongful", file=sys.stderr)
    for text in total.wrongful[:_SHOWN]:
        print(text)
    line = {
        "turns": total.turns,
        "seed": options.seed,
        "wrongful": len(total.wrongful),
        "effects_recorded": total.recorded,
        "by_kind": dict(total.by_kind.most_common()),
        "faults": total.faults,
        "greedy_day_without_a_person": day.without_a_person,
        "greedy_day_with_an_approver": day.in_a_day,
        "seconds": round(time.perf_counter() - started, 1),
    }
    print(json.dumps(line))
    sys.exit(1 if total.wrongful else 0)


if __name__ == "__main__":
    main()
