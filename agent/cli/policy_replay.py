"""What would past conversations have been told under a draft of the rules?"""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from babel.numbers import get_currency_precision

from agent.bootstrap import load_rulebook
from agent.cli.policy_words import load_words, page_frame
from agent.cli.printing import as_html, as_text
from agent.desk.terminal_text import first_line
from agent.settings import Settings
from agent.state import TurnRecord
from agent.worker.store import Store
from tools.policy.decision import Allow, Decision
from tools.policy.flips import NO_SELLER, Flip, PastDecision, Total, count_flips, find_flips
from tools.policy.page import Block, Grid, Heading, Page, Paragraph
from tools.policy.wording import ReplayWords, fill

_FLIP_COLUMNS = ("conversation", "turn", "said", "order", "line", "seller")
_WIDE, _NARROW = 500, 40
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for more than text."""


class ReplayFormat(StrEnum):
    """On what the flips are written."""

    table = "table"
    json = "json"
    csv = "csv"
    html = "html"


Draft = Annotated[
    Path, typer.Option("--policy", help="The draft's folder.", exists=True, file_okay=False)
]
DatabaseFile = Annotated[
    Path | None,
    typer.Option("--database", help="Another database.", exists=True, dir_okay=False),
]


def replay(
    *,
    policy: Draft,
    database: DatabaseFile = None,
    form: Annotated[ReplayFormat, typer.Option("--format")] = ReplayFormat.table,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Decide every past case again under a draft; exit 1 when an answer would change."""
    rulebook = load_rulebook(policy)
    settings = Settings()
    file = database or settings.database
    if not file.is_file():
        raise typer.BadParameter(f"there is no database at {file}; name one with --database.")
    decisions, damaged = read_decisions(file)
    flips = find_flips(decisions, rulebook)
    if as_json or form is ReplayFormat.json:
        _print_json(flips, len(decisions), damaged, rulebook.version)
    elif form is ReplayFormat.csv:
        typer.echo(as_csv(flips), nl=False)
    else:
        words = load_words(settings.prompts_dir).replay
        html = form is ReplayFormat.html
        top = [
            Heading(1, words.title),
            Paragraph(fill(words.counted, decisions=len(decisions), version=rulebook.version)),
            *([Paragraph(fill(words.damaged, turns=damaged))] if damaged else []),
        ]
        page = (*top, *_result(flips, words, _WIDE if html else _NARROW))
        typer.echo(as_html(page, page_frame(settings.prompts_dir)) if html else as_text(page))
    raise typer.Exit(1 if flips else 0)


def read_decisions(database: Path) -> tuple[tuple[PastDecision, ...], int]:
    """Return every decision of a database, oldest first, and how many turns were unreadable."""
    store = Store.open(database)
    try:
        turns = tuple(store.all_turns())
    finally:
        store.close()
    kept = [turn for turn in turns if turn is not None]
    return tuple(one for turn in kept for one in past_decisions(turn)), len(turns) - len(kept)


def past_decisions(turn: TurnRecord) -> Iterator[PastDecision]:
    """Return what was decided in a turn."""
    for record in turn.decision:
        yield PastDecision(
            conversation=turn.conversation,
            turn=turn.turn,
            said=turn.said,
            question=record.question,
            order=record.order,
            line=record.line,
            decision=record.decision,
            facts=record.facts,
        )


def as_csv(flips: Iterable[Flip]) -> str:
    """Return one row for each flip; no cell can be a formula."""
    file = io.StringIO()
    rows = [_row(flip) for flip in flips]
    writer = csv.DictWriter(file, fieldnames=list(_row_names()), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _inert(cell) for name, cell in row.items()} for row in rows)
    return file.getvalue()


def _row_names() -> tuple[str, ...]:
    answers = ("old_answer", "old_rule", "old_until", "new_answer", "new_rule", "new_until")
    return (*_FLIP_COLUMNS, "question", *answers, "change", "value", "currency")


def _row(flip: Flip) -> dict[str, str | int | None]:
    past, old, new = flip.past, flip.past.decision, flip.new
    cells = (past.conversation, past.turn, past.said, past.order, past.line, flip.seller)
    answers = (*_answer_cells(old), *_answer_cells(new))
    rest = (flip.change, flip.value, flip.currency)
    return dict(zip(_row_names(), (*cells, past.question, *answers, *rest), strict=True))


def _answer_cells(decision: Decision) -> tuple[str, str, str | None]:
    until = _until(decision)
    return decision.kind, decision.rule_id, until.isoformat() if until else None


def _inert(cell: str | int | None) -> str | int | None:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _print_json(flips: tuple[Flip, ...], decisions: int, damaged: int, version: str) -> None:
    """Print plain ASCII, so that nothing in a record can steer the terminal."""
    counted = {"decisions": decisions, "flips": len(flips), "damaged_turns": damaged}
    lines: list[dict[str, object]] = [
        *({"type": "flip", **_row(flip)} for flip in flips),
        *({"type": "total", **total.model_dump()} for total in count_flips(flips)),
        {"type": "summary", **counted, "version": version},
    ]
    for line in lines:
        typer.echo(json.dumps(line))


def _result(flips: tuple[Flip, ...], words: ReplayWords, width: int) -> Page:
    if not flips:
        return (Paragraph(words.nothing),)
    names = words.columns
    header = tuple(names[name] for name in (*_FLIP_COLUMNS, "old", "new", "change", "value"))
    sums = tuple(names[name] for name in ("seller", "change", "flips", "lines", "value"))
    blocks: tuple[Block, ...] = (
        Paragraph(fill(words.flips, flips=len(flips))),
        Grid(header, tuple(_cells(flip, words, width) for flip in flips)),
        Paragraph(words.totals_note),
        Grid(sums, tuple(_total_cells(total, words) for total in count_flips(flips)), words.totals),
    )
    return blocks


def _cells(flip: Flip, words: ReplayWords, width: int) -> tuple[str, ...]:
    past = flip.past
    return (
        past.conversation,
        str(past.turn),
        first_line(past.said, width),
        past.order,
        past.line,
        flip.seller or words.no_seller,
        _answer(past.decision, words),
        _answer(flip.new, words),
        words.changes[flip.change],
        _money(flip.value, flip.currency),
    )


def _answer(decision: Decision, words: ReplayWords) -> str:
    answer, until = words.kinds[decision.kind], _until(decision)
    if until is not None:
        answer = fill(words.until, answer=answer, day=until.date().isoformat())
    return f"{answer} ({decision.rule_id})"


def _until(decision: Decision) -> datetime | None:
    return decision.until if isinstance(decision, Allow) else None


def _total_cells(total: Total, words: ReplayWords) -> tuple[str, ...]:
    whose = words.no_seller if total.seller == NO_SELLER else total.seller or words.all_sellers
    counts = (str(total.flips), str(total.lines))
    return (whose, words.changes[total.change], *counts, _money(total.value, total.currency))


def _money(value: int | None, currency: str) -> str:
    """Return an amount that reads the same in every country."""
    if value is None:
        return ""
    digits = get_currency_precision(currency) if currency else 0
    return f"{Decimal(value).scaleb(-digits):f} {currency}".strip()
