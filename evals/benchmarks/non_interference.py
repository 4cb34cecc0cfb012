"""Do a million pairs of records that differ only in third parties' words get the same answer?

Run it from the repository as
`python -m evals.benchmarks.non_interference --n 1000000 --seed 1 --jobs 2`.
"""

import argparse
import json
import sys
import time
from multiprocessing import get_context

from tests.hostile.non_interference import Pairs, run_chunk

_CHUNK = 5_000
_SHOWN = 5


def main() -> None:
    """Print the first differences and, last, one JSON line; exit with 1 when there were any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    started = time.perf_counter()
    chunks = [
        (options.seed * 1_000_003 + at, min(_CHUNK, options.n - at))
        for at in range(0, options.n, _CHUNK)
    ]
    total = Pairs()
    with get_context("spawn").Pool(options.jobs) as pool:
        for pairs in pool.imap_unordered(run_chunk, chunks):
            total.add(pairs)
            print(f"{total.compared} pairs, {len(total.differences)} differ", file=sys.stderr)
    for text in total.differences[:_SHOWN]:
        print(text)
    line = {
        "pairs": total.compared,
        "worlds": total.worlds,
        "seed": options.seed,
        "differences": len(total.differences),
        "seconds": round(time.perf_counter() - started, 1),
    }
    print(json.dumps(line))
    sys.exit(1 if total.differences else 0)


if __name__ == "__main__":
    main()
