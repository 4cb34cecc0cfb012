"""How does a YAML file that a person wrote become data, with the place of every fault?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from pydantic import ValidationError

from tools.errors import BadInputError, Fault

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]
Path_ = tuple[str | int, ...]

_MAX_BYTES = 4_000_000
_MAX_DEPTH = 40
_SCALARS: tuple[tuple[re.Pattern[str], type[int] | type[float]], ...] = (
    (re.compile(r"[-+]?[0-9]+"), int),
    (re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?"), float),
)
_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value")
)
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True)
class YamlSource:
    """A parsed file: the plain data and where each value stands.

    Only the YAML 1.2 core scalars are known: `yes`, `no`, `on` and dates stay words.
    """

    file: str
    data: Plain
    places: dict[Path_, tuple[int, int]] = field(repr=False)

    def fault(self, path: Path_, sentence: str) -> Fault:
        """Return a fault at the nearest known place of a path into the data."""
        while path and path not in self.places:
            path = path[:-1]
        line, column = self.places.get(path, (1, 1))
        return Fault(self.file, line, column, sentence)

    def faults(self, error: ValidationError, at: Path_ = ()) -> list[Fault]:
        """Translate pydantic's errors about (a part of) this file's data."""
        return [self.fault((*at, *e["loc"]), _sentence(e["loc"], e["msg"])) for e in error.errors()]


def read_yaml(path: Path, name: str | None = None) -> YamlSource:
    """Read a file; raise `BadInputError` when it cannot be read or is not plain YAML."""
    shown = name or str(path)
    return parse_yaml(read_text(path, shown), shown)


def read_text(path: Path, shown: str) -> str:
    """Return what a file says; raise `BadInputError` when it is too large or not UTF-8."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadInputError(Fault(shown, 0, 0, f"cannot be read: {error.strerror}.")) from error
    if len(raw) > _MAX_BYTES:
        raise BadInputError(Fault(shown, 0, 0, f"is larger than {_MAX_BYTES:,} bytes."))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise BadInputError(
            Fault(shown, line, 1, "is not UTF-8; save the file as UTF-8.")
        ) from error


def parse_yaml(text: str, name: str) -> YamlSource:
    """Parse text; raise `BadInputError` with every duplicate key, anchor and tag it has."""
    try:
        _refuse_deep_nesting(text, name)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError) as error:
        raise BadInputError(_syntax_fault(error, name)) from error
    builder = _Builder(name)
    data = builder.build(root, ()) if root is not None else None
    if builder.found:
        raise BadInputError(*builder.found)
    return YamlSource(name, data, builder.places)


class _Builder:
    def __init__(self, name: str) -> None:
        self.name = name
        self.places: dict[Path_, tuple[int, int]] = {}
        self.found: list[Fault] = []
        self._seen: set[int] = set()

    def build(self, node: yaml.Node, path: Path_) -> Plain:
        self.places[path] = _place(node)
        if id(node) in self._seen:
            self._report(node, "is an alias (`*name`); write the value out instead.")
            return None
        self._seen.add(id(node))
        match node:
            case yaml.MappingNode():
                return dict(self._entries(node, path))
            case yaml.SequenceNode():
                return [self.build(item, (*path, i)) for i, item in enumerate(node.value)]
            case yaml.ScalarNode():
                return self._scalar(node)
            case _:
                raise AssertionError(node)

    def _entries(self, node: yaml.MappingNode, path: Path_) -> Iterator[tuple[str, Plain]]:
        keys: set[str] = set()
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._report(key_node, "is not a simple key; a key is one word.")
                continue
            key = str(key_node.value)
            if key in keys:
                self._report(key_node, f"`{key}` stands here a second time; keep one of them.")
            keys.add(key)
            yield key, self.build(value_node, (*path, key))

    def _scalar(self, node: yaml.ScalarNode) -> Plain:
        text = str(node.value)
        if node.tag not in _PLAIN_TAGS:
            self._report(node, f"the tag `{node.tag}` is not allowed; remove it.")
        if node.style:
            return text
        if text.lower() in _WORDS:
            return _WORDS[text.lower()]
        for pattern, kind in _SCALARS:
            if pattern.fullmatch(text) and len(text) < 20:  # noqa: PLR2004 - longer ones are words
                return kind(text)
        return text

    def _report(self, node: yaml.Node, sentence: str) -> None:
        line, column = _place(node)
        self.found.append(Fault(self.name, line, column, sentence))


def _refuse_deep_nesting(text: str, name: str) -> None:
    """Look at the events first: composing a very deep file would exhaust the C stack."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MAX_DEPTH:
            raise BadInputError(Fault(name, *_place(event), f"is nested over {_MAX_DEPTH} levels."))


def _place(node: yaml.Node | yaml.Event) -> tuple[int, int]:
    mark = node.start_mark
    assert mark is not None, "a parser over text always sets marks"
    return mark.line + 1, mark.column + 1


def _syntax_fault(error: Exception, name: str) -> Fault:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    if "'\\t'" in problem:
        problem = "a tab stands where YAML wants spaces"
    return Fault(name, line, column, f"is not YAML: {problem}.")


def _sentence(loc: tuple[str | int, ...], message: str) -> str:
    where = ".".join(str(part) for part in loc)
    return f"`{where}`: {message[:1].lower()}{message[1:]}." if where else f"{message}."
