"""What do the owner's files say for each seller, read without any of the product's code?"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import cast

import yaml
from pydantic import BaseModel, JsonValue

Value = bool | int | str


class _Span(BaseModel):
    days: int = 0
    hours: int = 0
    minutes: int = 0


class FactText(BaseModel):
    kind: str
    sources: list[str]
    choices: dict[str, dict[str, str]] = {}
    counts_from: str | None = None
    fresh_for: _Span = _Span()


class RuleText(BaseModel):
    id: str
    when: dict[str, JsonValue] = {}
    then: JsonValue
    because: dict[str, str]
    demand: dict[str, list[str]] = {}
    before: str | None = None
    locked: bool = False


class QuestionText(BaseModel):
    parameters: dict[str, Value] = {}
    queue: str | None = None
    rules: list[RuleText] = []


class FileText(BaseModel):
    facts: dict[str, FactText] = {}
    questions: dict[str, QuestionText] = {}
    caps: dict[str, dict[str, int]] = {}
    sellers: list[str] = []


@dataclass(frozen=True)
class Row:
    """One rule with every `$parameter` filled in."""

    id: str
    when: Mapping[str, JsonValue]
    kind: str
    then: Mapping[str, JsonValue]
    because: str
    demand: Mapping[str, frozenset[str]]
    layer: str

    @cached_property
    def outcome(self) -> str:
        """Two rows with the same outcome grant the same; any person is the same person."""
        if self.kind == "hand_off":
            return "person"
        said = {key: value for key, value in self.then.items() if value not in ({}, None)}
        refund = said.get("refund")
        if isinstance(refund, dict):
            said["refund"] = {"percent": 100, **refund}
        return json.dumps([self.kind, said], sort_keys=True)


@dataclass(frozen=True)
class Sheet:
    """One question as one seller answers it, top row first."""

    question: str
    rows: tuple[Row, ...]
    queue: str
    stem: str


@dataclass(frozen=True)
class Binder:
    """All files of the folder."""

    facts: Mapping[str, FactText]
    sheets: Mapping[str, Sheet]
    own_sheets: Mapping[tuple[str, str], Sheet]
    """By seller and question."""
    caps: Mapping[str, Mapping[str, int]]
    own_caps: Mapping[str, Mapping[str, Mapping[str, int]]]
    sellers: tuple[str, ...]

    def sheet(self, question: str, seller: str | None) -> Sheet | None:
        return self.own_sheets.get((seller or "", question)) or self.sheets.get(question)

    def caps_for(self, seller: str | None) -> Mapping[str, Mapping[str, int]]:
        return self.own_caps.get(seller or "", self.caps)


def read_binder(folder: Path) -> Binder:
    """Read every file of the folder."""
    files = {path.stem: _read(path) for path in sorted(folder.glob("*.yaml"))}
    own = {path.stem: _read(path) for path in sorted(folder.glob("sellers/*.yaml"))}
    base = {q: (stem, text) for stem, one in files.items() for q, text in one.questions.items()}
    marketplace = files["marketplace"]
    return Binder(
        facts=files["facts"].facts,
        sheets={q: _plain_sheet(q, stem, text) for q, (stem, text) in base.items()},
        own_sheets={
            (seller, q): _laid_over(seller, q, base[q], text)
            for seller, one in own.items()
            for q, text in one.questions.items()
        },
        caps=marketplace.caps,
        own_caps={
            seller: {
                currency: {
                    name: min(most, one.caps.get(currency, {}).get(name, most))
                    for name, most in caps.items()
                }
                for currency, caps in marketplace.caps.items()
            }
            for seller, one in own.items()
        },
        sellers=tuple(marketplace.sellers),
    )


def _read(path: Path) -> FileText:
    return FileText.model_validate(yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader))


def _plain_sheet(question: str, stem: str, text: QuestionText) -> Sheet:
    rows = tuple(
        _row(rule, f"{stem}.{rule.id}", text.parameters, _plain_layer(rule)) for rule in text.rules
    )
    return Sheet(question, rows, text.queue or "general", stem)


def _plain_layer(rule: RuleText) -> str:
    return "limit" if rule.locked else "marketplace"


def _laid_over(
    seller: str, question: str, base: tuple[str, QuestionText], own: QuestionText
) -> Sheet:
    stem, text = base
    parameters = {**text.parameters, **own.parameters}
    lines = [(rule, f"{stem}.{rule.id}", _plain_layer(rule)) for rule in text.rules]
    for rule in own.rules:
        line = (rule, f"{seller}/{stem}.{rule.id}", "seller")
        names = [other.id for other, _, _ in lines]
        at = names.index(rule.before or rule.id)
        lines[at : at + (rule.before is None)] = [line]
    rows = tuple(
        _row(rule, name, parameters, _own_layer(rule, layer, own.parameters))
        for rule, name, layer in lines
    )
    return Sheet(question, rows, own.queue or text.queue or "general", stem)


def _own_layer(rule: RuleText, layer: str, own: Mapping[str, Value]) -> str:
    """A rule with a number of the seller's is the seller's word, whoever wrote the rule."""
    said = f"{json.dumps(rule.when)} {json.dumps(rule.then)} "
    return "seller" if any(f'"${name}"' in said for name in own) else layer


def _row(rule: RuleText, name: str, parameters: Mapping[str, Value], layer: str) -> Row:
    then = _filled(rule.then, parameters)
    kind, body = (then, {}) if isinstance(then, str) else next(iter(_mapping(then).items()))
    when = _mapping(_filled(cast("JsonValue", rule.when), parameters))
    demand = {fact: frozenset(sources) for fact, sources in rule.demand.items()}
    return Row(name, when, kind, _mapping(body), rule.because["en"], demand, layer)


def _filled(raw: JsonValue, parameters: Mapping[str, Value]) -> JsonValue:
    if isinstance(raw, dict):
        return {key: _filled(value, parameters) for key, value in raw.items()}
    if isinstance(raw, list):
        return [_filled(value, parameters) for value in raw]
    if isinstance(raw, str) and raw[:1] == "$":
        return parameters[raw[1:]]
    return raw


def _mapping(raw: JsonValue) -> dict[str, JsonValue]:
    assert isinstance(raw, dict), raw
    return raw
