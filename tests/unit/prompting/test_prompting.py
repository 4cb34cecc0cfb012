"""Is a prompt file refused at its first mistake, with the place?"""

from pathlib import Path

import pytest

from agent.prompting import load_prompt
from agent.understanding.llm import LlmUnderstanding
from tools.errors import BadInputError

GOOD = """---
purpose: Says hello.
max_tokens: 20
placeholders: [name]
---

# System

Be brief. It costs $$5.

# Message

<!-- the buyer's $first name -->
Hello $name, or ${name}!
"""
BAD = {
    "no front matter": ("Hello", "x/hello.md:1:1: does not begin with front matter"),
    "open front matter": ("---\nmax_tokens: 1", "x/hello.md:1:1: the front matter is not closed"),
    "broken YAML": (GOOD.replace("[name]", "[name"), "x/hello.md:5:1: is not YAML"),
    "unknown key": (GOOD.replace("max", "voice: loud\nmax"), "x/hello.md:3:8: `voice`"),
    "no limit": (GOOD.replace("max_tokens: 20\n", ""), "x/hello.md:2:1: `max_tokens`"),
    "no number": (GOOD.replace("20", "lots"), "x/hello.md:3:13: `max_tokens`"),
    "unknown placeholder": (GOOD.replace("[name]", "[]"), "x/hello.md:14:7: `$name` is not one"),
    "unused placeholder": (GOOD.replace("[name]", "[name, age]"), "x/hello.md:4:22: `age` is used"),
    "lone dollar": (GOOD.replace("$$5", "$5"), "x/hello.md:9:20: a lone `$`"),
    "empty braces": (GOOD.replace("${name}", "${}"), "x/hello.md:14:17: a lone `$`"),
    "section twice": (GOOD.replace("# Message", "# System"), "x/hello.md:11:1: `# System` stands"),
    "empty section": (GOOD + "\n# Extra\n", "x/hello.md:6:1: the section `# Extra` is empty"),
    "lost text": (GOOD.replace("# System\n", ""), "x/hello.md:8:1: stands before the first"),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "x").mkdir()
    return tmp_path / "x" / "hello.md"


def test_fills_a_section(file: Path):
    file.write_text(GOOD)
    assert load_prompt(file).render("message", name="$Ann") == "Hello $Ann, or $Ann!"


def test_two_dollar_signs_are_one(file: Path):
    file.write_text(GOOD)
    assert load_prompt(file).render("system").endswith("$5.")


def test_the_digest_changes_with_the_file(file: Path):
    file.write_text(GOOD)
    before = load_prompt(file).digest
    file.write_text(GOOD.replace("Hello", "Hi"))
    assert load_prompt(file).digest != before


def test_line_ends_of_other_systems_make_no_difference(file: Path):
    file.write_bytes(GOOD.replace("\n", "\r\n").encode("utf-8-sig"))
    assert load_prompt(file).render("message", name="Ann") == "Hello Ann, or Ann!"


@pytest.mark.parametrize("name", BAD)
def test_refuses(name: str, file: Path):
    text, expected = BAD[name]
    file.write_text(text)
    with pytest.raises(BadInputError) as caught:
        load_prompt(file)
    assert str(caught.value).startswith(expected)


def test_names_every_fault_at_once(file: Path):
    file.write_text(GOOD.replace("$$5", "$5").replace("[name]", "[name, age]"))
    with pytest.raises(BadInputError) as caught:
        load_prompt(file)
    assert len(caught.value.faults) == 2


def test_refuses_what_is_not_a_readable_file(file: Path):
    with pytest.raises(BadInputError, match="cannot be read"):
        load_prompt(file)


def test_refuses_what_is_not_utf_8(file: Path):
    file.write_bytes(b"---\npurpose: caf\xe9\n")
    with pytest.raises(BadInputError, match=r"hello.md:2:1: is not UTF-8"):
        load_prompt(file)


def test_refuses_a_huge_file(file: Path):
    file.write_text(GOOD + "x" * 100_000)
    with pytest.raises(BadInputError, match="larger than"):
        load_prompt(file)


def test_a_missing_section_is_named(file: Path):
    file.write_text(GOOD)
    with pytest.raises(BadInputError, match="add the section `# Summary`"):
        load_prompt(file).require("system", "summary")


def test_the_shipped_prompt_fits_its_reader():
    shipped = Path(__file__).parents[3] / "prompts" / "understand.md"
    load_prompt(shipped).require(*LlmUnderstanding.SECTIONS)
