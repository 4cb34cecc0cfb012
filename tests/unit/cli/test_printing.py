"""Can nothing in a page do more than be read?"""

from html.parser import HTMLParser
from pathlib import Path

from agent.cli.policy_words import page_frame
from agent.cli.printing import as_html, as_markdown, as_text
from agent.settings import Settings
from tools.policy.page import Grid, Heading, Listing, Page, Paragraph

FRAME = page_frame(Settings().prompts_dir)
HOSTILE = "<script>alert(1)</script><img src=//evil.example onerror=x> $title \x1b[31m| `x` [a](b)"
PAGE: Page = (
    Heading(1, HOSTILE),
    Paragraph(HOSTILE),
    Listing((HOSTILE, "two\nlines")),
    Listing((HOSTILE,), numbered=True),
    Grid((HOSTILE, "b"), ((HOSTILE, "d"),), title=HOSTILE),
)
WIDE = Grid(("a", "b"), (("longer", "d"),), title="Wide", wide=True)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.setdefault(tag, []).extend(name for name, _ in attrs)


def tags(html: str) -> dict[str, list[str]]:
    reader = Tags()
    reader.feed(html)
    return reader.seen


def test_html_runs_nothing_and_loads_nothing():
    seen = tags(as_html(PAGE, FRAME))

    assert seen.keys().isdisjoint({"script", "img", "link", "a", "iframe", "object", "form", "svg"})
    assert {name for names in seen.values() for name in names} <= {
        "lang",
        "charset",
        "http-equiv",
        "content",
        "name",
    }


def test_html_forbids_the_browser_to_load_anything():
    assert "default-src 'none'" in as_html(PAGE, FRAME)
    assert "url(" not in FRAME.read_text(encoding="utf-8")


def test_html_shows_every_word_as_it_was_written():
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in as_html(PAGE, FRAME)
    assert as_html(PAGE, FRAME).count("$title") == 8


def test_a_page_without_a_title_has_an_empty_one():
    assert "<title></title>" in as_html((Paragraph("words"),), FRAME)


def test_markdown_takes_no_word_for_markup():
    drawn = as_markdown(PAGE)

    assert "\\<script\\>" in drawn
    assert "\\[a\\](b)" in drawn
    assert "\x1b" not in drawn


def test_a_markdown_table_has_as_many_cells_as_its_header():
    lines = as_markdown((Grid(("a", "b"), (("x | y", "d\ne"),)),)).splitlines()

    assert lines == ["| a | b |", "| --- | --- |", "| x \\| y | d e |"]


def test_lists_are_numbered_when_their_order_counts():
    page: Page = (Listing(("a", "b")), Listing(("c", "d"), numbered=True))

    assert as_markdown(page) == "- a\n- b\n\n1. c\n2. d"


def test_text_has_nothing_that_steers_a_terminal():
    assert "\x1b" not in as_text(PAGE)


def test_text_lines_up_its_columns():
    grid = Grid(("a", "b"), (("longer", "d"),), title="Sums")

    assert as_text((grid,)) == "Sums\n----\n\na       b\nlonger  d"


def test_a_wide_table_is_for_paper_only(tmp_path: Path):
    frame = tmp_path / "frame.html"
    frame.write_text("$title|$body", encoding="utf-8")

    assert as_text((WIDE, Paragraph("end"))) == "end"
    assert "### Wide" in as_markdown((WIDE,))
    assert "<th>a</th>" in as_html((WIDE,), frame)
