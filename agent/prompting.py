"""How does a Markdown file in prompts/ become the text that a model gets?"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Template

from pydantic import ConfigDict, Field, ValidationError

from tools.domain.model import Frozen
from tools.errors import BadInputError, Fault
from tools.yaml_source import YamlSource, parse_yaml

_MAX_BYTES = 64_000
_FENCE = "---"
_HEADING = re.compile(r"# +(.+?) *")
_IGNORED = re.compile(r"(?s)<!--.*?-->")
_DOLLAR = re.compile(r"\$(?:(?P<escaped>\$)|(?P<name>[_a-z][_a-z0-9]*)|\{(?P<braced>[^}\n]*)\}|)")


class FrontMatter(Frozen):
    """What stands between the two `---` lines at the top of a prompt."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    purpose: str = Field(min_length=1)
    """One sentence for the owner; no model sees it."""
    max_tokens: int = Field(ge=1, le=4_000, strict=True)
    """The longest answer that is waited for."""
    placeholders: tuple[str, ...] = ()
    tools: Mapping[str, str] = Field(default_factory=dict[str, str])
    """Tool name -> when to call it, for tools that are no request of the buyer's."""


class Prompt(Frozen):
    """A prompt whose placeholders are known to fit."""

    file: str
    """As it is shown in faults."""
    front: FrontMatter
    sections: dict[str, str]
    """Heading in lower case -> text with `$placeholders`."""
    digest: str
    """Changes with every byte of the file."""

    def require(self, *sections: str) -> None:
        """Raise `BadInputError` when the caller would miss a section."""
        missing = [name for name in sections if name not in self.sections]
        if missing:
            wanted = ", ".join(f"`# {name.capitalize()}`" for name in missing)
            raise BadInputError(Fault(self.file, 0, 0, f"add the section {wanted}."))

    def render(self, section: str, **values: str) -> str:
        """Fill one section; a value is put in as it is, `$` included."""
        return Template(self.sections[section]).substitute(values)


def load_prompt(path: Path) -> Prompt:
    """Read a prompt; raise `BadInputError` with every fault in it."""
    name = f"{path.parent.name}/{path.name}"
    text = _read(path, name)
    head, body, first = _split(text, name)
    source = parse_yaml(head, name)
    found: list[Fault] = []
    front = _front_matter(source, found)
    sections = _sections(body, first, name, found)
    found += _placeholder_faults(source, front, body, first)
    if found or front is None:
        raise BadInputError(*found)
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return Prompt(file=name, front=front, sections=sections, digest=digest)


def _read(path: Path, name: str) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadInputError(Fault(name, 0, 0, f"cannot be read: {error.strerror}.")) from error
    if len(raw) > _MAX_BYTES:
        raise BadInputError(Fault(name, 0, 0, f"is larger than {_MAX_BYTES:,} bytes."))
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise BadInputError(Fault(name, line, 1, "is not UTF-8; save it as UTF-8.")) from error


def _split(text: str, name: str) -> tuple[str, str, int]:
    """Return the front matter, the body, and the line where the body begins.

    The front matter keeps an empty first line, so that its line numbers are the file's.
    """
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        raise BadInputError(
            Fault(name, 1, 1, "does not begin with front matter; add a `---` line.")
        )
    ends = [at for at, line in enumerate(lines) if at and line.rstrip() == _FENCE]
    if not ends:
        raise BadInputError(Fault(name, 1, 1, "the front matter is not closed; add a `---` line."))
    end = ends[0]
    return "\n".join(["", *lines[1:end]]), "\n".join(lines[end + 1 :]), end + 2


def _front_matter(source: YamlSource, found: list[Fault]) -> FrontMatter | None:
    try:
        return FrontMatter.model_validate(source.data)
    except ValidationError as error:
        found.extend(source.faults(error))
        return None


def _sections(body: str, first: int, name: str, found: list[Fault]) -> dict[str, str]:
    parts: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line, text in enumerate(_without_comments(body).split("\n"), first):
        if heading := _HEADING.fullmatch(text):
            title = heading[1].lower()
            if title in parts:
                found.append(Fault(name, line, 1, f"`# {heading[1]}` stands here a second time."))
            current = parts.setdefault(title, [])
        elif current is not None:
            current.append(text)
        elif text.strip():
            found.append(Fault(name, line, 1, "stands before the first `# Section`; move it."))
            current = []
    texts = {title: "\n".join(lines).strip() for title, lines in parts.items()}
    found += [
        Fault(name, first, 1, f"the section `# {title.capitalize()}` is empty.")
        for title, text in texts.items()
        if not text
    ]
    return texts


def _placeholder_faults(
    source: YamlSource, front: FrontMatter | None, body: str, first: int
) -> list[Fault]:
    if front is None:
        return []
    dollars = list(_dollars(body, first))
    found = [
        Fault(source.file, line, column, f"`${name}` is not one of the `placeholders` above.")
        if name
        else Fault(source.file, line, column, "a lone `$`; write `$$` for a dollar sign.")
        for name, line, column in dollars
        if name not in front.placeholders
    ]
    used = {name for name, _, _ in dollars}
    return found + [
        source.fault(("placeholders", at), f"`{name}` is used nowhere below; remove it.")
        for at, name in enumerate(front.placeholders)
        if name not in used
    ]


def _dollars(body: str, first: int) -> Iterator[tuple[str, int, int]]:
    """Return the name after each `$` (nothing for a lone one), its line and its column."""
    for line, text in enumerate(_without_comments(body).split("\n"), first):
        for dollar in _DOLLAR.finditer(text):
            if not dollar["escaped"]:
                yield dollar["name"] or dollar["braced"] or "", line, dollar.start() + 1


def _without_comments(body: str) -> str:
    """Blank out comments, keeping the lines where they stand."""
    return _IGNORED.sub(lambda comment: "\n" * comment[0].count("\n"), body)
