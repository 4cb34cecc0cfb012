"""What does a conversation wait to hear from people, and how does it stop waiting?"""

from datetime import timedelta

from agent.context import Context
from agent.state import Awaited, Conversation, DecisionRecord, Proposal
from tools.domain.effect import EffectId, OrderEffect
from tools.policy.rulebook import Rulebook


async def ask_person(
    agreed: Proposal,
    effect: OrderEffect,
    decisions: tuple[DecisionRecord, ...],
    conversation: Conversation,
    context: Context,
) -> Awaited:
    """Ask a person to agree to a confirmed effect; the same confirmation asks once."""
    assert context.persons is not None, "else it goes to a person as a case"
    permit = effect.permit
    about = tuple(
        one for one in decisions if one.question == permit.question and one.line in permit.lines
    )
    rulebooks = (context.rulebook, context.newest or context.rulebook)
    answer = await context.persons.ask(agreed, effect, about, rulebooks, conversation.channel)
    return Awaited(
        approval=answer.id,
        effect=answer.effect.id,
        request=agreed.request,
        due_at=answer.due_at,
    )


def waits(conversation: Conversation, awaited: Awaited) -> Conversation:
    """Return the conversation waiting for one more answer; one effect is asked about once."""
    others = tuple(
        one
        for one in conversation.awaiting
        if awaited.approval != one.approval and awaited.effect != one.effect
    )
    return conversation.model_copy(update={"awaiting": (*others, awaited)})


def find_awaited(conversation: Conversation, approval: str | None) -> Awaited | None:
    """Return what the buyer waits to hear of a request."""
    return next((one for one in conversation.awaiting if one.approval == approval), None)


def is_asked(conversation: Conversation, effect: EffectId) -> bool:
    """Whether a person is looking at this very effect."""
    return any(one.effect == effect for one in conversation.awaiting)


def forget(conversation: Conversation, approval: str | None) -> Conversation:
    """Return the conversation no longer waiting for an answer, nor for a yes that hung on it."""
    left = tuple(one for one in conversation.awaiting if one.approval != approval)
    conversation = conversation.model_copy(update={"awaiting": left})
    proposal = conversation.proposal
    if proposal is None or approval is None or proposal.effect.permit.approval != approval:
        return conversation
    return conversation.model_copy(update={"proposal": None, "question": None})


async def take_back(before: Conversation, after: Conversation, context: Context) -> None:
    """Let requests fall away that the conversation has stopped waiting for."""
    if before.awaiting and not after.awaiting and context.persons is not None:
        await context.persons.withdraw(before.id)


def answers_within(rulebook: Rulebook) -> timedelta:
    """Return the time in which a person answers."""
    return timedelta(hours=rulebook.marketplace.reply_hours)
