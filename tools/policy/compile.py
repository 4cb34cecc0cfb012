"""How do the owner's files become one rulebook, with each seller laid over the marketplace?"""

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from pydantic import JsonValue

from tools.policy.caps import CapsByCurrency, lowered
from tools.policy.decision import FactName, Layer, RuleId, Setting
from tools.policy.documents import (
    Documents,
    Finding,
    Path_,
    QuestionDraft,
)
from tools.policy.facts import Catalogue
from tools.policy.overlay import Row, Sketch, check_limits, place, refuse_beyond_limits
from tools.policy.parse import RuleParser, did_you_mean
from tools.policy.rulebook import Rule, Rulebook, Table, Tables


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


def _base_sketches(documents: Documents, findings: list[Finding]) -> dict[str, Sketch]:
    sketches: dict[str, Sketch] = {}
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
            check_limits(draft, (file, path), findings)
            sketches[question] = Sketch(
                question, stem, rows, parameters, draft.limits, draft.queue, file
            )
    return sketches


def _rows(draft: QuestionDraft, prefix: str, file: str, path: Path_) -> tuple[Row, ...]:
    return tuple(
        Row(rule, RuleId(f"{prefix}.{rule.id}"), file, (*path, "rules", i))
        for i, rule in enumerate(draft.rules)
    )


def _refuse_misplaced(rows: tuple[Row, ...], findings: list[Finding]) -> None:
    """Check what only the marketplace's own table has to obey: its order is as written."""
    for row in rows:
        if row.draft.before is not None:
            sentence = "`before` is for sellers' files; here the order of the rules counts."
            findings.append(Finding(row.file, (*row.path, "before"), sentence))
    _refuse_twins(rows, findings)


def _refuse_twins(rows: tuple[Row, ...], findings: list[Finding]) -> None:
    seen: set[str] = set()
    for row in rows:
        if row.draft.id in seen:
            sentence = f"A second rule is called `{row.draft.id}`; each needs its own name."
            findings.append(Finding(row.file, (*row.path, "id"), sentence))
        seen.add(row.draft.id)


def _is_known(
    question: str, seller: str, base: Mapping[str, Sketch], findings: list[Finding]
) -> bool:
    if question not in base:
        sentence = f"The marketplace has no question `{question}`.{did_you_mean(question, base)}"
        findings.append(Finding(f"sellers/{seller}.yaml", ("questions", question), sentence))
    return question in base


def _lay_over(base: Sketch, seller: str, draft: QuestionDraft, findings: list[Finding]) -> Sketch:
    """Put a seller's parameters and rules into the marketplace's table."""
    file, path = f"sellers/{seller}.yaml", ("questions", base.question)
    own_parameters = _parameters(draft, base.parameters, (file, path), findings)
    refuse_beyond_limits(draft, base, (file, path), findings)
    own = _rows(draft, f"{seller}/{base.stem}", file, path)
    _refuse_twins(own, findings)
    rows = list(base.rows)
    for row in own:
        place(row, rows, findings)
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


def _tables(
    sketches: Mapping[str, Sketch], documents: Documents, findings: list[Finding]
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


def _rule(row: Row, sketch: Sketch, documents: Documents, findings: list[Finding]) -> Rule:
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


def _layer(row: Row) -> Layer:
    if row.file.startswith("sellers/"):
        return "seller"
    return "limit" if row.draft.locked else "marketplace"


def _setting(name: str, sketch: Sketch) -> Setting:
    value = cast("str | int | bool", sketch.parameters[name])
    if name not in sketch.own:
        return Setting(name=name, value=value)
    default = cast("str | int | bool", sketch.own[name])
    return Setting(name=name, value=value, layer="seller", default=default)
