"""Which laws are one small mistake away from this one?"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from evals.law.mutant import Mutant
from evals.law.mutate_numbers import mutants_of_numbers
from evals.law.mutate_values import Parameters, changed_then, changed_when, shifted
from tools.policy.documents import Documents, Limit, QuestionDraft, RuleDraft

_QUEUES = ("general", "delivery", "returns", "payments", "safety")


def mutants_of(documents: Documents) -> Iterator[Mutant]:
    """Yield every law that differs in one thing."""
    for stem, table in documents.tables.items():
        for question in table.questions:
            yield from _Drafted(documents, question, stem).mutants()
    for seller, file in documents.sellers.items():
        for question in file.questions:
            stem = next(s for s, table in documents.tables.items() if question in table.questions)
            yield from _Drafted(documents, question, stem, seller).mutants()
    yield from mutants_of_numbers(documents)


@dataclass(frozen=True)
class _Drafted:
    """A table of the marketplace, or what a seller changes in it."""

    documents: Documents
    question: str
    stem: str
    seller: str = ""

    @property
    def draft(self) -> QuestionDraft:
        if self.seller:
            return self.documents.sellers[self.seller].questions[self.question]
        return self.documents.tables[self.stem].questions[self.question]

    @property
    def parameters(self) -> Parameters:
        base = self.documents.tables[self.stem].questions[self.question].parameters
        return {**base, **self.draft.parameters}

    def mutants(self) -> Iterator[Mutant]:
        for i, rule in enumerate(self.draft.rules):
            for what, new in _changed_rule(rule, self.parameters):
                yield self._with_rules(rule, what, self._replaced(i, new))
            yield self._with_rules(rule, "removed", self._replaced(i))
            if i + 1 < len(self.draft.rules):
                below = self.draft.rules[i + 1]
                swapped = (*self.draft.rules[:i], below, rule, *self.draft.rules[i + 2 :])
                yield self._with_rules(rule, f"below {below.id}", swapped)
        yield from self._of_parameters()
        yield from self._of_limits()
        if self.draft.queue is not None:
            other = _QUEUES[(_QUEUES.index(self.draft.queue) + 1) % len(_QUEUES)]
            yield self._mutant(f"queue {other} instead of {self.draft.queue}", {"queue": other})

    def _replaced(self, at: int, *new: RuleDraft) -> tuple[RuleDraft, ...]:
        rules = self.draft.rules
        return (*rules[:at], *new, *rules[at + 1 :])

    def _of_parameters(self) -> Iterator[Mutant]:
        mine = self.draft.parameters
        limits = self.documents.tables[self.stem].questions[self.question].limits
        for name, value in mine.items():
            for what, new in (*shifted(value, {}), *_other_words(value, limits.get(name))):
                yield self._mutant(f"{name} {what}", {"parameters": {**mine, name: new}})
            if self.seller:
                left = {key: one for key, one in mine.items() if key != name}
                yield self._mutant(f"without {name}", {"parameters": left})

    def _of_limits(self) -> Iterator[Mutant]:
        mine = self.draft.limits
        for name, limit in mine.items():
            for what, new in _changed_limit(limit):
                limits = {**mine, name: new}
                yield self._mutant(
                    f"limit of {name} {what}", {"limits": limits}, seller_limits=True
                )
            left = {key: one for key, one in mine.items() if key != name}
            yield self._mutant(f"no limit of {name}", {"limits": left}, seller_limits=True)

    def _with_rules(self, rule: RuleDraft, what: str, rules: tuple[RuleDraft, ...]) -> Mutant:
        where = f"{self.seller}/{self.stem}" if self.seller else self.stem
        name = f"{where}.{rule.id}: {what}"
        apply = self._applying({"rules": rules})
        aim = "seller_limits" if what == "not locked" else "table"
        return Mutant(name, aim, apply, self.question, f"{where}.{rule.id}")

    def _mutant(
        self, what: str, update: Mapping[str, object], *, seller_limits: bool = False
    ) -> Mutant:
        where = f"{self.seller}/{self.question}" if self.seller else self.question
        aim = "seller_limits" if seller_limits else "table"
        return Mutant(f"{where}: {what}", aim, self._applying(update), self.question)

    def _applying(self, update: Mapping[str, object]) -> Callable[[Documents], Documents]:
        new = self.draft.model_copy(update=update)

        def apply(documents: Documents) -> Documents:
            part, name = ("sellers", self.seller) if self.seller else ("tables", self.stem)
            files = getattr(documents, part)
            questions = {**files[name].questions, self.question: new}
            file = files[name].model_copy(update={"questions": questions})
            return documents.model_copy(update={part: {**files, name: file}})

        return apply


def _changed_rule(rule: RuleDraft, parameters: Parameters) -> Iterator[tuple[str, RuleDraft]]:
    for what, when in changed_when(rule.when, parameters):
        yield what, rule.model_copy(update={"when": when})
    for what, then in changed_then(rule.then, parameters):
        yield what, rule.model_copy(update={"then": then})
    for fact in rule.demand:
        left = {name: sources for name, sources in rule.demand.items() if name != fact}
        yield f"believes anybody about {fact}", rule.model_copy(update={"demand": left})
    if rule.locked:
        yield "not locked", rule.model_copy(update={"locked": False})


def _other_words(value: JsonValue, limit: Limit | None) -> Iterator[tuple[str, JsonValue]]:
    if isinstance(value, str):
        others = limit.one_of if limit is not None and limit.one_of else ("another",)
        for other in others:
            if other != value:
                yield f"{other} instead of {value}", other


def _changed_limit(limit: Limit) -> Iterator[tuple[str, Limit]]:
    for end in ("at_least", "at_most"):
        value: int | None = getattr(limit, end)
        for step in (-1, 1) if value is not None else ():
            new = (value or 0) + step
            yield f"{end} {new} instead of {value}", limit.model_copy(update={end: new})
    values = limit.one_of or ()
    for one in values if len(values) > 1 else ():
        left = tuple(other for other in values if other != one)
        yield f"without {one}", limit.model_copy(update={"one_of": left})
