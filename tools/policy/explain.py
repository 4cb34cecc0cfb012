"""What is the law, in plain words and on one page?"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from pydantic import JsonValue

from tools.domain.money import Money
from tools.policy.caps import HARD_CAPS, Caps, CapsByCurrency
from tools.policy.conditions import AllOf, Between, Condition, OneOf, Test
from tools.policy.decision import FactName, Layer
from tools.policy.documents import Documents, FrontMatter, MarketplaceFile, RuleDraft, TableFile
from tools.policy.facts import shown
from tools.policy.floor import FLOORS, Floor
from tools.policy.marketplace import MarketplacePolicy
from tools.policy.page import Block, Grid, Heading, Listing, Page, Paragraph
from tools.policy.rulebook import Rule, Rulebook, Table
from tools.policy.wording import ExplainWords, fill
from tools.policy.words import Teller, plain


@dataclass(frozen=True)
class Law:
    """The rules as the owner wrote them and as they are asked."""

    documents: Documents
    rulebook: Rulebook


def explain(
    law: Law, words: ExplainWords, *, question: str | None = None, seller: str | None = None
) -> Page:
    """Explain every question or one, for the marketplace or as one seller has it."""
    return tuple(_Explainer(law, words).page(question, seller))


@dataclass(frozen=True)
class _Explainer:
    law: Law
    words: ExplainWords

    @property
    def teller(self) -> Teller:
        rulebook = self.law.rulebook
        return Teller(rulebook.catalogue, self.words, rulebook.marketplace.locales[0])

    def page(self, question: str | None, seller: str | None) -> Iterator[Block]:
        rulebook, words = self.law.rulebook, self.words
        title = words.title if seller is None else words.title_of_seller
        yield Heading(1, fill(title, marketplace=rulebook.marketplace.name, seller=seller or ""))
        yield Paragraph(fill(words.version, version=rulebook.version))
        if question is None:
            yield from self._everywhere(self.law.documents.marketplace)
        for name in rulebook.tables if question is None else (question,):
            yield from self._question(name, seller)

    def _everywhere(self, market: MarketplaceFile) -> Iterator[Block]:
        words = self.words
        yield Heading(2, words.everywhere)
        yield Paragraph(self._answers("marketplace.yaml", market))
        patience = (
            fill(
                words.patience,
                shipping=shipping,
                transit=one.transit_days,
                late=one.late_days,
                silent=one.silent_days,
            )
            for shipping, one in market.patience.items()
        )
        reply = fill(words.reply_hours, hours=market.reply_hours)
        attempts = fill(words.identity_attempts, attempts=market.identity_attempts)
        yield Listing((reply, attempts, *patience))
        yield Paragraph(words.precedence)
        yield Listing(tuple(words.layers[layer] for layer in get_args(Layer)), numbered=True)
        yield from self._caps(market.caps)
        yield from self._own_caps()
        yield from self._approvals(market)

    def _caps(self, caps: CapsByCurrency) -> Iterator[Block]:
        """Say what is paid back without a person, and what never is."""
        words = self.words
        yield Paragraph(words.caps if caps else words.no_caps)
        rows = [(currency, words.caps_own, own) for currency, own in caps.items()]
        rows += [(c, words.caps_hard, HARD_CAPS[c]) for c in caps if c in HARD_CAPS]
        if rows:
            header = (words.caps_whose, *words.cap_names.values())
            yield Grid(header, tuple(_amounts(*row, tuple(words.cap_names)) for row in rows))

    def _question(self, question: str, seller: str | None) -> Iterator[Block]:
        words, table = self.words, self.law.rulebook.table(question, seller)
        stem, base = next(
            (stem, file)
            for stem, file in self.law.documents.tables.items()
            if question in file.questions
        )
        own = self.law.documents.sellers.get(seller) if seller is not None else None
        assert table is not None, "the question is one of the rulebook's"
        yield Heading(2, fill(words.question, question=plain(question)))
        yield Paragraph(self._answers(f"{stem}.yaml", base))
        if own is not None and question in own.questions:
            yield Paragraph(self._answers(f"sellers/{seller}.yaml", own))
        yield Paragraph(words.order)
        yield Listing(tuple(self._numbered(table)), numbered=True)
        yield Paragraph(fill(words.nobody, queue=table.queue))
        yield from self._parameters(table, base, own)
        yield from self._floors(question)
        if seller is None:
            yield from self._sellers(table, base)
        yield decision_table(table, self.teller)

    def _answers(self, file: str, front: FrontMatter | MarketplaceFile) -> str:
        by = front.review_by.isoformat()
        return fill(self.words.answers, owner=front.owner, file=file, review_by=by)

    def _numbered(self, table: Table) -> Iterator[str]:
        for rule in table.rules:
            form = {"seller": self.words.own, "limit": self.words.locked}.get(rule.layer)
            said = self._rule(rule)
            yield fill(form, rule=said) if form is not None else said

    def _rule(self, rule: Rule) -> str:
        conditions = self.teller.rule_conditions(rule)
        form = self.words.rule if conditions else self.words.always
        outcome = self.teller.outcome(rule.then)
        return fill(form, conditions=conditions, outcome=outcome, why=rule.basis)

    def _parameters(self, table: Table, base: TableFile, own: TableFile | None) -> Iterator[Block]:
        values = {**_written(base, table.question)}
        values |= _written(own, table.question) if own is not None else {}
        drafts = _drafts((base, own), table.question)
        limits = base.questions[table.question].limits
        said = tuple(
            fill(
                self.words.parameter_within if name in limits else self.words.parameter,
                name=plain(name),
                value=_shown(value),
                limit=str(limits.get(name, "")),
                rules=_naming(name, table, drafts),
            )
            for name, value in values.items()
        )
        if said:
            yield Paragraph(self.words.parameters)
            yield Listing(said)

    def _floors(self, question: str) -> Iterator[Block]:
        floors = [self._floor(floor) for floor in FLOORS if floor.question == question]
        yield Paragraph(self.words.floors if floors else self.words.no_floor)
        if floors:
            yield Listing(tuple(floors))

    def _floor(self, floor: Floor) -> str:
        form = self.words.floor_days if floor.at_least else self.words.floor
        days = floor.at_least.days if floor.at_least else ""
        conditions = self.teller.condition(floor.when)
        law = fill(self.words.law, eu=floor.eu, uk=floor.uk)
        return fill(form, right=floor.basis, conditions=conditions, days=days, law=law)

    def _own_caps(self) -> Iterator[Block]:
        """Say which sellers pay back less without a person."""
        lower = {
            seller: file.caps for seller, file in self.law.documents.sellers.items() if file.caps
        }
        said = tuple(
            fill(self.words.own_cap, seller=seller, name=title, most=str(most))
            for seller, caps in lower.items()
            for currency, own in caps.items()
            for name, title in self.words.cap_names.items()
            if (value := getattr(own, name)) is not None
            for most in (Money(amount=value, currency=currency),)
        )
        if said:
            yield Listing(said)

    def _approvals(self, market: MarketplacePolicy) -> Iterator[Block]:
        """Say which role may agree to how much."""
        said = tuple(
            fill(self.words.may_approve, role=role, most=str(Money(amount=most, currency=currency)))
            for role, amounts in market.approvals.items()
            for currency, most in amounts.items()
        )
        if said:
            yield Listing(said)

    def _sellers(self, base_table: Table, base: TableFile) -> Iterator[Block]:
        question, same = base_table.question, list[str]()
        for seller in self.law.rulebook.marketplace.sellers:
            file = self.law.documents.sellers.get(seller)
            if file is None or question not in file.questions:
                same.append(seller)
                continue
            yield Heading(3, fill(self.words.differs, seller=seller))
            yield Paragraph(self._answers(f"sellers/{seller}.yaml", file))
            yield Listing(tuple(self._differences(seller, file, base_table, base)))
        if same:
            yield Paragraph(fill(self.words.same, sellers=", ".join(same)))

    def _differences(
        self, seller: str, file: TableFile, base_table: Table, base: TableFile
    ) -> Iterator[str]:
        words, question = self.words, base_table.question
        before, drafts = _written(base, question), _drafts((base,), question)
        for name, value in _written(file, question).items():
            yield fill(
                words.own_value,
                name=plain(name),
                value=_shown(value),
                before=_shown(before[name]),
                rules=_naming(name, base_table, drafts),
            )
        own_queue = file.questions[question].queue
        if own_queue is not None:
            yield fill(words.own_queue, queue=own_queue)
        table = self.law.rulebook.sellers[seller][question]
        numbers = {_name(rule): at for at, rule in enumerate(base_table.rules, start=1)}
        for at, rule in enumerate(table.rules):
            if rule.file != table.file:
                continue
            form = words.own_replacement if _name(rule) in numbers else words.own_rule
            next_one = next(_name(r) for r in table.rules[at:] if _name(r) in numbers)
            yield fill(form, number=numbers[next_one], rule=self._rule(rule))


def decision_table(table: Table, teller: Teller) -> Grid:
    """Return a row for each rule and a column for each fact; what is more involved stands apart."""
    words = teller.words
    rows = [_tests_and_more(rule.when) for rule in table.rules]
    facts = tuple(dict.fromkeys(test.fact for tests, _ in rows for test in tests))
    involved = any(more for _, more in rows)
    header = (
        words.column_number,
        words.column_rule,
        *(teller.meaning(fact) for fact in facts),
        *([words.column_more] if involved else ()),
        words.column_outcome,
    )
    return Grid(
        header,
        tuple(
            (
                str(number),
                plain(_name(rule)),
                *(_cell(fact, tests, teller) for fact in facts),
                *([words.and_.join(map(teller.condition, more))] if involved else ()),
                teller.outcome(rule.then),
            )
            for number, (rule, (tests, more)) in enumerate(
                zip(table.rules, rows, strict=True), start=1
            )
        ),
        title=words.table,
        wide=True,
    )


def _tests_and_more(when: Condition) -> tuple[list[Test], list[Condition]]:
    parts = when.parts if isinstance(when, AllOf) else (when,)
    tests = [part for part in parts if isinstance(part, OneOf | Between)]
    return tests, [part for part in parts if not isinstance(part, OneOf | Between)]


def _cell(fact: FactName, tests: Iterable[Test], teller: Teller) -> str:
    return teller.words.and_.join(teller.cell(test) for test in tests if test.fact == fact)


def _amounts(currency: str, whose: str, caps: Caps, names: Iterable[str]) -> tuple[str, ...]:
    amounts = (Money(amount=getattr(caps, name), currency=currency) for name in names)
    return (whose, *map(str, amounts))


def _written(file: TableFile, question: str) -> Mapping[str, JsonValue]:
    draft = file.questions.get(question)
    return draft.parameters if draft else {}


def _drafts(files: Iterable[TableFile | None], question: str) -> Mapping[str, RuleDraft]:
    """Return the rows as they are written, by name; a later file's stands for an earlier one's."""
    drafts = (
        file.questions[question].rules for file in files if file and question in file.questions
    )
    return {rule.id: rule for rules in drafts for rule in rules}


def _naming(parameter: str, table: Table, drafts: Mapping[str, RuleDraft]) -> str:
    """Return the numbers of the rules that name a parameter."""
    numbers = (
        str(at)
        for at, rule in enumerate(table.rules, start=1)
        if _mentions(f"${parameter}", [dict(drafts[_name(rule)].when), drafts[_name(rule)].then])
    )
    return ", ".join(numbers) or "–"


def _mentions(word: str, raw: JsonValue) -> bool:
    if isinstance(raw, dict):
        return any(_mentions(word, value) for value in raw.values())
    if isinstance(raw, list):
        return any(_mentions(word, value) for value in raw)
    return raw == word


def _shown(value: JsonValue) -> str:
    return plain(shown(value)) if isinstance(value, bool | int | str) else ""


def _name(rule: Rule) -> str:
    return rule.id.rpartition(".")[2]
