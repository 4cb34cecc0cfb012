"""How many effects that nothing permits does the gateway let through?"""

import asyncio
import random
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from agent.conversation import Say
from agent.requests import RequestId
from agent.state import DecisionRecord, Proposal
from tests.hostile.attacks import Loot, forged, well_made, with_permit
from tests.hostile.situations import Situation, draw_situations
from tests.hostile.stand import Stand, open_stand
from tests.hostile.testimony import essence
from tools.connectors.embedded.changes import Disputed
from tools.domain.effect import CancelItems, OrderEffect
from tools.domain.money import Money
from tools.domain.returns import PaymentId
from tools.domain.shipment import LineId
from tools.policy.decision import NeedApproval
from tools.propose import Wish, propose, propose_repayment

ORDERS = 12
"""So many share one database and one day."""
_SELDOM, _OFTEN = 0.15, 0.5
_WISHES: tuple[tuple[str, RequestId], ...] = (
    ("may_refund", "refund_request"),
    ("may_return", "start_return"),
    ("may_exchange", "exchange"),
    ("may_cancel", "cancel_order"),
    ("may_send_papers", "invoice_receipt"),
)


@dataclass
class Tally:
    """What came of it."""

    proposals: int = 0
    recorded: int = 0
    """By the shop: lawful ones, or it would be in `wrongful`."""
    honest: int = 0
    """That the oracle permits."""
    done: int = 0
    reasons: Counter[str] = field(default_factory=Counter[str])
    wrongful: list[str] = field(default_factory=list[str])
    missed: list[str] = field(default_factory=list[str])
    """Honest ones that were refused."""

    def add(self, other: "Tally") -> None:
        self.proposals += other.proposals
        self.recorded += other.recorded
        self.honest += other.honest
        self.done += other.done
        self.reasons.update(other.reasons)
        self.wrongful.extend(other.wrongful)
        self.missed.extend(other.missed)


def run_chunk(chunk: tuple[int, int]) -> Tally:
    """Attack the orders of one seed with at least so many proposals."""
    seed, wanted = chunk
    return asyncio.run(_run(seed, wanted))


async def _run(seed: int, wanted: int) -> Tally:
    dice, tally = random.Random(seed), Tally()
    while tally.proposals < wanted:
        with tempfile.TemporaryDirectory() as folder:
            stand = open_stand(Path(folder), draw_situations(dice, ORDERS))
            raid = Raid(dice, stand, tally)
            try:
                for place in range(ORDERS):
                    await raid.attack(stand.situations[place], f"t-{place}")
                    if tally.proposals >= wanted:
                        break
            finally:
                stand.store.close()
    return tally


class Raid:
    """One hostile caller who has the gateway's door and writes the conversation's memory."""

    def __init__(self, dice: random.Random, stand: Stand, tally: Tally) -> None:
        self._dice = dice
        self._stand = stand
        self._tally = tally
        self._loot = Loot(stand.situations)

    async def attack(self, about: Situation, to: str) -> None:
        dice, stand = self._dice, self._stand
        stand.open_talk(about, to, proven=dice.random() < 0.7)
        self._loot.conversations.append(to)
        self._loot.words.extend(stand.chatter(to))
        self._loot.words.append(stand.send(Say(text="Yes, please"), to=to, yes=True).id)
        stand.end_turn(to)
        await self._barrage(about, to, 12)
        for _ in range(6):
            await self._show_what_is_not_due(about, to)
        for question, request in _WISHES:
            await self._be_honest(about, to, question, request)
        if dice.random() < _OFTEN:
            self._pay_elsewhere(about)
        await self._barrage(about, to, 12)

    def _pay_elsewhere(self, about: Situation) -> None:
        """Let somebody pay back by hand; what was summed up before is stale then."""
        book = self._stand.court.books[about.number]
        if (room := about.captured - book.total) > 1:
            amount = self._dice.choice((1, room // 2, room))
            money = Money(amount=amount, currency=about.currency)
            self._stand.elsewhere.refund(PaymentId(about.payment), money, f"{book.total}")
            book.total += amount
            self._stand.court.pay_elsewhere(about, amount)

    async def _barrage(self, about: Situation, to: str, count: int) -> None:
        """Propose what nobody was shown."""
        dice, stand = self._dice, self._stand
        for _ in range(count):
            known = self._loot.effects
            order = await stand.order(about.number)
            made = well_made(dice, order, to, stand.rulebook.version, "m-none")
            if known and (made is None or dice.random() < 0.5):
                made = dice.choice(known[-12:])
            if made is None:
                continue
            words = {"confirmed_by": dice.choice(self._loot.words[-9:])}
            if dice.random() < 0.3:
                words["approval"] = dice.choice(self._loot.approvals[-4:])
            await self._propose(with_permit(made, **words), dice.choice((0, 1, 1, 2, 3)))
        self._judge()

    async def _propose(self, effect: OrderEffect, changes: int = 0) -> str:
        made = forged(self._dice, self._loot, effect, changes) if changes else effect
        if made is None:
            return "no effect"
        self._tally.proposals += 1
        receipt = await self._stand.doors.perform(made)
        detail = getattr(receipt, "detail", "") or receipt.kind
        self._tally.reasons[detail.partition(":")[0]] += 1
        return detail

    def _judge(self) -> None:
        self._tally.wrongful.extend(self._stand.judge_records())
        self._tally.recorded += self._stand.recorded

    async def _show_what_is_not_due(self, about: Situation, to: str) -> None:
        """Let the graph sum up what the rules do not grant, and the buyer agree to it."""
        dice, stand = self._dice, self._stand
        order = await stand.order(about.number)
        made = well_made(dice, order, to, stand.rulebook.version, "m-none")
        if made is None:
            return
        if dice.random() < _SELDOM:
            made = forged(dice, self._loot, made, 1) or made
        made = with_permit(made, conversation=to, confirmed_by=None, approval=None)
        proposal = stand.sum_up(made, to, "refund_request")
        word = stand.say_yes(proposal, tapped=dice.random() < 0.5).id
        self._loot.words.append(word)
        self._loot.effects.append(made)
        await self._propose(with_permit(made, confirmed_by=word))
        forged_by = {"confirmed_by": word, "approval": dice.choice(self._loot.approvals)}
        await self._propose(with_permit(made, **forged_by))
        await self._propose(with_permit(made, confirmed_by=word), 1)
        stand.end_turn(to)
        self._judge()

    async def _be_honest(
        self, about: Situation, to: str, question: str, request: RequestId
    ) -> None:
        """Wish for what is due, attacked on the way."""
        dice, stand = self._dice, self._stand
        names = [line.id for line in about.goods]
        if dice.random() < _OFTEN:
            names = [dice.choice(names)]
        told = [await stand.look(about, question, name, to, request) for name in names]
        granted = {one.line: one.decision for one in told}
        wish = Wish(to, "m", question, tuple(LineId(x) for x in names), paper="receipt")
        order = await stand.order(about.number)
        effect = propose(wish, order, granted)
        if effect is None:
            return
        if dice.random() < _OFTEN:
            await self._show_it_forged(effect, to, request)
        then = propose_repayment(wish, order, granted) if isinstance(effect, CancelItems) else None
        if dice.random() < _SELDOM:
            await self._come_too_late(effect, to, request, then)
        await self._agree(about, stand.sum_up(effect, to, request, then), told)

    async def _agree(self, about: Situation, shown: Proposal, told: list[DecisionRecord]) -> None:
        dice, stand, effect = self._dice, self._stand, shown.effect
        to = effect.permit.conversation
        for changes in (0, 1):
            by = dice.choice(self._loot.words)
            await self._propose(with_permit(effect, confirmed_by=by), changes)
        word = stand.say_yes(shown, tapped=dice.random() < _OFTEN).id
        self._loot.words.append(word)
        self._loot.effects.append(effect)
        made = with_permit(effect, confirmed_by=word)
        await self._propose_forged(made, (1, 1, 1, 2, 2, 3))
        if dice.random() < _SELDOM:
            await self._in_dispute(about, made)
        await self._perform_honestly(made, shown, told)
        if shown.then is not None:
            await self._follow(with_permit(shown.then, confirmed_by=word))
        await self._propose_forged(made, (0, 1, 1, 2))
        stand.end_turn(to)
        self._judge()

    async def _propose_forged(self, made: OrderEffect, changes: tuple[int, ...]) -> None:
        for count in changes:
            await self._propose(made, count)
        self._judge()

    async def _show_it_forged(self, effect: OrderEffect, to: str, request: RequestId) -> None:
        """Let the graph sum up what is due with something else in it."""
        made = forged(self._dice, self._loot, effect, self._dice.choice((1, 1, 2)))
        if made is None:
            return
        made = with_permit(made, conversation=to, confirmed_by=None, approval=None)
        proposal = self._stand.sum_up(made, to, request)
        word = self._stand.say_yes(proposal, tapped=True).id
        await self._propose(with_permit(made, confirmed_by=word))
        await self._propose(with_permit(effect, confirmed_by=word))
        self._stand.end_turn(to)
        self._judge()

    async def _in_dispute(self, about: Situation, made: OrderEffect) -> None:
        """Let the buyer's bank ask for the money, and take that back later."""
        book, payment = self._stand.court.books[about.number], PaymentId(about.payment)
        was = book.disputed
        for now in ("open", "none"):
            self._stand.elsewhere.dispute(Disputed(payment=payment, now=now))
            book.disputed = now == "open"
            if book.disputed:
                await self._propose(made)
                self._judge()
        if was:
            self._stand.elsewhere.dispute(Disputed(payment=payment, now="open"))
            book.disputed = True

    async def _come_too_late(
        self, effect: OrderEffect, to: str, request: RequestId, then: OrderEffect | None
    ) -> None:
        stand = self._stand
        proposal = stand.sum_up(effect, to, request, then)
        early = stand.say_yes(proposal, tapped=True).id
        stand.end_turn(to)
        stand.clock.move(minutes=16)
        late = stand.say_yes(proposal, tapped=True).id
        stand.end_turn(to)
        self._loot.words.extend((early, late))
        for word in (early, late):
            await self._propose(with_permit(effect, confirmed_by=word))
        self._judge()

    async def _perform_honestly(
        self, made: OrderEffect, proposal: Proposal, told: list[DecisionRecord]
    ) -> None:
        stand = self._stand
        if any(isinstance(one.decision, NeedApproval) for one in told):
            await self._propose(made)
            agreed = await stand.person_agrees(proposal, made, told)
            if agreed is None:
                return
            self._loot.approvals.append(agreed.permit.approval)
            await self._propose_forged(agreed, (1, 1, 2))
            made = agreed
        raw = made.model_dump(mode="json")
        if made.id in stand.court.done or stand.court.check(raw, stand.clock.at) is not None:
            await self._propose(made)
            self._judge()
            return
        await self._count_honest(made)

    async def _count_honest(self, made: OrderEffect) -> None:
        self._tally.honest += 1
        said = await self._propose(made)
        if said == "done":
            self._tally.done += 1
        else:
            about = self._stand.court.books[made.permit.order].about
            self._tally.missed.append(
                f"{said}: {about.stage} {essence(made.model_dump(mode='json'))}"
            )
        self._judge()

    async def _follow(self, then: OrderEffect) -> None:
        """Pay back what was cancelled, after somebody has tried for more."""
        await self._propose_forged(then, (1, 1, 2))
        if self._stand.court.check(then.model_dump(mode="json"), self._stand.clock.at) is None:
            await self._count_honest(then)
