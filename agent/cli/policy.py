"""What can the policy owner do in a terminal?"""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from agent.bootstrap import SystemClock, load_rulebook
from agent.cli.policy_explain import explain_rules
from agent.cli.policy_replay import replay
from agent.cli.policy_versions import register
from agent.settings import Settings
from tools.domain.model import Frozen
from tools.errors import BadInputError, Fault
from tools.policy.decision import (
    Allow,
    Decision,
    Deny,
    FactName,
    HandOff,
    Layer,
    NeedApproval,
    NeedFacts,
)
from tools.policy.engine import decide
from tools.policy.facts import Catalogue, Fact, Facts, Source, instant, shown
from tools.policy.parse import did_you_mean
from tools.policy.rulebook import Rulebook
from tools.yaml_source import Plain, YamlSource, read_yaml

policy_app = typer.Typer(no_args_is_help=True)
register(policy_app)
policy_app.command("explain")(explain_rules)
policy_app.command("replay")(replay)
_LAYERS: dict[Layer, str] = {
    "law": "the law",
    "limit": "the marketplace's limits",
    "seller": "the seller",
    "marketplace": "the marketplace's rules",
}
_FACT_KEYS = {"value", "source"}

PolicyDirectory = Annotated[
    Path | None,
    typer.Option("--policy", help="Another folder of rules.", exists=True, file_okay=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
FactsFile = Annotated[
    Path,
    typer.Argument(help="YAML: `now` and `facts`, each a value or {value, source}."),
]


class Case(Frozen):
    """What a facts file says."""

    now: datetime
    facts: dict[FactName, Fact]


@policy_app.command()
def check(*, policy: PolicyDirectory = None, as_json: AsJson = False) -> None:
    """Find what is wrong with the rules; exit 1 when there is something."""
    try:
        rulebook = load_rulebook(policy or Settings().policy_dir, SystemClock().now().date())
    except BadInputError as error:
        for fault in error.faults:
            typer.echo(_fault_as_json(fault) if as_json else str(fault))
        raise typer.Exit(1) from error
    if not as_json:
        typer.echo(_all_well(rulebook))


@policy_app.command("decide")
def decide_case(
    question: str, facts_file: FactsFile, *, policy: PolicyDirectory = None, as_json: AsJson = False
) -> None:
    """Ask the rules about a case and show how they came to the answer."""
    rulebook = load_rulebook(policy or Settings().policy_dir)
    if question not in rulebook.tables:
        hint = did_you_mean(question, rulebook.tables)
        known = ", ".join(rulebook.tables)
        raise typer.BadParameter(f"no rules for `{question}`.{hint} There are: {known}.")
    case = read_case(facts_file, rulebook.catalogue, SystemClock().now())
    decision = decide(question, case.facts, rulebook, case.now)
    if as_json:
        typer.echo(decision.model_dump_json())
    else:
        typer.echo("\n".join(_in_words(decision, case.facts, rulebook)))


def read_case(path: Path, catalogue: Catalogue, now: datetime) -> Case:
    """Read a facts file; raise `BadInputError` with every fault at once."""
    source = read_yaml(path)
    data = source.data if isinstance(source.data, dict) else {}
    faults = [
        source.fault((key,), f"`{key}` does not belong here; there are `now` and `facts`.")
        for key in data
        if key not in ("now", "facts")
    ]
    at = instant(str(data["now"])) if "now" in data else now
    if at is None:
        faults.append(source.fault(("now",), "`now` is like 2026-05-01T12:00:00Z."))
    stated = data.get("facts")
    if not isinstance(stated, dict):
        faults.append(source.fault((), "the file needs `facts`, a mapping of names to values."))
        stated = {}
    facts: dict[FactName, Fact] = {}
    for name, raw in stated.items():
        try:
            facts[FactName(name)] = _read_fact(name, raw, catalogue, source, at or now)
        except BadInputError as error:
            faults.extend(error.faults)
    if faults:
        raise BadInputError(*faults)
    return Case(now=at or now, facts=facts)


def _read_fact(
    name: str, raw: Plain, catalogue: Catalogue, source: YamlSource, now: datetime
) -> Fact:
    path = ("facts", name)
    spec = catalogue.get(FactName(name))
    if spec is None:
        hint = did_you_mean(name, catalogue)
        raise BadInputError(source.fault(path, f"the catalogue has no fact `{name}`.{hint}"))
    body: dict[str, Plain] = raw if isinstance(raw, dict) else {"value": raw}
    value, said_by = body.get("value"), body.get("source", spec.sources[0])
    if (
        not isinstance(value, bool | int | str)
        or not spec.fits(value)
        or not set(body) <= _FACT_KEYS
    ):
        sentence = f"`{name}` takes one {spec.kind}: {spec.meaning}"
        raise BadInputError(source.fault(path, sentence))
    believed: dict[str, Source] = {name: name for name in spec.sources}
    if not isinstance(said_by, str) or said_by not in believed:
        allowed = ", ".join(spec.sources)
        raise BadInputError(source.fault(path, f"`{name}` is known from {allowed} only."))
    return Fact(name=FactName(name), value=value, source=believed[said_by], as_of=now)


def _in_words(decision: Decision, facts: Facts, rulebook: Rulebook) -> Iterator[str]:
    yield f"{decision.kind}  {decision.rule_id}  (rules {decision.version})"
    yield f"  {decision.because[rulebook.marketplace.locales[0]]}"
    match decision:
        case Allow() | NeedApproval():
            yield from _granted(decision)
        case Deny(since=since):
            yield from [f"  since {since.isoformat(timespec='seconds')}"] if since else []
        case NeedFacts(facts=missing):
            for name in missing:
                yield f"  ask {name}: {rulebook.catalogue[name].question.get('en', name)}"
        case HandOff(queue=queue):
            yield f"  to {queue}"
    yield from _whose_word(decision, facts)
    yield f"  {len(facts)} facts given; rules looked at:"
    for step in decision.trace:
        yield f"    {step.outcome:<12} {step.rule_id}: {step.why}"


def _granted(decision: Allow | NeedApproval) -> Iterator[str]:
    if decision.until is not None:
        yield f"  until {decision.until.isoformat(timespec='seconds')}"
    if decision.refund is not None:
        yield f"  pays back at most {decision.refund}"
    if isinstance(decision, NeedApproval) and decision.over:
        yield f"  above the caps: {', '.join(decision.over)}"
    yield from (f"  {name}: {value}" for name, value in decision.terms.items())


def _whose_word(decision: Decision, facts: Facts) -> Iterator[str]:
    """Say who settled it: the law, the marketplace's limits, the seller or its default."""
    seller = facts.get(FactName("seller"))
    if decision.layer == "seller" and seller is not None:
        yield f"  this depends on the seller: {shown(seller.value)}"
    else:
        yield f"  settled by: {_LAYERS[decision.layer]}"
    for setting in decision.settings:
        instead = f" instead of {setting.default}" if setting.layer == "seller" else ""
        yield f"    {setting.name} is {setting.value}{instead}"


def _fault_as_json(fault: Fault) -> str:
    return json.dumps(
        {
            "file": fault.file,
            "line": fault.line,
            "column": fault.column,
            "sentence": fault.sentence,
        },
        ensure_ascii=False,
    )


def _all_well(rulebook: Rulebook) -> str:
    rules = sum(len(table.rules) for table in rulebook.tables.values())
    return (
        f"{rules} rules for {', '.join(rulebook.tables)}; "
        f"{len(rulebook.sellers)} sellers with rules of their own; nothing wrong "
        f"(version {rulebook.version})"
    )
