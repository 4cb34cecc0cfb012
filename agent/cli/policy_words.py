"""Where do the words around the rules come from?"""

from pathlib import Path

from pydantic import ValidationError

from tools.errors import BadInputError
from tools.policy.wording import PolicyWords
from tools.yaml_source import read_yaml


def load_words(prompts: Path) -> PolicyWords:
    """Read the words; raise `BadInputError` with every fault of the file."""
    source = read_yaml(prompts / "pages" / "policy.en.yaml", "prompts/pages/policy.en.yaml")
    try:
        return PolicyWords.model_validate(source.data, strict=True)
    except ValidationError as error:
        raise BadInputError(*source.faults(error)) from error


def page_frame(prompts: Path) -> Path:
    """Return the HTML around a page."""
    return prompts / "pages" / "policy.html"
