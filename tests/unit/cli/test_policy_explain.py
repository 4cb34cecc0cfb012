"""Does `nightdesk policy explain` tell the law in each form, and refuse what it does not know?"""

import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.cli.policy import policy_app
from agent.cli.policy_words import load_words
from agent.settings import Settings
from tests.unit.policy.past import WINDOW_20, draft
from tools.errors import BadInputError


def explained(*arguments: str | Path) -> Result:
    return CliRunner().invoke(policy_app, ["explain", *map(str, arguments)])


def test_the_shipped_rules_are_told_on_one_page():
    result = explained()

    assert result.exit_code == 0
    assert result.output.startswith("The rules of Lanternfair\n====")
    assert "Question: may return" in result.output
    assert "| No. |" not in result.output


def test_markdown_has_the_decision_table():
    result = explained("--format", "markdown", "--question", "may_return")

    assert "# The rules of Lanternfair" in result.output
    assert re.search(r"^\| \d+ \| final sale \|", result.output, re.MULTILINE)


def test_html_is_a_whole_file():
    result = explained("--format", "html", "--seller", "wooly-fox")

    assert result.output.startswith("<!doctype html>")
    assert "The rules of Lanternfair for wooly-fox" in result.output
    assert result.output.rstrip().endswith("</html>")


def test_another_folder_is_told_with_its_values(tmp_path: Path):
    result = explained("--policy", draft(tmp_path, WINDOW_20))

    assert "window days: 20; a seller may choose" in result.output


@pytest.mark.parametrize(
    ("option", "name", "near"),
    [("--question", "may_retrun", "may_return"), ("--seller", "woly-fox", "wooly-fox")],
)
def test_an_unknown_name_is_wrong_use_with_a_hint(option: str, name: str, near: str):
    result = explained(option, name)

    assert result.exit_code == 2
    assert near in result.output


def test_rules_with_a_fault_are_not_explained(tmp_path: Path):
    folder = draft(tmp_path, ("returns.yaml", "{dispute_open: true}", "{dispute_opn: true}"))

    result = explained("--policy", folder)

    assert isinstance(result.exception, BadInputError)
    assert "The catalogue has no fact `dispute_opn`." in str(result.exception)


def test_words_with_a_fault_are_refused_at_their_place(tmp_path: Path):
    prompts = Path(shutil.copytree(Settings().prompts_dir, tmp_path / "prompts"))
    file = prompts / "pages" / "policy.en.yaml"
    text = file.read_text(encoding="utf-8").replace(
        "  title: The rules of", "  titel: The rules of"
    )
    file.write_text(text, encoding="utf-8")

    with pytest.raises(BadInputError, match=r"explain\.title") as refused:
        load_words(prompts)

    assert len(refused.value.faults) == 2
