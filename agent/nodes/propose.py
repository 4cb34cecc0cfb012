"""Sum up the one effect that a wish comes to; it happens only after a later yes."""

from datetime import timedelta

from langgraph.runtime import Runtime

from agent.awaiting import find_awaited, is_asked
from agent.confirming import ask_quantity, ask_which, is_over
from agent.context import Context
from agent.playbooks import PLAYBOOKS
from agent.state import (
    Answered,
    Asking,
    Conversation,
    DecisionRecord,
    HandingOff,
    Outcome,
    Proposal,
    Proposed,
    TurnState,
    TurnUpdate,
)
from agent.summing_up import ask_to_confirm
from agent.wishes_for_effects import adds_up_too_high, make_wish
from agent.writing.parts import say
from tools.domain.effect import CancelItems, IssueRefund, OrderEffect
from tools.domain.order import Order
from tools.policy.decision import Allow, NeedApproval
from tools.propose import Wish, propose_repayment
from tools.propose import propose as work_out

TIME_TO_ANSWER = timedelta(minutes=15)


async def propose(state: TurnState, runtime: Runtime[Context]) -> TurnUpdate:
    """Turn the first wish that the rules allow into a summary; the others wait for its answer."""
    order, outcomes = state.get("order"), state.get("outcomes", ())
    first = next((one for one in outcomes if _is_allowed(one)), None)
    if order is None or state.get("handing_off") is not None or not isinstance(first, Answered):
        return {}
    made = _again(first, state, runtime.context) or _for(first, state, order, runtime.context)
    if _is_with_a_person(made, state["conversation"]):
        return _wait(state, first)
    at = outcomes.index(first)
    told = [one for one in outcomes[at + 1 :] if isinstance(one, Answered) and not _is_allowed(one)]
    return {
        "outcomes": (*outcomes[:at], made, *told),
        "handing_off": made if isinstance(made, HandingOff) else None,
        "conversation": _after(_put_off(state, at), made, order, runtime.context),
    }


def _is_with_a_person(made: Outcome, conversation: Conversation) -> bool:
    if not isinstance(made, Proposed) or made.proposal.effect.permit.approval is not None:
        return False
    return is_asked(conversation, made.proposal.effect.id)


def _wait(state: TurnState, asked: Answered) -> TurnUpdate:
    """Say that a person is looking at it already; asking twice would only begin anew."""
    others = tuple(one for one in state.get("outcomes", ()) if one is not asked)
    return {"outcomes": others, "parts": (*state.get("parts", ()), say("approval_waiting"))}


def _again(told: Answered, state: TurnState, context: Context) -> Proposed | None:
    """Return the summary of what a person has agreed to, while it waits for the buyer's yes."""
    conversation = state["conversation"]
    proposal = conversation.proposal
    if proposal is None or is_over(proposal, context.clock.now()):
        return None
    permit = proposal.effect.permit
    meant = {(one.order, one.line) for one in told.decisions}
    same = proposal.request == told.request.id and meant == {
        (permit.order, x) for x in permit.lines
    }
    if not same or find_awaited(conversation, permit.approval) is None:
        return None
    return Proposed(request=told.request, decisions=told.decisions, proposal=proposal)


def _put_off(state: TurnState, at: int) -> Conversation:
    """Return the conversation with all wishes behind the first one waiting for its answer."""
    conversation, outcomes = state["conversation"], state.get("outcomes", ())
    behind = [
        one.request
        for one in outcomes[at + 1 :]
        if _is_allowed(one) or not isinstance(one, Answered)
    ]
    every = {one.id: one for one in (*behind, *conversation.agenda, *conversation.later)}
    every.pop(outcomes[at].request.id, None)
    return conversation.model_copy(update={"agenda": (), "later": tuple(every.values())})


def _is_allowed(outcome: Outcome) -> bool:
    """Whether an outcome is a yes of the rules that something has to follow."""
    if not isinstance(outcome, Answered) or PLAYBOOKS[outcome.request.id].answer != "effect":
        return False
    return any(isinstance(made.decision, Allow | NeedApproval) for made in outcome.decisions)


def _for(told: Answered, state: TurnState, order: Order, context: Context) -> Outcome:
    """Return the summary, a question that comes before it, or the way to a person."""
    granted = (one for one in told.decisions if isinstance(one.decision, Allow | NeedApproval))
    allowed = tuple(granted)
    wish = make_wish(state, told.request, allowed)
    decisions = {one.line: one.decision for one in allowed}
    effect = work_out(wish, order, decisions)
    if effect is None:
        return _ask(told, wish, state["conversation"]) or _to_person(told, allowed, context)
    then = propose_repayment(wish, order, decisions) if isinstance(effect, CancelItems) else None
    if isinstance(effect, CancelItems) and then is None:
        return _to_person(told, allowed, context)
    needs_person = _needs_person(effect, allowed, context)
    if needs_person and context.persons is None:
        return _to_person(told, allowed, context)
    return _summed_up(told, effect, then, state, context, needs_person=needs_person)


def _needs_person(
    effect: OrderEffect, allowed: tuple[DecisionRecord, ...], context: Context
) -> bool:
    """Whether the rules want a person's word, or the lines together are above a cap."""
    if any(isinstance(one.decision, NeedApproval) for one in allowed):
        return True
    return isinstance(effect, IssueRefund) and adds_up_too_high(effect, allowed, context.rulebook)


def _summed_up(
    told: Answered,
    effect: OrderEffect,
    then: IssueRefund | None,
    state: TurnState,
    context: Context,
    *,
    needs_person: bool,
) -> Proposed:
    now = context.clock.now()
    proposal = Proposal(
        effect=effect,
        request=told.request.id,
        then=then,
        answered=state["message"].id,
        shown_at=now,
        expires_at=now + TIME_TO_ANSWER,
        needs_person=needs_person,
    )
    return Proposed(request=told.request, decisions=told.decisions, proposal=proposal)


def _ask(told: Answered, wish: Wish, conversation: Conversation) -> Asking | None:
    """Ask for what is missing in a wish; a number of pieces that cannot be is asked for again."""
    line, *others = wish.lines
    if others:
        question = ask_which(conversation, wish.lines)
        return Asking(request=told.request, question=question, words=say("ask_which_item"))
    if not wish.pieces:
        return None
    words = say("ask_quantity")
    return Asking(request=told.request, question=ask_quantity(line), words=words)


def _to_person(
    told: Answered,
    allowed: tuple[DecisionRecord, ...],
    context: Context,
) -> HandingOff:
    """Let a person do what the rules allow and code cannot put into one effect."""
    first = allowed[0]
    table = context.asked(first.decision.version).table(first.question)
    return HandingOff(
        request=told.request,
        reason="no_single_effect",
        queue=table.queue if table is not None else "general",
        because=first.decision.because,
        decisions=told.decisions,
    )


def _after(
    conversation: Conversation, made: Outcome, order: Order, context: Context
) -> Conversation:
    """Remember what was asked."""
    match made:
        case Proposed(proposal=proposal):
            question = ask_to_confirm(conversation, proposal, order, context)
            update = {"proposal": proposal, "question": question}
            return conversation.model_copy(update=update)
        case Asking(question=question, request=request):
            again = {"question": question, "agenda": (request,), "pieces": ()}
            return conversation.model_copy(update=again)
        case _:
            return conversation
