"""What led to an effect and what became of it, from the answer of the rules to the reply?"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import select

from agent.insights.audit_log import AuditLog, LoggedEntry
from agent.state import DecisionRecord, TurnRecord
from agent.worker.audit_subjects import digest
from agent.worker.entries import Entry, find_entry
from agent.worker.store import Store
from agent.worker.tables import turns
from tools.domain.changes import AddressChanged, PaperSent
from tools.domain.effect import Done, EffectId
from tools.domain.model import Frozen
from tools.policy.engine import decide
from tools.policy.rulebook import Rulebook

StepName = Literal[
    "decision", "summary", "confirmation", "approval", "verdict", "ledger", "provider", "reply"
]
_ORDER: tuple[StepName, ...] = get_args(StepName)
FindRules = Callable[[str], Rulebook | None]
"""The rulebook of a version; None when it is not kept any more."""


class Step(Frozen):
    """One link between what the rules say and what the buyer read."""

    step: StepName
    at: datetime | None
    says: str
    entries: tuple[int, ...] = ()
    """Numbers of the log's entries that stand for it."""


class Redecided(Frozen):
    """An answer of the rules, given again from what was stored."""

    line: str
    question: str
    version: str
    same: bool
    """Byte for byte, with its reasons."""
    stored_sha256: str
    again_sha256: str | None
    """None when the rules of that time are not kept."""


class EffectStory(Frozen):
    """Everything that is known of an effect."""

    effect: str
    kind: str
    order: str
    conversation: str
    steps: tuple[Step, ...]
    redecided: tuple[Redecided, ...]
    missing: tuple[StepName, ...]
    """Links that should be there."""

    @property
    def is_whole(self) -> bool:
        """Whether every link is there and the rules give the same answers again."""
        return not self.missing and all(one.same for one in self.redecided)


def tell_story(store: Store, effect: str, rules: FindRules) -> EffectStory | None:
    """Return the story of an effect on an order or on money; None when there is none."""
    with store.database.reading("effect") as connection:
        entry = find_entry(connection, EffectId(effect))
    if entry is None:
        return None
    permit, log = entry.effect.permit, AuditLog(store.database)
    told = log.of_effect(effect)
    if entry.verdict.follows is not None:  # the buyer agreed to both in one word
        told = (*log.of_effect(entry.verdict.follows), *told)
    steps = (
        *_decisions(entry),
        *_of_log(told, effect, entry.verdict.follows),
        *_provider(entry, told),
        *_replies(store, effect, permit.conversation, log),
    )
    wanted: list[StepName] = ["decision", "summary", "confirmation", "verdict", "ledger"]
    if entry.verdict.approval is not None:
        wanted.append("approval")
    if entry.status == "CONFIRMED":
        wanted.extend(("provider", "reply"))
    there = {step.step for step in steps}
    return EffectStory(
        effect=effect,
        kind=entry.effect.kind,
        order=permit.order,
        conversation=permit.conversation,
        steps=tuple(sorted(steps, key=lambda step: _ORDER.index(step.step))),
        redecided=tuple(_again(made, rules) for made in entry.verdict.decisions),
        missing=tuple(name for name in wanted if name not in there),
    )


def _decisions(entry: Entry) -> Iterator[Step]:
    for made in entry.verdict.decisions:
        at = max((fact.as_of for fact in made.facts), default=None)
        facts = ", ".join(f"{f.name}={f.value} ({f.source})" for f in made.facts)
        decision = made.decision
        says = f"{made.question} for {made.line}: {decision.kind} by {decision.rule_id}; {facts}"
        yield Step(step="decision", at=at, says=says)


_STEPS: dict[str, StepName] = {
    "SummaryShown": "summary",
    "SummaryAnswered": "confirmation",
    "ApprovalMoved": "approval",
    "EffectJudged": "verdict",
    "EffectBegun": "ledger",
    "MoneyReserved": "ledger",
    "EffectSettled": "ledger",
    "RefundFailedLater": "ledger",
}


def _of_log(told: tuple[LoggedEntry, ...], effect: str, cause: str | None) -> Iterator[Step]:
    for one in told:
        step = _STEPS.get(one.kind)
        of_cause = step in ("summary", "confirmation") and one.effect == cause
        if step is not None and (one.effect == effect or of_cause):
            yield Step(step=step, at=one.at, says=one.words, entries=(one.seq,))


def _provider(entry: Entry, told: tuple[LoggedEntry, ...]) -> Iterator[Step]:
    receipt = entry.receipt
    if isinstance(receipt, Done):
        change = receipt.change
        without = isinstance(change, AddressChanged | PaperSent)
        name = "it gives no number" if without else str(change.id)
        settled = tuple(one.seq for one in told if one.kind == "EffectSettled")[-1:]
        yield Step(step="provider", at=receipt.at, says=f"{change.kind}: {name}", entries=settled)


def _replies(store: Store, effect: str, conversation: str, log: AuditLog) -> Iterator[Step]:
    query = select(turns.c.message_id, turns.c.at, turns.c.record).where(
        turns.c.conversation == conversation, turns.c.record.contains(effect, autoescape=True)
    )
    with store.database.reading("replies about an effect") as connection:
        rows = connection.execute(query.order_by(turns.c.turn)).all()
    made = {
        str(one.payload["message"]): one.seq
        for one in log.of_conversation(conversation)
        if one.kind == "ReplyMade"
    }
    for row in rows:
        record = TurnRecord.model_validate_json(row.record)
        if record.reply is not None and any(one.id == effect for one in record.effects):
            seq = made.get(row.message_id)
            entries = () if seq is None else (seq,)
            yield Step(step="reply", at=row.at, says=record.reply.text, entries=entries)


def _again(made: DecisionRecord, rules: FindRules) -> Redecided:
    stored = made.decision.model_dump_json()
    rulebook = rules(made.decision.version)
    again = None
    if rulebook is not None and made.facts:
        facts = {fact.name: fact for fact in made.facts}
        now = max(fact.as_of for fact in made.facts)
        again = decide(made.question, facts, rulebook, now).model_dump_json()
    return Redecided(
        line=made.line,
        question=made.question,
        version=made.decision.version,
        same=again == stored,
        stored_sha256=digest(stored),
        again_sha256=None if again is None else digest(again),
    )
