"""How do people and machines read what the evals found?"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.state import TurnRecord
from evals.baseline import Difference
from evals.outcome import Outcome

_LONGEST = 600


def print_report(
    outcomes: Sequence[Outcome],
    difference: Difference,
    console: Console,
    rules: Sequence[str] = (),
) -> None:
    """Show a table per request, the share of the owner's rules, what failed and what changed."""
    console.print(_table(outcomes))
    if rules:
        decided = {rule for outcome in outcomes for rule in outcome.rules}
        count = f"{sum(rule in decided for rule in rules)} of the {len(rules)} rules"
        console.print(f"{count} decided something here; the rest: nightdesk policy coverage")
    for outcome in outcomes:
        if not outcome.good:
            for text in _failure(outcome):
                console.print(text)
    for text in _changes(difference):
        console.print(text)


def json_lines(outcomes: Iterable[Outcome], difference: Difference) -> Iterator[str]:
    """Yield one JSON object per sample, and one last object with what changed."""
    for one in outcomes:
        misses = [{"scorer": scorer, **miss.model_dump()} for scorer, miss in one.misses]
        scores = {score.scorer: score.value for score in one.scores}
        kept = one.model_dump(mode="json", exclude={"scores"})
        yield json.dumps({**kept, "scores": scores, "misses": misses}, ensure_ascii=False)
    yield json.dumps({"difference": difference.model_dump()}, ensure_ascii=False)


def turn_in_words(record: TurnRecord) -> str:
    """Return one turn for a person to read."""
    calls = [f"{call.tool} -> {call.outcome}" for call in record.tool_calls]
    decisions = [f"{one.decision.kind} ({one.decision.rule_id})" for one in record.decision]
    read = [request.id for request in record.reading.requests] if record.reading else []
    lines = [f"{record.conversation} turn {record.turn}, {record.ms:.0f} ms"]
    lines.append(f"  buyer: {record.said}")
    for name, values in (("read", read), ("looked up", calls), ("decided", decisions)):
        if values:
            lines.append(f"  {name}: {', '.join(values)}")
    if record.handoff is not None:
        lines.append(f"  handed over: {record.handoff.reason}, ticket {record.handoff.ticket}")
    if record.reply is None:
        return "\n".join([*lines, "  (silent: a person answers)"])
    buttons = [f"[{choice.label}]" for choice in record.reply.choices]
    lines.append(f"  {record.reply.author}: {record.reply.text}")
    return "\n".join([*lines, *([f"  {' '.join(buttons)}"] if buttons else [])])


def _table(outcomes: Sequence[Outcome]) -> Table:
    rows: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        rows[outcome.about].append(outcome)
    table = Table("request", "passed", "of", "turns", "seconds", title="Evals")
    for about, group in sorted(rows.items()):
        table.add_row(about, *_figures(group), style=None if _all_good(group) else "red")
    table.add_section()
    table.add_row("all", *_figures(outcomes), style="bold")
    return table


def _figures(group: Sequence[Outcome]) -> tuple[str, str, str, str]:
    passed = sum(one.good for one in group)
    turns = sum(one.turns * one.played for one in group)
    return str(passed), str(len(group)), str(turns), f"{sum(one.seconds for one in group):.1f}"


def _all_good(group: Sequence[Outcome]) -> bool:
    return all(one.good for one in group)


def _failure(outcome: Outcome) -> Iterator[Text]:
    times = f", {outcome.passed} of {outcome.played} times good" if outcome.played > 1 else ""
    yield Text(f"\n{outcome.suite}/{outcome.sample}{times}", style="bold red")
    if outcome.note:
        yield Text(f"  {outcome.note}", style="dim")
    for scorer, miss in outcome.misses:
        where = f"turn {miss.turn}" if miss.turn else "whole"
        yield Text(f"  {scorer}, {where}: expected {miss.expected}")
        yield Text(f"    got {_cut(miss.got)}")
    failing = min((miss.turn for _, miss in outcome.misses), default=0)
    for line in outcome.told(failing).splitlines():
        yield Text(f"    | {_cut(line)}", style="dim")


def _changes(difference: Difference) -> Iterator[Text]:
    for name, style in (("newly_failing", "red"), ("fixed", "green"), ("new", ""), ("gone", "")):
        samples: tuple[str, ...] = getattr(difference, name)
        if samples:
            listed = ", ".join(samples)
            yield Text(f"{name.replace('_', ' ')} ({len(samples)}): {_cut(listed)}", style=style)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ..."
