"""Can a buyer's words steer the terminal of the person who reads them?"""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.desk.terminal_text import first_line, printable
from tests.desk.opened import HOSTILE, HOSTILE_INERT


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (HOSTILE, HOSTILE_INERT),
        ("\x1b]8;;http://example.com\x1b\\click\x1b]8;;\x1b\\", "click"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1bP+q544e\x1b\\after", "after"),
        ("an unfinished \x1b]0;title", "an unfinished "),
        ("back\x08\x08space\x7f", "backspace"),
        ("two\r\nlines\rover", "two\nlinesover"),
        ("a\tb", "a b"),
        ("half \ud800", "half "),
        ("\u202eright\u2066to\u200fleft", "righttoleft"),
        ("Ärger, 猫, مرحبا, 👩\u200d👧, क्\u200dष", "Ärger, 猫, مرحبا, 👩\u200d👧, क्\u200dष"),
    ],
)
def test_only_words_are_printed(text: str, shown: str):
    assert printable(text) == shown


@given(st.text(st.characters(), max_size=200))
def test_nothing_that_steers_a_terminal_is_left_of_any_text(text: str):
    categories = {unicodedata.category(c) for c in printable(text) if c not in "\n\u200c\u200d"}
    assert not categories & {"Cc", "Cf", "Cs"}


def test_a_first_line_is_one_line_of_a_given_width():
    assert first_line("my mug\n\nis  broken", 40) == "my mug is broken"
    assert first_line("my mug is broken", 8) == "my mug …"
