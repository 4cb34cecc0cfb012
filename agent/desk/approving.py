"""What do people at the desk answer to a request, and when does their answer count?"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Protocol

from agent.context import Rulebooks
from agent.conversation import ConversationId, Rejection
from agent.desk.limits import Problem, is_own_case, made_smaller, may_agree, money_of
from agent.desk.terminal_text import printable
from agent.worker.approval_steps import ApprovalCase, ApprovalStep, Stale, StepName
from agent.worker.approvals import Approval
from agent.worker.people import Person
from agent.worker.refusals import Refusal
from agent.worker.runtime import Runtime
from agent.worker.stored_approvals import StoredApprovals
from agent.worker.verdicts import Verdict
from tools.domain.model import Frozen
from tools.domain.order import Order
from tools.errors import OutsideError
from tools.ports.readers import Clock

TIME_TO_ACT = timedelta(hours=1)
"""What is left at least after a yes, so that it does not run out before it is acted on."""
TIME_TO_CONFIRM = timedelta(hours=24)
"""In which the buyer agrees to a smaller amount."""
MAX_WORDS = 2_000


class Reviewer(Protocol):
    """Looks at everything again; see `Authority.review`."""

    async def review(self, approval: Approval) -> Verdict | Refusal:
        """Return whether only a person's yes is missing."""
        ...


FindOrder = Callable[[str], Awaitable[Order | None]]


class NotCounted(Frozen):
    """An answer that changed nothing."""

    why: Problem
    detail: str = ""
    """For colleagues."""


Answered = ApprovalCase | Stale | NotCounted


class ApprovalDesk:
    """Answers to requests; errors are those of the database and the runtime."""

    def __init__(
        self,
        approvals: StoredApprovals,
        reviewer: Reviewer,
        runtime: Runtime,
        clock: Clock,
        rulebooks: Rulebooks,
        find_order: FindOrder,
    ) -> None:
        self._approvals = approvals
        self._reviewer = reviewer
        self._runtime = runtime
        self._clock = clock
        self._rulebooks = rulebooks
        self._find_order = find_order

    async def waiting(self) -> tuple[ApprovalCase, ...]:
        """Return what nobody has answered, after what ran out has fallen away."""
        await self.let_expire()
        return self._approvals.waiting()

    async def find(self, name: str) -> ApprovalCase | None:
        """Return a request. Takes any string."""
        await self.let_expire()
        return self._approvals.find(name)

    def of_conversation(self, conversation: str) -> tuple[ApprovalCase, ...]:
        """Return every request of a conversation, the latest first."""
        return self._approvals.of_conversation(conversation)

    async def let_expire(self) -> None:
        """Let what ran out fall away, and the buyers know."""
        for conversation in self._approvals.expire_due():
            await self._runtime.settled(conversation)

    async def accept(self, name: str, version: int, person: Person) -> Answered:
        """Agree to exactly the effect that was asked about."""
        seen = await self._seen(name, version, person)
        if not isinstance(seen, ApprovalCase):
            return seen
        if not await self._within_limits(seen.approval, person):
            return NotCounted(why="above_role")
        now = self._clock.now()
        update = {"expires_at": max(seen.approval.expires_at, now + TIME_TO_ACT)}
        return await self._agree(seen, seen.approval.model_copy(update=update), "accepted", person)

    async def edit(self, name: str, version: int, person: Person, amount: int) -> Answered:
        """Agree to a smaller refund, in minor units; the buyer is asked whether that is fine."""
        seen = await self._seen(name, version, person)
        if not isinstance(seen, ApprovalCase):
            return seen
        if money_of(seen.approval) is None or seen.approval.effect.kind != "issue_refund":
            return NotCounted(why="not_editable")
        smaller = made_smaller(seen.approval.effect, amount)
        if smaller is None:
            return NotCounted(why="not_smaller")
        until = max(seen.approval.expires_at, self._clock.now() + TIME_TO_CONFIRM)
        approval = seen.approval.model_copy(update={"effect": smaller, "expires_at": until})
        if not await self._within_limits(approval, person):
            return NotCounted(why="above_role")
        return await self._agree(seen, approval, "edited", person)

    async def reject(
        self, name: str, version: int, person: Person, reason: Rejection, note: str = ""
    ) -> Answered:
        """Say no, with a reason that the buyer hears and a note that only colleagues read."""
        seen = await self._seen(name, version, person)
        if not isinstance(seen, ApprovalCase):
            return seen
        step = self._step("rejected", person, note)
        step = step.model_copy(update={"reason": reason})
        return await self._settle(seen, _as(seen.approval, step), step)

    async def ask(self, name: str, version: int, person: Person, words: str) -> Answered:
        """Ask the buyer something; the request stays open."""
        seen = await self._seen(name, version, person)
        if not isinstance(seen, ApprovalCase):
            return seen
        question = printable(words).strip()[:MAX_WORDS]
        if not question:
            return NotCounted(why="no_words")
        step = self._step("asked", person, question)
        done = self._approvals.question(seen, question, step)
        await self._runtime.settled(ConversationId(seen.conversation))
        return done

    async def _seen(self, name: str, version: int, person: Person) -> Answered:
        """Return the request as the person saw it, if they may answer it at all."""
        await self.let_expire()
        case = self._approvals.find(name)
        if case is None:
            return NotCounted(why="unknown")
        if case.version != version or case.approval.status != "open":
            return Stale(case=case)
        try:
            order = await self._find_order(case.approval.effect.permit.order)
        except OutsideError as error:
            return NotCounted(why="records_unavailable", detail=str(error))
        signed = self._approvals.signed_email(case.conversation)
        return NotCounted(why="own_case") if is_own_case(person, order, signed) else case

    async def _within_limits(self, approval: Approval, person: Person) -> bool:
        policy = (await self._rulebooks.in_force()).rulebook.marketplace
        return may_agree(person.role, money_of(approval), policy)

    async def _agree(
        self, seen: ApprovalCase, approval: Approval, how: StepName, person: Person
    ) -> Answered:
        """Look at everything again; a yes to what is no longer so lets the request fall away."""
        step = self._step(how, person)
        agreed = _as(approval, step)
        judged = await self._reviewer.review(agreed)
        if isinstance(judged, Verdict):
            return await self._settle(seen, agreed, step)
        if judged.reason == "records_unavailable":
            return NotCounted(why="records_unavailable", detail=judged.detail)
        void = self._step("void", person, f"{judged.reason}: {judged.detail}")
        gone = await self._settle(seen, _as(seen.approval, void), void)
        if isinstance(gone, Stale):
            return gone
        return NotCounted(why="facts_changed", detail=judged.reason)

    async def _settle(
        self, seen: ApprovalCase, approval: Approval, step: ApprovalStep
    ) -> ApprovalCase | Stale:
        done = self._approvals.settle(seen, approval, step)
        await self._runtime.settled(ConversationId(seen.conversation))
        return done

    def _step(self, name: StepName, person: Person, note: str = "") -> ApprovalStep:
        return ApprovalStep(
            version=0,
            step=name,
            at=self._clock.now(),
            by=person.name,
            role=person.role,
            note=printable(note).strip()[:MAX_WORDS],
        )


def _as(approval: Approval, step: ApprovalStep) -> Approval:
    update = {"status": step.step, "by": step.by, "role": step.role, "at": step.at}
    return approval.model_copy(update=update)
