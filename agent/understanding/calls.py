"""Which tools did a chat model call, however its server writes that down?"""

import json
import re
from collections.abc import Iterator
from typing import cast

from langchain_core.messages import AIMessage
from pydantic import ConfigDict, ValidationError

from tools.domain.model import Frozen

_MAX_CONTENT = 6_000
_NAME = re.compile(r"[a-z]+(?:_[a-z]+)*")
_OPENING = re.compile(r"[{\[]")


class Call(Frozen):
    """One call with arguments that have the right shape; what they say is not checked here."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    name: str
    words: str | None = None
    order: str | None = None
    item: str | None = None
    also: str | None = None
    """Names of further tools, from a model or server that makes one call in a reply."""

    @property
    def others(self) -> list[str]:
        """Return what looks like the name of a tool in `also`."""
        return _NAME.findall(self.also or "")


def calls_of(message: AIMessage) -> tuple[Call, ...] | None:
    """Return the calls in a model's reply; None when one of them is broken."""
    if message.invalid_tool_calls:
        return None
    if message.tool_calls:
        written = [(call["name"], call["args"]) for call in message.tool_calls]
    else:
        written = list(_calls_in(message.text[:_MAX_CONTENT]))
    try:
        return tuple(Call.model_validate({**args, "name": name}) for name, args in written)
    except (ValidationError, TypeError):
        return None


def _calls_in(content: str) -> Iterator[tuple[str, dict[str, object]]]:
    """Find calls that a server left in the text, fenced or bare: `{"name", "arguments"}`."""
    at = 0
    decoder = json.JSONDecoder()
    while opening := _OPENING.search(content, at):
        try:
            value, at = decoder.raw_decode(content, opening.start())
        except (ValueError, RecursionError):
            at = opening.end()
            continue
        for entry in cast("list[object]", value) if isinstance(value, list) else [value]:
            if call := _as_call(entry):
                yield call


def _as_call(value: object) -> tuple[str, dict[str, object]] | None:
    if not isinstance(value, dict):
        return None
    entry = cast("dict[str, object]", value)
    name = entry.get("name")
    arguments = entry.get("arguments", entry.get("parameters", {}))
    if isinstance(name, str) and isinstance(arguments, dict):
        return name, cast("dict[str, object]", arguments)
    return None
