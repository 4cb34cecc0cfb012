"""What do the facts that the owner wrote down say?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from evals.law import amounts, moments
from tools.policy.decision import FactName
from tools.policy.facts import Catalogue, Fact, FactSpec, Source, Value
from tools.policy.parse import did_you_mean
from tools.yaml_source import Path_, YamlSource

_KEYS = ("value", "source", "learnt")


@dataclass(frozen=True)
class Written:
    """A fact as it is written, with its place."""

    raw: JsonValue
    source: YamlSource
    path: Path_


class NotAFactError(ValueError):
    """What was written is not a fact of the catalogue."""

    def __init__(self, sentence: str, *below: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.below = below


@dataclass(frozen=True)
class FactReader:
    """Reads the facts of one case."""

    catalogue: Catalogue
    clock: datetime

    def read(self, name: str, raw: JsonValue) -> Fact:
        """Return a fact; raise `NotAFactError`."""
        spec = self.catalogue.get(FactName(name))
        if spec is None:
            hint = did_you_mean(name, self.catalogue)
            raise NotAFactError(f"The catalogue has no fact `{name}`.{hint}")
        body: Mapping[str, JsonValue] = raw if isinstance(raw, dict) else {"value": raw}
        for key in body:
            if key not in _KEYS:
                hint = did_you_mean(key, _KEYS)
                raise NotAFactError(f"A fact has {', '.join(_KEYS)}, not `{key}`.{hint}", key)
        return Fact(
            name=FactName(name),
            value=self._value(name, body.get("value"), spec),
            source=_source(name, body.get("source", spec.sources[0]), spec),
            as_of=self._learnt(body.get("learnt", "now")),
        )

    def _value(self, name: str, raw: JsonValue, spec: FactSpec) -> Value:
        value: JsonValue = raw
        wanted = _WANTED.get(spec.kind, "a word")
        if spec.kind == "instant" and isinstance(raw, str):
            moment = moments.read_moment(raw, self.clock)
            value = moment.at.isoformat() if moment else None
        if spec.money:
            wanted = f"an amount, {amounts.HINT}"
            money = amounts.read_amount(raw) if isinstance(raw, str) else None
            value = money.amount if money else raw
        if spec.choices and isinstance(raw, str):
            wanted = f"one of {', '.join(spec.choices)}"
        if not isinstance(value, bool | int | str) or not spec.fits(value):
            hint = did_you_mean(str(raw), spec.choices)
            raise NotAFactError(f"`{name}` is {wanted}, not `{raw}`.{hint}")
        return value

    def _learnt(self, raw: JsonValue) -> datetime:
        moment = moments.read_moment(raw, self.clock) if isinstance(raw, str) else None
        if moment is None:
            raise NotAFactError(f"`learnt` is {moments.HINT}, not `{raw}`.", "learnt")
        return moment.at


_WANTED = {
    "bool": "true or false",
    "int": "a whole number",
    "instant": f"an instant {moments.HINT}",
}


def _source(name: str, raw: JsonValue, spec: FactSpec) -> Source:
    known = {source: source for source in spec.sources}
    if not isinstance(raw, str) or raw not in known:
        allowed = ", ".join(spec.sources)
        raise NotAFactError(f"`{name}` is known from {allowed} only, not from `{raw}`.", "source")
    return next(source for source in spec.sources if source == raw)


def mixed_currencies(facts: Mapping[str, Written]) -> Iterator[str]:
    """Name the amounts that are written in another currency than the case's, if it has one."""
    if "currency" not in facts:
        return
    currency = _plain(facts["currency"].raw)
    for name, written in facts.items():
        value = _plain(written.raw)
        money = amounts.read_amount(value) if isinstance(value, str) else None
        if money is not None and money.currency != currency:
            yield name


def _plain(raw: JsonValue) -> JsonValue:
    return raw.get("value") if isinstance(raw, dict) else raw
