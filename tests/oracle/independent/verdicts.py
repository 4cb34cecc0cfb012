"""What must the answer to a case be?

A case whose every fact is known is looked up in the table. Otherwise the table is looked up once
for each way in which the unknown facts could turn out, and the answers are compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from pydantic import JsonValue

from tests.oracle.independent.days import day_is_over, day_there, zone_called
from tests.oracle.independent.grid import Grid, draw_grid
from tests.oracle.independent.rights import caps_passed, most_ever, outlasted, right_cut
from tests.oracle.independent.sheets import Binder, FactText, Row, Value
from tests.oracle.independent.survey import NO_RULE, UNSETTLED, Case, Survey, Told, open_table


@dataclass(frozen=True)
class Verdict:
    """The parts of an answer that count."""

    kind: str
    rule: str
    layer: str
    ends: datetime | None = None
    terms: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    refund: tuple[int, str] | None = None
    over: tuple[str, ...] = ()
    queue: str | None = None
    because: str | None = None
    ask: frozenset[frozenset[str]] = frozenset()
    """The smallest sets of facts that settle it whatever the buyer answers."""
    hangs_on_records: bool = False
    """Whether a rule could apply or not, depending on something that no buyer can tell."""
    first: frozenset[str] = frozenset()
    """Which of them may be asked first: whose answer settles it most often."""


class Judge:
    """Knows the whole folder."""

    def __init__(self, binder: Binder) -> None:
        self.binder = binder
        self._grids: dict[int, Grid] = {}

    def grid(self, question: str, seller: str | None) -> Grid | None:
        sheet = self.binder.sheet(question, seller)
        if sheet is None:
            return None
        if id(sheet) not in self._grids:
            self._grids[id(sheet)] = draw_grid(sheet, self.binder.facts)
        return self._grids[id(sheet)]

    def judge(self, question: str, case: Case, now: datetime) -> Verdict:
        known = self.admitted(case, now)
        said = known.get("seller")
        seller = said.value if said is not None and isinstance(said.value, str) else None
        grid = self.grid(question, seller)
        if grid is None:
            return Verdict("hand_off", "fallbacks.no_question", "marketplace", queue="general")
        return _Sitting(self.binder, grid, known, seller, now).verdict()

    def admitted(self, case: Case, now: datetime) -> dict[str, Told]:
        """Leave out what is stale or no value of its fact; the sources are looked at later."""
        return {
            name: told
            for name, told in case.items()
            if (spec := self.binder.facts.get(name)) is not None
            and is_admissible(spec, told.value)
            and told.source in spec.sources
            and _is_fresh(spec, told, now)
        }


def is_admissible(spec: FactText, value: Value) -> bool:
    match spec.kind:
        case "bool":
            return type(value) is bool
        case "int":
            return type(value) is int
        case "choice":
            return isinstance(value, str) and value in spec.choices
        case "instant":
            return instant(value) is not None
        case _:
            return isinstance(value, str)


def instant(value: Value | None) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else None


def _is_fresh(spec: FactText, told: Told, now: datetime) -> bool:
    span = spec.fresh_for
    length = timedelta(days=span.days, hours=span.hours, minutes=span.minutes)
    return not length or told.at + length >= now


@dataclass(frozen=True)
class _Sitting:
    binder: Binder
    grid: Grid
    case: Mapping[str, Told]
    seller: str | None
    now: datetime

    def known(self, fact: str) -> Value | None:
        told = self.case.get(fact)
        return told.value if told is not None else None

    def verdict(self) -> Verdict:
        opened = open_table(self.grid, self.case)
        if not opened.rules:
            return self._settle(opened.last)
        survey = Survey(self.grid, opened)
        number = survey.settled(())
        if number != UNSETTLED:
            settled = self._settle(None if number == NO_RULE else number)
            return replace(settled, hangs_on_records=survey.hangs_on_records)
        if survey.worth_asking(()):
            row = self.grid.sheet.rows[opened.rules[0][0]]
            sets = survey.smallest()
            return Verdict(
                "need_facts",
                row.id,
                row.layer,
                ask=sets,
                first=survey.most_telling(sets),
                hangs_on_records=survey.hangs_on_records,
            )
        return self._nobody_knows()

    def _nobody_knows(self) -> Verdict:
        return self._person("fallbacks.nobody_knows")

    def _person(self, rule: str, layer: str = "marketplace", queue: str | None = None) -> Verdict:
        return Verdict("hand_off", rule, layer, queue=queue or self.grid.sheet.queue)

    def _settle(self, number: int | None) -> Verdict:
        if number is None:
            return self._person("fallbacks.no_rule")
        row = self.grid.sheet.rows[number]
        right = right_cut(self.grid.sheet.question, row, self.known)
        if right is not None:
            return self._person(right.name, "law")
        end, because = self._end(row), row.because
        if end is None and ("{days}" in because or "{deadline}" in because):
            return self._nobody_knows()
        because = self._filled(row)
        match row.kind:
            case "hand_off":
                queue = str(row.then.get("queue", "general"))
                return Verdict("hand_off", row.id, row.layer, queue=queue, because=because)
            case "deny":
                return Verdict("deny", row.id, row.layer, end, because=because)
            case _:
                return self._grant(row, end, because)

    def _grant(self, row: Row, end: datetime | None, because: str) -> Verdict:
        terms, layer = _terms(row), row.layer
        ends = instant(self.known("withdrawal_ends"))
        if row.kind == "allow" and end is not None:
            question = self.grid.sheet.question
            if ends is not None and outlasted(question, end, ends, self.known):
                end, layer = ends, "law"
        refund = row.then.get("refund")
        if not isinstance(refund, dict):
            return Verdict(row.kind, row.id, layer, end, terms, because=because)
        paid = self._refund(refund)
        if paid is None:
            return self._nobody_knows()
        amount, currency, over, never = paid
        if amount == 0:
            return self._person("fallbacks.nothing_left", queue="payments")
        if never:
            return self._person("floor.hard_cap", "law", "payments")
        if over and row.kind == "allow":
            rule = f"caps.{over[0]}"
            return Verdict("need_approval", rule, "limit", end, terms, (amount, currency), over)
        return Verdict(
            row.kind, row.id, layer, end, terms, (amount, currency), over, because=because
        )

    def _refund(
        self, refund: Mapping[str, JsonValue]
    ) -> tuple[int, str, tuple[str, ...], tuple[str, ...]] | None:
        names = ("line_value", "line_shipping", "line_refunded", "order_refundable")
        sums = ("refunded_order", "refunded_buyer_30_days")
        days = ("refunded_seller_today", "refunded_today")
        currency = self.known("currency")
        numbers: dict[str, int] = {}
        for name in (*names, *sums, *days):
            value = self.known(name)
            if not isinstance(value, int):
                return None
            numbers[name] = max(value, 0)
        if not isinstance(currency, str) or not _is_code(currency):
            return None
        price = numbers["line_value"]
        if refund["of"] == "item_and_shipping":
            price += numbers["line_shipping"]
        percent = refund.get("percent", 100)
        assert isinstance(percent, int)
        share = (price * percent) // 100
        left = min(share - numbers["line_refunded"], numbers["order_refundable"])
        amount = max(0, left)
        photo = refund.get("cap") == "photo"
        caps = self.binder.caps_for(self.seller).get(currency, {})
        over = caps_passed(amount, caps, numbers, on_a_photo=photo)
        never = caps_passed(amount, most_ever(currency), numbers, on_a_photo=photo)
        return amount, currency, over, never

    def _end(self, row: Row) -> datetime | None:
        end = row.then.get("until" if row.kind in {"allow", "need_approval"} else "since")
        if not isinstance(end, dict):
            return None
        if "at" in end:
            return instant(self.known(str(end["at"])))
        day, days = self._day_of(str(end["after"])), end["days"]
        assert isinstance(days, int)
        zone = zone_called(self.known("time_zone"))
        return None if day is None else day_is_over(day + timedelta(days=days), zone)

    def _day_of(self, after: str) -> date | None:
        """Return the day something happened, if need be by counting back."""
        zone, at = zone_called(self.known("time_zone")), instant(self.known(after))
        if at is not None:
            return day_there(at, zone)
        for name, spec in self.binder.facts.items():
            passed = self.known(name)
            if spec.counts_from == after and isinstance(passed, int):
                try:
                    return day_there(self.now, zone) - timedelta(days=passed)
                except OverflowError:
                    return None
        return None

    def _filled(self, row: Row) -> str:
        text = row.because
        end = row.then.get("until" if row.kind in {"allow", "need_approval"} else "since")
        if isinstance(end, dict) and "after" in end:
            text = text.replace("{window}", str(end["days"]))
            day = self._day_of(str(end["after"]))
            if day is not None:
                today = day_there(self.now, zone_called(self.known("time_zone")))
                text = text.replace("{days}", str((today - day).days))
        return text


def _is_code(currency: str) -> bool:
    return len(currency) == len("EUR") and all("A" <= letter <= "Z" for letter in currency)


def _terms(row: Row) -> Mapping[str, JsonValue]:
    terms = row.then.get("terms", {})
    assert isinstance(terms, dict)
    return terms
