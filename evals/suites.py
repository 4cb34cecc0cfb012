"""Which samples are there, and how does a whole set of them do?"""

from collections.abc import AsyncIterator
from pathlib import Path

from evals.conversation_file import Sample, read_conversations
from evals.outcome import Outcome, outcome_of
from evals.replay import Stage, play
from tools.errors import BadInputError, Fault

DATASETS = Path(__file__).parent / "datasets"


def read_suites(only: str | None = None) -> dict[str, tuple[Sample, ...]]:
    """Return the samples of each dataset by its name; ids are unique over all of them."""
    files = {path.stem: path for path in sorted(DATASETS.glob("*.yaml"))}
    if only is not None and only not in files:
        known = ", ".join(files) or "none"
        raise BadInputError(Fault(only, 0, 0, f"is not a suite; there are: {known}."))
    read_conversations(*files.values())
    return {name: read_conversations(path) for name, path in files.items() if only in {None, name}}


async def run_suites(
    suites: dict[str, tuple[Sample, ...]], stage: Stage, *, times: int
) -> AsyncIterator[Outcome]:
    """Play every sample so many times and score it."""
    for name, samples in suites.items():
        for sample in samples:
            yield outcome_of([await play(sample, stage) for _ in range(times)], name)
