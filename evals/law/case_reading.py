"""Which cases did the owner write down, and what is wrong with how they are written?"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from evals.law.case_facts import FactReader, NotAFactError, Written, mixed_currencies
from evals.law.case_file import (
    CaseDraft,
    CaseFile,
    Expect,
    Row,
    SellerFileDraft,
    SettingDraft,
    Stated,
)
from evals.law.expected import Expected, faults_of
from tools.domain.model import Frozen
from tools.errors import BadInputError, Fault
from tools.policy.caps import SellerCaps
from tools.policy.deadline import zone_of
from tools.policy.decision import FactName
from tools.policy.documents import QuestionDraft, RuleDraft, SellerFile
from tools.policy.facts import Fact, Facts
from tools.policy.parse import did_you_mean
from tools.policy.rulebook import Rulebook
from tools.yaml_source import Path_, YamlSource, read_yaml

ACCEPTED = "accepted.yaml"
"""Lies among the cases but holds none."""
_KEYS = (CaseFile, CaseDraft, Expect, SellerFileDraft, SettingDraft)
_SELLER_KEYS = (SellerFile, SellerCaps, QuestionDraft, RuleDraft)
_FRONT = {"owner": "A case", "review_by": "9999-12-31", "note": "A case."}
_NO_CLOCK = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """One case, ready to be decided."""

    name: str
    place: str
    question: str
    facts: Facts
    clock: datetime
    expected: Expected


@dataclass(frozen=True)
class SellerCase:
    """A seller's file, and whether it must be refused."""

    name: str
    place: str
    seller: str
    file: SellerFile
    is_refused: bool


@dataclass(frozen=True)
class Cases:
    """Everything that the owner wrote down."""

    decided: tuple[Case, ...] = ()
    sellers: tuple[SellerCase, ...] = ()

    def __len__(self) -> int:
        return len(self.decided) + len(self.sellers)


def read_cases(policy: Path, rulebook: Rulebook) -> Cases:
    """Read `cases/` beside the rules; raise `BadInputError` with every fault of all files."""
    reader = _Reader(rulebook)
    files = [path for path in sorted(policy.glob("cases/*.yaml")) if path.name != ACCEPTED]
    read = [(source, file) for path in files for source, file in reader.file(path)]
    for source, file in read:
        reader.learn_things(source, file)
    decided = tuple(case for source, file in read for case in reader.cases(source, file))
    sellers = tuple(case for source, file in read for case in reader.seller_cases(source, file))
    if reader.faults:
        unique = dict.fromkeys(reader.faults)
        raise BadInputError(*sorted(unique, key=lambda one: (one.file, one.line, one.column)))
    return Cases(decided, sellers)


def explain(
    source: YamlSource, error: ValidationError, shapes: Iterable[type[Frozen]], at: Path_ = ()
) -> list[Fault]:
    """Return pydantic's errors with a hint where a key was misspelt."""
    faults: list[Fault] = []
    keys = sorted({key for shape in shapes for key in shape.model_fields})
    for problem, fault in zip(error.errors(), source.faults(error, at), strict=True):
        if problem["type"] == "extra_forbidden":
            key = str(problem["loc"][-1])
            sentence = f"`{key}` is not a key that belongs here.{did_you_mean(key, keys)}"
            faults.append(source.fault((*at, *problem["loc"]), sentence))
        else:
            faults.append(fault)
    return faults


@dataclass(frozen=True)
class _Part:
    """A case or one of its rows: what it adds to the facts, and where it stands."""

    name: str
    path: Path_
    row: Row
    expect: Expect | None
    expect_path: Path_


@dataclass
class _Reader:
    rulebook: Rulebook
    faults: list[Fault] = field(default_factory=list[Fault])
    things: dict[str, tuple[YamlSource, Stated]] = field(
        default_factory=dict[str, tuple[YamlSource, Stated]]
    )
    names: dict[str, str] = field(default_factory=dict[str, str])
    """The titles that were met, each with its place."""

    def file(self, path: Path) -> Iterator[tuple[YamlSource, CaseFile]]:
        try:
            source = read_yaml(path)
        except BadInputError as error:
            self.faults.extend(error.faults)
            return
        try:
            # As JSON, since only there lists may become tuples while words stay words.
            yield source, CaseFile.model_validate_json(json.dumps(source.data), strict=True)
        except ValidationError as error:
            self.faults.extend(explain(source, error, _KEYS))

    def learn_things(self, source: YamlSource, file: CaseFile) -> None:
        for name, thing in file.things.items():
            if name in self.things:
                sentence = f"`{name}` is described in {self.things[name][0].file} already."
                self._report(source, ("things", name), sentence)
            else:
                self.things[name] = source, thing

    def cases(self, source: YamlSource, file: CaseFile) -> Iterator[Case]:
        for i, draft in enumerate(file.cases):
            path: Path_ = ("cases", i)
            self._claim(draft.case, source, path)
            if draft.question not in self.rulebook.tables:
                hint = did_you_mean(draft.question, self.rulebook.tables)
                sentence = f"The rules have no question `{draft.question}`.{hint}"
                self._report(source, (*path, "question"), sentence)
            clock = draft.clock or file.clock
            if clock is None:
                self._report(source, path, "It has no `clock`, and neither has the file.")
            known = self._stated(source, path, draft, {})
            for part in _parts(draft, path):
                yield from self._case(source, part, draft, known, clock or _NO_CLOCK)

    def _case(
        self,
        source: YamlSource,
        part: _Part,
        draft: CaseDraft,
        known: dict[str, Written],
        clock: datetime,
    ) -> Iterator[Case]:
        now = clock.astimezone(UTC)
        stated = known if part.row is draft else self._stated(source, part.path, part.row, known)
        facts = self._facts(stated, now)
        if part.expect is None:
            self._report(source, part.path, "Say what you `expect`.")
            return
        for key, sentence in faults_of(part.expect, now, self.rulebook):
            self._report(source, (*part.expect_path, key), sentence)
        zone = zone_of(facts, self.rulebook.catalogue)
        yield Case(
            name=part.name,
            place=_place(source, part.path),
            question=draft.question,
            facts=facts,
            clock=now,
            expected=Expected(part.expect, now, zone),
        )

    def seller_cases(self, source: YamlSource, file: CaseFile) -> Iterator[SellerCase]:
        for i, draft in enumerate(file.seller_files):
            path: Path_ = ("seller_files", i)
            self._claim_of(draft, source, path)
            try:
                body = json.dumps({**_FRONT, **draft.file})
                shaped = SellerFile.model_validate_json(body, strict=True)
            except ValidationError as error:
                self.faults.extend(explain(source, error, _SELLER_KEYS, (*path, "file")))
                continue
            refused = draft.expect == "refused"
            place = _place(source, path)
            yield SellerCase(draft.case, place, draft.seller, shaped, is_refused=refused)
        for i, setting in enumerate(file.settings):
            self._claim_of(setting, source, ("settings", i))
            yield from _choices(setting, _place(source, ("settings", i)))

    def _claim_of(
        self, draft: SellerFileDraft | SettingDraft, source: YamlSource, path: Path_
    ) -> None:
        self._claim(draft.case, source, path)
        if draft.seller not in self.rulebook.marketplace.sellers:
            hint = did_you_mean(draft.seller, self.rulebook.marketplace.sellers)
            sentence = f"The marketplace has no seller `{draft.seller}`.{hint}"
            self._report(source, (*path, "seller"), sentence)

    def _stated(
        self, source: YamlSource, path: Path_, stated: Stated, known: dict[str, Written]
    ) -> dict[str, Written]:
        """Return the facts that are known so far, those of a thing, and those stated here."""
        facts = dict(known)
        if stated.like is not None:
            facts.update(self._thing(stated.like, source, (*path, "like"), ()))
        for name in stated.without:
            if facts.pop(name, None) is None:
                hint = did_you_mean(name, facts)
                sentence = f"`{name}` is not known anyway, so it cannot be left out.{hint}"
                self._report(source, (*path, "without"), sentence)
        for name, raw in stated.facts.items():
            facts[name] = Written(raw, source, (*path, "facts", name))
        return facts

    def _thing(
        self, name: str, source: YamlSource, path: Path_, above: tuple[str, ...]
    ) -> dict[str, Written]:
        if name in above:
            self._report(source, path, f"`{name}` is like itself; name another thing.")
            return {}
        if name not in self.things:
            hint = did_you_mean(name, self.things)
            self._report(source, path, f"No thing is called `{name}`.{hint}")
            return {}
        its, thing = self.things[name]
        at: Path_ = ("things", name)
        base = {}
        if thing.like is not None:
            base = self._thing(thing.like, its, (*at, "like"), (*above, name))
        return self._stated(its, at, thing.model_copy(update={"like": None}), base)

    def _facts(self, stated: dict[str, Written], now: datetime) -> Facts:
        facts: dict[FactName, Fact] = {}
        reader = FactReader(self.rulebook.catalogue, now)
        for name, written in stated.items():
            try:
                facts[FactName(name)] = reader.read(name, written.raw)
            except NotAFactError as error:
                self._report(written.source, (*written.path, *error.below), error.sentence)
        for name in mixed_currencies(stated):
            sentence = f"`{name}` is in another currency than the fact `currency`."
            self._report(stated[name].source, stated[name].path, sentence)
        return facts

    def _claim(self, name: str, source: YamlSource, path: Path_) -> None:
        if name in self.names:
            sentence = f"A case of this name stands at {self.names[name]} already."
            self._report(source, (*path, "case"), sentence)
        self.names.setdefault(name, _place(source, path))

    def _report(self, source: YamlSource, path: Path_, sentence: str) -> None:
        self.faults.append(source.fault(path, sentence))


def _parts(draft: CaseDraft, path: Path_) -> Iterator[_Part]:
    of_case = (*path, "expect")
    if draft.rows is None:
        yield _Part(draft.case, path, draft, draft.expect, of_case)
        return
    for i, row in enumerate(draft.rows):
        at = (*path, "rows", i)
        told = json.dumps(row.facts, ensure_ascii=False)[1:-1].replace('"', "")
        left = f" without {', '.join(row.without)}" if row.without else ""
        name = f"{draft.case} ({told}{left})"
        place = (*at, "expect") if row.expect else of_case
        yield _Part(name, at, row, row.expect or draft.expect, place)


def _choices(draft: SettingDraft, place: str) -> Iterator[SellerCase]:
    """Yield one seller's file for each choice."""
    for value in (*draft.accepted, *draft.refused):
        questions = {draft.question: {"parameters": {draft.parameter: value}}}
        file = SellerFile.model_validate({**_FRONT, "questions": questions})
        name = f"{draft.case} ({draft.parameter}: {value})"
        yield SellerCase(name, place, draft.seller, file, is_refused=value in draft.refused)


def _place(source: YamlSource, path: Path_) -> str:
    fault = source.fault(path, "")
    return f"{fault.file}:{fault.line}"
