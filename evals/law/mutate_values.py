"""In which small ways can a condition or an outcome be wrong?"""

from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from tools.policy.facts import shown

Changed = tuple[str, JsonValue]
"""What was changed, in words, and what stands there now."""
Parameters = Mapping[str, JsonValue]
_KINDS = ("allow", "deny", "need_approval", "hand_off")
_QUEUES = ("general", "delivery", "returns", "payments", "safety")
_OF = ("item", "item_and_shipping")
_LISTS = ("any", "all")


def changed_when(when: dict[str, JsonValue], parameters: Parameters) -> Iterator[Changed]:
    """Drop, negate and shift each part of a condition."""
    for key, raw in when.items():
        others = {name: value for name, value in when.items() if name != key}
        yield f"without {_told(key, raw)}", others
        yield f"not {_told(key, raw)}", _and(others, _negated(key, raw))
        for what, new in _changed_part(key, raw, parameters):
            yield what, {**when, key: new}


def changed_then(then: JsonValue, parameters: Parameters) -> Iterator[Changed]:
    """Change the kind of an outcome, its numbers, its queue and what it pays."""
    kind = then if isinstance(then, str) else next(iter(then)) if isinstance(then, dict) else ""
    yield from ((f"{other} instead of {kind}", other) for other in _KINDS if other != kind)
    body = then.get(kind) if isinstance(then, dict) else None
    limits: dict[str, JsonValue] = body if isinstance(body, dict) else {}
    if kind == "hand_off":
        queue = limits.get("queue", "general")
        other = _after(str(queue), _QUEUES)
        yield f"to {other} instead of {queue}", {kind: {"queue": other}}
    for what, new in _changed_body(limits, parameters):
        yield what, {kind: new}


def shifted(raw: JsonValue, parameters: Parameters) -> Iterator[Changed]:
    """Shift a number, or the number that a parameter stands for, by one; turn a truth round."""
    value = raw
    if isinstance(raw, str) and raw.startswith("$"):
        value = parameters.get(raw.removeprefix("$"), raw)
    if isinstance(value, bool):
        yield f"{shown(not value)} instead of {shown(value)}", not value
    elif isinstance(value, int):
        yield from ((f"{value + step} instead of {raw}", value + step) for step in (-1, 1))


def _changed_part(key: str, raw: JsonValue, parameters: Parameters) -> Iterator[Changed]:
    if key == "not" and isinstance(raw, dict):
        yield from ((f"not ({what})", new) for what, new in changed_when(raw, parameters))
    elif key in _LISTS and isinstance(raw, list):
        yield from _changed_list(key, raw, parameters)
    elif isinstance(raw, dict):
        yield from _changed_test(key, raw, parameters)
    elif not isinstance(raw, bool):
        yield from ((f"{key} {what}", new) for what, new in shifted(raw, parameters))


def _changed_list(key: str, raw: list[JsonValue], parameters: Parameters) -> Iterator[Changed]:
    for i, item in enumerate(raw):
        if len(raw) > 1:
            yield f"{key} without part {i + 1}", [*raw[:i], *raw[i + 1 :]]
        if isinstance(item, dict):
            for what, new in changed_when(item, parameters):
                yield f"{key}, part {i + 1}: {what}", [*raw[:i], new, *raw[i + 1 :]]


def _changed_test(key: str, raw: dict[str, JsonValue], parameters: Parameters) -> Iterator[Changed]:
    for word, limit in raw.items():
        if word == "in" and isinstance(limit, list):
            for value in limit if len(limit) > 1 else ():
                left = [one for one in limit if one != value]
                yield f"{key} without the value {value}", {"in": left}
        else:
            for what, new in shifted(limit, parameters):
                yield f"{key} {word} {what}", {**raw, word: new}
            if len(raw) > 1:
                rest = {name: value for name, value in raw.items() if name != word}
                yield f"{key} without {word}", rest


def _changed_body(body: dict[str, JsonValue], parameters: Parameters) -> Iterator[Changed]:
    for key, raw in body.items():
        if isinstance(raw, dict):
            inner = _changed_refund(raw) if key == "refund" else ()
            for what, new in (*inner, *_changed_body(raw, parameters)):
                yield f"{key} {what}", {**body, key: new}
            if key in ("refund", "until", "since"):
                yield f"no {key}", {name: value for name, value in body.items() if name != key}
        else:
            for what, new in shifted(raw, parameters):
                yield f"{key} {what}", {**body, key: new}


def _changed_refund(raw: dict[str, JsonValue]) -> Iterator[Changed]:
    of = str(raw.get("of"))
    other = _after(of, _OF)
    yield f"of {other} instead of {of}", {**raw, "of": other}
    if "percent" not in raw:
        yield "percent 99 instead of 100", {**raw, "percent": 99}
    if "cap" in raw:
        yield "without its cap", {name: value for name, value in raw.items() if name != "cap"}


def _and(others: dict[str, JsonValue], part: dict[str, JsonValue]) -> dict[str, JsonValue]:
    return {"all": [others, part]} if others else part


def _negated(key: str, raw: JsonValue) -> dict[str, JsonValue]:
    return raw if key == "not" and isinstance(raw, dict) else {"not": {key: raw}}


def _told(key: str, raw: JsonValue) -> str:
    return key if isinstance(raw, dict | list) else f"{key} {_shown(raw)}"


def _shown(raw: JsonValue) -> str:
    return shown(raw) if isinstance(raw, bool | int | str) else str(raw)


def _after(value: str, values: tuple[str, ...]) -> str:
    return values[(values.index(value) + 1) % len(values)] if value in values else values[0]
