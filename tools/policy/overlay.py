"""What may a seller change, and how does a seller's table come about?"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from tools.policy.decision import RuleId
from tools.policy.documents import Finding, Limit, Path_, QuestionDraft, Queue, RuleDraft
from tools.policy.parse import did_you_mean


@dataclass(frozen=True)
class Row:
    """A rule as it is written, with its place."""

    draft: RuleDraft
    id: RuleId
    file: str
    path: Path_


@dataclass(frozen=True)
class Sketch:
    """A table before its rows are read."""

    question: str
    stem: str
    rows: tuple[Row, ...]
    parameters: Mapping[str, JsonValue]
    limits: Mapping[str, Limit]
    queue: Queue | None
    file: str
    own: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    """The parameters that a seller set, with the marketplace's values."""


def check_limits(draft: QuestionDraft, place: tuple[str, Path_], findings: list[Finding]) -> None:
    """Check that each limit is about a parameter and holds for the marketplace itself."""
    file, path = place
    for name, limit in draft.limits.items():
        where = (*path, "limits", name)
        if name not in draft.parameters:
            hint = did_you_mean(name, draft.parameters)
            findings.append(Finding(file, where, f"There is no parameter `{name}`.{hint}"))
        elif not limit.admits(draft.parameters[name]):
            sentence = f"The marketplace's own `{draft.parameters[name]}` is not {limit}."
            findings.append(Finding(file, where, sentence))


def refuse_beyond_limits(
    draft: QuestionDraft, base: Sketch, place: tuple[str, Path_], findings: list[Finding]
) -> None:
    """Keep a seller within what the marketplace allows sellers to choose."""
    file, path = place
    for name, value in draft.parameters.items():
        limit = base.limits.get(name)
        if limit is not None and not limit.admits(value):
            sentence = f"The marketplace lets sellers set `{name}` to {limit}, not `{value}`."
            findings.append(Finding(file, (*path, "parameters", name), sentence))
    for name in draft.limits:
        sentence = "Only the marketplace sets limits for its sellers."
        findings.append(Finding(file, (*path, "limits", name), sentence))


def place(row: Row, rows: list[Row], findings: list[Finding]) -> None:
    """Replace the rule of the same name, or stand in front of the one that is named."""
    names = [other.draft.id for other in rows]
    before = row.draft.before
    if row.draft.locked:
        sentence = "Only the marketplace locks rules."
        findings.append(Finding(row.file, (*row.path, "locked"), sentence))
    if row.draft.id in names and before is None:
        if _may_change(row, rows[names.index(row.draft.id)], findings):
            rows[names.index(row.draft.id)] = row
    elif row.draft.id in names:
        sentence = f"`{row.draft.id}` takes the place of the marketplace's rule; remove `before`."
        findings.append(Finding(row.file, (*row.path, "before"), sentence))
    elif before is None:
        sentence = "A new rule needs `before`: the marketplace's rule that it goes in front of."
        findings.append(Finding(row.file, row.path, sentence))
    elif before not in names:
        sentence = f"There is no rule `{before}`.{did_you_mean(before, names)}"
        findings.append(Finding(row.file, (*row.path, "before"), sentence))
    else:
        index = names.index(before)
        if all(_may_precede(row, other, findings) for other in rows[index:]):
            rows.insert(index, row)


def _may_change(row: Row, other: Row, findings: list[Finding]) -> bool:
    if other.draft.locked:
        sentence = f"`{other.draft.id}` is locked by the marketplace; no seller may replace it."
        findings.append(Finding(row.file, (*row.path, "id"), sentence))
    return not other.draft.locked


def _may_precede(row: Row, other: Row, findings: list[Finding]) -> bool:
    if other.draft.locked:
        sentence = (
            f"`{other.draft.id}` is locked by the marketplace; a seller's rule goes in front of "
            f"a rule that stands below it."
        )
        findings.append(Finding(row.file, (*row.path, "before"), sentence))
    return not other.draft.locked
