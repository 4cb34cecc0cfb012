"""What of a call to a model server goes into a cassette, and when are two calls the same?"""

import json
import re
from typing import Protocol, cast
from urllib.parse import urlsplit

import pytest

SERVER = "http://model.test/v1"
"""Where replayed calls go: a name that no resolver knows."""
MODEL = "qwen2.5-coder-1.5b"
AGAIN = (
    "OPENAI_BASE_URL=<an OpenAI-compatible server> .venv/bin/pytest {node} --record-mode=rewrite"
)
STALE = pytest.StashKey[str]()
"""Set on a test that asked something which is not in its cassette."""
_KEPT = frozenset({"content-type"})
_OF_THE_RUN = ("created", "system_fingerprint", "timings", "service_tier")

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Headers = dict[str, list[str]]


class Asked(Protocol):
    """A request as the recorder holds it."""

    method: str
    uri: str
    path: str
    body: bytes | str | None
    headers: dict[str, str]


def canonical(body: bytes | str | None) -> str:
    """Return a JSON body in the one form that says the same."""
    return json.dumps(json.loads(body or "null"), sort_keys=True, ensure_ascii=False)


def same_body(asked: Asked, recorded: Asked) -> None:
    """Match what is asked, and not how it happens to be written down."""
    assert canonical(asked.body) == canonical(recorded.body), "prompt or tools differ"


def forget_caller(asked: Asked) -> Asked:
    """Keep what the model is asked; drop keys, versions and where the server stood."""
    parts = urlsplit(asked.uri)
    asked.uri = f"http://model.test{parts.path}"
    asked.headers = {k: v for k, v in asked.headers.items() if k.lower() in _KEPT}
    asked.body = canonical(asked.body)
    return asked


def forget_run(answered: dict[str, object]) -> dict[str, object]:
    """Keep what the model answered; number what is random and drop what is only of this run."""
    headers = cast("Headers", answered["headers"])
    body = cast("dict[str, bytes | str]", answered["body"])
    kept = {name: value for name, value in headers.items() if name.lower() in _KEPT}
    text = json.dumps(_numbered(json.loads(body["string"])), ensure_ascii=False)
    return {**answered, "headers": kept, "body": {"string": text.encode()}}


def _numbered(answer: dict[str, Json]) -> dict[str, Json]:
    kept = {name: value for name, value in answer.items() if name not in _OF_THE_RUN}
    if "id" in kept:
        kept["id"] = "chatcmpl-1"
    text = json.dumps(kept, ensure_ascii=False)
    ids = re.findall(r'"id": "([^"]{8,})"', text)
    for at, id_ in enumerate(dict.fromkeys(i for i in ids if i != "chatcmpl-1"), 1):
        text = text.replace(f'"{id_}"', f'"call-{at}"')
    return cast("dict[str, Json]", json.loads(text))


def stale(name: str, node: str) -> str:
    """Say which recording no longer fits and what to do about it."""
    return (
        f"cassette {name} is stale: prompt or tools changed; record it again with "
        f"{AGAIN.format(node=node)}"
    )
