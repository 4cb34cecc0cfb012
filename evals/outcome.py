"""How did each sample do, over all scorers and all times it was played?"""

from collections.abc import Iterable
from typing import Literal

from evals.end_state import score_end_state
from evals.honesty import score_grounding, score_privacy
from evals.law.coverage import rules_of
from evals.run import Miss, Run, Score
from evals.scorers import (
    Scorer,
    score_decision,
    score_handoff,
    score_reading,
    score_tools,
    score_wording,
    total,
)
from tools.domain.model import Frozen

SCORERS: tuple[Scorer, ...] = (
    score_end_state,
    score_decision,
    score_tools,
    score_handoff,
    score_reading,
    score_wording,
    score_grounding,
    score_privacy,
)


class Line(Frozen):
    """One line of a transcript."""

    turn: int
    author: Literal["buyer", "assistant"]
    text: str


class Outcome(Frozen):
    """One sample, however often it was played."""

    sample: str
    suite: str
    about: str
    note: str
    passed: int
    played: int
    scores: tuple[Score, ...]
    """Of the first time that failed, else of the last."""
    transcript: tuple[Line, ...]
    turns: int
    seconds: float
    rules: tuple[str, ...] = ()
    """Those of the owner's rules that decided something, whichever time it was played."""

    @property
    def good(self) -> bool:
        """Whether it passed every time."""
        return self.passed == self.played

    @property
    def misses(self) -> tuple[tuple[str, Miss], ...]:
        """Return each miss with the name of its scorer."""
        return tuple((score.scorer, miss) for score in self.scores for miss in score.misses)

    def told(self, turn: int) -> str:
        """Return what was said in a turn, for a person who looks for the fault."""
        lines = [line for line in self.transcript if turn in {0, line.turn}]
        return "\n".join(f"{line.author}: {line.text}" for line in lines)


def score(run: Run) -> tuple[Score, ...]:
    """Ask every scorer."""
    return tuple(scorer(run, run.sample) for scorer in SCORERS)


def outcome_of(runs: Iterable[Run], suite: str) -> Outcome:
    """Sum up all plays of one sample."""
    played = [(run, score(run)) for run in runs]
    failed = [one for one in played if total(one[1]) < 1]
    shown, scores = failed[0] if failed else played[-1]
    milliseconds = sum(record.ms for run, _ in played for record in run.records)
    records = [record for run, _ in played for record in run.records]
    return Outcome(
        sample=shown.sample.id,
        suite=suite,
        about=_about(shown),
        note=shown.sample.note,
        passed=len(played) - len(failed),
        played=len(played),
        scores=scores,
        transcript=tuple(_lines(shown)),
        turns=len(shown.steps),
        seconds=round(milliseconds / 1000, 3),
        rules=tuple(sorted({rule for record in records for rule in rules_of(record)})),
    )


def _about(run: Run) -> str:
    """Return the request that a sample is counted under: the expected one, else the read one."""
    readings = [record.reading for record in run.records if record.reading is not None]
    read = (request.id for reading in readings for request in reading.requests)
    return run.sample.about or next(read, "no request")


def _lines(run: Run) -> Iterable[Line]:
    for step in run.steps:
        yield Line(turn=step.number, author="buyer", text=str(step.turn))
        if step.text:
            yield Line(turn=step.number, author="assistant", text=step.text)
