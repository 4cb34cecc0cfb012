"""How does the owner's folder of YAML become a rulebook, or a list of everything wrong with it?"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from tools.connectors.policy_texts import CASES, REQUIRED, PolicyTexts, read_texts
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
from tools.policy.lint import lint, lint_supply
from tools.policy.lint_logic import lint_logic
from tools.policy.marketplace import Patience
from tools.policy.parse import did_you_mean
from tools.policy.rulebook import Rulebook, version_of
from tools.yaml_source import YamlSource, parse_yaml

File = TypeVar("File", bound=Frozen)
_SHAPES: Mapping[str, type[Frozen]] = {
    "marketplace.yaml": MarketplaceFile,
    "facts.yaml": CatalogueFile,
    "fallbacks.yaml": FallbackFile,
}
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
    return rulebook_of(read_texts(directory), today)


def rulebook_of(texts: PolicyTexts, today: date | None = None) -> Rulebook:
    """Check files that were read or stored before, as `load_rulebook` does."""
    folder = _Folder(texts)
    documents = folder.read()
    raw = {name: source.data for name, source in folder.sources.items()}
    rulebook, findings = compile_rulebook(documents, version_of(raw))
    findings = (*findings, *lint(documents, rulebook, today))
    findings = findings or tuple(dict.fromkeys(lint_supply(rulebook)))
    findings = findings or lint_logic(rulebook)
    if findings:
        raise BadInputError(*sorted((folder.place(f) for f in findings), key=_by_place))
    return rulebook


def read_documents(directory: Path) -> Documents:
    """Read the folder as it is written; raise `BadInputError` when a file has not its shape."""
    return _Folder(read_texts(directory)).read()


def content_version(texts: PolicyTexts) -> str:
    """Return the version that these files would have, whatever is wrong with their rules."""
    folder = _Folder(texts)
    folder.read()
    return version_of({name: source.data for name, source in folder.sources.items()})


@dataclass
class _Folder:
    files: PolicyTexts
    sources: dict[str, YamlSource] = field(default_factory=dict[str, YamlSource])
    faults: list[Fault] = field(default_factory=list[Fault])

    def read(self) -> Documents:
        """Read every file before giving up, so that one broken file does not hide another."""
        self.faults.extend(self.files.unreadable)
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
        unreadable = {fault.file for fault in self.files.unreadable}
        rules = (name for name in self.files.texts if not name.startswith(CASES))
        missing = [n for n in REQUIRED if self.files.shown(n) not in unreadable]
        return list(dict.fromkeys((*missing, *sorted(rules))))

    def _read(self, name: str, shape: type[File]) -> File | None:
        shown = self.files.shown(name)
        if name not in self.files.texts:
            self.faults.append(Fault(shown, 0, 0, "is missing."))
            return None
        try:
            source = parse_yaml(self.files.texts[name], shown)
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
