"""How does the owner's folder of YAML become a rulebook, or a list of everything wrong with it?"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from tools.domain.model import Frozen
from tools.errors import BadInputError, Fault
from tools.policy.caps import Caps
from tools.policy.compile import compile_rulebook
from tools.policy.documents import (
    CatalogueFile,
    Documents,
    FallbackFile,
    Fallbacks,
    Finding,
    Limit,
    MarketplaceFile,
    QuestionDraft,
    RuleDraft,
    SellerFile,
    TableFile,
)
from tools.policy.facts import FactSpec, Freshness
from tools.policy.lint import lint
from tools.policy.lint_logic import lint_logic
from tools.policy.marketplace import Patience
from tools.policy.parse import did_you_mean
from tools.policy.rulebook import Rulebook, version_of
from tools.yaml_source import YamlSource, read_yaml

File = TypeVar("File", bound=Frozen)
_SHAPES: Mapping[str, type[Frozen]] = {
    "marketplace.yaml": MarketplaceFile,
    "facts.yaml": CatalogueFile,
    "fallbacks.yaml": FallbackFile,
}
"""Files that must be there; every other file is a table."""
_KEYS = sorted(
    key
    for shape in (
        *_SHAPES.values(),
        SellerFile,
        QuestionDraft,
        RuleDraft,
        Limit,
        FactSpec,
        Freshness,
        Fallbacks,
        Patience,
        Caps,
    )
    for key in shape.model_fields
)


def load_rulebook(directory: Path, today: date | None = None) -> Rulebook:
    """Read and check the whole folder; raise `BadInputError` with every fault at once.

    With `today`, a review date that has gone by is a fault as well.
    """
    folder = _Folder(directory)
    documents = folder.read()
    raw = {name: source.data for name, source in folder.sources.items()}
    rulebook, findings = compile_rulebook(documents, version_of(raw))
    findings = (*findings, *lint(documents, rulebook, today))
    findings = findings or lint_logic(rulebook)
    if findings:
        raise BadInputError(*sorted((folder.place(f) for f in findings), key=_by_place))
    return rulebook


def read_documents(directory: Path) -> Documents:
    """Read the folder as it is written; raise `BadInputError` when a file has not its shape."""
    return _Folder(directory).read()


@dataclass
class _Folder:
    directory: Path
    sources: dict[str, YamlSource] = field(default_factory=dict[str, YamlSource])
    faults: list[Fault] = field(default_factory=list[Fault])

    def read(self) -> Documents:
        """Read every file before giving up, so that one broken file does not hide another."""
        shaped: dict[str, Frozen] = {}
        for name in self._names():
            file = self._read(name, _shape_of(name))
            if file is not None:
                shaped[name] = file
        if self.faults:
            raise BadInputError(*sorted(self.faults, key=_by_place))
        tables = {name: file for name, file in shaped.items() if isinstance(file, TableFile)}
        return Documents(
            marketplace=_only(MarketplaceFile, shaped),
            catalogue=_only(CatalogueFile, shaped),
            fallbacks=_only(FallbackFile, shaped),
            tables={Path(n).stem: f for n, f in tables.items() if not isinstance(f, SellerFile)},
            sellers={Path(n).stem: f for n, f in tables.items() if isinstance(f, SellerFile)},
        )

    def _names(self) -> list[str]:
        own = sorted(path.name for path in self.directory.glob("*.yaml"))
        sellers = sorted(f"sellers/{p.name}" for p in self.directory.glob("sellers/*.yaml"))
        return [*_SHAPES, *(name for name in own if name not in _SHAPES), *sellers]

    def _read(self, name: str, shape: type[File]) -> File | None:
        try:
            source = read_yaml(self.directory / name, str(self.directory / name))
        except BadInputError as error:
            self.faults.extend(error.faults)
            return None
        self.sources[name] = source
        try:
            # As JSON, since only there lists may become tuples while words stay words.
            return shape.model_validate_json(json.dumps(source.data), strict=True)
        except ValidationError as error:
            self.faults.extend(_explain(source, error))
            return None

    def place(self, finding: Finding) -> Fault:
        """Find the line of a finding."""
        return self.sources[finding.file].fault(finding.path, finding.sentence)


def _shape_of(name: str) -> type[Frozen]:
    return SellerFile if "/" in name else _SHAPES.get(name, TableFile)


def _explain(source: YamlSource, error: ValidationError) -> list[Fault]:
    """Return pydantic's errors with a hint where a key was misspelt."""
    faults: list[Fault] = []
    for problem, fault in zip(error.errors(), source.faults(error), strict=True):
        if problem["type"] == "extra_forbidden":
            key = str(problem["loc"][-1])
            hint = did_you_mean(key, _KEYS)
            sentence = f"`{key}` is not a key that belongs here.{hint}"
            faults.append(source.fault(problem["loc"], sentence))
        else:
            faults.append(fault)
    return faults


def _only(shape: type[File], files: Mapping[str, Frozen]) -> File:
    return next(file for file in files.values() if isinstance(file, shape))


def _by_place(fault: Fault) -> tuple[str, int, int]:
    return fault.file, fault.line, fault.column
