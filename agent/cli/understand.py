"""What does Nightdesk read in each of these messages?"""

import asyncio
import json as json_lines
import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from agent.bootstrap import SystemClock, load_understanding
from agent.requests import RequestCatalogue
from agent.settings import Settings
from agent.understanding.reading import Hearing, Reading
from tools.errors import BadInputError, Fault

_STANDARD_INPUT = "-"


def understand(
    file: Annotated[
        str, typer.Argument(help="One message a line, or JSONL rows with `text`.")
    ] = "-",
    *,
    json: Annotated[bool, typer.Option(help="Print one JSON object a line.")] = False,
    limit: Annotated[int, typer.Option(min=0, help="Stop after so many; 0 reads all.")] = 0,
    model: Annotated[str | None, typer.Option(help="`embedded`, or the name of a model.")] = None,
) -> None:
    """Print what is read in each message of FILE, or of standard input."""
    settings = Settings()
    hearing = Hearing(today=SystemClock().now().date())
    with _opened(file) as lines:
        catalogue = RequestCatalogue.load(settings.prompts_dir)
        reader = load_understanding(settings, catalogue, model or settings.model)
        for text in _messages(lines, file, limit):
            reading, _ = asyncio.run(reader.read(text, hearing))
            print(_as_json(text, reading) if json else _as_line(text, reading), flush=True)


@contextmanager
def _opened(file: str) -> Generator[BinaryIO]:
    if file == _STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    try:
        lines = Path(file).open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise BadInputError(Fault(file, 0, 0, f"cannot be read: {error.strerror}.")) from error
    with lines:
        yield lines


def _messages(lines: Iterable[bytes], file: str, limit: int) -> Iterator[str]:
    """Yield the text of each line; a row that is JSON is told by its first character."""
    for number, raw in enumerate(lines, start=1):
        if limit and number > limit:
            return
        line = raw.decode("utf-8", "replace").rstrip("\r\n").removeprefix("\ufeff")
        yield _row_text(line, file, number) if line.startswith("{") else line


def _row_text(line: str, file: str, number: int) -> str:
    try:
        row: object = json_lines.loads(line)
    except ValueError:
        return line  # A message may well begin with a brace.
    text = row.get("text") if isinstance(row, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    if not isinstance(text, str):
        sentence = "this row has no `text`; each JSON row needs one."
        raise BadInputError(Fault(file, number, 1, sentence))
    return text


def _as_json(text: str, reading: Reading) -> str:
    record = {"text": text, **reading.model_dump(mode="json")}
    return json_lines.dumps(record, ensure_ascii=True, sort_keys=False)


def _as_line(text: str, reading: Reading) -> str:
    """Print requests with how sure each is, then all else that was heard."""
    said = [f"{r.id} {r.confidence:.0%}" + _subject(r.order, r.item) for r in reading.requests]
    if reading.candidates:
        said.append(f"unsure: {' or '.join(reading.candidates)}")
    said.extend(f"{answer.kind}={answer.value}" for answer in reading.answers)
    said.extend(sorted(reading.moves))
    said.extend(f"risk:{risk}" for risk in sorted(reading.risks))
    said.extend([reading.language, reading.mood])
    shown = " ".join(text.split())[:70].encode("utf-8", "replace").decode()
    return f"{shown}\n  -> {', '.join(said)}"


def _subject(order: str | None, item: str | None) -> str:
    parts = [part for part in (order, item) if part]
    return f" ({', '.join(parts)})" if parts else ""
