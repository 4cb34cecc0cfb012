"""How is the head of the log kept where whoever can write the database cannot change it?"""

from pathlib import Path

from pydantic import ValidationError

from agent.worker.audit import Head
from tools.errors import BadInputError, Fault


def add_anchor(file: Path, head: Head) -> None:
    """Add a line; earlier ones stay, so that each of them can still be held against the log."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as lines:
            lines.write(f"{head.model_dump_json()}\n")
    except OSError as error:
        raise BadInputError(_fault(file, 0, f"cannot be written: {error.strerror}.")) from error


def read_anchors(file: Path) -> tuple[Head, ...]:
    """Return every anchor of a file; `BadInputError` when it has none, or a line that is none."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(_fault(file, 0, "cannot be read.")) from error
    heads: list[Head] = []
    for number, line in enumerate(lines, start=1):
        try:
            heads.append(Head.model_validate_json(line))
        except ValidationError as error:
            raise BadInputError(_fault(file, number, "is not an anchor.")) from error
    if not heads:
        raise BadInputError(_fault(file, 0, "holds no anchor."))
    return tuple(heads)


def _fault(file: Path, line: int, sentence: str) -> Fault:
    return Fault(str(file), line, 0, sentence)
