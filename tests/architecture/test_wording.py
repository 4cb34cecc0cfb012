"""Can every language say everything, from the same facts?"""

import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tools.yaml_source import read_yaml

MACROS = sorted((ROOT / "prompts" / "macros").glob("*.yaml"))
SLOT = re.compile(r"\{(\w+)\}")
SLOTS = re.compile(r"\{\w+\}")


def wordings(path: Path) -> dict[str, str]:
    data = read_yaml(path).data
    assert isinstance(data, dict)
    return {key: str(value) for key, value in data.items()}


def english() -> dict[str, str]:
    return wordings(ROOT / "prompts" / "macros" / "en.yaml")


@pytest.mark.parametrize("path", MACROS, ids=lambda path: path.stem)
def test_a_language_has_the_wordings_that_english_has(path: Path):
    assert wordings(path).keys() == english().keys()


@pytest.mark.parametrize("path", MACROS, ids=lambda path: path.stem)
def test_a_wording_has_the_slots_of_the_english_one(path: Path):
    theirs = {key: set(SLOT.findall(text)) for key, text in wordings(path).items()}
    ours = {key: set(SLOT.findall(text)) for key, text in english().items()}
    different = {
        key: (slots, ours[key]) for key, slots in theirs.items() if slots != ours.get(key, slots)
    }
    assert different == {}


@pytest.mark.parametrize("path", MACROS, ids=lambda path: path.stem)
def test_no_wording_holds_a_number_of_its_own(path: Path):
    digits = {k: t for k, t in wordings(path).items() if re.search(r"\d", SLOTS.sub("", t))}
    assert digits == {}
