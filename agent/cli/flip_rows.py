"""How is an answer that changes written down, for people and for spreadsheets?"""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from babel.numbers import get_currency_precision

from tools.policy.decision import Allow, Decision, HandOff, NeedApproval, NeedFacts
from tools.policy.facts import shown
from tools.policy.flips import NO_SELLER, Flip, Total, refund_of
from tools.policy.wording import ReplayWords, fill
from tools.policy.words import plain

Cell = str | int | None
_CASE = ("conversation", "turn", "said", "order", "line", "seller", "question")
_ANSWER = ("answer", "rule", "until", "refund", "detail", "version")
_REST = ("change", "value", "refund_difference", "without_person_difference", "currency")
ROW_NAMES = (*_CASE, *(f"{when}_{name}" for when in ("old", "new") for name in _ANSWER), *_REST)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for more than text."""


def as_csv(flips: Iterable[Flip]) -> str:
    """Return one row for each flip; no cell can be a formula."""
    return write_csv(ROW_NAMES, map(row, flips))


def write_csv(names: tuple[str, ...], rows: Iterable[Mapping[str, Cell]]) -> str:
    """Return a file with a header; no cell can be a formula."""
    file = io.StringIO()
    writer = csv.DictWriter(file, fieldnames=names, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _inert(cell) for name, cell in cells.items()} for cells in rows)
    return file.getvalue()


def row(flip: Flip) -> dict[str, Cell]:
    """Return everything about a flip, amounts in the smallest unit of its currency."""
    past = flip.past
    case = (past.conversation, past.turn, past.said, past.order, past.line, flip.seller)
    answers = (*_answer_cells(past.decision), *_answer_cells(flip.new))
    rest = (flip.change, flip.value, flip.refund, flip.unseen, flip.currency)
    return dict(zip(ROW_NAMES, (*case, past.question, *answers, *rest), strict=True))


def answers(old: Decision, new: Decision, words: ReplayWords) -> tuple[str, str]:
    """Say what was and what would be answered, with what tells the two apart."""
    plainly = (outcome(old, words), outcome(new, words))
    if plainly[0] != plainly[1]:
        return plainly
    return outcome(old, words, full=True), outcome(new, words, full=True)


def outcome(
    decision: Decision,
    words: ReplayWords,
    *,
    full: bool = False,
    now: datetime | None = None,
) -> str:
    """Say what was answered, with its end and its amount; `full` with everything it hangs on.

    With `now` the end is so many days away, as befits a case that nobody lived through.
    """
    said, until, refund = words.kinds[decision.kind], until_of(decision), refund_of(decision)
    if until is not None and now is not None:
        said = fill(words.days_left, answer=said, days=(until.date() - now.date()).days)
    elif until is not None:
        said = fill(words.until, answer=said, day=until.date().isoformat())
    if refund is not None:
        said = fill(words.refund, answer=said, amount=minor(refund.amount, refund.currency))
    detail = _detail(decision) if full else ""
    return fill(words.detail, answer=said, detail=detail) if detail else said


def total_cells(total: Total, words: ReplayWords) -> tuple[str, ...]:
    """Return a row of sums."""
    whose = words.no_seller if total.seller == NO_SELLER else total.seller or words.all_sellers
    change = words.changes[total.change] if total.change else words.all_changes
    sums = (total.value, total.refund, total.unseen)
    amounts = (minor(one, total.currency, signed=one is not total.value) for one in sums)
    return (whose, change, str(total.flips), str(total.lines), *amounts)


def minor(value: int | None, currency: str, *, signed: bool = False) -> str:
    """Return an amount given in the smallest unit; with `signed`, as a difference."""
    if value is None:
        return ""
    digits = get_currency_precision(currency) if currency else 0
    number = Decimal(value).scaleb(-digits)
    return f"{number:+f} {currency}".strip() if signed else f"{number:f} {currency}".strip()


def until_of(decision: Decision) -> datetime | None:
    """Return when a yes ends."""
    return decision.until if isinstance(decision, Allow | NeedApproval) else None


def _detail(decision: Decision) -> str:
    """Return what tells two answers of the same kind apart, beside their end and amount."""
    match decision:
        case NeedFacts(facts=facts):
            return ", ".join(map(plain, facts))
        case HandOff(queue=queue):
            return queue
        case Allow(terms=terms):
            over = ()
        case NeedApproval(terms=terms, over=over):
            pass
        case _:
            return ""
    said = (f"{plain(name)}: {plain(shown(value))}" for name, value in sorted(terms.items()))
    return ", ".join((*said, *map(plain, over)))


def _answer_cells(decision: Decision) -> tuple[Cell, ...]:
    until, refund = until_of(decision), refund_of(decision)
    end = until.isoformat() if until else None
    paid = refund.amount if refund else None
    return decision.kind, decision.rule_id, end, paid, _detail(decision), decision.version


def _inert(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
