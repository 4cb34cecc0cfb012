"""What does the person who takes over read of the rules' answers?"""

from agent.context import Context
from agent.state import DecisionRecord
from agent.writing.parcels import shop_name
from tools.domain.order import Order
from tools.domain.shipment import ParcelReport
from tools.domain.ticket import Missing, PacketFact, Ruling
from tools.policy.decision import Allow, FactName, NeedApproval, NeedFacts
from tools.policy.payback import NEEDED
from tools.policy.rulebook import Rulebook
from tools.policy.supplied import looked_at
from tools.policy.walk import known_to, walk


def make_rulings(
    decisions: tuple[DecisionRecord, ...],
    order: Order | None,
    reports: tuple[ParcelReport, ...],
    context: Context,
) -> tuple[Ruling, ...]:
    """Return one ruling for each line item and question."""
    if order is None:
        return ()
    return tuple(_ruling(record, order, reports, context) for record in decisions)


def _ruling(
    record: DecisionRecord, order: Order, reports: tuple[ParcelReport, ...], context: Context
) -> Ruling:
    decision, line = record.decision, order.line(record.line)
    desk = context.rulebook.marketplace.desk_language
    granted = decision if isinstance(decision, Allow | NeedApproval) else None
    return Ruling(
        question=record.question,
        line=record.line,
        item=line.title,
        answer=decision.kind,
        rule_id=decision.rule_id,
        because=decision.because.get(desk, decision.because["en"]),
        refund=granted.refund if granted is not None else None,
        over=decision.over if isinstance(decision, NeedApproval) else (),
        whose=decision.layer,
        seller=shop_name(line, reports),
        missing=_missing(record, context.asked(decision.version), desk),
    )


def _missing(record: DecisionRecord, rulebook: Rulebook, desk: str) -> tuple[Missing, ...]:
    """Return what would settle it, each with the question for the desk; else its meaning."""
    found: list[Missing] = []
    for name in _unknown(record, rulebook):
        spec = rulebook.catalogue.get(name)
        if spec is not None:
            asked = spec.question.get(desk, spec.meaning)
            found.append(Missing(fact=name, ask=asked))
    return tuple(found)


def _unknown(record: DecisionRecord, rulebook: Rulebook) -> tuple[FactName, ...]:
    """Return what the answer still hangs on, what the buyer can be asked for first."""
    decision = record.decision
    first = decision.facts if isinstance(decision, NeedFacts) else ()
    facts = {fact.name: fact for fact in record.facts}
    seller = known_to(None, facts, rulebook.catalogue)(FactName("seller"))
    table = rulebook.table(record.question, str(seller))
    if table is None or isinstance(decision, Allow | NeedApproval):
        return first
    walked = walk(table, facts, rulebook.catalogue)
    open_ = (fact for _, truth in walked.seen if truth.holds is None for fact in truth.facts)
    return tuple(dict.fromkeys((*first, *open_)))


def facts_looked_at(
    decisions: tuple[DecisionRecord, ...], context: Context
) -> tuple[PacketFact, ...]:
    """Return the facts that the rules looked at, by line item."""
    found: dict[tuple[str, str], PacketFact] = {}
    for record in decisions:
        seller = next((fact.value for fact in record.facts if fact.name == "seller"), None)
        rulebook = context.asked(record.decision.version)
        names = looked_at(rulebook, record.question, str(seller))
        if isinstance(record.decision, Allow | NeedApproval) and record.decision.refund:
            names |= frozenset(NEEDED)
        for fact in record.facts:
            if fact.name in names:
                about = f"{record.line}.{fact.name}"
                value = str(fact.value)
                found[record.line, fact.name] = PacketFact(
                    name=about, value=value, source=fact.source
                )
    return tuple(found.values())
