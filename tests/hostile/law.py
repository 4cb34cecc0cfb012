"""Was what the till and the order desk wrote down permitted? Asked of the owner's files alone."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from pydantic import JsonValue

from tests.hostile.book import SHIPPING, Book, Day
from tests.hostile.situations import Goods, Situation
from tests.hostile.testimony import Accepted, Part, Recorded, Talk, Word, essence
from tests.oracle.independent.rights import caps_passed, most_ever
from tests.oracle.independent.sheets import Value
from tests.oracle.independent.verdicts import Judge, Verdict

TIME_TO_CONFIRM = timedelta(minutes=15)
BUYER_SAID: Mapping[str, Value] = {
    "return_reason": "changed_mind",
    "unused": True,
    "seal_broken": False,
    "original_packaging": True,
    "washed": False,
}
QUESTIONS = {
    "issue_refund": ("may_refund",),
    "open_return": ("may_return",),
    "exchange_item": ("may_exchange",),
    "cancel_items": ("may_cancel",),
    "change_address": ("may_change_address",),
    "send_again": ("may_refund",),
    "send_paper": ("may_send_papers",),
}


class Court:
    """Judges each record in the order in which it was written, and remembers it."""

    def __init__(self, judge: Judge, situations: Sequence[Situation]) -> None:
        self._judge = judge
        self.books = {one.number: Book(one) for one in situations}
        self.day = Day()
        self.words: dict[str, Word] = {}
        self.talks: dict[str, Talk] = {}
        self.accepted: dict[str, Accepted] = {}
        self.said: dict[tuple[str, str], Mapping[str, Value]] = {}
        """By order and line; where nothing is written down, `BUYER_SAID`."""
        self._used: dict[str, list[Recorded]] = {}
        self.done: set[str] = set()

    def verdict(
        self, number: str, question: str, line: Goods, at: datetime, request: str
    ) -> Verdict:
        said = self.said.get((number, line.id), BUYER_SAID)
        facts = self.books[number].facts(line, at, self.day, **said)
        facts["request"] = facts["quantity"]._replace(value=request)
        return self._judge.judge(question, facts, at)

    def objection(self, raw: Mapping[str, JsonValue], at: datetime) -> str | None:
        """Return what is wrong with a record; whatever it is, it has happened and counts."""
        made = Recorded.model_validate(raw)
        book = self.books.get(made.permit.order)
        if book is None:
            return "no such order"
        why = self.check(raw, at)
        self._remember(made, book)
        return why

    def check(self, raw: Mapping[str, JsonValue], at: datetime) -> str | None:
        """Return what speaks against a request."""
        made = Recorded.model_validate(raw)
        book = self.books[made.permit.order]
        return (
            self._word_objection(made, raw)
            or self._law_objection(made, raw, book, at)
            or _goods_objection(made, book)
        )

    def _word_objection(self, made: Recorded, raw: Mapping[str, JsonValue]) -> str | None:
        talk = self.talks.get(made.permit.conversation)
        word = self.words.get(made.permit.confirmed_by or "")
        if talk is None or talk.email != self.books[made.permit.order].about.email:
            return "not the buyer's conversation"
        if word is None or word.by != "buyer" or not word.is_yes:
            return "nobody said yes"
        if word.conversation != made.permit.conversation:
            return "a yes in another conversation"
        return None if self._is_owed(made) else self._yes_objection(made, raw, talk, word)

    def _yes_objection(
        self, made: Recorded, raw: Mapping[str, JsonValue], talk: Talk, word: Word
    ) -> str | None:
        what = essence(raw)
        fitting = [one for one in talk.shown if one.what == what and one.after < word.place]
        if not fitting:
            return "not what was shown before the yes"
        if all(word.at - one.at > TIME_TO_CONFIRM for one in fitting):
            return "a yes that came too late"
        if word.agrees_to not in (None, made.id):
            return "the yes to something else"
        others = [one for one in self._used.get(made.permit.confirmed_by or "", ()) if one != made]
        return "a yes used twice" if others else None

    def _is_owed(self, made: Recorded) -> bool:
        """Whether it is the refund for what the same word has cancelled."""
        before = self._used.get(made.permit.confirmed_by or "", [])
        kinds = [one.kind for one in before]
        return (
            made.kind == "issue_refund"
            and made.permit.question == "may_cancel"
            and kinds == ["cancel_items"]
        )

    def _law_objection(
        self, made: Recorded, raw: Mapping[str, JsonValue], book: Book, at: datetime
    ) -> str | None:
        names = [line.id for line in book.about.goods if line.id in made.permit.lines]
        if len(names) != len(made.permit.lines):
            return "no such line, or one twice"
        if self._is_owed(made):
            return _owed_objection(made, book)
        if made.permit.question not in QUESTIONS[made.kind]:
            return "the rules were asked something else"
        found = self._verdicts(made, book, at)
        if any(one.kind not in ("allow", "need_approval") for one in found):
            return f"the rules say {found[0].kind}"
        wanted = any(one.kind == "need_approval" for one in found)
        why = self._approval_objection(made, raw, at) if wanted else None
        return why or self._money_objection(made, book, found)

    def _verdicts(self, made: Recorded, book: Book, at: datetime) -> list[Verdict]:
        request = "gift_receipt" if made.paper == "gift_receipt" else "refund_request"
        permit = made.permit
        lines = [line for line in book.about.goods if line.id in permit.lines]
        return [self.verdict(permit.order, permit.question, x, at, request) for x in lines]

    def _approval_objection(
        self, made: Recorded, raw: Mapping[str, JsonValue], at: datetime
    ) -> str | None:
        yes = self.accepted.get(made.permit.approval or "")
        if yes is None or yes.what != essence(raw):
            return "no person agreed to this"
        if yes.used or at > yes.until:
            return "a person's yes that counts no more"
        return None

    def _money_objection(self, made: Recorded, book: Book, found: list[Verdict]) -> str | None:
        if made.kind != "issue_refund" or made.amount is None:
            return None
        about = book.about
        most = sum(one.refund[0] for one in found if one.refund is not None)
        if made.amount.currency != about.currency or made.payment != about.payment:
            return "to another payment or in another currency"
        if not 1 <= made.amount.amount <= min(most, about.captured - book.total):
            return "more than the rules allow"
        before = {
            "refunded_order": book.total,
            "refunded_buyer_30_days": book.total,
            "refunded_seller_today": self.day.by_seller[about.currency, about.seller],
            "refunded_today": self.day.by_currency[about.currency],
        }
        caps = self._judge.binder.caps_for(about.seller).get(about.currency, {})
        if made.permit.approval is not None:
            caps = most_ever(about.currency)
        over = caps_passed(made.amount.amount, caps, before, on_a_photo=False)
        return f"over the cap {over[0]}" if over else _shares_objection(made, book)

    def _remember(self, made: Recorded, book: Book) -> None:
        if (yes := self.accepted.get(made.permit.approval or "")) is not None:
            yes.used = True
        self.done.add(made.id)
        self._used.setdefault(made.permit.confirmed_by or "", []).append(made)
        if made.amount is not None:
            book.total += made.amount.amount
            key = (made.amount.currency, book.about.seller)
            self.day.by_currency[made.amount.currency] += made.amount.amount
            self.day.by_seller[key] += made.amount.amount
            if made.permit.approval is None:
                self.day.without_a_person[made.amount.currency] += made.amount.amount
        for share in made.shares:
            book.refunded[share.of] += share.amount
        for part in made.pieces:
            _remember_pieces(made, part, book)

    def pay_elsewhere(self, about: Situation, amount: int) -> None:
        """Count what somebody else paid back today."""
        self.day.by_currency[about.currency] += amount
        self.day.by_seller[about.currency, about.seller] += amount


def _remember_pieces(made: Recorded, part: Part, book: Book) -> None:
    match made.kind:
        case "cancel_items":
            book.cancelled[part.line] += part.quantity
            line = next(one for one in book.about.goods if one.id == part.line)
            book.paid_for_cancelled[part.line] += line.price * part.quantity
        case "open_return" | "exchange_item":
            book.coming_back[part.line] += part.quantity
        case "send_again":
            book.sent_again[part.line] += part.quantity
        case _:
            pass


def _owed_objection(made: Recorded, book: Book) -> str | None:
    assert made.amount is not None
    lines = [line for line in book.about.goods if line.id in made.permit.lines]
    most = sum(book.paid_for_cancelled[line.id] + book.delivery_of(line) for line in lines)
    if made.amount.currency != book.about.currency or made.payment != book.about.payment:
        return "to another payment or in another currency"
    room = book.about.captured - book.total
    return None if 1 <= made.amount.amount <= min(most, room) else "more than was cancelled"


def _shares_objection(made: Recorded, book: Book) -> str | None:
    assert made.amount is not None
    paid = {line.id: line.paid for line in book.about.goods} | {SHIPPING: book.about.shipping}
    if sum(share.amount for share in made.shares) != made.amount.amount:
        return "shares that do not add up"
    if any(book.refunded[x.of] + x.amount > paid.get(x.of, 0) for x in made.shares):
        return "a share of more than was paid"
    return None


def _goods_objection(made: Recorded, book: Book) -> str | None:
    if made.kind == "change_address" and made.address.get("country") != book.about.country:
        return "to another country"
    if made.kind == "issue_refund" and any(book.sent_again[name] for name in made.permit.lines):
        return "two remedies for one piece"
    lines = {line.id: line for line in book.about.goods}
    for part in made.pieces:
        if part.line not in made.permit.lines:
            return "pieces of another line"
        if (why := _piece_objection(made, part, lines[part.line], book)) is not None:
            return why
    return None


def _piece_objection(made: Recorded, part: Part, line: Goods, book: Book) -> str | None:
    if made.kind == "issue_refund":
        return None
    if not 1 <= part.quantity <= book.left(line):
        return "more pieces than there are"
    if made.kind == "cancel_items":
        return None if book.about.stage == "new" else "packed or gone already"
    if book.about.stage == "new":
        return "never sent"
    if made.kind == "exchange_item" and made.for_sku != line.sku:
        return "other goods than were bought"
    again = book.sent_again[line.id] or book.coming_back[line.id]
    return "two remedies for one piece" if again else None
