"""Keep a consumer's withdrawal before a person takes over: with its time and with a receipt."""

from langgraph.runtime import Runtime

from agent.context import Context
from agent.requests import Request
from agent.state import (
    Answered,
    Asking,
    DecisionRecord,
    HandingOff,
    Outcome,
    Statement,
    TurnState,
    TurnUpdate,
)
from agent.statements import (
    STATED,
    find_same,
    home_zone,
    is_statutory,
    lines_meant,
    receipt_part,
)
from agent.toolkit import call_tool, tool_scope
from agent.writing.parts import say
from tools.check_policy import PolicyDecided
from tools.domain.effect import Recorded, RecordWithdrawal, effect_id
from tools.domain.order import LineItem, Order
from tools.domain.shipment import LineId
from tools.domain.withdrawal import Withdrawal, WithdrawalStatement
from tools.policy.decision import Allow, Deny, FactName

_RIGHT = "floor.withdrawal"
_QUESTION = "may_return"
_REASON = FactName("return_reason")
_MAX_KEPT = 5


async def record(state: TurnState, runtime: Runtime[Context]) -> TurnUpdate:
    """Record the statement that waits, whatever the rules say of it, and give it to a person.

    Where the law knows no such right, the rules' answer stands.
    """
    statement, order = state["conversation"].statement, state.get("order")
    if order is None:
        return {}
    if statement is None:
        return await _see_through(state, order, runtime.context)
    settled = state["conversation"].model_copy(update={"statement": None})
    if not is_statutory(order):
        return {"conversation": settled}
    lines = lines_meant(statement, settled, order)
    kept = find_same(settled, order, lines)
    made = TurnUpdate()
    if kept is None:
        effect = _effect_for(state, statement, order, lines)
        receipt = await runtime.context.effects.perform(effect)
        kept = receipt.withdrawal if isinstance(receipt, Recorded) else None
        made["effects"] = (*state.get("effects", ()), effect)
        made["receipts"] = (*state.get("receipts", ()), receipt)
    goes_on = kept is not None and (_is_summed_up(state, lines) or _is_asked(state, lines))
    if not goes_on:
        made.update(await _hand_over(state, statement, order, lines, runtime.context))
    if kept is not None:
        next_step = say("withdrawal_return" if goes_on else "withdrawal_next")
        made["parts"] = (*state.get("parts", ()), receipt_part(kept), next_step)
    after: dict[str, object] = {
        "statement": statement if kept is None else None,
        "withdrawals": _remember(settled.withdrawals, kept),
    }
    if not goes_on:
        after |= {"question": None, "proposal": None}
    made["conversation"] = settled.model_copy(update=after)
    return made


def _effect_for(
    state: TurnState, statement: Statement, order: Order, lines: list[LineItem]
) -> RecordWithdrawal:
    stated = _state_of(statement, order, lines, state)
    name = effect_id(stated.conversation, statement.message, "record_withdrawal", order.number)
    return RecordWithdrawal(id=name, rule_id=_RIGHT, statement=stated)


def _is_summed_up(state: TurnState, lines: list[LineItem]) -> bool:
    """Whether the buyer is asked in this turn to agree to the way back of just these goods."""
    proposal = state["conversation"].proposal
    if proposal is None or state.get("handing_off") is not None:
        return False
    meant = {line.id for line in lines}
    return proposal.request in STATED and meant == {*proposal.effect.permit.lines}


def _is_asked(state: TurnState, lines: list[LineItem]) -> bool:
    """Whether the buyer is asked how the one item is, on which only its way back depends."""
    asking = next((one for one in state.get("outcomes", ()) if isinstance(one, Asking)), None)
    if asking is None or asking.request.id not in STATED or state.get("handing_off") is not None:
        return False
    question = asking.question
    asks_why = question.fact == _REASON
    return question.about == "fact" and not asks_why and [x.id for x in lines] == [question.line]


async def _see_through(state: TurnState, order: Order, context: Context) -> TurnUpdate:
    """Give a person what was taken back and what the rules will not take the way back of."""
    told = next((one for one in state.get("outcomes", ()) if _is_refused(one)), None)
    if told is None or not isinstance(told, Answered):
        return {}
    refused = {made.line for made in told.decisions}
    kept = next(
        (
            one
            for one in state["conversation"].withdrawals
            if one.statement.order == order.number and refused & {*one.statement.lines}
        ),
        None,
    )
    if kept is None:
        return {}
    stated = kept.statement
    statement = Statement(
        message=state["message"].id,
        words=stated.words,
        at=stated.at,
        understood=stated.understood,
    )
    lines = [order.line(line) for line in stated.lines]
    return await _hand_over(state, statement, order, lines, context)


def _is_refused(outcome: Outcome) -> bool:
    """Whether a wish that takes goods back was answered with a no."""
    if not isinstance(outcome, Answered) or outcome.request.id not in STATED:
        return False
    return any(isinstance(made.decision, Deny) for made in outcome.decisions)


def _remember(before: tuple[Withdrawal, ...], kept: Withdrawal | None) -> tuple[Withdrawal, ...]:
    others = tuple(one for one in before if kept is None or one.number != kept.number)
    return (*others, kept)[-_MAX_KEPT:] if kept is not None else others


def _state_of(
    statement: Statement, order: Order, lines: list[LineItem], state: TurnState
) -> WithdrawalStatement:
    return WithdrawalStatement(
        order=order.number,
        lines=tuple(line.id for line in lines),
        items=tuple(line.title for line in lines),
        words=statement.words,
        at=statement.at,
        zone=home_zone(order.ship_to.country),
        understood=statement.understood,
        conversation=state["conversation"].id,
    )


async def _hand_over(
    state: TurnState,
    statement: Statement,
    order: Order,
    lines: list[LineItem],
    context: Context,
) -> TurnUpdate:
    """Put a person in charge, with what the rules say about it; the buyer hears no refusal."""
    person = state.get("handing_off")
    decisions = state.get("decisions", ())
    asked = [*decisions, *(person.decisions if person else ())]
    if not any(made.question == _QUESTION for made in asked):
        decisions = (*decisions, *await _ask_rules(state, order, lines, context))
    about = tuple(made for made in decisions if made.question == _QUESTION)
    outcomes = state.get("outcomes", ())
    if person is None:
        wish = Request(id="start_return", words=statement.words)
        person = HandingOff(request=wish, reason="withdrawal", queue="returns")
    elif any(person == outcome for outcome in outcomes):
        person = person.model_copy(update={"because": None})
    return {
        "handing_off": person.model_copy(update={"decisions": person.decisions or about}),
        "decisions": decisions,
        "outcomes": tuple(outcome for outcome in outcomes if _may_be_told(outcome)),
    }


def _may_be_told(outcome: Outcome) -> bool:
    """Whether an outcome says neither no nor asks for a reason."""
    match outcome:
        case Answered(decisions=decisions) | HandingOff(decisions=decisions):
            return all(isinstance(made.decision, Allow) for made in decisions)
        case _:
            return False


async def _ask_rules(
    state: TurnState, order: Order, lines: list[LineItem], context: Context
) -> tuple[DecisionRecord, ...]:
    made: list[DecisionRecord] = []
    for line in lines:
        about = state["conversation"].model_copy(update={"line": line.id})
        arguments = {"question": _QUESTION, "number": order.number, "line": line.id}
        call_id = f"{state['message'].id}:withdrawal:{line.id}"
        scope = tool_scope(context, about)
        called = await call_tool("check_policy", arguments, call_id=call_id, scope=scope)
        if isinstance(called.result, PolicyDecided):
            told = called.result
            made.append(
                DecisionRecord(
                    question=told.question,
                    order=told.number,
                    line=LineId(told.line),
                    decision=told.decision,
                    facts=told.facts,
                )
            )
    return tuple(made)
