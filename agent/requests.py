"""What can a buyer want? The closed list, and the owner's files about it."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from pydantic import Field, ValidationError

from tools.domain.model import Frozen
from tools.errors import BadInputError, Fault
from tools.yaml_source import Plain, YamlSource, read_yaml

RequestId = Literal[
    "order_status",
    "tracking_problem",
    "delivery_delay",
    "not_received",
    "damaged_item",
    "missing_item",
    "wrong_item",
    "return_eligibility",
    "start_return",
    "exchange",
    "refund_request",
    "refund_status",
    "cancel_order",
    "change_order",
    "change_address",
    "gift_receipt",
    "invoice_receipt",
    "payment_issue",
    "chargeback_fraud",
    "warranty_repair",
    "complaint",
    "shipping_info",
    "human_agent",
    "smalltalk",
    "out_of_scope",
]
REQUEST_IDS: tuple[RequestId, ...] = get_args(RequestId)

Language = Literal["en", "de", "es", "fr", "it", "pt"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


class Request(Frozen):
    """One wish, as the buyer worded it. It has no authority: it only names what to look up."""

    id: RequestId
    words: str = ""
    """The part of the message that says so."""
    order: str | None = None
    """An order number in the buyer's words, normalised; not verified."""
    item: str | None = None
    """The buyer's words for a line item, or the id of a line that was offered."""
    confidence: float = Field(default=1.0, ge=0, le=1)


class RequestKind(Frozen):
    """What the owner says about one request in `prompts/requests.yaml`."""

    meaning: str = Field(min_length=1)
    live: bool
    """False: it goes to a person."""
    family: str = Field(min_length=1)
    """Wishes of one family in one message are one story."""
    general: bool = False
    """Buyers also say it around another wish; the more special one then counts."""


class Phrase(Frozen):
    """One example of what buyers write."""

    text: str
    language: Language
    request: RequestId
    topic: str = ""
    """A part of a wide request, named after a dot in the file; only the model sees it."""


@dataclass(frozen=True)
class RequestCatalogue:
    """`prompts/requests.yaml` with `prompts/phrases/*.yaml`, checked."""

    kinds: Mapping[RequestId, RequestKind]
    phrases: tuple[Phrase, ...]
    digest: str
    """Changes with every change of the content, not of comments or order of keys."""

    @property
    def live(self) -> frozenset[str]:
        """Requests that the owner has switched on; the others go to a person."""
        return frozenset(id_ for id_, kind in self.kinds.items() if kind.live)

    @classmethod
    def load(cls, prompts_dir: Path) -> "RequestCatalogue":
        """Read the owner's files; raise `BadInputError` with every fault in them."""
        source = read_yaml(prompts_dir / "requests.yaml", "prompts/requests.yaml")
        faults: list[Fault] = []
        kinds = dict(_kinds(source, faults))
        phrases: list[Phrase] = []
        for language in LANGUAGES:
            name = f"phrases/{language}.yaml"
            if language != LANGUAGES[0] and not (prompts_dir / name).exists():
                continue  # A marketplace need not serve them all.
            phrase_source = read_yaml(prompts_dir / name, f"prompts/{name}")
            phrases.extend(_phrases(phrase_source, language, faults))
        if faults:
            raise BadInputError(*faults)
        return cls(kinds, tuple(phrases), _digest(kinds, phrases))


def _kinds(source: YamlSource, faults: list[Fault]) -> Iterator[tuple[RequestId, RequestKind]]:
    entries = _mapping(source, faults)
    for name, entry in entries.items():
        if (id_ := _known(name, (name,), source, faults)) is None:
            continue
        try:
            yield id_, RequestKind.model_validate(entry)
        except ValidationError as error:
            faults.extend(source.faults(error, (name,)))
    missing = [id_ for id_ in REQUEST_IDS if id_ not in entries]
    if missing:
        faults.append(source.fault((), f"these requests are missing: {', '.join(missing)}."))


def _phrases(source: YamlSource, language: Language, faults: list[Fault]) -> Iterator[Phrase]:
    seen: dict[str, str] = {}
    covered: set[str] = set()
    for name, block in _mapping(source, faults).items():
        request, _, topic = name.partition(".")
        id_ = _known(request, (name,), source, faults)
        if not isinstance(block, str):
            faults.append(source.fault((name,), "write `|` and one phrase on each line below."))
        elif id_ is not None:
            covered.add(id_)
            for line, text in _lines(block, source, name, faults):
                key = text.casefold()
                if key in seen:
                    fault = f"`{text}` stands also under `{seen[key]}`; keep one of them."
                    faults.append(Fault(source.file, line, 1, fault))
                seen[key] = name
                yield Phrase(text=text, language=language, request=id_, topic=topic)
    missing = [id_ for id_ in REQUEST_IDS if id_ not in covered]
    if missing:
        faults.append(source.fault((), f"there are no phrases for: {', '.join(missing)}."))


def _lines(
    block: str, source: YamlSource, name: str, faults: list[Fault]
) -> Iterator[tuple[int, str]]:
    """Return the phrases of a block; its lines begin one below the `|`."""
    first = source.places[(name,)][0] + 1
    found = [(first + i, line.strip()) for i, line in enumerate(block.splitlines())]
    if not any(text for _, text in found):
        faults.append(source.fault((name,), f"`{name}` has no phrases; add some or remove it."))
    yield from ((line, text) for line, text in found if text)


def _mapping(source: YamlSource, faults: list[Fault]) -> dict[str, Plain]:
    if isinstance(source.data, dict):
        return source.data
    faults.append(source.fault((), "must be a list of `name: ...` entries, one for each request."))
    return {}


def _known(
    name: str, path: tuple[str, ...], source: YamlSource, faults: list[Fault]
) -> RequestId | None:
    if name in REQUEST_IDS:
        return name
    known = ", ".join(REQUEST_IDS)
    faults.append(source.fault(path, f"`{name}` is not a request; the requests are: {known}."))
    return None


def _digest(kinds: Mapping[RequestId, RequestKind], phrases: list[Phrase]) -> str:
    content = {
        "kinds": {id_: kinds[id_].model_dump() for id_ in sorted(kinds)},
        "phrases": sorted((p.language, p.request, p.topic, p.text) for p in phrases),
    }
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
