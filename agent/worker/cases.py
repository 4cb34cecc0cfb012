"""What do the rules and the records say now of an effect that is asked for?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from agent.state import DecisionRecord
from agent.toolkit import known_from_talk
from agent.worker.comparing import difference, edit_difference
from agent.worker.confirmations import Agreed
from agent.worker.refusals import Refused
from agent.worker.verdicts import Verdict
from tools.check_policy import CheckPolicyArguments, PolicyDecided, check_policy
from tools.domain.effect import CancelItems, IssueRefund, OrderEffect, SendPaper
from tools.domain.order import Order
from tools.domain.shipment import LineId
from tools.policy.calendar import Calendar
from tools.policy.decision import Allow, NeedApproval
from tools.policy.documents import AllowThen, ApprovalThen
from tools.policy.rulebook import Rulebook
from tools.ports.readers import Carrier, Clock, PhotoRecords, Storefront
from tools.propose import propose, propose_repayment, wish_of
from tools.read_once import CarrierReadOnce, StorefrontReadOnce
from tools.results import NotFound, NotYours
from tools.scope import ToolScope

_DISPUTED = {"open", "lost"}


@dataclass(frozen=True)
class Readers:
    """Where the gateway looks things up; never what a turn has read before."""

    storefront: Storefront
    carrier: Carrier
    clock: Clock
    calendar: Calendar
    photo_records: PhotoRecords | None = None

    def anew(self) -> "Readers":
        """Return readers that see one moment, which begins with their first look."""
        return replace(
            self,
            storefront=StorefrontReadOnce(self.storefront),
            carrier=CarrierReadOnce(self.carrier),
        )


@dataclass(frozen=True)
class Case:
    effect: OrderEffect
    agreed: Agreed
    order: Order
    readers: Readers
    own: Rulebook
    """The rules that the conversation began with."""
    newest: Rulebook


async def decide_again(case: Case) -> Mapping[LineId, DecisionRecord]:
    """Ask the rulebook about each line, as the conversation asks it."""
    return {line: await _decide_line(case, line) for line in case.effect.permit.lines}


async def _decide_line(case: Case, line: LineId) -> DecisionRecord:
    told = await _ask(case, line, case.own)
    if case.newest is not case.own and told.decision.rule_id.startswith("floor."):
        told = await _ask(case, line, case.newest)
    return DecisionRecord(
        question=told.question,
        order=told.number,
        line=LineId(told.line),
        decision=told.decision,
        facts=told.facts,
    )


async def _ask(case: Case, line: LineId, rulebook: Rulebook) -> PolicyDecided:
    permit, agreed, readers = case.effect.permit, case.agreed, case.readers
    about = agreed.state.model_copy(update={"order": permit.order, "line": line})
    scope = ToolScope(
        identity=agreed.state.identity,
        storefront=readers.storefront,
        carrier=readers.carrier,
        clock=readers.clock,
        calendar=readers.calendar,
        rulebook=rulebook,
        said=known_from_talk(about, agreed.request, readers.clock.now()),
        request=agreed.request,
        photos=agreed.state.photos,
        photo_records=readers.photo_records,
    )
    asked = CheckPolicyArguments(question=permit.question, number=permit.order, line=line)
    match await check_policy(asked, scope):
        case PolicyDecided() as told if told.number == permit.order:
            return told
        case NotYours():
            raise Refused("order_not_yours", permit.order)
        case NotFound() | PolicyDecided():
            raise Refused("order_unknown", permit.order)
        case other:
            raise Refused("records_unavailable", other.kind)


def check_rules(
    decisions: Mapping[LineId, DecisionRecord],
    agreed: Agreed,
    before: Verdict | None,
    digest: str,
) -> None:
    """Refuse what the rules do not allow, or allow only with a person's word that is not there."""
    for record in decisions.values():
        if not isinstance(record.decision, Allow | NeedApproval):
            why = f"{record.line}: {record.decision.kind} by {record.decision.rule_id}"
            raise Refused("rules_say_no", why)
    wanted = any(isinstance(record.decision, NeedApproval) for record in decisions.values())
    if before is not None:
        if wanted and before.approval is None:
            raise Refused("approval_none", "the rules want one by now")
        return
    if wanted and agreed.approval is None:
        raise Refused("approval_none", "the rules want one")
    if agreed.approval is not None and agreed.approval.facts_sha256 != digest:
        raise Refused("approval_void", "what decides the case has changed")


def is_edited(agreed: Agreed, before: Verdict | None) -> bool:
    """Whether a person made something smaller of it."""
    if before is not None:
        return before.edited
    return agreed.approval is not None and agreed.approval.status == "edited"


def check_same(
    case: Case, decisions: Mapping[LineId, DecisionRecord], *, edited: bool
) -> IssueRefund | None:
    """Compare what is asked for with what the rules allow now; return what has to follow."""
    wish = wish_of(case.effect, case.agreed.answered)
    said = {line: record.decision for line, record in decisions.items()}
    allowed = propose(wish, case.order, said)
    if allowed is None:
        raise Refused("nothing_to_do", "the rules allow nothing that could be carried out")
    compare = edit_difference if edited else difference
    if (reason := compare(case.effect, allowed)) is not None:
        raise Refused(reason)
    if not isinstance(case.effect, CancelItems):
        return None
    then = propose_repayment(wish, case.order, said)
    if then is None:
        raise Refused("nothing_to_do", "what is cancelled could not be paid back")
    return then


def is_photo_only(case: Case, record: DecisionRecord) -> bool:
    """Whether the deciding rule pays for a photo, so that its cap counts."""
    rulebook = case.newest if record.decision.version == case.newest.version else case.own
    seller = str(case.order.line(record.line).seller)
    table = rulebook.table(record.question, seller)
    rules = table.rules if table is not None else ()
    deciding = (rule.then for rule in rules if rule.id == record.decision.rule_id)
    return any(
        then.refund is not None and then.refund.cap == "photo"
        for then in deciding
        if isinstance(then, AllowThen | ApprovalThen)
    )


def check_disputes(effect: OrderEffect, order: Order) -> None:
    """Refuse while a bank is asked about a payment of the order, or has taken it back."""
    if isinstance(effect, SendPaper):
        return
    for payment in order.payments:
        if payment.dispute in _DISPUTED:
            raise Refused("payment_disputed", payment.id)
