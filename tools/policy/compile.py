"""How do the owner's files become one rulebook, with each seller laid over the marketplace?"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from pydantic import JsonValue

from tools.policy.caps import CapsByCurrency, lowered
from tools.policy.decision import FactName, Layer, RuleId, Setting
from tools.policy.documents import (
    Documents,
    Finding,
    Limit,
    Path_,
    QuestionDraft,
    Queue,
    RuleDraft,
)
from tools.policy.facts import Catalogue
from tools.policy.parse import RuleParser, did_you_mean
from tools.policy.rulebook import Rule, Rulebook, Table, Tables


@dataclass(frozen=True)
class _Row:
    draft: RuleDraft
    id: RuleId
    file: str
    path: Path_


@dataclass(frozen=True)
class _Sketch:
    """A table before its rows are read."""

    question: str
    stem: str
    rows: tuple[_Row, ...]
    parameters: Mapping[str, JsonValue]
    limits: Mapping[str, Limit]
    queue: Queue | None
    file: str
    own: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    """The parameters that a seller set, with the marketplace's values."""


def compile_rulebook(documents: Documents, version: str) -> tuple[Rulebook, tuple[Finding, ...]]:
    """Return the rulebook and what is wrong with it; with findings it must not be used."""
    findings: list[Finding] = []
    base = _base_sketches(documents, findings)
    sellers: dict[str, Tables] = {}
    for seller, document in documents.sellers.items():
        overlay = {
            question: _lay_over(base[question], seller, draft, findings)
            for question, draft in document.questions.items()
            if _is_known(question, seller, base, findings)
        }
        sellers[seller] = _tables(overlay, documents, findings)
    rulebook = Rulebook(
        version=version,
        marketplace=documents.marketplace,
        catalogue=_catalogue(documents),
        fallbacks=documents.fallbacks.sentences,
        tables=_tables(base, documents, findings),
        sellers=sellers,
        seller_caps=_seller_caps(documents),
    )
    return rulebook, tuple(dict.fromkeys(findings))


def _catalogue(documents: Documents) -> Catalogue:
    return {FactName(name): spec for name, spec in documents.catalogue.facts.items()}


def _seller_caps(documents: Documents) -> dict[str, CapsByCurrency]:
    caps = documents.marketplace.caps
    return {
        seller: {
            currency: lowered(most, by=document.caps[currency])
            if currency in document.caps
            else most
            for currency, most in caps.items()
        }
        for seller, document in documents.sellers.items()
        if document.caps
    }


def _base_sketches(documents: Documents, findings: list[Finding]) -> dict[str, _Sketch]:
    sketches: dict[str, _Sketch] = {}
    for stem, document in documents.tables.items():
        file = f"{stem}.yaml"
        for question, draft in document.questions.items():
            path = ("questions", question)
            if question in sketches:
                other = sketches[question].file
                findings.append(Finding(file, path, f"`{question}` is settled in {other} already."))
                continue
            rows = _rows(draft, stem, file, path)
            _refuse_misplaced(rows, findings)
            parameters = _parameters(draft, draft.parameters, (file, path), findings)
            _check_limits(draft, (file, path), findings)
            sketches[question] = _Sketch(
                question, stem, rows, parameters, draft.limits, draft.queue, file
            )
    return sketches


def _rows(draft: QuestionDraft, prefix: str, file: str, path: Path_) -> tuple[_Row, ...]:
    return tuple(
        _Row(rule, RuleId(f"{prefix}.{rule.id}"), file, (*path, "rules", i))
        for i, rule in enumerate(draft.rules)
    )


def _refuse_misplaced(rows: tuple[_Row, ...], findings: list[Finding]) -> None:
    """Check what only the marketplace's own table has to obey: its order is as written."""
    for row in rows:
        if row.draft.before is not None:
            sentence = "`before` is for sellers' files; here the order of the rules counts."
            findings.append(Finding(row.file, (*row.path, "before"), sentence))
    _refuse_twins(rows, findings)


def _refuse_twins(rows: tuple[_Row, ...], findings: list[Finding]) -> None:
    seen: set[str] = set()
    for row in rows:
        if row.draft.id in seen:
            sentence = f"A second rule is called `{row.draft.id}`; each needs its own name."
            findings.append(Finding(row.file, (*row.path, "id"), sentence))
        seen.add(row.draft.id)


def _is_known(
    question: str, seller: str, base: Mapping[str, _Sketch], findings: list[Finding]
) -> bool:
    if question not in base:
        sentence = f"The marketplace has no question `{question}`.{did_you_mean(question, base)}"
        findings.append(Finding(f"sellers/{seller}.yaml", ("questions", question), sentence))
    return question in base


def _lay_over(base: _Sketch, seller: str, draft: QuestionDraft, findings: list[Finding]) -> _Sketch:
    """Put a seller's parameters and rules into the marketplace's table."""
    file, path = f"sellers/{seller}.yaml", ("questions", base.question)
    own_parameters = _parameters(draft, base.parameters, (file, path), findings)
    _refuse_beyond_limits(draft, base, (file, path), findings)
    own = _rows(draft, f"{seller}/{base.stem}", file, path)
    _refuse_twins(own, findings)
    rows = list(base.rows)
    for row in own:
        _place(row, rows, findings)
    return replace(
        base,
        rows=tuple(rows),
        parameters={**base.parameters, **own_parameters},
        queue=draft.queue or base.queue,
        file=file,
        own={name: base.parameters[name] for name in own_parameters if name in base.parameters},
    )


def _parameters(
    draft: QuestionDraft,
    known: Mapping[str, JsonValue],
    place: tuple[str, Path_],
    findings: list[Finding],
) -> dict[str, JsonValue]:
    """Return the parameters; one that cannot be so is reported and stands as 0."""
    file, path = place
    checked: dict[str, JsonValue] = {}
    for name, value in draft.parameters.items():
        fault = _parameter_fault(name, value, known)
        checked[name] = value if fault is None else 0
        if fault is not None:
            findings.append(Finding(file, (*path, "parameters", name), fault))
    return checked


def _parameter_fault(name: str, value: JsonValue, known: Mapping[str, JsonValue]) -> str | None:
    if name not in known:
        hint = did_you_mean(name, known)
        return f"The marketplace's rules have no parameter `{name}`.{hint}"
    if type(value) is not type(known[name]):
        return f"`{name}` is like `{known[name]}`, not `{value}`."
    if not isinstance(value, bool | int | str):
        return f"`{name}` is a number, a word, or true or false, not `{value}`."
    if isinstance(value, int) and value < 0:
        return f"`{name}` cannot be less than 0."
    return None


def _check_limits(draft: QuestionDraft, place: tuple[str, Path_], findings: list[Finding]) -> None:
    """Check that each limit is about a parameter and holds for the marketplace itself."""
    file, path = place
    for name, limit in draft.limits.items():
        where = (*path, "limits", name)
        if name not in draft.parameters:
            hint = did_you_mean(name, draft.parameters)
            findings.append(Finding(file, where, f"There is no parameter `{name}`.{hint}"))
        elif not limit.admits(draft.parameters[name]):
            sentence = f"The marketplace's own `{draft.parameters[name]}` is not {limit}."
            findings.append(Finding(file, where, sentence))


def _refuse_beyond_limits(
    draft: QuestionDraft, base: _Sketch, place: tuple[str, Path_], findings: list[Finding]
) -> None:
    """Keep a seller within what the marketplace allows sellers to choose."""
    file, path = place
    for name, value in draft.parameters.items():
        limit = base.limits.get(name)
        if limit is not None and not limit.admits(value):
            sentence = f"The marketplace lets sellers set `{name}` to {limit}, not `{value}`."
            findings.append(Finding(file, (*path, "parameters", name), sentence))
    for name in draft.limits:
        sentence = "Only the marketplace sets limits for its sellers."
        findings.append(Finding(file, (*path, "limits", name), sentence))


def _place(row: _Row, rows: list[_Row], findings: list[Finding]) -> None:
    """Replace the rule of the same name, or stand in front of the one that is named."""
    names = [other.draft.id for other in rows]
    before = row.draft.before
    if row.draft.id in names and before is None:
        if _may_change(row, rows[names.index(row.draft.id)], findings):
            rows[names.index(row.draft.id)] = row
    elif row.draft.id in names:
        sentence = f"`{row.draft.id}` takes the place of the marketplace's rule; remove `before`."
        findings.append(Finding(row.file, (*row.path, "before"), sentence))
    elif before is None:
        sentence = "A new rule needs `before`: the marketplace's rule that it goes in front of."
        findings.append(Finding(row.file, row.path, sentence))
    elif before not in names:
        sentence = f"There is no rule `{before}`.{did_you_mean(before, names)}"
        findings.append(Finding(row.file, (*row.path, "before"), sentence))
    else:
        index = names.index(before)
        if all(_may_precede(row, other, findings) for other in rows[index:]):
            rows.insert(index, row)


def _may_change(row: _Row, other: _Row, findings: list[Finding]) -> bool:
    if other.draft.locked:
        sentence = f"`{other.draft.id}` is locked by the marketplace; no seller may replace it."
        findings.append(Finding(row.file, (*row.path, "id"), sentence))
    if row.draft.locked:
        sentence = "Only the marketplace locks rules."
        findings.append(Finding(row.file, (*row.path, "locked"), sentence))
    return not other.draft.locked


def _may_precede(row: _Row, other: _Row, findings: list[Finding]) -> bool:
    if other.draft.locked:
        sentence = (
            f"`{other.draft.id}` is locked by the marketplace; a seller's rule goes in front of "
            f"a rule that stands below it."
        )
        findings.append(Finding(row.file, (*row.path, "before"), sentence))
    return not other.draft.locked


def _tables(
    sketches: Mapping[str, _Sketch], documents: Documents, findings: list[Finding]
) -> Tables:
    return {
        question: Table(
            question=question,
            rules=tuple(_rule(row, sketch, documents, findings) for row in sketch.rows),
            queue=sketch.queue or "general",
            file=sketch.file,
            path=("questions", question),
        )
        for question, sketch in sketches.items()
    }


def _rule(row: _Row, sketch: _Sketch, documents: Documents, findings: list[Finding]) -> Rule:
    parser = RuleParser(row.file, _catalogue(documents), sketch.parameters)
    rule = Rule(
        id=row.id,
        when=parser.when(dict(row.draft.when), (*row.path, "when")),
        then=parser.then(row.draft.then, (*row.path, "then")),
        because=row.draft.because,
        basis=row.draft.basis,
        demand=row.draft.demand,
        file=row.file,
        path=row.path,
        layer=_layer(row),
    )
    findings.extend(parser.findings)
    return replace(rule, settings=tuple(_setting(name, sketch) for name in parser.used))


def _layer(row: _Row) -> Layer:
    if row.file.startswith("sellers/"):
        return "seller"
    return "limit" if row.draft.locked else "marketplace"


def _setting(name: str, sketch: _Sketch) -> Setting:
    value = cast("str | int | bool", sketch.parameters[name])
    if name not in sketch.own:
        return Setting(name=name, value=value)
    default = cast("str | int | bool", sketch.own[name])
    return Setting(name=name, value=value, layer="seller", default=default)
