"""Does Nightdesk ask the fewest questions that an exhaustive search finds, in the best order?

Run it from the repository as `python -m evals.benchmarks.questions --cases 20000 --seed 1`; first
come all written conversations, then generated records of buyers who have not said anything yet.
"""

import argparse
import asyncio
import json
import sys
import time
from collections import Counter

from tests.oracle.asking import interviews, least_and_ours, silent
from tests.oracle.cases import CaseMaker
from tests.oracle.comparing import judge


def main() -> None:
    """Print one JSON line; exit with 1 when a question could be spared."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    started = time.perf_counter()
    depths, more = Counter[int](), 0
    talked = asyncio.run(interviews())
    for one in talked:
        least, ours = least_and_ours(one.question, one.case, one.now)
        more += ours != least or len(set(one.asked)) > least.most
    for asked in CaseMaker(judge(), options.seed).make(options.cases):
        if asked.question in judge().binder.sheets:
            least, ours = least_and_ours(asked.question, silent(asked), asked.now)
            more += ours != least
            depths[least.most] += 1
    line = {
        "decisions_in_datasets": len(talked),
        "questions_asked_in_datasets": sum(len(set(one.asked)) for one in talked),
        "generated": options.cases,
        "generated_by_questions": dict(sorted(depths.items())),
        "with_a_question_to_spare": more,
        "seconds": round(time.perf_counter() - started, 1),
    }
    print(json.dumps(line))
    sys.exit(1 if more else 0)


if __name__ == "__main__":
    main()
