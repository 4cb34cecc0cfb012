"""Does every term end where the clocks of forty zones have it, over many years of clock changes?

Run it from the repository as `python -m evals.benchmarks.boundaries --first 2011 --last 2030`.
"""

import argparse
import json
import sys
import time
from multiprocessing import get_context

from tests.oracle.comparing import Count
from tests.oracle.end_to_end import late_or_early, windows
from tests.oracle.timetable import ZONES, parcels

_SHOWN = 5


def main() -> None:
    """Print the first differences and, last, one JSON line; exit with 1 when there were any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=2011)
    parser.add_argument("--last", type=int, default=2030)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    started = time.perf_counter()
    total, found = Count(), list[str]()
    with get_context("spawn").Pool(options.jobs) as pool:
        years = range(options.first, options.last + 1)
        for count, differences in pool.imap_unordered(compare, years):
            total.add(count)
            found.extend(differences)
    for text in found[:_SHOWN]:
        print(text)
    line = {
        "zones": len(ZONES),
        "years": [options.first, options.last],
        "compared": total.compared,
        "differences": len(found),
        "answers": dict(total.kinds),
        "seconds": round(time.perf_counter() - started, 1),
    }
    print(json.dumps(line))
    sys.exit(1 if found else 0)


def compare(year: int) -> tuple[Count, list[str]]:
    """Compare one year's clock changes."""
    count = Count()
    return count, [str(one) for one in late_or_early(parcels(year, year, windows()), count)]


if __name__ == "__main__":
    main()
