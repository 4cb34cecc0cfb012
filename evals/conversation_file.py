"""How does a conversation that a person wrote down become something that can be run?"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AwareDatetime,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    ValidationError,
    model_validator,
)

from agent.conversation import Rejection
from evals.expectation import ConversationExpectation, TurnExpectation
from tools.domain.model import Frozen
from tools.errors import BadInputError, Fault
from tools.policy.marketplace import Role
from tools.yaml_source import Path_, Plain, YamlSource, read_yaml

_MAX_BYTES = 200_000_000
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_KINDS = ("say", "tap", "attach", "event")
_ANSWERS = ("approve", "edit", "reject", "ask")


class PersonSpoke(Frozen):
    """A person of the support team answered."""

    person_said: str


class Wait(Frozen):
    """Time goes by before the next turn."""

    wait: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,4}[mhd]$")]
    """Minutes, hours or days, for instance `90m`, `4h`, `2d`."""

    @property
    def span(self) -> timedelta:
        """Return the time that goes by."""
        return timedelta(**{_UNITS[self.wait[-1]]: int(self.wait[:-1])})


class Elsewhere(Frozen):
    """Something happens at the shop while the talk goes on, and not through Nightdesk."""

    happens: Literal["packed", "disputed", "refunded"]
    """`refunded`: somebody pays back the whole of what was paid."""
    order: str


class Verdict(Frozen):
    """Somebody at the desk answers the request that waits there."""

    role: Role = Field(alias="as")
    amount: int | None = None
    """With `edit`: the smaller amount, in minor units."""
    reason: Rejection | None = None
    """With `reject`."""
    words: str = ""
    """With `ask`: the question."""


class AtTheDesk(Frozen):
    """What a person does with the request for approval that was made last."""

    approve: Verdict | None = None
    edit: Verdict | None = None
    reject: Verdict | None = None
    ask: Verdict | None = None

    @model_validator(mode="after")
    def _is_one_answer(self) -> "AtTheDesk":
        given = [name for name in _ANSWERS if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("a person does exactly one of `approve`, `edit`, `reject` and `ask`")
        if self.edit is not None and self.edit.amount is None:
            raise ValueError("`edit` needs an `amount`")
        if self.reject is not None and self.reject.reason is None:
            raise ValueError("`reject` needs a `reason`")
        if self.ask is not None and not self.ask.words:
            raise ValueError("`ask` needs `words`")
        return self


def _event_kind(value: object) -> str | None:
    if isinstance(value, str):
        return "<name>"
    if isinstance(value, PersonSpoke) or (isinstance(value, Mapping) and "person_said" in value):
        return "<person>"
    if isinstance(value, Wait) or (isinstance(value, Mapping) and "wait" in value):
        return "<wait>"
    if isinstance(value, Elsewhere) or (isinstance(value, Mapping) and "happens" in value):
        return "<elsewhere>"
    answers = isinstance(value, Mapping) and any(name in value for name in _ANSWERS)
    return "<desk>" if answers or isinstance(value, AtTheDesk) else None


_Event = Annotated[
    Annotated[Literal["hand_back", "opened"], Tag("<name>")]
    | Annotated[PersonSpoke, Tag("<person>")]
    | Annotated[Wait, Tag("<wait>")]
    | Annotated[Elsewhere, Tag("<elsewhere>")]
    | Annotated[AtTheDesk, Tag("<desk>")],
    Discriminator(
        _event_kind,
        custom_error_type="event",
        custom_error_message=(
            "must be `hand_back`, `opened`, `{person_said: text}`, `{wait: 2d}`, "
            "`{happens: packed, order: ND-1}` or `{approve: {as: lead}}`"
        ),
    ),
]


class Turn(Frozen):
    """One thing that happens: exactly one of `say`, `tap`, `attach` and `event`."""

    say: str | None = None
    tap: str | None = None
    """The id or the label of a button under the last reply."""
    attach: str | None = None
    """The name of a photo."""
    event: _Event | None = None
    expect: TurnExpectation | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> "Turn":
        if sum(getattr(self, kind) is not None for kind in _KINDS) != 1:
            raise ValueError("a turn is exactly one of `say`, `tap`, `attach` and `event`")
        return self

    def __str__(self) -> str:
        kind = next(kind for kind in _KINDS if getattr(self, kind) is not None)
        value: object = getattr(self, kind)
        return value if isinstance(value, str) and kind == "say" else f"[{kind}: {value}]"


class Person(Frozen):
    """The buyer."""

    email: str | None = None
    verified: bool = False
    """Whether the shop vouches for the e-mail address (the buyer is signed in)."""

    @model_validator(mode="after")
    def _verifies_something(self) -> "Person":
        if self.verified and not self.email:
            raise ValueError("`verified: true` needs an `email`")
        return self


class Sample(Frozen):
    """A conversation as its author wrote it: what the buyer does and what should come of it."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^\S+$")]
    note: str = ""
    """What the sample is about, for its readers."""
    clock: AwareDatetime
    """When the first turn happens; each further turn is a minute later."""
    channel: str = "web_chat"
    customer: Person = Person()
    world: str | None = None
    """A world file, relative to this file; without it the world of the command."""
    turns: tuple[Turn, ...] = Field(min_length=1)
    expect: ConversationExpectation | None = None

    @property
    def starts_at(self) -> datetime:
        """Return the clock in UTC."""
        return self.clock.astimezone(UTC)

    @property
    def about(self) -> str | None:
        """Return the first request that the author expects."""
        every = [self.expect, *(turn.expect for turn in self.turns)]
        named = (request for part in every if part for request in part.requests or ())
        return next(named, None)


def read_conversations(*paths: Path) -> tuple[Sample, ...]:
    """Read YAML (one conversation or a list) and JSONL files; raise with every fault of all."""
    found: list[Sample] = []
    faults: list[Fault] = []
    for path in paths:
        for source, at, data in _documents(path, faults):
            try:
                sample = Sample.model_validate(data)
            except ValidationError as error:
                faults += _faults(source, at, error)
            else:
                found.append(_with_world(sample, path))
    faults += _doubled(found, paths)
    if faults:
        raise BadInputError(*faults)
    return tuple(found)


def _documents(path: Path, faults: list[Fault]) -> Iterator[tuple[YamlSource, Path_, Plain]]:
    if path.suffix in {".jsonl", ".ndjson"}:
        yield from _json_lines(path, faults)
        return
    try:
        source = read_yaml(path)
    except BadInputError as error:
        faults += error.faults
        return
    if isinstance(source.data, list):
        yield from ((source, (at,), data) for at, data in enumerate(source.data))
    else:
        yield source, (), source.data


def _json_lines(path: Path, faults: list[Fault]) -> Iterator[tuple[YamlSource, Path_, Plain]]:
    try:
        raw = path.read_bytes()
        text = raw[:_MAX_BYTES].decode("utf-8-sig")
    except OSError as error:
        faults.append(Fault(str(path), 0, 0, f"cannot be read: {error.strerror}."))
        return
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        faults.append(Fault(str(path), line, 1, "is not UTF-8; save the file as UTF-8."))
        return
    if len(raw) > _MAX_BYTES:
        faults.append(Fault(str(path), 0, 0, f"is larger than {_MAX_BYTES:,} bytes."))
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            data: Plain = json.loads(line, object_pairs_hook=_once)
        except (ValueError, RecursionError) as error:
            faults.append(Fault(str(path), number, 1, f"is not one JSON object: {error}."))
        else:
            yield YamlSource(str(path), data, {(): (number, 1)}), (), data


def _once(pairs: list[tuple[str, Plain]]) -> dict[str, Plain]:
    for key, times in Counter(key for key, _ in pairs).items():
        if times > 1:
            raise ValueError(f"`{key}` stands here a second time; keep one of them")
    return dict(pairs)


def _faults(source: YamlSource, at: Path_, error: ValidationError) -> Iterable[Fault]:
    for one in error.errors():
        loc = tuple(part for part in one["loc"] if not re.fullmatch(r"<\w+>", str(part)))
        key, message = ".".join(str(part) for part in loc), one["msg"].removeprefix("Value error, ")
        if one["type"] == "extra_forbidden":
            message = "is not a key that is known here; look for a typing error"
        sentence = f"{message[:1].lower()}{message[1:]}."
        yield source.fault((*at, *loc), f"`{key}`: {sentence}" if key else sentence)


def _with_world(sample: Sample, path: Path) -> Sample:
    if sample.world is None:
        return sample
    return sample.model_copy(update={"world": str(path.parent / sample.world)})


def _doubled(samples: Iterable[Sample], paths: tuple[Path, ...]) -> Iterator[Fault]:
    files = ", ".join(str(path) for path in paths)
    for name, times in Counter(sample.id for sample in samples).items():
        if times > 1:
            yield Fault(files, 0, 0, f"`{name}` is the id of {times} conversations; rename one.")
