"""Which edits of the owner's files does the time machine have to see through?"""

import json
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from tools.connectors.policy_files import load_rulebook
from tools.errors import BadInputError
from tools.policy.rulebook import Rulebook
from tools.yaml_source import Plain, read_yaml

POLICY = Path(__file__).parents[2] / "policy"
Tree = dict[str, Plain]
_TRIES = 60


class Files:
    """A copy of the shipped folder, as data that an edit may change."""

    def __init__(self) -> None:
        self.data: dict[str, Tree] = {}
        for path in sorted((*POLICY.glob("*.yaml"), *POLICY.glob("sellers/*.yaml"))):
            found = read_yaml(path).data
            assert isinstance(found, dict)
            self.data[str(path.relative_to(POLICY))] = found
        self.note = ""

    def write(self, folder: Path) -> None:
        """Write JSON, which is YAML as well."""
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "sellers").mkdir(parents=True)
        for name, data in self.data.items():
            text = json.dumps(data, ensure_ascii=False, indent=1)
            (folder / name).write_text(f"{self.note}{text}\n", encoding="utf-8")

    def rules(self) -> Iterator[list[Plain]]:
        for question in self.questions():
            rules = question.get("rules")
            if isinstance(rules, list):
                yield rules

    def all_rules(self) -> Iterator[Tree]:
        for rules in self.rules():
            yield from map(tree, rules)

    def questions(self, *, sellers: bool | None = None) -> Iterator[Tree]:
        for name, data in self.data.items():
            if sellers in (None, name.startswith("sellers/")):
                yield from map(tree, tree(data.get("questions")).values())


Edit = Callable[[random.Random, Files], None]


def tree(value: Plain) -> Tree:
    return value if isinstance(value, dict) else {}


def numbers(value: Plain, *, named: str = "") -> Iterator[tuple[Tree, str]]:
    """Find each number, and where it stands."""
    if isinstance(value, list):
        for one in value:
            yield from numbers(one, named=named)
    for key, inner in tree(value).items():
        if type(inner) is int and named in key:
            yield tree(value), key
        yield from numbers(inner, named=named)


def shift(dice: random.Random, found: list[tuple[Tree, str]]) -> None:
    place, key = dice.choice(found)
    old = place[key]
    assert isinstance(old, int)
    place[key] = max(0, old + dice.choice((-1, 1)))


def window_by_a_day(dice: random.Random, files: Files) -> None:
    found = [n for q in files.questions(sellers=False) for n in numbers(q.get("parameters"))]
    shift(dice, [*found, *(n for rule in files.all_rules() for n in numbers(rule.get("then")))])


def limit_of_a_condition(dice: random.Random, files: Files) -> None:
    shift(dice, [n for rule in files.all_rules() for n in numbers(rule.get("when"))])


def cap_by_a_cent(dice: random.Random, files: Files) -> None:
    shift(dice, list(numbers(files.data["marketplace.yaml"]["caps"])))


def cap_of_a_seller(dice: random.Random, files: Files) -> None:
    seller = files.data[dice.choice([name for name in files.data if name.startswith("sellers/")])]
    name = dice.choice(("action", "order", "photo"))
    seller["caps"] = {"EUR": {name: dice.choice((0, 1999, 2000, 2500))}}


def order_of_two_rules(dice: random.Random, files: Files) -> None:
    rules = dice.choice([rules for rules in files.rules() if len(rules) > 1])
    at = dice.randrange(len(rules) - 1)
    rules[at], rules[at + 1] = rules[at + 1], rules[at]


def no_such_rule(dice: random.Random, files: Files) -> None:
    rules = dice.choice(list(files.rules()))
    del rules[dice.randrange(len(rules))]


def outcome(dice: random.Random, files: Files) -> None:
    rule = dice.choice(list(files.all_rules()))
    rule["then"] = dice.choice(
        ("deny", "need_approval", {"hand_off": {"queue": dice.choice(("safety", "delivery"))}})
    )


def parameter_of_a_seller(dice: random.Random, files: Files) -> None:
    shop = dice.choice([name for name in files.data if name.startswith("sellers/")])
    base = [
        (question, name, value)
        for data in files.data.values()
        for question, draft in tree(data.get("questions")).items()
        for name, value in tree(tree(draft).get("parameters")).items()
        if type(value) is int
    ]
    question, name, value = dice.choice(base)
    questions = files.data[shop].setdefault("questions", {})
    draft = tree(tree(questions).setdefault(question, {}))
    tree(draft.setdefault("parameters", {}))[name] = value + dice.choice((-1, 1))


def believed_source(dice: random.Random, files: Files) -> None:
    rules = [rule for rule in files.all_rules() if "unused" in tree(rule.get("when"))]
    dice.choice(rules)["demand"] = {"unused": ["photo", "person"]}


def age_of_a_fact(dice: random.Random, files: Files) -> None:
    facts = tree(files.data["facts.yaml"]["facts"])
    spec = tree(facts[dice.choice(list(facts))])
    spec["fresh_for"] = {dice.choice(("days", "hours", "minutes")): dice.randrange(1, 20)}


def percent_of_a_refund(dice: random.Random, files: Files) -> None:
    found = [tree(tree(rule.get("then")).get("allow")) for rule in files.all_rules()]
    paying = [tree(one["refund"]) for one in found if "refund" in one]
    refund = dice.choice(paying)
    if dice.random() < 0.5:
        refund["percent"] = dice.randrange(1, 100)
    else:
        refund["of"] = "item" if refund["of"] != "item" else "item_and_shipping"


def queue_of_a_question(dice: random.Random, files: Files) -> None:
    question = dice.choice([q for q in files.questions(sellers=False) if "queue" in q])
    question["queue"] = dice.choice(("safety", "general", "delivery"))


def term_of_a_yes(dice: random.Random, files: Files) -> None:
    with_terms = [
        t
        for q in files.questions()
        if "return_shipping_paid_by" in (t := tree(q.get("parameters")))
    ]
    terms = dice.choice(with_terms)
    terms["return_shipping_paid_by"] = (
        "seller" if terms["return_shipping_paid_by"] == "buyer" else "buyer"
    )


def sentence(dice: random.Random, files: Files) -> None:
    because = tree(dice.choice(list(files.all_rules()))["because"])
    locale = dice.choice(list(because))
    because[locale] = f"{because[locale]} {because[locale]}"


def name_of_a_rule(dice: random.Random, files: Files) -> None:
    rule = dice.choice(list(files.all_rules()))
    rule["id"] = f"{rule['id']}_as_before"


def comment(dice: random.Random, files: Files) -> None:
    files.note = f"# {dice.random()}\n\n"


def basis(dice: random.Random, files: Files) -> None:
    dice.choice(list(files.all_rules()))["basis"] = "Another reason."


def limit_of_a_seller(dice: random.Random, files: Files) -> None:
    limits = [n for q in files.questions(sellers=False) for n in numbers(q.get("limits"))]
    shift(dice, limits)


CHANGING: tuple[Edit, ...] = (
    window_by_a_day,
    limit_of_a_condition,
    cap_by_a_cent,
    cap_of_a_seller,
    order_of_two_rules,
    no_such_rule,
    outcome,
    parameter_of_a_seller,
    believed_source,
    age_of_a_fact,
    percent_of_a_refund,
    queue_of_a_question,
    term_of_a_yes,
)
IDLE: tuple[Edit, ...] = (sentence, name_of_a_rule, comment, basis, limit_of_a_seller)
"""Nothing that is answered hangs on these."""


def make_edit(seed: int, folder: Path) -> tuple[Edit, Rulebook]:
    """Write an edit of the shipped files that the check lets through, and load it."""
    kinds = (*CHANGING, *IDLE)
    edit, dice = kinds[seed % len(kinds)], random.Random(seed)
    for _ in range(_TRIES):
        files = Files()
        before = json.dumps(files.data) + files.note
        edit(dice, files)
        if json.dumps(files.data) + files.note == before:
            continue
        files.write(folder)
        try:
            return edit, load_rulebook(folder)
        except BadInputError:
            continue
    raise AssertionError(f"no edit of the kind {edit.__name__} passes the check")
