"""What do two versions of the rules do differently, in the evals and at the edges of the rules?"""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from agent.bootstrap import PolicyHome, load_law
from agent.cli.policy_diff import Comparison, DiffWriter, Tried
from agent.cli.policy_replay import ReplayFormat
from agent.cli.policy_versions import find_version, open_shelf
from agent.cli.policy_words import load_words, page_frame
from agent.cli.printing import as_html, as_text
from agent.settings import Settings
from evals.recorded import recorded_decisions
from tools.policy.differences import find_differences
from tools.policy.explain import Law
from tools.policy.flips import find_flips
from tools.policy.grid import make_grid
from tools.policy.grid_flips import group_flips, group_grid

FOUND = 1
_OF_ALL = "A folder of rules, or a version that was in force."


def diff(
    old: Annotated[str, typer.Argument(help=_OF_ALL)],
    new: Annotated[str, typer.Argument(help=_OF_ALL)],
    *,
    form: Annotated[ReplayFormat, typer.Option("--format")] = ReplayFormat.table,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    conversations: Annotated[
        bool, typer.Option(help="Play the conversations of the evals as well.")
    ] = True,
) -> None:
    """Tell what two versions of the rules do differently; exit 1 when there is something."""
    settings = Settings()
    with tempfile.TemporaryDirectory() as spare:
        ours, theirs = (folder_of(name, Path(spare), settings) for name in (old, new))
        found = compare(ours, theirs, settings, conversations=conversations)
    writer = DiffWriter(found, load_words(settings.prompts_dir))
    if as_json or form is ReplayFormat.json:
        typer.echo("\n".join(writer.json_lines()))
    elif form is ReplayFormat.csv:
        typer.echo(writer.csv(), nl=False)
    elif form is ReplayFormat.html:
        typer.echo(as_html(writer.page(wide=True), page_frame(settings.prompts_dir)))
    else:
        typer.echo(as_text(writer.page(wide=False)))
    raise typer.Exit(FOUND if found.differs else 0)


def compare(old: Path, new: Path, settings: Settings, *, conversations: bool) -> Comparison:
    """Compare two folders; raise `BadInputError` when one of them cannot be asked."""
    ours, theirs = load_law(old), load_law(new)
    grid = make_grid(ours.rulebook, theirs.rulebook)
    groups = group_grid(grid, ours.rulebook, theirs.rulebook)
    return Comparison(
        old=ours,
        new=theirs,
        differences=find_differences(ours.documents, theirs.documents),
        recorded=_recorded(old, theirs, settings) if conversations else None,
        generated=Tried(len(grid.cases), groups, is_cut=grid.is_cut),
    )


def folder_of(name: str, spare: Path, settings: Settings) -> Path:
    """Return a folder of rules; a version is unpacked into `spare`."""
    if Path(name).is_dir():
        return Path(name)
    with open_shelf(settings) as shelf:
        version = find_version(shelf, name)
        files = shelf.files(version)
    PolicyHome(spare / version, settings.prompts_dir).write(files or {})
    return spare / version


def _recorded(old: Path, new: Law, settings: Settings) -> Tried:
    decisions = recorded_decisions(old, settings)
    return Tried(len(decisions), group_flips(find_flips(decisions, new.rulebook), {}))
