"""What is wrong with the words, dates and names of a rulebook?

What is wrong with its logic is found in `lint_logic.py`, once these are right.
"""

from collections.abc import Iterator
from datetime import date
from string import Formatter

from tools.policy.conditions import leaves
from tools.policy.decision import FactName, LocalizedText
from tools.policy.documents import Deadline, Documents, Finding, Path_, deadline_of
from tools.policy.facts import Catalogue, FactSpec
from tools.policy.floor import FLOORS
from tools.policy.lint_money import lint_money
from tools.policy.marketplace import MarketplacePolicy
from tools.policy.parse import UNREADABLE, did_you_mean
from tools.policy.rulebook import Rule, Rulebook
from tools.policy.supplied import RECORD_FACTS, TALK_FACTS

NUMBERS = ("days", "window")
"""What a sentence may show in braces; both need a deadline to count from or to."""
_NOT_FACTS = ("any", "all", "not")


def lint(documents: Documents, rulebook: Rulebook, today: date | None) -> tuple[Finding, ...]:
    """Return every fault; without `today`, review dates are not looked at."""
    findings = [
        *_sellers(documents),
        *_catalogue(rulebook.catalogue, rulebook.marketplace),
        *_floor_facts(rulebook.catalogue),
        *_fallbacks(documents),
        *_rules(rulebook),
        *lint_money(documents, rulebook),
        *(_reviews(documents, today) if today is not None else ()),
    ]
    return tuple(dict.fromkeys(findings))


def lint_supply(rulebook: Rulebook) -> Iterator[Finding]:
    """Find rules on facts that only records could tell and no record does."""
    supplied = RECORD_FACTS | TALK_FACTS
    for _, table in rulebook.all_tables():
        for rule in table.rules:
            for name in dict.fromkeys(test.fact for test in leaves(rule.when)):
                if name not in supplied and set(rulebook.catalogue[name].sources) == {"record"}:
                    hint = did_you_mean(name, supplied)
                    sentence = (
                        f"No record tells `{name}`, so nobody would ever know it; "
                        f"add `buyer` or `person` to its sources.{hint}"
                    )
                    yield Finding(rule.file, (*rule.path, "when"), sentence)


def _sellers(documents: Documents) -> Iterator[Finding]:
    market = documents.marketplace
    if "en" not in market.locales:
        yield Finding("marketplace.yaml", ("locales",), "`en` has to be among the locales.")
    for seller in documents.sellers:
        if seller not in market.sellers:
            hint = did_you_mean(seller, market.sellers) or " Add it to marketplace.yaml."
            sentence = f"The marketplace has no seller `{seller}`.{hint}"
            yield Finding(f"sellers/{seller}.yaml", (), sentence)


def _reviews(documents: Documents, today: date) -> Iterator[Finding]:
    dated = {
        "marketplace.yaml": documents.marketplace,
        "facts.yaml": documents.catalogue,
        "fallbacks.yaml": documents.fallbacks,
        **{f"{stem}.yaml": table for stem, table in documents.tables.items()},
        **{f"sellers/{seller}.yaml": table for seller, table in documents.sellers.items()},
    }
    for file, document in dated.items():
        if document.review_by < today:
            sentence = f"The review was due by {document.review_by}; ask {document.owner}."
            yield Finding(file, ("review_by",), sentence)


def _catalogue(catalogue: Catalogue, marketplace: MarketplacePolicy) -> Iterator[Finding]:
    for name, spec in catalogue.items():
        path: Path_ = ("facts", name)
        yield from _supply(name, spec, path)
        yield from _counting(name, spec, catalogue, path)
        if name in _NOT_FACTS:
            yield Finding("facts.yaml", path, f"`{name}` is a word of the rules, not a fact.")
        if spec.kind == "choice" and not spec.choices:
            yield Finding("facts.yaml", path, f"`{name}` is a choice but has no `choices`.")
        # What the buyer cannot know, the desk asks.
        asked_in = marketplace.locales if spec.askable else (marketplace.desk_language,)
        yield from _locales("facts.yaml", (*path, "question"), spec.question, asked_in)
        if spec.askable:
            for choice, label in spec.choices.items():
                place = (*path, "choices", choice)
                yield from _locales("facts.yaml", place, label, marketplace.locales)


def _supply(name: FactName, spec: FactSpec, path: Path_) -> Iterator[Finding]:
    if not spec.sources:
        yield Finding("facts.yaml", path, f"Nobody may supply `{name}`; name its sources.")
    if spec.fresh_for.span is None:
        sentence = f"Say with `fresh_for` how long `{name}` may be believed once it is known."
        yield Finding("facts.yaml", path, sentence)
    if spec.money and spec.kind != "int":
        sentence = f"`{name}` is money, so it is an `int`: the smallest unit of its currency."
        yield Finding("facts.yaml", (*path, "kind"), sentence)


def _counting(
    name: FactName, spec: FactSpec, catalogue: Catalogue, path: Path_
) -> Iterator[Finding]:
    start = spec.counts_from
    if start is None:
        return
    if start not in catalogue or catalogue[start].kind != "instant":
        hint = did_you_mean(start, [n for n, s in catalogue.items() if s.kind == "instant"])
        sentence = f"`{name}` counts from `{start}`, which is not an instant.{hint}"
        yield Finding("facts.yaml", (*path, "counts_from"), sentence)
    if spec.kind != "int":
        yield Finding("facts.yaml", (*path, "kind"), f"`{name}` counts days, so it is an `int`.")


def _floor_facts(catalogue: Catalogue) -> Iterator[Finding]:
    for floor in FLOORS:
        for name in sorted(floor.facts - set(catalogue)):
            sentence = f"{floor.id} needs the fact `{name}`, so it has to stay in the catalogue."
            yield Finding("facts.yaml", ("facts",), sentence)


def _fallbacks(documents: Documents) -> Iterator[Finding]:
    sentences = documents.fallbacks.sentences
    for name in type(sentences).model_fields:
        text: LocalizedText = getattr(sentences, name)
        path: Path_ = ("sentences", name)
        yield from _locales("fallbacks.yaml", path, text, documents.marketplace.locales)
        yield from _slots("fallbacks.yaml", path, text, allowed=())


def _rules(rulebook: Rulebook) -> Iterator[Finding]:
    for _, table in rulebook.all_tables():
        for rule in table.rules:
            path = (*rule.path, "because")
            counts = isinstance(deadline_of(rule.then), Deadline) or rule.then is UNREADABLE
            yield from _locales(rule.file, path, rule.because, rulebook.marketplace.locales)
            yield from _slots(rule.file, path, rule.because, NUMBERS if counts else ())
            yield from _deadline(rule, rulebook.catalogue)
            yield from _demand(rule, rulebook.catalogue)


def _deadline(rule: Rule, catalogue: Catalogue) -> Iterator[Finding]:
    deadline = deadline_of(rule.then)
    if deadline is None:
        return
    name = deadline.after if isinstance(deadline, Deadline) else deadline.at
    spec = catalogue.get(name)
    if spec is None or spec.kind != "instant":
        hint = did_you_mean(name, [n for n, s in catalogue.items() if s.kind == "instant"])
        sentence = f"`{name}` is not an instant of the catalogue.{hint}"
        yield Finding(rule.file, (*rule.path, "then"), sentence)


def _demand(rule: Rule, catalogue: Catalogue) -> Iterator[Finding]:
    tested = {test.fact for test in leaves(rule.when)}
    for name, sources in rule.demand.items():
        path = (*rule.path, "demand", name)
        if name not in tested:
            sentence = f"The rule does not look at `{name}`.{did_you_mean(name, tested)}"
            yield Finding(rule.file, path, sentence)
        elif not set(sources) & set(catalogue[name].sources):
            allowed = ", ".join(catalogue[name].sources)
            sentence = f"Nobody can supply `{name}` here; the catalogue allows {allowed}."
            yield Finding(rule.file, path, sentence)


def _locales(
    file: str, path: Path_, text: LocalizedText, locales: tuple[str, ...]
) -> Iterator[Finding]:
    missing = [locale for locale in locales if not text.get(locale, "").strip()]
    if missing:
        yield Finding(file, path, f"There is no sentence in {', '.join(missing)}.")


def _slots(
    file: str, path: Path_, text: LocalizedText, allowed: tuple[str, ...]
) -> Iterator[Finding]:
    for locale, sentence in text.items():
        try:
            names = [name for _, name, _, _ in Formatter().parse(sentence) if name is not None]
        except ValueError:
            yield Finding(file, (*path, locale), "A brace has no partner.")
            continue
        for name in names:
            if name not in allowed:
                known = f"here are {', '.join(allowed)}" if allowed else "here is none"
                fault = f"`{{{name}}}` is not a number that can be shown; {known}."
                yield Finding(file, (*path, locale), fault)
