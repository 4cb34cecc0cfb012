"""How is a condition or an outcome said in plain words?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tools.policy.conditions import AllOf, AnyOf, Between, Condition, Not, OneOf, Test
from tools.policy.decision import FactName
from tools.policy.documents import (
    ApprovalThen,
    Deadline,
    DeadlineAt,
    DenyThen,
    HandOffThen,
    Then,
)
from tools.policy.facts import Catalogue, Value, shown
from tools.policy.rulebook import Rule
from tools.policy.wording import ExplainWords, fill


def plain(name: str) -> str:
    """Return a name of the rulebook as words."""
    return name.replace("_", " ")


@dataclass(frozen=True)
class Teller:
    """Says what stands in a rule, with the catalogue's own words for the facts."""

    catalogue: Catalogue
    words: ExplainWords
    locale: str
    """In which the labels of choices are shown."""

    def meaning(self, fact: FactName) -> str:
        """Return what a fact means, up to the first semicolon, fit for the middle of a sentence."""
        spec = self.catalogue.get(fact)
        text = spec.meaning.split(";")[0].rstrip(" .") if spec else plain(fact)
        return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text

    def rule_conditions(self, rule: Rule) -> str:
        """Say when a rule applies and whom it believes."""
        parts = [] if rule.when == AllOf() else [self.condition(rule.when)]
        for fact, sources in rule.demand.items():
            told = self.words.value_or.join(sources)
            parts.append(fill(self.words.believed, meaning=self.meaning(fact), sources=told))
        return self.words.and_.join(parts)

    def condition(self, condition: Condition) -> str:
        """Say a condition."""
        match condition:
            case AllOf(parts=parts):
                return self._joined(self.words.and_, parts)
            case AnyOf(parts=parts):
                return fill(self.words.any_of, parts=self._joined(self.words.or_, parts))
            case Not(part=OneOf(fact=fact, values=(True,))):
                return fill(self.words.not_so, meaning=self.meaning(fact))
            case Not(part=part):
                return fill(self.words.none_of, part=self.condition(part))
            case _:
                return self._test(condition)

    def cell(self, test: Test) -> str:
        """Say a test without its fact."""
        words = self.words
        if isinstance(test, Between):
            return self._range(test, (words.cell_between, words.cell_at_least, words.cell_at_most))
        if test.values in ((True,), (False,)):
            return words.cell_yes if test.values[0] else words.cell_no
        return words.value_or.join(self._value(test.fact, value) for value in test.values)

    def outcome(self, then: Then) -> str:
        """Say what follows."""
        words = self.words
        if isinstance(then, HandOffThen):
            return fill(words.hand_off, queue=then.queue)
        if isinstance(then, DenyThen):
            return self._dated(words.deny, words.deny_since, then.since)
        if isinstance(then, ApprovalThen):
            said = self._dated(words.need_approval, words.need_approval_until, then.until)
        else:
            said = self._dated(words.allow, words.allow_until, then.until)
        if then.refund is not None:
            of = words.refund_of[then.refund.of]
            refund = words.refund if then.refund.cap is None else words.refund_by_photo
            said = fill(refund, outcome=said, of=of, percent=str(then.refund.percent))
        terms = self._terms(then.terms)
        return fill(words.terms, outcome=said, terms=terms) if terms else said

    def _joined(self, word: str, parts: Iterable[Condition]) -> str:
        return word.join(self.condition(part) for part in parts)

    def _test(self, test: Test) -> str:
        words, meaning = self.words, self.meaning(test.fact)
        if isinstance(test, Between):
            unit = words.days if self._counts_days(test.fact) else ""
            forms = (words.between, words.at_least, words.at_most)
            return self._range(test, forms, meaning=meaning, unit=unit)
        if test.values == (True,):
            return meaning
        if test.values == (False,):
            return fill(words.not_so, meaning=meaning)
        return fill(words.is_value, meaning=meaning, value=self.cell(test))

    def _range(self, test: Between, forms: tuple[str, str, str], **more: str) -> str:
        both, low_only, high_only = forms
        if test.high is None:
            return fill(low_only, low=str(test.low), **more)
        if test.low is None:
            return fill(high_only, high=str(test.high), **more)
        return fill(both, low=str(test.low), high=str(test.high), **more)

    def _counts_days(self, fact: FactName) -> bool:
        return fact in self.catalogue and self.catalogue[fact].counts_from is not None

    def _value(self, fact: FactName, value: Value) -> str:
        spec = self.catalogue.get(fact)
        label = spec.choices.get(str(value), {}).get(self.locale) if spec else None
        return fill(self.words.label, label=label) if label else plain(shown(value))

    def _dated(self, plainly: str, dated: str, deadline: Deadline | DeadlineAt | None) -> str:
        if deadline is None:
            return plainly
        if isinstance(deadline, DeadlineAt):
            return fill(self.words.until_at, outcome=plainly, end=self.meaning(deadline.at))
        return fill(dated, days=deadline.days, start=self.meaning(deadline.after))

    def _terms(self, terms: Mapping[str, Value]) -> str:
        said = (
            fill(self.words.term, name=plain(n), value=plain(shown(v))) for n, v in terms.items()
        )
        return ", ".join(said)
