"""What is a page about the rules made of, whatever it is printed on?"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """A title; 1 is the page's."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A few sentences."""

    text: str


@dataclass(frozen=True)
class Listing:
    """Points, numbered when their order counts."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Grid:
    """A table; wide ones are left out where a page has a narrow screen."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    wide: bool = False


Block = Heading | Paragraph | Listing | Grid
Page = tuple[Block, ...]
