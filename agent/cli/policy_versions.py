"""How does a draft begin, how does a version of the rules come into force, and what was before?"""

import json
import re
from collections.abc import Generator
from contextlib import closing, contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from agent.bootstrap import (
    PolicyHome,
    SystemClock,
)
from agent.desk.terminal_text import first_line, printable
from agent.settings import Settings
from agent.worker.rulebooks import (
    Files,
    OvertakenError,
    Publication,
    Published,
    Reasons,
    Shelf,
)
from agent.worker.rulebooks_in_force import Loaded
from agent.worker.store import Store
from tools.errors import BadInputError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
FOUND = 1

_WIDE = 60


def _said(text: str) -> str:
    if not text.strip():
        raise typer.BadParameter("It says nothing.")
    return text.strip()


By = Annotated[str, typer.Option("--by", help="Who stands for it.", callback=_said)]
Why = Annotated[
    str, typer.Option("--why", help="The reason, for those who come after.", callback=_said)
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Version = Annotated[str | None, typer.Argument(help="A version, or how it begins.")]


def register(policy_app: typer.Typer) -> None:
    """Add the commands."""
    policy_app.command("draft")(draft)
    policy_app.command("history")(history)
    policy_app.command("rollback")(rollback)


def draft(
    name: Annotated[str, typer.Argument(help="What to call the draft.")],
    *,
    version: Annotated[
        str | None, typer.Option("--from", help="Start from this version instead.")
    ] = None,
) -> None:
    """Copy the rules in force to a folder of their own, to be changed there."""
    if _NAME.fullmatch(name) is None:
        raise typer.BadParameter("A name is letters, digits, dots, dashes and underscores.")
    settings = Settings()
    folder = settings.drafts_dir / name
    with open_shelf(settings) as shelf:
        chosen = None if version is None else find_version(shelf, version)
        PolicyHome(folder, settings.prompts_dir).write(_files(shelf, settings, chosen))
    typer.echo(f"{folder} holds the draft. Next: nightdesk policy check --policy {folder}")


def history(*, as_json: AsJson = False) -> None:
    """Show which version was in force from when on, who put it there and why."""
    with open_shelf(Settings()) as shelf:
        publications = shelf.history()
    if as_json:
        for one in publications:
            typer.echo(json.dumps(one.model_dump(mode="json")))
    elif not publications:
        typer.echo("Nothing was ever published; the rules come from the folder.")
    else:
        Console(highlight=False).print(_page(publications))


def rollback(
    version: Version = None,
    *,
    by: By,
    why: Why,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Running conversations leave the bad version, too.")
    ] = False,
) -> None:
    """Put an earlier version in force again; no tests are run."""
    settings = Settings()
    home = _home(settings)
    with open_shelf(settings) as shelf:
        last = shelf.history()[-1:]
        if not last:
            raise typer.BadParameter("Nothing was ever published.")
        before = Published(n=last[0].n, version=last[0].version)
        wanted = last[0].replaces if version is None else find_version(shelf, version)
        if wanted is None:
            raise typer.BadParameter("Name a version; nothing is known to have been before.")
        if wanted == before.version:
            typer.echo(f"{wanted} is in force already.")
            return
        with faults_shown():
            loaded = home.read_stored(wanted, shelf.files(wanted) or {})
        reasons = Reasons(by=by, why=why, withdraws=withdraw)
        put_in_force(shelf, settings, loaded, reasons, before)


def put_in_force(
    shelf: Shelf, settings: Settings, loaded: Loaded, reasons: Reasons, before: Published | None
) -> None:
    """Publish unless somebody else did since `before` was read; exit 1 then."""
    now = SystemClock().now()
    replaces = before.version if before is not None else _keep_folder(shelf, settings)
    publication = Publication(
        n=before.n + 1 if before is not None else 1,
        version=loaded.version,
        at=now,
        replaces=replaces,
        reasons=reasons,
    )
    try:
        shelf.publish(publication, loaded.files)
    except OvertakenError as error:
        typer.echo("Somebody else published in between; nothing was changed. Look at the history.")
        raise typer.Exit(FOUND) from error
    typer.echo(
        f"{loaded.version} is in force (publication {publication.n}, {replaces or 'nothing'} before)."
    )


@contextmanager
def open_shelf(settings: Settings) -> Generator[Shelf]:
    """Open the versions in the settings' database."""
    with closing(Store.open(settings.database)) as store:
        yield Shelf(store.database)


@contextmanager
def faults_shown() -> Generator[None]:
    """Print every fault and exit 1."""
    try:
        yield
    except BadInputError as error:
        for fault in error.faults:
            typer.echo(str(fault))
        typer.echo("Nothing was changed.")
        raise typer.Exit(FOUND) from error


def find_version(shelf: Shelf, begins: str) -> str:
    """Return the one version that begins like this."""
    found = shelf.versions(begins)
    if len(found) != 1:
        sentence = "Several versions begin" if found else "No version begins"
        raise typer.BadParameter(f"{sentence} with {begins}; `nightdesk policy history` has them.")
    return found[0]


def rules_in_words(settings: Settings, shelf: Shelf) -> str:
    """Say which rules are in force, and whether the folder is different."""
    publications = shelf.history()
    here = _home(settings).version()
    if not publications:
        return f"Rules {here or '(with faults)'} from {settings.policy_dir}, never published."
    last = publications[-1]
    said = f"Rules {last.version}, published {last.at.date().isoformat()} by {first_line(last.reasons.by, _WIDE)}"
    if here == last.version:
        return f"{said}; {settings.policy_dir} is the same."
    differs = "differs" if here is not None else "has faults"
    return f"{said}; {settings.policy_dir} {differs} and is not asked."


def _home(settings: Settings) -> PolicyHome:
    return PolicyHome(settings.policy_dir, settings.prompts_dir)


def _keep_folder(shelf: Shelf, settings: Settings) -> str | None:
    """Keep what was in force until the first publication, so that it can be put back."""
    try:
        loaded = _home(settings).read_folder()
    except BadInputError:
        return None
    shelf.keep(loaded.version, loaded.files, SystemClock().now())
    return loaded.version


def _files(shelf: Shelf, settings: Settings, version: str | None) -> Files:
    if version is None:
        published = shelf.in_force()
        version = published.version if published is not None else None
    stored = shelf.files(version) if version is not None else None
    if stored is None:
        return _home(settings).texts()
    # A version that was never tested has no cases; those of the folder say what must stay true.
    return (
        stored
        if any("cases/" in name for name in stored)
        else {**stored, **_home(settings).cases()}
    )


def _page(publications: tuple[Publication, ...]) -> Table:
    table = Table("", "version", "in force since", "by", "why", "tests", "flips", "before")
    for one in reversed(publications):
        table.add_row(
            str(one.n),
            one.version,
            one.at.isoformat(sep=" ", timespec="minutes"),
            Text(first_line(one.reasons.by, _WIDE)),
            Text(printable(one.reasons.why)),
            _tests(one.reasons),
            f"{one.reasons.flips} of {one.reasons.past_cases}" if one.reasons.tests else "",
            one.replaces or "",
        )
    return table


def _tests(reasons: Reasons) -> str:
    tests = reasons.tests
    if tests is None:
        return "none"
    return (
        f"{tests.passed} passed, {tests.failed} failed"
        if tests.failed
        else f"{tests.passed} passed"
    )
