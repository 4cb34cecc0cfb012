"""What stands on the page of one case?"""

from collections.abc import Callable

from agent.context import Rulebooks
from agent.conversation import ConversationId
from agent.desk.approving import ApprovalDesk, FindOrder
from agent.desk.card import Card, make_card
from agent.desk.pages import in_words
from agent.desk.tickets import TicketDesk
from agent.desk.web.views import CasePage
from agent.desk.wording import DeskWording
from agent.state import Conversation
from agent.worker.approval_steps import ApprovalCase
from agent.worker.runtime import Runtime
from tools.domain.order import Order
from tools.domain.ticket import Ticket
from tools.errors import OutsideError
from tools.ports.readers import Clock

FindState = Callable[[ConversationId], Conversation | None]


class CaseBook:
    """Puts a case together from the board, the requests and the conversation."""

    def __init__(
        self,
        tickets: TicketDesk,
        approvals: ApprovalDesk,
        runtime: Runtime,
        clock: Clock,
        law: tuple[Rulebooks, DeskWording],
        find: tuple[FindOrder, FindState],
    ) -> None:
        self._tickets = tickets
        self._approvals = approvals
        self._runtime = runtime
        self._clock = clock
        self._rulebooks, self._words = law
        self._find_order, self._find_state = find

    async def of_ticket(self, number: str) -> CasePage | None:
        """Return the page of a ticket, with what waits for a person in its conversation."""
        whole = await self._tickets.whole(number.strip().upper())
        if whole is None:
            return None
        packet = whole.ticket.draft.packet
        asked = self._approvals.of_conversation(packet.conversation)
        waiting = next((one for one in asked if one.approval.status == "open"), None)
        page = CasePage(
            title=whole.ticket.id,
            ticket=whole.ticket,
            words_of_buyer=packet.wish,
            photos=tuple(packet.photos),
            talk=whole.transcript,
        )
        if waiting is None:
            return page
        case = await self._approvals.find(waiting.approval.id)
        return page if case is None else page.model_copy(update=await self._card_of(case))

    async def of_approval(self, number: str) -> CasePage | None:
        """Return the page of a request, with the ticket of its conversation."""
        case = await self._approvals.find(number.strip().upper())
        if case is None:
            return None
        name = ConversationId(case.conversation)
        talk = await self._runtime.transcript(name)
        state = self._find_state(name)
        page = CasePage(
            title=case.approval.id,
            ticket=await self._ticket_of(state),
            words_of_buyer="\n".join(one.text for one in talk if one.author == "buyer")[-2_000:],
            photos=tuple(state.photos) if state is not None else (),
            talk=talk,
        )
        return page.model_copy(update=await self._card_of(case))

    async def _ticket_of(self, state: Conversation | None) -> Ticket | None:
        if state is None or state.ticket is None:
            return None
        whole = await self._tickets.whole(state.ticket)
        return None if whole is None else whole.ticket

    async def _card_of(self, case: ApprovalCase) -> dict[str, Card | tuple[str, ...]]:
        rulebook = (await self._rulebooks.in_force()).rulebook
        version = case.approval.decisions[0].decision.version
        if version != rulebook.version:
            edition = await self._rulebooks.earlier(version)
            rulebook = rulebook if edition is None else edition.rulebook
        order = await self._order(case)
        card = make_card(case, order, rulebook, self._words, self._clock.now())
        return {"card": card, "steps": self._steps(case)}

    async def _order(self, case: ApprovalCase) -> Order | None:
        """Return the order; a card without it is better than none while the shop is silent."""
        try:
            return await self._find_order(case.approval.effect.permit.order)
        except OutsideError:
            return None

    def _steps(self, case: ApprovalCase) -> tuple[str, ...]:
        told: list[str] = []
        for number in range(len(case.steps)):
            until = case.model_copy(update={"steps": case.steps[: number + 1]})
            step = case.steps[number]
            told.append(self.last_step(until) + (f": {step.note}" if step.note else ""))
        return tuple(told)

    def last_step(self, case: ApprovalCase) -> str:
        """Return who did what when, as the last thing that happened."""
        last = case.last
        if last is None:
            return self._words.statuses[case.approval.status]
        step, age = self._words.steps[last.step], in_words(self._clock.now() - last.at)
        if last.reason is not None:
            step = f"{step} ({self._words.reasons[last.reason]})"
        if last.by is None:
            return self._words.say("answered", step=step, age=age)
        by = f"{last.by} ({self._words.roles[last.role]})" if last.role else last.by
        return self._words.say("answered_by", step=step, by=by, age=age)
