"""What may stay untried, and why?"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from evals.law.case_reading import ACCEPTED, explain
from tools.domain.model import Frozen
from tools.errors import BadInputError
from tools.policy.documents import Sentence
from tools.policy.parse import did_you_mean
from tools.yaml_source import YamlSource, read_yaml

Section = Literal["untouched", "survivors"]


class _File(Frozen):
    """`policy/cases/accepted.yaml`: names with a reason each."""

    untouched: dict[str, Sentence] = Field(default_factory=dict[str, str])
    """Parts of the law that nothing touches."""
    survivors: dict[str, Sentence] = Field(default_factory=dict[str, str])
    """Changes of the law that nothing notices."""


@dataclass(frozen=True)
class Accepted:
    """The lists, with their places."""

    untouched: Mapping[str, str]
    survivors: Mapping[str, str]
    source: YamlSource | None = None

    def stale(self, section: Section, still: Collection[str], all_names: Collection[str]):
        """Yield a sentence for each entry that is not needed any more."""
        listed = self.untouched if section == "untouched" else self.survivors
        gone = [name for name in listed if name not in still]
        return tuple(self._sentences(section, gone, all_names))

    def _sentences(
        self, section: Section, gone: list[str], all_names: Collection[str]
    ) -> Iterator[str]:
        for name in gone:
            hint = "" if name in all_names else did_you_mean(name, all_names)
            known = "is noticed by now" if section == "survivors" else "is touched by now"
            why = known if name in all_names else "is not there (any more)"
            sentence = f"`{name}` {why}; take it off the list.{hint}"
            yield str(self.source.fault((section, name), sentence)) if self.source else sentence


def read_accepted(policy: Path) -> Accepted:
    """Read the lists; without a file they are empty. `BadInputError` lists every fault."""
    path = policy / "cases" / ACCEPTED
    if not path.exists():
        return Accepted({}, {})
    source = read_yaml(path)
    try:
        file = _File.model_validate_json(json.dumps(source.data), strict=True)
    except ValidationError as error:
        raise BadInputError(*explain(source, error, [_File])) from error
    return Accepted(file.untouched, file.survivors, source)
