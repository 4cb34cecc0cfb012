"""Is the log of what happened whole, and what does it say?"""

import csv
import json
import sys
from collections.abc import Generator, Iterable
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from agent.bootstrap import PolicyHome, SystemClock
from agent.desk.terminal_text import first_line, printable
from agent.insights.anchors import add_anchor, read_anchors
from agent.insights.audit_log import AuditLog, LoggedEntry
from agent.insights.effect_story import EffectStory, FindRules, tell_story
from agent.settings import Settings
from agent.worker.audit import find_tampering, read_head
from agent.worker.rulebooks import Shelf
from agent.worker.store import Store
from tools.errors import BadInputError
from tools.policy.rulebook import Rulebook

audit_app = typer.Typer(no_args_is_help=True)
FOUND = 1
_LONG = 600

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
AnchorFile = Annotated[
    Path | None, typer.Option("--anchor", help="What `audit anchor` wrote.", dir_okay=False)
]
DatabaseFile = Annotated[
    Path | None,
    typer.Option("--database", help="Another database.", exists=True, dir_okay=False),
]


@audit_app.command("verify")
def verify(
    *, anchor: AnchorFile = None, database: DatabaseFile = None, as_json: AsJson = False
) -> None:
    """Check that nothing was changed, left out or put in; exit 1 when something was."""
    heads = read_anchors(anchor) if anchor is not None else ()
    with _store(database) as store, store.database.snapshot("verify the log") as connection:
        found = find_tampering(connection, heads)
        head = read_head(connection, SystemClock().now())
    entries = head.seq if head is not None else 0
    if as_json:
        result = {"entries": entries, "anchors": len(heads), "faults": found}
        typer.echo(json.dumps(result))
    else:
        for sentence in found:
            typer.echo(printable(sentence))
        typer.echo(_in_short(entries, len(heads), len(found)))
    raise typer.Exit(FOUND if found else 0)


def _in_short(entries: int, anchors: int, faults: int) -> str:
    if faults:
        return f"{faults} places are not as they were written."
    held = f" and {anchors} anchors hold" if anchors else "; no anchor was looked at"
    return f"{entries} entries are as they were written{held}."


@audit_app.command("anchor")
def anchor_head(
    file: Annotated[
        Path | None, typer.Argument(help="Where to; best on another machine.", dir_okay=False)
    ] = None,
    *,
    database: DatabaseFile = None,
) -> None:
    """Add the head of the log to a file outside the database, so that a cut end is found."""
    target = file or Settings().database.with_suffix(".anchors.jsonl")
    heads = read_anchors(target) if target.exists() else ()
    with _store(database) as store, store.database.snapshot("anchor the log") as connection:
        found = find_tampering(connection, heads)
        head = read_head(connection, SystemClock().now())
    if found or head is None:
        typer.echo("Nothing was anchored: " + ("the log is empty." if not found else found[0]))
        raise typer.Exit(FOUND)
    add_anchor(target, head)
    typer.echo(f"Entry {head.seq} is anchored in {target}; keep a copy elsewhere.")


@audit_app.command("show")
def show(
    *,
    conversation: Annotated[str | None, typer.Option(help="Its id.")] = None,
    effect: Annotated[str | None, typer.Option(help="Its id, with all that led to it.")] = None,
    order: Annotated[str | None, typer.Option(help="Its number.")] = None,
    database: DatabaseFile = None,
    as_json: AsJson = False,
) -> None:
    """Show what the log has about one thing; exit 1 when that is nothing or not whole."""
    if sum(given is not None for given in (conversation, effect, order)) != 1:
        raise typer.BadParameter("Name one: --conversation, --effect or --order.")
    with _store(database) as store:
        story = tell_story(store, effect, _rules(store)) if effect is not None else None
        log = AuditLog(store.database)
        if conversation is not None:
            entries = log.of_conversation(conversation)
        else:
            entries = log.of_effect(effect) if effect is not None else log.of_order(order or "")
    if story is not None:
        typer.echo(json.dumps(story.model_dump(mode="json"))) if as_json else _print_story(story)
        raise typer.Exit(0 if story.is_whole else FOUND)
    _print_entries(entries, as_json=as_json)
    raise typer.Exit(0 if entries else FOUND)


@audit_app.command("export")
def export(
    *,
    as_csv: Annotated[bool, typer.Option("--csv", help="A table.")] = False,
    as_json: AsJson = False,
    after: Annotated[int, typer.Option(help="Only entries after this number.")] = 0,
    database: DatabaseFile = None,
) -> None:
    """Print every entry, as JSON lines or as CSV."""
    if as_csv and as_json:
        raise typer.BadParameter("Name one: --json or --csv.")
    with _store(database) as store:
        entries = AuditLog(store.database).everything(after)
        if not as_csv:
            _print_entries(entries, as_json=True)
            return
        table = csv.writer(sys.stdout)
        table.writerow(("seq", "at", "conversation", "kind", "payload", "chain"))
        for one in entries:
            payload = json.dumps(one.payload)
            cells = (one.at.isoformat(), _cell(one.conversation), one.kind, payload, one.chain)
            table.writerow((one.seq, *cells))


def _cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    plain = printable(text)
    return f"'{plain}" if plain.startswith(("=", "+", "-", "@")) else plain


def _print_entries(entries: Iterable[LoggedEntry], *, as_json: bool) -> None:
    some = False
    for one in entries:
        some = True
        if as_json:
            typer.echo(json.dumps(one.model_dump(mode="json")))
        else:
            typer.echo(f"{one.seq:>7}  {_at(one)}  {printable(one.words)}")
    if not some and not as_json:
        typer.echo("The log has nothing about it.")


def _at(one: LoggedEntry) -> str:
    return one.at.isoformat(sep=" ", timespec="seconds")


def _print_story(story: EffectStory) -> None:
    where = f"order {story.order}, conversation {story.conversation}"
    typer.echo(printable(f"{story.kind} {story.effect}: {where}"))
    for step in story.steps:
        at = step.at.isoformat(sep=" ", timespec="seconds") if step.at is not None else ""
        numbers = "".join(f" [{number}]" for number in step.entries)
        typer.echo(f"  {step.step:<13}{at:<27}{first_line(step.says, _LONG)}{numbers}")
    for again in story.redecided:
        same = "the same, byte for byte" if again.same else "NOT the same"
        if again.again_sha256 is None:
            same = "not possible: the rules of that time are not kept"
        typer.echo(f"  decided again {again.question} for {again.line}: {same}")
    if story.missing:
        typer.echo(f"  MISSING: {', '.join(story.missing)}")


def _rules(store: Store) -> FindRules:
    settings, shelf = Settings(), Shelf(store.database)
    home = PolicyHome(settings.policy_dir, settings.prompts_dir)

    def find(version: str) -> Rulebook | None:
        files = shelf.files(version)
        try:
            return None if files is None else home.read_stored(version, files).edition.rulebook
        except BadInputError:
            return None

    return find


@contextmanager
def _store(database: Path | None) -> Generator[Store]:
    file = database or Settings().database
    if not file.is_file():
        raise typer.BadParameter(f"there is no database at {file}; name one with --database.")
    with closing(Store.open(file)) as store:
        yield store
