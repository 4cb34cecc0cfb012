"""Does one wish come to one effect, exact to the last cent, and never to more than is allowed?"""

from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_line, an_address, an_order, euros
from tools.domain.changes import Pieces
from tools.domain.effect import CancelItems, ChangeAddress, IssueRefund, OpenReturn, SendPaper
from tools.domain.money import Money
from tools.domain.shipment import LineId
from tools.policy.decision import Allow, Decision, Deny, RuleId
from tools.propose import Wish, propose, propose_repayment, wish_of

L1, L2 = LineId("L1"), LineId("L2")


def yes(refund: Money | None = None, **terms: str | int | bool) -> Allow:
    because = {"en": "-"}
    return Allow(rule_id=RuleId("r.a"), because=because, version="v", refund=refund, terms=terms)


def a_wish(question: str, *lines: LineId, pieces: tuple[Pieces, ...] = ()) -> Wish:
    return Wish("talk", "message", question, lines or (L1,), pieces)


def test_a_refund_pays_what_the_rules_allow_goods_first():
    order = an_order(a_line())

    effect = propose(a_wish("may_refund"), order, {L1: yes(euros(2890))})

    assert isinstance(effect, IssueRefund)
    assert effect.amount == euros(2890)
    assert {one.of: one.amount for one in effect.shares} == {"L1": 2400, "shipping": 490}


def test_what_one_payment_cannot_bear_is_no_effect():
    order = an_order(a_line())

    assert propose(a_wish("may_refund"), order, {L1: yes(euros(2891))}) is None


def test_a_no_for_one_line_is_no_effect_for_all():
    order = an_order(a_line(), a_line("L2"))
    no = Deny(rule_id=RuleId("r.d"), because={"en": "-"}, version="v")
    decisions: dict[LineId, Decision] = {L1: yes(euros(2400)), L2: no}

    assert propose(a_wish("may_refund", L1, L2), order, decisions) is None


@given(quantity=st.integers(2, 9), taken=st.integers(1, 8), most=st.integers(1, 22090))
def test_a_part_never_comes_to_more_than_the_whole(quantity: int, taken: int, most: int):
    line = a_line(quantity=quantity)
    order = an_order(line)
    allowed = euros(min(most, line.unit_price.amount * quantity + 490))
    taken = min(taken, quantity - 1)

    def paid(pieces: int) -> int:
        wish = a_wish("may_refund", pieces=(Pieces(line=L1, quantity=pieces),))
        effect = propose(wish, order, {L1: yes(allowed)})
        assert effect is None or isinstance(effect, IssueRefund)
        return effect.amount.amount if effect is not None else 0

    assert paid(taken) + paid(quantity - taken) <= allowed.amount
    assert paid(quantity) == allowed.amount


def test_more_pieces_than_there_are_is_no_effect():
    order = an_order(a_line(quantity=3, cancelled=1))
    pieces = (Pieces(line=L1, quantity=3),)

    assert propose(a_wish("may_cancel", pieces=pieces), order, {L1: yes(euros(100))}) is None


def test_a_cancellation_says_what_is_paid_back_for_it():
    order = an_order(a_line(quantity=2))
    wish = a_wish("may_cancel", pieces=(Pieces(line=L1, quantity=1),))
    decisions: dict[LineId, Decision] = {L1: yes(euros(5290))}

    effect, then = propose(wish, order, decisions), propose_repayment(wish, order, decisions)

    assert isinstance(effect, CancelItems)
    assert then is not None
    assert then.amount == euros(2645)
    assert propose_repayment(a_wish("may_refund"), order, decisions) is None


def test_what_comes_with_a_cancellation_is_cancelled_first():
    order = an_order(a_line())
    decisions: dict[LineId, Decision] = {L1: yes(euros(2890), cancelled_with_it=True)}

    assert isinstance(propose(a_wish("may_refund"), order, decisions), CancelItems)
    assert propose_repayment(a_wish("may_refund"), order, decisions) is not None


def test_goods_of_two_sellers_do_not_come_back_in_one_parcel():
    order = an_order(a_line(), a_line("L2", seller="moss"))
    term = yes(return_shipping_paid_by="buyer")
    decisions: dict[LineId, Decision] = {L1: term, L2: term}

    assert propose(a_wish("may_return", L1, L2), order, decisions) is None
    assert isinstance(propose(a_wish("may_return", L1), order, decisions), OpenReturn)


def test_who_pays_for_the_way_back_must_be_settled():
    assert propose(a_wish("may_return"), an_order(a_line()), {L1: yes()}) is None


def test_a_new_address_stays_in_the_country():
    order, here = an_order(a_line()), an_address("24105")
    abroad = an_address("1050", "BE")
    wishes = [
        Wish("talk", "message", "may_change_address", (L1,), address=one) for one in (here, abroad)
    ]

    near, far = (propose(wish, order, {L1: yes()}) for wish in wishes)

    assert isinstance(near, ChangeAddress)
    assert far is None


def test_what_was_not_paid_is_not_receipted():
    paid = an_order(a_line())
    wish = Wish("talk", "message", "may_send_papers", (L1,), paper="receipt")

    assert isinstance(propose(wish, paid, {L1: yes()}), SendPaper)
    assert propose(wish, paid.model_copy(update={"payments": ()}), {L1: yes()}) is None


def test_the_same_wish_is_the_same_effect_whenever_it_is_made():
    order, decisions = an_order(a_line()), {L1: yes(euros(2400))}
    later = Wish("talk", "another message", "may_refund", (L1,))

    first, second = (
        propose(a_wish("may_refund"), order, decisions),
        propose(later, order, decisions),
    )

    assert first is not None
    assert second == first
    assert propose(wish_of(first, "message"), order, decisions) == first
