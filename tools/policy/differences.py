"""What stands differently in two folders of rules?"""

import json
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Literal, cast

from pydantic import JsonValue

from tools.domain.model import Frozen
from tools.policy.documents import Documents

What = Literal[
    "setting", "limit", "cap", "rule", "order", "name", "sentence", "reason", "fact", "file", "care"
]
"""`order`: a rule stands elsewhere; `name`: it is called otherwise; `reason`: its basis;
`care`: who answers for the file, until when, and the note."""
_Tree = Mapping[str, JsonValue]
_Rules = Mapping[str, _Tree]
_CARE = ("owner", "review_by", "note")
_RULE_WORDS: Mapping[str, What] = {"because": "sentence", "basis": "reason"}


class Difference(Frozen):
    """One thing that differs; None where it is not there."""

    what: What
    file: str
    place: tuple[str, ...]
    """The way to it; for a rule the question and its name."""
    old: str | None
    new: str | None


def find_differences(old: Documents, new: Documents) -> tuple[Difference, ...]:
    """Return what differs, file by file; comments and the order of keys do not count."""
    ours, theirs = _files(old), _files(new)
    return tuple(
        difference
        for file in dict.fromkeys((*ours, *theirs))
        for difference in _compare_files(file, ours.get(file), theirs.get(file))
    )


def _files(documents: Documents) -> dict[str, _Tree]:
    tables = {f"{stem}.yaml": file for stem, file in documents.tables.items()}
    sellers = {f"sellers/{seller}.yaml": file for seller, file in documents.sellers.items()}
    files = {
        "marketplace.yaml": documents.marketplace,
        **tables,
        **sellers,
        "facts.yaml": documents.catalogue,
        "fallbacks.yaml": documents.fallbacks,
    }
    return {name: file.model_dump(mode="json", by_alias=True) for name, file in files.items()}


def _compare_files(file: str, old: _Tree | None, new: _Tree | None) -> Iterator[Difference]:
    if old is None or new is None:
        yield Difference(what="file", file=file, place=(), old=_there(old), new=_there(new))
        return
    for key in dict.fromkeys((*old, *new)):
        if key == "questions":
            yield from _compare_questions(file, _tree(old[key]), _tree(new[key]))
        else:
            what = _what(file, key)
            yield from _compare(what, file, (key,), old.get(key), new.get(key))


def _what(file: str, key: str) -> What:
    if key in _CARE:
        return "care"
    if file == "facts.yaml":
        return "fact"
    if file == "fallbacks.yaml":
        return "sentence"
    return "cap" if key in ("caps", "approvals") else "setting"


def _compare_questions(file: str, old: _Tree, new: _Tree) -> Iterator[Difference]:
    for question in dict.fromkeys((*old, *new)):
        ours, theirs = _tree(old.get(question)), _tree(new.get(question))
        yield from _compare_rules(file, question, _rules(ours), _rules(theirs))
        for key, what in (("parameters", "setting"), ("limits", "limit"), ("queue", "setting")):
            place = (question,) if key == "parameters" else (question, key)
            yield from _compare(cast("What", what), file, place, ours.get(key), theirs.get(key))


def _compare_rules(file: str, question: str, old: _Rules, new: _Rules) -> Iterator[Difference]:
    renamed = _renamed(old, new)
    for before, after in renamed.items():
        yield Difference(what="name", file=file, place=(question, before), old=before, new=after)
    old = {renamed.get(name, name): rule for name, rule in old.items()}
    for name in dict.fromkeys((*old, *new)):
        ours, theirs = old.get(name), new.get(name)
        place = question, name
        if ours is None or theirs is None:
            there = _there(ours), _there(theirs)
            yield Difference(what="rule", file=file, place=place, old=there[0], new=there[1])
            continue
        for key in dict.fromkeys((*ours, *theirs)):
            what = _RULE_WORDS.get(key, "rule")
            if key != "id":
                pair = ours.get(key), theirs.get(key)
                yield from _compare(what, file, (*place, key), *pair, deep=what != "rule")
    for name in _moved([n for n in old if n in new], [n for n in new if n in old]):
        above = _above(name, list(old)), _above(name, list(new))
        yield Difference(
            what="order", file=file, place=(question, name), old=above[0], new=above[1]
        )


def _compare(
    what: What,
    file: str,
    place: tuple[str, ...],
    old: JsonValue,
    new: JsonValue,
    *,
    deep: bool = True,
) -> Iterator[Difference]:
    if old == new and type(old) is type(new):
        return
    if deep and (isinstance(old, dict) or isinstance(new, dict)):
        ours, theirs = _tree(old), _tree(new)
        for key in dict.fromkeys((*ours, *theirs)):
            yield from _compare(what, file, (*place, key), ours.get(key), theirs.get(key))
        return
    yield Difference(what=what, file=file, place=place, old=_shown(old), new=_shown(new))


def _rules(question: _Tree) -> _Rules:
    rules = question.get("rules")
    found = [_tree(rule) for rule in rules] if isinstance(rules, list) else []
    return {str(rule["id"]): rule for rule in found}


def _renamed(old: _Rules, new: _Rules) -> dict[str, str]:
    """Return the rules that only have another name."""
    gone = {name: rule for name, rule in old.items() if name not in new}
    come = {name: rule for name, rule in new.items() if name not in old}
    found: dict[str, str] = {}
    for before, ours in gone.items():
        same = (n for n, theirs in come.items() if {**ours, "id": ""} == {**theirs, "id": ""})
        after = next((name for name in same if name not in found.values()), None)
        if after is not None:
            found[before] = after
    return found


def _moved(old: list[str], new: list[str]) -> list[str]:
    """Return the fewest rules whose moving makes one order the other."""
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    kept = {old[at] for block in matcher.get_matching_blocks() for at in _span(block.a, block.size)}
    return [name for name in new if name not in kept]


def _span(start: int, size: int) -> range:
    return range(start, start + size)


def _above(name: str, order: list[str]) -> str:
    at = order.index(name)
    return order[at - 1] if at else ""


def _tree(value: JsonValue) -> _Tree:
    return value if isinstance(value, dict) else {}


def _there(value: object) -> str | None:
    return None if value is None else ""


def _shown(value: JsonValue) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
