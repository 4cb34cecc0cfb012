"""What does the source of this repository look like, for tests that measure it?"""

import ast
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("agent", "tools", "evals")


@dataclass(frozen=True)
class Source:
    """One Python file."""

    name: str
    text: str

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def comments(self) -> Iterator[str]:
        with (ROOT / self.name).open("rb") as file:
            yield from (t.string for t in tokenize.tokenize(file.readline) if t.type == 64)

    def within(self, *places: str) -> bool:
        return self.name.startswith(places)


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """Return the Python files below the folders."""
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return tuple(Source(path.relative_to(ROOT).as_posix(), path.read_text()) for path in paths)


def product() -> tuple[Source, ...]:
    return sources(*PACKAGES)


def everything() -> tuple[Source, ...]:
    return sources(*PACKAGES, "tests")


def kilo_lines(files: tuple[Source, ...]) -> float:
    return sum(file.lines for file in files) / 1000
