"""Does the gateway refuse a million hostile proposals, and carry out the honest ones among them?

Run it from the repository as `python -m evals.benchmarks.gateway --n 1000000 --seed 1 --jobs 2`.
"""

import argparse
import json
import logging
import sys
import time
from multiprocessing import get_context

from tests.hostile.gateway_run import Tally, run_chunk

_CHUNK = 2_500
_SHOWN = 5


def main() -> None:
    """Print what was wrong and, last, one JSON line; exit with 1 when an effect was wrongful."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    started = time.perf_counter()
    chunks = [
        (options.seed * 1_000_003 + at, min(_CHUNK, options.n - at))
        for at in range(0, options.n, _CHUNK)
    ]
    total = Tally()
    with get_context("spawn").Pool(options.jobs) as pool:
        for tally in pool.imap_unordered(run_chunk, chunks):
            total.add(tally)
            print(f"{total.proposals} proposals, {len(total.wrongful)} wrongful", file=sys.stderr)
    for text in (*total.wrongful[:_SHOWN], *total.missed[:_SHOWN]):
        print(text)
    line = {
        "proposals": total.proposals,
        "seed": options.seed,
        "wrongful": len(total.wrongful),
        "effects_recorded": total.recorded,
        "honest": total.honest,
        "honest_done": total.done,
        "reasons": dict(total.reasons.most_common()),
        "seconds": round(time.perf_counter() - started, 1),
    }
    print(json.dumps(line))
    sys.exit(1 if total.wrongful else 0)


if __name__ == "__main__":
    main()
