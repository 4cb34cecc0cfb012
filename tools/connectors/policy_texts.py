"""What stood in the owner's folder of rules at one moment?"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.errors import BadInputError, Fault
from tools.yaml_source import read_text

REQUIRED = ("marketplace.yaml", "facts.yaml", "fallbacks.yaml")
"""Files that must be there; every other file is a table."""

CASES = "cases/"
"""How the names of files begin that hold no rules."""

Stamp = tuple[tuple[str, int, int], ...]
"""Changes when a file is added, removed or written."""


@dataclass(frozen=True)
class PolicyTexts:
    """The files of a rulebook by name, `returns.yaml` or `sellers/clay.yaml`.

    What the owner tries the rules with, `cases/returns.yaml`, may lie beside them.
    """

    where: str
    """What faults put before a file's name."""
    texts: Mapping[str, str]
    unreadable: tuple[Fault, ...] = ()

    def shown(self, name: str) -> str:
        """Return how a fault names a file."""
        return str(Path(self.where) / name)


def read_texts(directory: Path) -> PolicyTexts:
    """Read every rule file of a folder; what cannot be read is a fault of its own."""
    return _read(directory, tuple(dict.fromkeys((*REQUIRED, *_names(directory)))))


def read_cases(directory: Path) -> PolicyTexts:
    """Read the cases that lie beside the rules."""
    return _read(directory, tuple(f"{CASES}{p.name}" for p in directory.glob(f"{CASES}*.yaml")))


def _read(directory: Path, names: tuple[str, ...]) -> PolicyTexts:
    texts: dict[str, str] = {}
    faults: list[Fault] = []
    for name in names:
        try:
            texts[name] = read_text(directory / name, str(directory / name))
        except BadInputError as error:
            faults.extend(error.faults)
    return PolicyTexts(str(directory), texts, tuple(faults))


def stamp_of(directory: Path) -> Stamp:
    """Return the names, times and sizes of a folder's files, without reading them."""
    found: list[tuple[str, int, int]] = []
    for name in _names(directory):
        try:
            stat = (directory / name).stat()
        except OSError:  # it went away in between, or is a link to nothing
            found.append((name, 0, -1))
        else:
            found.append((name, stat.st_mtime_ns, stat.st_size))
    return tuple(found)


def write_texts(texts: Mapping[str, str], directory: Path) -> None:
    """Write the files into a new folder; raise `BadInputError` when it is there or cannot be."""
    try:
        directory.mkdir(parents=True)
        for name, text in texts.items():
            file = directory / name
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="")
    except FileExistsError as error:
        raise BadInputError(Fault(str(directory), 0, 0, "is there already.")) from error
    except OSError as error:
        sentence = f"cannot be written: {error.strerror}."
        raise BadInputError(Fault(str(directory), 0, 0, sentence)) from error


def _names(directory: Path) -> list[str]:
    own = sorted(path.name for path in directory.glob("*.yaml"))
    return [*own, *sorted(f"sellers/{path.name}" for path in directory.glob("sellers/*.yaml"))]
