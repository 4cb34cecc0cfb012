"""Does the rulebook agree with an independent oracle on a million cases?

Run it from the repository as `python -m evals.benchmarks.oracle --cases 1000000 --seed 1 --jobs 2`.
"""

import argparse
import json
import sys
import time
from collections import Counter
from multiprocessing import get_context

from tests.oracle.cases import CaseMaker
from tests.oracle.comparing import Count, differences, judge

_CHUNK = 10_000
_SHOWN = 5


def main() -> None:
    """Print the first differences and, last, one JSON line; exit with 1 when there were any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    started = time.perf_counter()
    chunks = [
        (options.seed * 1_000_003 + at, min(_CHUNK, options.cases - at))
        for at in range(0, options.cases, _CHUNK)
    ]
    total, shown = Count(), list[str]()
    different = 0
    with get_context("spawn").Pool(options.jobs) as pool:
        for count, found in pool.imap_unordered(compare, chunks):
            total.add(count)
            different += len(found)
            shown.extend(found[: _SHOWN - len(shown)])
    for text in shown:
        print(text)
    line = {
        "cases": options.cases,
        "compared": total.compared,
        "too_open": total.too_open,
        "too_careful": total.cautious,
        "differences": different,
        "answers": Counter(total.kinds),
        "rules": len(total.rules),
        "seconds": round(time.perf_counter() - started, 1),
    }
    print(json.dumps(line))
    sys.exit(1 if different else 0)


def compare(chunk: tuple[int, int]) -> tuple[Count, list[str]]:
    """Put the cases of one seed to both."""
    seed, cases = chunk
    count = Count()
    return count, [str(one) for one in differences(CaseMaker(judge(), seed).make(cases), count)]


if __name__ == "__main__":
    main()
