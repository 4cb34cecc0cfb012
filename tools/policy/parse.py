"""How does a row that the owner wrote become a rule that can be asked?"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

from pydantic import JsonValue, TypeAdapter, ValidationError

from tools.policy.conditions import AllOf, AnyOf, Between, Condition, Not, OneOf
from tools.policy.decision import FactName
from tools.policy.documents import Finding, HandOffThen, Path_, Then
from tools.policy.facts import Catalogue, FactSpec, Value

_LIMITS = {
    "at_least": ("low", 0),
    "more_than": ("low", 1),
    "at_most": ("high", 0),
    "less_than": ("high", -1),
}
"""Word to the end of the range and the step that makes it inclusive."""
_WORDS_OF_LOGIC = ("any", "all", "not")
_THEN: TypeAdapter[Then] = TypeAdapter(Then)
_KINDS = ("allow", "deny", "need_approval", "hand_off")
_NEVER = AnyOf(())
UNREADABLE: Then = HandOffThen(kind="hand_off")
"""Like `_NEVER`, stands in for what could not be read; a rulebook with findings is never used."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a hint with the nearest known word, or nothing."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f" Did you mean `{near[0]}`?" if near else ""


@dataclass
class RuleParser:
    """Reads conditions and outcomes of one file and collects every fault on the way."""

    file: str
    catalogue: Catalogue
    parameters: Mapping[str, JsonValue]
    findings: list[Finding] = field(default_factory=list[Finding])
    used: dict[str, None] = field(default_factory=dict[str, None])
    """Names of the parameters that were met, in their order."""

    def report(self, path: Path_, sentence: str) -> None:
        """Note a fault."""
        self.findings.append(Finding(self.file, path, sentence))

    def when(self, raw: JsonValue, path: Path_) -> Condition:
        """Read a mapping of facts to tests, all of which must hold."""
        if not isinstance(raw, dict):
            self.report(path, "A condition is a mapping, for instance `unused: true`.")
            return _NEVER
        parts = tuple(self._entry(key, value, (*path, key)) for key, value in raw.items())
        return parts[0] if len(parts) == 1 else AllOf(parts)

    def _entry(self, key: str, raw: JsonValue, path: Path_) -> Condition:
        if key == "not":
            return Not(self.when(raw, path))
        if key in _WORDS_OF_LOGIC:
            if not isinstance(raw, list) or not raw:
                self.report(path, f"`{key}` takes a list of conditions.")
                return _NEVER
            parts = tuple(self.when(item, (*path, i)) for i, item in enumerate(raw))
            return AllOf(parts) if key == "all" else AnyOf(parts)
        spec = self.catalogue.get(FactName(key))
        if spec is None:
            hint = did_you_mean(key, (*self.catalogue, *_WORDS_OF_LOGIC))
            self.report(path, f"The catalogue has no fact `{key}`.{hint}")
            return _NEVER
        if spec.kind == "instant":
            self.report(path, f"`{key}` is an instant; test the days since it instead.")
            return _NEVER
        return self._test(FactName(key), spec, raw, path)

    def _test(self, fact: FactName, spec: FactSpec, raw: JsonValue, path: Path_) -> Condition:
        if not isinstance(raw, dict):
            return self._one_of(fact, spec, [raw], path)
        if set(raw) == {"in"}:
            values = raw["in"]
            if not isinstance(values, list) or not values:
                self.report((*path, "in"), "`in` takes a list of values.")
                return _NEVER
            return self._one_of(fact, spec, values, (*path, "in"))
        return self._range(fact, spec, raw, path)

    def _one_of(
        self, fact: FactName, spec: FactSpec, raw: list[JsonValue], path: Path_
    ) -> Condition:
        values = [self.value(item, path) for item in raw]
        for value in values:
            self._check_value(fact, spec, value, path)
        return OneOf(fact, tuple(cast("list[Value]", values)))

    def _check_value(self, fact: FactName, spec: FactSpec, value: JsonValue, path: Path_) -> None:
        scalar = value if isinstance(value, bool | int | str) else None
        if spec.choices and isinstance(scalar, str):
            if scalar not in spec.choices:
                hint = did_you_mean(scalar, spec.choices) or f" It has {', '.join(spec.choices)}."
                self.report(path, f"`{fact}` has no choice `{scalar}`.{hint}")
        elif scalar is None or not spec.fits(scalar):
            wanted = {"bool": "true or false", "int": "a whole number"}.get(spec.kind, "a word")
            self.report(path, f"`{fact}` is {wanted}, not `{value}`.")

    def _range(
        self, fact: FactName, spec: FactSpec, raw: dict[str, JsonValue], path: Path_
    ) -> Condition:
        ends: dict[str, int] = {}
        for word, limit in raw.items():
            if word not in _LIMITS:
                hint = did_you_mean(word, (*_LIMITS, "in"))
                self.report((*path, word), f"`{word}` is not a test.{hint}")
                continue
            value = self.value(limit, (*path, word))
            if isinstance(value, bool) or not isinstance(value, int):
                self.report((*path, word), f"`{word}` takes a whole number, not `{value}`.")
                continue
            end, step = _LIMITS[word]
            tighter = max if end == "low" else min
            ends[end] = tighter(value + step, ends.get(end, value + step))
        if spec.kind != "int":
            self.report(path, f"`{fact}` is not a number, so it has no range.")
        elif not raw:
            self.report(path, f"`{fact}` is tested for nothing; name a value or a range.")
        return Between(fact, ends.get("low"), ends.get("high"))

    def then(self, raw: JsonValue, path: Path_) -> Then:
        """Read an outcome: a word, or one word with its limits."""
        body: JsonValue = {raw: {}} if isinstance(raw, str) else raw
        if not isinstance(body, dict) or len(body) != 1:
            self.report(path, f"`then` is one of {', '.join(_KINDS)}.")
            return UNREADABLE
        kind, limits = next(iter(body.items()))
        if kind not in _KINDS:
            self.report(path, f"`{kind}` is not an outcome.{did_you_mean(kind, _KINDS)}")
            return UNREADABLE
        if not isinstance(limits, dict):
            self.report((*path, kind), f"`{kind}` takes a mapping, for instance `{{}}`.")
            return UNREADABLE
        try:
            filled = self._fill(limits, (*path, kind))
            return _THEN.validate_python({**cast("dict[str, JsonValue]", filled), "kind": kind})
        except ValidationError as error:
            for problem in error.errors():
                where = tuple(part for part in problem["loc"] if part != kind)
                message = problem["msg"]
                self.report((*path, kind, *where), f"{message[:1].upper()}{message[1:]}.")
            return UNREADABLE

    def _fill(self, raw: JsonValue, path: Path_) -> JsonValue:
        if isinstance(raw, dict):
            return {key: self._fill(value, (*path, key)) for key, value in raw.items()}
        return self.value(raw, path)

    def value(self, raw: JsonValue, path: Path_) -> JsonValue:
        """Return a value, or what the parameter that it names stands for."""
        if not isinstance(raw, str) or not raw.startswith("$"):
            return raw
        name = raw.removeprefix("$")
        if name not in self.parameters:
            self.report(path, f"No parameter `{name}`.{did_you_mean(name, self.parameters)}")
            return None
        self.used[name] = None
        return self.parameters[name]
