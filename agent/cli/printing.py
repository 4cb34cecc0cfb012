"""How does a page about the rules look in a terminal, as Markdown, and as one HTML file?"""

import re
from collections.abc import Callable, Iterable, Iterator
from html import escape
from pathlib import Path
from string import Template

from agent.desk.terminal_text import printable
from tools.policy.page import Block, Grid, Heading, Listing, Page, Paragraph

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")


def as_text(page: Page) -> str:
    """Return lines for a terminal, without wide tables and without anything that steers it."""
    narrow = (block for block in page if not (isinstance(block, Grid) and block.wide))
    return _join(narrow, _block_as_text)


def as_markdown(page: Page) -> str:
    """Return Markdown in which every word stands for itself."""
    return _join(page, _block_as_markdown)


def as_html(page: Page, frame: Path) -> str:
    """Return one file that loads nothing and runs nothing; `frame` has `$title` and `$body`."""
    title = next((block.text for block in page if isinstance(block, Heading)), "")
    body = _join(page, _block_as_html)
    return Template(frame.read_text(encoding="utf-8")).substitute(title=_shown(title), body=body)


def _join(page: Iterable[Block], draw: Callable[[Block], str]) -> str:
    return "\n\n".join(map(draw, _with_titles(page)))


def _with_titles(page: Iterable[Block]) -> Iterator[Block]:
    for block in page:
        if isinstance(block, Grid) and block.title:
            yield Heading(3, block.title)
        yield block


def _block_as_text(block: Block) -> str:
    match block:
        case Heading(level=level, text=text):
            return f"{_line(text)}\n{('=' if level == 1 else '-') * len(_line(text))}"
        case Paragraph(text=text):
            return _line(text)
        case Listing(items=items, numbered=numbered):
            return "\n".join(_marked(map(_line, items), numbered=numbered))
        case _:
            return "\n".join(_aligned(block))


def _block_as_markdown(block: Block) -> str:
    match block:
        case Heading(level=level, text=text):
            return f"{'#' * level} {_plain(text)}"
        case Paragraph(text=text):
            return _plain(text)
        case Listing(items=items, numbered=numbered):
            return "\n".join(_marked(map(_plain, items), numbered=numbered))
        case _:
            lines = (block.header, ("---",) * len(block.header), *block.rows)
            return "\n".join(f"| {' | '.join(map(_plain, row))} |" for row in lines)


def _block_as_html(block: Block) -> str:
    match block:
        case Heading(level=level, text=text):
            return f"<h{level}>{_shown(text)}</h{level}>"
        case Paragraph(text=text):
            return f"<p>{_shown(text)}</p>"
        case Listing(items=items, numbered=numbered):
            tag = "ol" if numbered else "ul"
            return _wrapped(tag, (f"<li>{_shown(item)}</li>" for item in items))
        case _:
            head = f"<tr>{''.join(f'<th>{_shown(cell)}</th>' for cell in block.header)}</tr>"
            body = (
                f"<tr>{''.join(f'<td>{_shown(c)}</td>' for c in row)}</tr>" for row in block.rows
            )
            return f"<div>{_wrapped('table', (head, *body))}</div>"


def _wrapped(tag: str, lines: Iterable[str]) -> str:
    return "\n".join((f"<{tag}>", *lines, f"</{tag}>"))


def _marked(items: Iterable[str], *, numbered: bool) -> Iterable[str]:
    for number, item in enumerate(items, start=1):
        yield f"{number}. {item}" if numbered else f"- {item}"


def _aligned(grid: Grid) -> Iterable[str]:
    lines = [[_line(cell) for cell in row] for row in (grid.header, *grid.rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for row in lines:
        yield "  ".join(map(str.ljust, row, widths)).rstrip()


def _shown(text: str) -> str:
    return escape(printable(text))


def _line(text: str) -> str:
    return " ".join(printable(text).split())


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", _line(text))
