"""Did a conversation come to what its author expects?"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from math import prod

from agent.state import DecisionRecord, Handoff, ToolCallRecord, TurnRecord
from evals.conversation_file import Sample
from evals.expectation import (
    DecisionExpectation,
    ExpectedCall,
    HandoffExpectation,
    ReplyExpectation,
    ToolsExpectation,
    TurnExpectation,
    Wording,
)
from evals.run import Miss, Run, Score, Step

Scorer = Callable[[Run, Sample], Score]
_NOTHING = "nothing"


def score_reading(run: Run, sample: Sample) -> Score:
    """Were the buyer's wishes read?"""

    def misses() -> Iterator[Miss]:
        for number, expect, records in _parts(run, sample):
            if expect.requests is None:
                continue
            read = [r.id for record in records if record.reading for r in record.reading.requests]
            same = (
                set(read) == set(expect.requests) if number == 0 else _same(read, expect.requests)
            )
            if not same:
                yield Miss(turn=number, expected=_listed(expect.requests), got=_listed(read))

    return Score(scorer="reading", misses=tuple(misses()))


def score_tools(run: Run, sample: Sample) -> Score:
    """Were the right look-ups made?"""

    def misses() -> Iterator[Miss]:
        for number, expect, records in _parts(run, sample):
            if expect.tools is not None:
                made = [call for record in records for call in record.tool_calls]
                yield from _tool_misses(number, expect.tools, made)

    return Score(scorer="tools", misses=tuple(misses()))


def score_decision(run: Run, sample: Sample) -> Score:
    """Did the rulebook answer, and by the right rule?"""

    def misses() -> Iterator[Miss]:
        for number, expect, records in _parts(run, sample):
            if expect.decision is None:
                continue
            made = next((r.decision for r in reversed(records) if r.decision), ())
            if expect.decision.kind == "none":
                fits = not any(record.decision for record in records)
            else:
                fits = any(_decided(expect.decision, one) for one in made)
            if not fits:
                wanted = " ".join(filter(None, (expect.decision.kind, expect.decision.rule_id)))
                got = [f"{d.decision.kind} {d.decision.rule_id}" for d in made]
                yield Miss(turn=number, expected=f"decision {wanted}", got=_listed(got))

    return Score(scorer="decision", misses=tuple(misses()))


def score_handoff(run: Run, sample: Sample) -> Score:
    """Did a person get it when they should, and only then?"""

    def misses() -> Iterator[Miss]:
        for number, expect, records in _parts(run, sample):
            if expect.handoff is not None:
                made = [record.handoff for record in records if record.handoff is not None]
                if not _handed_off(expect.handoff, made):
                    got = [f"reason {h.reason}, queue {h.queue}" for h in made]
                    yield Miss(turn=number, expected=str(expect.handoff), got=_listed(got))

    return Score(scorer="handoff", misses=tuple(misses()))


def score_wording(run: Run, sample: Sample) -> Score:
    """Does the buyer read what they must, and nothing they must not?"""
    misses = [miss for step in run.expecting() for miss in _step_wording(step)]
    whole = sample.expect.reply if sample.expect else None
    if whole is not None:
        texts = [step.text for step in run.steps]
        misses += _wording_misses(0, whole.must, whole.must_not, texts)
    if sample.expect is not None and sample.expect.choices is not None:
        last = next((step for step in reversed(run.steps) if step.text), None)
        misses += _choice_misses(0, sample.expect.choices, last)
    return Score(scorer="wording", misses=tuple(misses))


def total(scores: Sequence[Score]) -> float:
    """Return the product: one thing wrong spoils the whole."""
    return prod(score.value for score in scores)


def _parts(
    run: Run, sample: Sample
) -> Iterator[tuple[int, TurnExpectation, tuple[TurnRecord, ...]]]:
    for step in run.expecting():
        assert step.turn.expect is not None, "`expecting` yields no others"
        yield step.number, step.turn.expect, (step.record,) if step.record else ()
    if sample.expect is not None:
        yield 0, sample.expect, run.records


def _tool_misses(
    number: int, expect: ToolsExpectation, made: Sequence[ToolCallRecord]
) -> Iterator[Miss]:
    got = _listed([_call(call) for call in made])
    for tool in expect.forbidden:
        if any(call.tool == tool for call in made):
            yield Miss(turn=number, expected=f"no call of {tool}", got=got)
    if expect.calls is None:
        return
    if expect.order == "strict":
        fits = len(made) == len(expect.calls) and all(map(_called, expect.calls, made))
    else:
        fits = all(any(_called(wanted, call) for call in made) for wanted in expect.calls)
    if not fits:
        wanted = _listed([str(call) for call in expect.calls])
        yield Miss(turn=number, expected=f"calls ({expect.order}) {wanted}", got=got)


def _called(wanted: ExpectedCall, call: ToolCallRecord) -> bool:
    return (
        wanted.tool == call.tool
        and wanted.arguments.items() <= call.arguments.items()
        and wanted.outcome in {None, call.outcome}
    )


def _decided(wanted: DecisionExpectation, made: DecisionRecord) -> bool:
    decision = made.decision
    asked = set(decision.facts) if decision.kind == "need_facts" else set[str]()
    return (
        wanted.kind == decision.kind
        and wanted.rule_id in {None, decision.rule_id}
        and (wanted.facts is None or set(wanted.facts) == asked)
    )


def _handed_off(wanted: HandoffExpectation, made: Sequence[Handoff]) -> bool:
    if wanted.refuses:
        return not made
    return any(
        wanted.reason in {None, one.reason} and wanted.queue in {None, one.queue} for one in made
    )


def _step_wording(step: Step) -> Iterator[Miss]:
    expect = step.turn.expect
    assert expect is not None, "`expecting` yields no others"
    if expect.reply is not None:
        yield from _wording_misses(
            step.number, expect.reply.must, expect.reply.must_not, [step.text]
        )
        yield from _manner_misses(step, expect.reply)
    if expect.choices is not None:
        yield from _choice_misses(step.number, expect.choices, step)


def _manner_misses(step: Step, expect: ReplyExpectation) -> Iterator[Miss]:
    reply = step.record.reply if step.record else None
    if expect.silent is not None and expect.silent == bool(step.text):
        wanted = "silence" if expect.silent else "an answer"
        yield Miss(turn=step.number, expected=wanted, got=step.text or _NOTHING)
    if expect.language is not None and (reply is None or reply.language != expect.language):
        got = reply.language if reply else _NOTHING
        yield Miss(turn=step.number, expected=f"language {expect.language}", got=got)


def _wording_misses(
    number: int, must: Sequence[Wording], must_not: Sequence[Wording], texts: Sequence[str]
) -> Iterator[Miss]:
    got = " | ".join(filter(None, texts)) or _NOTHING
    for wording in must:
        if not any(wording.found_in(text) for text in texts):
            yield Miss(turn=number, expected=f"the reply to have {wording}", got=got)
    for wording in must_not:
        if any(wording.found_in(text) for text in texts):
            yield Miss(turn=number, expected=f"the reply not to have {wording}", got=got)


def _choice_misses(number: int, wanted: Sequence[str], step: Step | None) -> Iterator[Miss]:
    reply = step.record.reply if step is not None and step.record is not None else None
    offered = reply.choices if reply else ()
    names = {name.casefold() for choice in offered for name in (choice.id, choice.label)}
    missing = [name for name in wanted if name.casefold() not in names]
    if missing or (not wanted and offered):
        shown = _listed([f"{choice.id} ({choice.label})" for choice in offered])
        yield Miss(turn=number, expected=f"buttons {_listed(wanted)}", got=shown)


def _call(call: ToolCallRecord) -> str:
    told = ", ".join(f"{name}={value}" for name, value in call.arguments.items())
    return f"{call.tool}({told}) -> {call.outcome}"


def _same(left: Sequence[str], right: Sequence[str]) -> bool:
    return Counter(left) == Counter(right)


def _listed(items: Sequence[str]) -> str:
    return ", ".join(items) or _NOTHING
