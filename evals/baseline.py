"""What changed since the state of affairs that was last accepted?"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from evals.outcome import Outcome
from tools.domain.model import Frozen
from tools.errors import BadInputError, Fault

BASELINE = Path(__file__).parent / "baseline.json"


class Baseline(Frozen):
    """Which samples passed and which were known to fail."""

    samples: dict[str, Literal["pass", "fail"]]


class Difference(Frozen):
    """The samples that stand otherwise than in the baseline."""

    newly_failing: tuple[str, ...]
    fixed: tuple[str, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]
    """In the baseline, but in no dataset any more; empty when only a part was run."""


def read_baseline(path: Path = BASELINE) -> Baseline:
    """Return the accepted state; empty when none was accepted yet."""
    if not path.exists():
        return Baseline(samples={})
    try:
        return Baseline.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        sentence = "is not a baseline; write it anew with `nightdesk evals bless`."
        raise BadInputError(Fault(str(path), 0, 0, sentence)) from error


def write_baseline(outcomes: Iterable[Outcome], path: Path = BASELINE) -> None:
    """Accept the outcomes as the new state of affairs."""
    samples = {one.sample: "pass" if one.good else "fail" for one in outcomes}
    text = json.dumps({"samples": dict(sorted(samples.items()))}, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def compare(outcomes: Iterable[Outcome], baseline: Baseline, *, complete: bool) -> Difference:
    """Set outcomes against the baseline."""
    now = {one.sample: one.good for one in outcomes}
    before = {name: state == "pass" for name, state in baseline.samples.items()}
    both = [name for name in now if name in before]
    return Difference(
        newly_failing=tuple(n for n in both if before[n] and not now[n]),
        fixed=tuple(n for n in both if now[n] and not before[n]),
        new=tuple(n for n in now if n not in before),
        gone=tuple(n for n in before if n not in now) if complete else (),
    )
