"""What would past conversations have been told under a draft of the rules?"""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from agent.bootstrap import load_rulebook
from agent.cli.flip_rows import answers, as_csv, minor, row, total_cells
from agent.cli.policy_words import load_words, page_frame
from agent.cli.printing import as_html, as_text
from agent.desk.terminal_text import first_line
from agent.past_cases import BETWEEN, read_decisions
from agent.settings import Settings
from tools.policy.flips import Flip, count_flips, find_flips
from tools.policy.page import Block, Grid, Heading, Page, Paragraph
from tools.policy.wording import ReplayWords, fill

_COLUMNS = ("conversation", "turn", "said", "order", "line", "seller")
_WIDE, _NARROW = 500, 40


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
        page = (*top, *flip_blocks(flips, words, wide=html))
        typer.echo(as_html(page, page_frame(settings.prompts_dir)) if html else as_text(page))
    raise typer.Exit(1 if flips else 0)


def flip_blocks(flips: tuple[Flip, ...], words: ReplayWords, *, wide: bool) -> tuple[Block, ...]:
    """Return the list of flips and what they come to."""
    if not flips:
        return (Paragraph(words.nothing),)
    names, width = words.columns, _WIDE if wide else _NARROW
    header = (*_COLUMNS, "old", "decided_by", "new", "change", "value", "refund")
    sums = ("seller", "change", "flips", "lines", "value", "refund", "unseen")
    rows = tuple(_cells(flip, words, width) for flip in flips)
    totals = tuple(total_cells(total, words) for total in count_flips(flips))
    blocks: Page = (
        Paragraph(fill(words.flips, flips=len(flips))),
        Grid(tuple(names[name] for name in header), rows),
        Paragraph(words.totals_note),
        Grid(tuple(names[name] for name in sums), totals, words.totals),
    )
    return blocks


def _print_json(flips: tuple[Flip, ...], decisions: int, damaged: int, version: str) -> None:
    """Print plain ASCII, so that nothing in a record can steer the terminal."""
    counted = {"decisions": decisions, "flips": len(flips), "damaged_turns": damaged}
    lines: list[dict[str, object]] = [
        *({"type": "flip", **row(flip)} for flip in flips),
        *({"type": "total", **total.model_dump()} for total in count_flips(flips)),
        {"type": "summary", **counted, "version": version},
    ]
    for line in lines:
        typer.echo(json.dumps(line))


def _cells(flip: Flip, words: ReplayWords, width: int) -> tuple[str, ...]:
    past = flip.past
    old, new = answers(past.decision, flip.new, words)
    return (
        past.conversation,
        str(past.turn),
        _shortened(past.said, width),
        past.order,
        past.line,
        flip.seller or words.no_seller,
        f"{old} ({past.decision.rule_id})",
        past.decision.version,
        f"{new} ({flip.new.rule_id})",
        words.changes[flip.change],
        minor(flip.value, flip.currency),
        minor(flip.refund, flip.currency, signed=True),
    )


def _shortened(said: str, width: int) -> str:
    """Keep the end of several messages: the last one led to the answer."""
    if BETWEEN not in said or len(said) <= width:
        return first_line(said, width)
    return f"…{said[1 - width :]}"
