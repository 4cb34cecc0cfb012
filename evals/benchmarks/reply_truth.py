"""How many replies with one untruth in them would go out?

Run it from the repository as `python -m evals.benchmarks.reply_truth --n 20000 --seed 1`. The
figures tell apart what numbers and addresses alone let out, and what the whole guard does.
"""

import argparse
import json
import sys
import time

from tests.hostile.replies import KINDS, run


def main() -> None:
    """Print one JSON line; exit with 1 when more than one in a thousand goes out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    started = time.perf_counter()
    passed = run(options.seed, options.n)
    out = sum(passed.by_guard.values())
    line = {
        "untrue": {kind: passed.tried[kind] for kind in KINDS},
        "out_by_numbers_alone": {kind: passed.by_claims[kind] for kind in KINDS},
        "out": {kind: passed.by_guard[kind] for kind in KINDS},
        "true": passed.true_ones,
        "true_held_back": passed.true_ones_held_back,
        "seed": options.seed,
        "seconds": round(time.perf_counter() - started, 1),
    }
    print(json.dumps(line))
    sys.exit(1 if out * 1_000 > options.n else 0)


if __name__ == "__main__":
    main()
