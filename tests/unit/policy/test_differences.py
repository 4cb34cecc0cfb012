"""Is everything that is written differently told, and nothing else?"""

from pathlib import Path

import pytest

from tests.unit.policy.examples import POLICY
from tests.unit.policy.past import draft
from tools.connectors.policy_files import read_documents
from tools.policy.differences import Difference, find_differences


def found(folder: Path, *edits: tuple[str, str, str]) -> tuple[Difference, ...]:
    return find_differences(read_documents(POLICY), read_documents(draft(folder, *edits)))


@pytest.mark.parametrize(
    ("edit", "what", "place", "values"),
    [
        (("returns.yaml", "window_days: 30", "window_days: 29"), "setting", ("may_return", "window_days"), ("30", "29")),
        (("marketplace.yaml", "{action: 8000", "{action: 7999"), "cap", ("caps", "EUR", "action"), ("8000", "7999")),
        (("marketplace.yaml", "reply_hours: 24", "reply_hours: 12"), "setting", ("reply_hours",), ("24", "12")),
        (("returns.yaml", "owner: Policy lead, Lanternfair", "owner: Someone"), "care", ("owner",), ("Policy lead, Lanternfair", "Someone")),
        (("returns.yaml", "en: It was sold as final sale.", "en: A final sale."), "sentence", ("may_return", "final_sale", "because", "en"), ("It was sold as final sale.", "A final sale.")),
        (("returns.yaml", "basis: One return for an item.", "basis: Once."), "reason", ("may_return", "already_returned", "basis"), ("One return for an item.", "Once.")),
        (("returns.yaml", "when: {final_sale: true}", "when: {final_sale: false}"), "rule", ("may_return", "final_sale", "when"), ('{"final_sale": true}', '{"final_sale": false}')),
        (("returns.yaml", "- id: final_sale", "- id: sold_for_good"), "name", ("may_return", "final_sale"), ("final_sale", "sold_for_good")),
        (("facts.yaml", "meaning: The shop that sold the item.", "meaning: The shop."), "fact", ("facts", "seller", "meaning"), ("The shop that sold the item.", "The shop.")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_an_edit_is_told_with_its_place(
    tmp_path: Path,
    edit: tuple[str, str, str],
    what: str,
    place: tuple[str, ...],
    values: tuple[str, str],
):
    (one,) = found(tmp_path, edit)

    assert (one.what, one.file, one.place, (one.old, one.new)) == (what, edit[0], place, values)


def test_comments_and_the_order_of_keys_are_no_difference(tmp_path: Path):
    edits = (
        ("returns.yaml", "owner:", "# A comment.\nowner:"),
        ("marketplace.yaml", "{action: 8000, order: 15000", "{order: 15000, action: 8000"),
    )

    assert found(tmp_path, *edits) == ()


def test_a_fallback_is_a_sentence(tmp_path: Path):
    sentence = read_documents(POLICY).fallbacks.sentences.no_rule["en"]

    (one,) = found(tmp_path, ("fallbacks.yaml", sentence, "Nobody knows."))

    assert (one.what, one.new) == ("sentence", "Nobody knows.")


def test_a_rule_that_is_gone_is_told_once():
    old = read_documents(POLICY)
    table = old.tables["returns"]
    question = table.questions["may_return"]
    fewer = question.model_copy(update={"rules": question.rules[1:]})
    returns = table.model_copy(update={"questions": {**table.questions, "may_return": fewer}})
    new = old.model_copy(update={"tables": {**old.tables, "returns": returns}})
    name = question.rules[0].id

    (gone,), (come,) = find_differences(old, new), find_differences(new, old)

    assert (gone.what, gone.place, gone.old, gone.new) == ("rule", ("may_return", name), "", None)
    assert (come.old, come.new) == (None, "")


def test_a_rule_that_stands_elsewhere_is_told_once():
    old = read_documents(POLICY)
    table = old.tables["returns"]
    question = table.questions["may_return"]
    first, second, *others = question.rules
    moved = question.model_copy(update={"rules": (second, *others[:3], first, *others[3:])})
    returns = table.model_copy(update={"questions": {**table.questions, "may_return": moved}})
    new = old.model_copy(update={"tables": {**old.tables, "returns": returns}})

    (one,) = find_differences(old, new)

    assert (one.what, one.place[1], one.old, one.new) == ("order", first.id, "", others[2].id)


def test_a_seller_with_a_file_for_the_first_time_is_told(tmp_path: Path):
    target = draft(tmp_path)
    (target / "sellers" / "salt-soap.yaml").unlink()

    (one,) = find_differences(read_documents(target), read_documents(POLICY))

    assert (one.what, one.file, one.old, one.new) == ("file", "sellers/salt-soap.yaml", None, "")
