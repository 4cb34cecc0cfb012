"""What is a rulebook small enough to be read in a test?"""

from datetime import date
from typing import cast

from pydantic import JsonValue
from typing_extensions import TypedDict, Unpack

from tools.policy.compile import compile_rulebook
from tools.policy.documents import Documents, Fallbacks, Finding
from tools.policy.lint import lint
from tools.policy.lint_logic import lint_logic
from tools.policy.rulebook import Rulebook, version_of

Tree = dict[str, JsonValue]
_FRONT: Tree = {"owner": "Owner", "review_by": "2030-01-01", "note": "Test."}


class More(TypedDict, total=False):
    """What else a small law may have."""

    parameters: Tree | None
    limits: Tree
    caps: Tree
    approvals: Tree
    sellers: dict[str, Tree] | None
    seller_caps: dict[str, Tree]


def fact(kind: str, *sources: str, **more: JsonValue) -> Tree:
    """Describe a fact that is believed for a month."""
    plain: Tree = {"meaning": "A fact.", "kind": kind, "sources": list(sources)}
    return {**plain, "question": {"en": "?"}, "fresh_for": {"days": 30}, **more}


def rule(id_: str, then: JsonValue = "deny", when: Tree | None = None, **more: JsonValue) -> Tree:
    """Write a rule whose sentence is its name."""
    written: Tree = {"id": id_, "then": then, "because": {"en": id_}, "basis": "A test."}
    return {**written, **({"when": when} if when is not None else {}), **more}


def documents(
    rules: list[Tree],
    facts: dict[str, Tree],
    *,
    question: str = "may_try",
    **more: Unpack[More],
) -> Documents:
    """Put the files together as the connector would."""
    sentences = tuple(Fallbacks.model_fields)
    table: Tree = {
        "rules": cast("JsonValue", rules),
        "parameters": more.get("parameters") or {},
        "limits": more.get("limits", {}),
    }
    changes, own_caps = more.get("sellers") or {}, more.get("seller_caps", {})
    market: Tree = {
        **_FRONT,
        "name": "Small",
        "locales": ["en"],
        "desk_language": "en",
        "reply_hours": 24,
        "identity_attempts": 3,
        "patience": {},
        "caps": more.get("caps", {}),
        "approvals": more.get("approvals", {}),
        "sellers": ["ann", "bob"],
    }
    raw = {
        "marketplace": market,
        "catalogue": {**_FRONT, "facts": facts},
        "fallbacks": {**_FRONT, "sentences": {name: {"en": name} for name in sentences}},
        "tables": {"small": {**_FRONT, "questions": {question: table}}},
        "sellers": {
            seller: {
                **_FRONT,
                "questions": {question: changes.get(seller, {})},
                "caps": own_caps.get(seller, {}),
            }
            for seller in {**changes, **own_caps}
        },
    }
    return Documents.model_validate(raw)


def rulebook(
    rules: list[Tree], facts: dict[str, Tree], *, question: str = "may_try", **more: Unpack[More]
) -> Rulebook:
    """Compile rules that have no fault."""
    read = documents(rules, facts, question=question, **more)
    book, findings = compile_rulebook(read, version_of({}))
    assert findings == ()
    return book


def findings(read: Documents, today: date | None = None) -> tuple[Finding, ...]:
    """Return what is wrong, but for the floor's facts, which a small catalogue does not have."""
    book, faults = compile_rulebook(read, version_of({}))
    faults = (*faults, *(f for f in lint(read, book, today) if "has to stay" not in f.sentence))
    return faults or lint_logic(book)
