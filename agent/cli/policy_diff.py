"""How is it written down what two versions of the rules do differently?"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from agent.cli.case_words import CaseTeller
from agent.cli.flip_rows import Cell, answers, minor, write_csv
from agent.desk.terminal_text import first_line
from tools.policy.differences import Difference
from tools.policy.explain import Law
from tools.policy.grid_flips import Group
from tools.policy.page import Block, Grid, Heading, Page, Paragraph
from tools.policy.rulebook import Rule, Rulebook
from tools.policy.wording import PolicyWords, fill
from tools.policy.words import Teller, plain

_WIDE, _NARROW = 500, 60
_MOST_SHOWN = 25
"""Ways of flipping that are read on one page; the other formats have all."""
_CSV = ("type", "what", "where", "sellers", "old", "old_rule", "new", "new_rule", "cases")


@dataclass(frozen=True)
class Tried:
    """Decisions that were made under both rulebooks, and how they flip."""

    decisions: int
    groups: tuple[Group, ...]
    is_cut: bool = False

    @property
    def flips(self) -> int:
        """Return how many of them flip."""
        return sum(len(group.flips) for group in self.groups)


@dataclass(frozen=True)
class Comparison:
    """Everything that differs between two versions of the rules."""

    old: Law
    new: Law
    differences: tuple[Difference, ...]
    recorded: Tried | None
    """From the conversations of the evals; None when they were not looked at."""
    generated: Tried

    @property
    def differs(self) -> bool:
        """Whether anything is written or answered differently."""
        return bool(
            self.differences or self.generated.groups or (self.recorded and self.recorded.groups)
        )


@dataclass(frozen=True)
class DiffWriter:
    """Writes a comparison for people, programs and spreadsheets."""

    found: Comparison
    words: PolicyWords

    def page(self, *, wide: bool) -> Page:
        """Return the page; `wide` where there is room for long cells."""
        return tuple(self._blocks(_WIDE if wide else _NARROW))

    def json_lines(self) -> Iterator[str]:
        """Return plain ASCII, so that nothing in a record can steer the terminal."""
        for cells in self._rows():
            yield json.dumps(cells)
        yield json.dumps(
            {
                "type": "summary",
                "old": self.found.old.rulebook.version,
                "new": self.found.new.rulebook.version,
                "differences": len(self.found.differences),
                **_counted("recorded", self.found.recorded),
                **_counted("generated", self.found.generated),
            }
        )

    def csv(self) -> str:
        """Return a row for each difference and each way in which decisions flip."""
        return write_csv(_CSV, self._rows())

    @property
    def _teller(self) -> CaseTeller:
        return CaseTeller(self.found.old.rulebook, self.found.new.rulebook, self.words)

    def _blocks(self, width: int) -> Iterator[Block]:
        words, old, new = self.words.diff, self.found.old.rulebook, self.found.new.rulebook
        yield Heading(1, words.title)
        yield Paragraph(fill(words.versions, old=old.version, new=new.version))
        yield Heading(2, words.differences)
        if self.found.differences:
            rows = tuple(self._difference(one, width) for one in self.found.differences)
            yield self._grid(("what", "where", "old", "new"), rows)
        else:
            yield Paragraph(words.no_differences)
        if self.found.recorded is not None:
            yield Heading(2, words.conversations)
            yield from self._tried(self.found.recorded, words.recorded, ("said", width))
        yield Heading(2, words.grid)
        yield from self._tried(self.found.generated, words.tried, ("case", _WIDE))

    def _tried(self, tried: Tried, form: str, case: tuple[str, int]) -> Iterator[Block]:
        words, (column, width) = self.words.diff, case
        if not tried.decisions:
            yield Paragraph(words.none_tried)
            return
        counts = {"decisions": tried.decisions, "cases": tried.decisions, "flips": tried.flips}
        yield Paragraph(fill(form, **counts, groups=len(tried.groups)))
        if tried.is_cut:
            yield Paragraph(words.cut)
        if not tried.groups:
            yield Paragraph(words.unchanged)
            return
        rows = tuple(self._group(one, width) for one in tried.groups[:_MOST_SHOWN])
        yield self._grid(("cases", "change", "sellers", column, "old", "new"), rows)
        if (more := len(tried.groups) - len(rows)) > 0:
            yield Paragraph(fill(words.more, groups=more))

    def _grid(self, columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> Grid:
        return Grid(tuple(self.words.diff.columns[name] for name in columns), rows)

    def _group(self, group: Group, width: int) -> tuple[str, ...]:
        said = group.example.past.said
        case = first_line(said, width) if said else self._teller.case(group)
        change = self.words.replay.changes[group.change]
        old, new = self._answers(group)
        return str(len(group.flips)), change, self._sellers(group), case, old, new

    def _answers(self, group: Group) -> tuple[str, str]:
        """Return both answers; only those of real conversations have real dates."""
        flip = group.example
        if not flip.past.conversation:
            return self._teller.answers(group)
        old, new = answers(flip.past.decision, flip.new, self.words.replay)
        return f"{old} ({flip.past.decision.rule_id})", f"{new} ({flip.new.rule_id})"

    def _sellers(self, group: Group) -> str:
        books = self.found.old.rulebook, self.found.new.rulebook
        known = {seller for book in books for seller in book.marketplace.sellers}
        if known <= set(group.sellers):
            return self.words.diff.every_seller
        return ", ".join(seller or self.words.replay.no_seller for seller in group.sellers)

    def _difference(self, one: Difference, width: int) -> tuple[str, ...]:
        words = self.words.diff
        where = ", ".join((one.file, *map(plain, one.place)))
        old, new = (
            first_line(self._side(one, text, law), width)
            for text, law in ((one.old, self.found.old), (one.new, self.found.new))
        )
        return words.whats[one.what], where, old, new

    def _side(self, one: Difference, text: str | None, law: Law) -> str:
        words = self.words.diff
        if text is None:
            return words.not_there
        if one.what == "order":
            return fill(words.after, rule=plain(text)) if text else words.first
        rule = _rule(one, law.rulebook) if one.what == "rule" else None
        if one.what == "cap":
            return minor(int(text), one.place[-2])
        if rule is not None:
            return self._in_words(rule, law.rulebook)
        return text or words.there

    def _in_words(self, rule: Rule, rulebook: Rulebook) -> str:
        words = self.words.explain
        teller = Teller(rulebook.catalogue, words, rulebook.marketplace.locales[0])
        conditions, answer = teller.rule_conditions(rule), teller.outcome(rule.then)
        return f"{conditions}: {answer}" if conditions else answer

    def _rows(self) -> Iterator[dict[str, Cell]]:
        for one in self.found.differences:
            where = ", ".join((one.file, *one.place))
            yield _row("difference", what=one.what, where=where, old=one.old, new=one.new)
        tried = (("recorded", self.found.recorded), ("generated", self.found.generated))
        for name, decisions in tried:
            for group in decisions.groups if decisions else ():
                yield self._group_row(name, group)

    def _group_row(self, name: str, group: Group) -> dict[str, Cell]:
        flip, (old, new) = group.example, self._answers(group)
        case = flip.past.said or self._teller.case(group)
        return _row(
            name,
            what=group.change,
            where=f"{group.question}: {case}",
            sellers=", ".join(group.sellers),
            old=old,
            old_rule=flip.past.decision.rule_id,
            new=new,
            new_rule=flip.new.rule_id,
            cases=len(group.flips),
        )


def _row(kind: str, **cells: Cell) -> dict[str, Cell]:
    return {**dict.fromkeys(_CSV), "type": kind, **cells}


def _counted(name: str, tried: Tried | None) -> dict[str, int | None]:
    decisions, flips = (tried.decisions, tried.flips) if tried else (None, None)
    return {name: decisions, f"{name}_flips": flips}


def _rule(one: Difference, rulebook: Rulebook) -> Rule | None:
    """Return the rule that a difference is about, as it is asked."""
    question, name, *_ = one.place
    stem = one.file.removesuffix(".yaml")
    seller = stem.removeprefix("sellers/") if stem.startswith("sellers/") else None
    table = rulebook.table(question, seller)
    rules = table.rules if table else ()
    return next((rule for rule in rules if rule.id.rpartition(".")[2] == name), None)
