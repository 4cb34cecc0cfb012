"""Is the owner's folder read as a whole, or refused with every fault at its place?"""

import shutil
from datetime import date
from pathlib import Path

import pytest

from tools.connectors.policy_files import load_rulebook
from tools.errors import BadInputError

SHIPPED = Path(__file__).parents[2] / "policy"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "policy"))


def faults(folder: Path, today: date | None = None) -> list[str]:
    """Return `file:line:column: sentence` for each fault, with the file inside the folder."""
    try:
        load_rulebook(folder, today)
    except BadInputError as error:
        return [str(fault).removeprefix(f"{folder}/") for fault in error.faults]
    return []


def edit(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def line_of(folder: Path, file: str, words: str) -> int:
    text = (folder / file).read_text(encoding="utf-8")
    return text[: text.index(words)].count("\n") + 1


def test_the_shipped_rules_have_no_fault():
    assert faults(SHIPPED, date(2026, 1, 1)) == []


def test_at_least_four_sellers_have_rules_of_their_own():
    rulebook = load_rulebook(SHIPPED)
    assert len(rulebook.sellers) >= 4
    assert set(rulebook.sellers) <= set(rulebook.marketplace.sellers)


def test_the_rules_do_not_depend_on_a_date():
    assert load_rulebook(SHIPPED).version == load_rulebook(SHIPPED, date(2026, 1, 1)).version


def test_the_version_ignores_comments_and_changes_with_any_value(folder: Path):
    before = load_rulebook(folder).version
    edit(folder, "returns.yaml", "# May this item go back?", "# May it go back?")
    assert load_rulebook(folder).version == before
    edit(folder, "sellers/moonpress-books.yaml", "45", "44")
    assert load_rulebook(folder).version != before


FULL_MOON = """
  full_moon:
    meaning: A full moon.
    kind: bool
    sources: [record]
    question: {en: Was it?}
    fresh_for: {days: 1}
"""
SEEDED: list[tuple[str, str, str, str]] = [
    (
        "returns.yaml",
        "when: {dispute_open: true}",
        "when: {dispute_opn: true}",
        "Did you mean `dispute_open`?",
    ),
    (
        "returns.yaml",
        "then: deny",
        "then: denied",
        "`denied` is not an outcome. Did you mean `deny`?",
    ),
    (
        "returns.yaml",
        "      - id: cancelled\n",
        "      - id: cancelled\n        wen: {}\n",
        "`wen` is not a key that belongs here. Did you mean `when`?",
    ),
    (
        "returns.yaml",
        "      - id: cancelled\n",
        "      - id: Cancelled\n",
        "string should match pattern",
    ),
    (
        "returns.yaml",
        "          pt: Foi cancelado, por isso não há nada a devolver.\n",
        "",
        "There is no sentence in pt.",
    ),
    (
        "returns.yaml",
        "basis: Nothing is paid back twice.",
        "basis: 7",
        "input should be a valid string",
    ),
    (
        "returns.yaml",
        "at_most: $window_days",
        "at_most: $window_dais",
        "Did you mean `window_days`?",
    ),
    ("returns.yaml", "window_days: 30", "window_days: -1", "`window_days` cannot be less than 0."),
    (
        "returns.yaml",
        "when: {unused: false}",
        "when: {final_sale: true}",
        "`used` can never apply: `final_sale` above",
    ),
    (
        "returns.yaml",
        "        when: {cancelled: true}\n",
        "",
        "can never apply: `cancelled` above has no condition",
    ),
    (
        "returns.yaml",
        "until: {at: withdrawal_ends}",
        "until: {after: delivered_at, days: 13}",
        "grants less than floor.withdrawal",
    ),
    (
        "returns.yaml",
        "in: [damaged, faulty, wrong_item, not_as_described]",
        "in: [damaged]",
        "grants less than floor.defect",
    ),
    (
        "returns.yaml",
        "window_days: 30",
        "window_days: 13",
        "The marketplace's own `13` is not at least 14",
    ),
    (
        "returns.yaml",
        "until: {at: withdrawal_ends}",
        "until: {after: delivered_at, days: 13}",
        "`bundle_withdrawal` grants less than floor.withdrawal",
    ),
    (
        "sellers/luma-jewelry.yaml",
        "window_days: 14",
        "window_days: 13",
        "The marketplace lets sellers set `window_days` to at least 14",
    ),
    (
        "sellers/sugar-lantern.yaml",
        "when: {ship_to_eu_uk: false}",
        "when: {ship_to_eu_uk: true}",
        "`far_away_food` grants less than floor.withdrawal",
    ),
    (
        "sellers/luma-jewelry.yaml",
        "window_days: 14",
        "window_days: -14",
        "`window_days` cannot be less than 0.",
    ),
    (
        "sellers/luma-jewelry.yaml",
        "window_days: 14",
        "window_days: two weeks",
        "is like `30`, not `two weeks`.",
    ),
    (
        "sellers/luma-jewelry.yaml",
        "window_days: 14",
        "windowdays: 14",
        "Did you mean `window_days`?",
    ),
    ("sellers/luma-jewelry.yaml", "may_return", "may_retrun", "Did you mean `may_return`?"),
    (
        "sellers/wooly-fox.yaml",
        "before: gift_in_window",
        "before: gift_window",
        "Did you mean `gift_in_window`?",
    ),
    (
        "sellers/wooly-fox.yaml",
        "not: {in_withdrawal_period: true}",
        "unused: true",
        "`washed` grants less than floor.withdrawal",
    ),
    ("facts.yaml", "      pt: O artigo continua por usar?\n", "", "There is no sentence in pt."),
    (
        "facts.yaml",
        "sources: [buyer, photo, person]",
        "sources: [byer]",
        "input should be 'record'",
    ),
    (
        "facts.yaml",
        "  ship_to_eu_uk:",
        "  ship_to_europe:",
        "has no fact `ship_to_eu_uk`. Did you mean `ship_to_europe`?",
    ),
    (
        "facts.yaml",
        "    fresh_for: {hours: 12}\n",
        "",
        "Say with `fresh_for` how long",
    ),
    (
        "facts.yaml",
        "    question:\n      en: How many days ago was the order placed?\n",
        "",
        "There is no sentence in en.",
    ),
    (
        "facts.yaml",
        "facts:\n",
        f"facts:\n{FULL_MOON}",
        "No record tells `full_moon`",
    ),
    (
        "marketplace.yaml",
        "EUR: {action: 8000",
        "EUR: {action: 50001",
        "`action` is 50001, and Nightdesk pays at most 50000 in EUR.",
    ),
    (
        "marketplace.yaml",
        "  EUR: {action",
        "  EUT: {action",
        "no caps in `EUT`. Did you mean `EUR`?",
    ),
    ("marketplace.yaml", "EUR: {action: 8000", "EUR: {action: -1", "greater than or equal to 0"),
    (
        "sellers/clay-and-ember.yaml",
        "EUR: {action: 6000",
        "EUR: {action: 8001",
        "`action` is 8001, and the marketplace has 8000 in EUR.",
    ),
    (
        "sellers/clay-and-ember.yaml",
        "GBP: {action",
        "CHF: {action",
        "There can be no caps in `CHF`. There are EUR, GBP, USD.",
    ),
    (
        "sellers/salt-soap.yaml",
        "late_refund_after_days: 7",
        "late_refund_after_days: 2",
        "lets sellers set `late_refund_after_days` to at least 3",
    ),
    (
        "sellers/wooly-fox.yaml",
        "before: gift_in_window",
        "before: dispute_open",
        "is locked by the marketplace; a seller's rule goes in front of",
    ),
    (
        "refunds.yaml",
        "terms: {send_back: false}, refund: {of: item_and_shipping, cap: photo}",
        "terms: {send_back: false}, refund: {of: item_and_shipping}",
        "may rest on a photo alone (`photo_evidence`); add `cap: photo`",
    ),
    (
        "refunds.yaml",
        "refund: {of: item_and_shipping, cap: photo}",
        "refund: {of: everything, cap: photo}",
        "'item' or 'item_and_shipping'",
    ),
    (
        "refunds.yaml",
        "when: {dispute_open: true}",
        "when: {dispute_open: true, line_value: {at_least: 100}}",
        "`line_value` is an amount of money; test `currency`",
    ),
    ("fallbacks.yaml", "no_rule:", "no_rul:", "Did you mean `no_rule`?"),
    (
        "marketplace.yaml",
        "identity_attempts: 3",
        "identity_attempts: 30",
        "less than or equal to 10",
    ),
    ("marketplace.yaml", "  - wooly-fox\n", "", "The marketplace has no seller `wooly-fox`."),
    ("marketplace.yaml", "reply_hours: 24", "reply_hours: soon", "input should be a valid integer"),
    ("marketplace.yaml", "review_by: 2029-06-30", "review_by: next year", "valid date"),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"), SEEDED, ids=[f"{s[0]}: {s[2].strip()[:40]}" for s in SEEDED]
)
def test_a_fault_is_found_and_nothing_is_loaded(
    folder: Path, file: str, old: str, new: str, sentence: str
):
    edit(folder, file, old, new)
    if "full_moon" in new:
        edit(folder, "returns.yaml", "when: {unused: false}", "when: {full_moon: true}")
    found = faults(folder)
    assert any(sentence.casefold() in fault.casefold() for fault in found), found


def test_a_refund_in_a_marketplace_without_caps_is_found(folder: Path):
    text = (folder / "marketplace.yaml").read_text(encoding="utf-8")
    start, end = text.index("caps:\n"), text.index("# A file in sellers/")
    (folder / "marketplace.yaml").write_text(text[:start] + text[end:], encoding="utf-8")
    assert any("pays money back, but marketplace.yaml sets no `caps`" in f for f in faults(folder))


def test_a_fault_has_its_line_and_column(folder: Path):
    edit(folder, "returns.yaml", "when: {dispute_open: true}", "when: {dispute_opn: true}")
    line = line_of(folder, "returns.yaml", "dispute_opn")
    assert faults(folder)[0].startswith(f"returns.yaml:{line}:")


def test_every_fault_is_told_at_once_in_the_order_of_the_files(folder: Path):
    edit(folder, "returns.yaml", "then: deny", "then: denied")
    edit(folder, "sellers/wooly-fox.yaml", "before: gift_in_window", "before: gift")
    edit(folder, "facts.yaml", "      pt: O artigo continua por usar?\n", "")
    assert [fault.partition(":")[0] for fault in faults(folder)] == [
        "facts.yaml",
        "returns.yaml",
        "sellers/wooly-fox.yaml",
    ]


def test_one_broken_file_does_not_hide_another(folder: Path):
    edit(folder, "returns.yaml", "questions:", "\tquestions:")
    edit(folder, "facts.yaml", "kind: word", "kind: wrd")
    assert {fault.partition(":")[0] for fault in faults(folder)} == {"facts.yaml", "returns.yaml"}


def test_a_review_that_is_due_is_a_fault_only_when_the_day_is_told(folder: Path):
    edit(folder, "returns.yaml", "review_by: 2029-06-30", "review_by: 2026-01-31")
    line = line_of(folder, "returns.yaml", "review_by")
    assert faults(folder) == []
    assert faults(folder, date(2026, 1, 31)) == []
    assert faults(folder, date(2026, 2, 1)) == [
        f"returns.yaml:{line}:12: The review was due by 2026-01-31; ask Policy lead, Lanternfair."
    ]


def test_an_owner_adds_a_question_to_the_buyer_without_code(folder: Path):
    edit(
        folder,
        "facts.yaml",
        "  washed:\n",
        "  framed:\n    meaning: The print was framed.\n    kind: bool\n    sources: [buyer]\n"
        "    fresh_for: {days: 30}\n"
        "    question: {en: Framed?, de: Gerahmt?, es: Marco?, fr: Encadre?, it: Cornice?, pt: Moldura?}\n"
        "  washed:\n",
    )
    edit(folder, "returns.yaml", "when: {unused: false}", "when: {framed: true}")
    edit(folder, "returns.yaml", "          unused: true\n", "          framed: false\n")
    assert faults(folder) == []


BROKEN: list[tuple[str, str]] = [
    ("owner: a\n\tnote: b\n", "found a tab character"),
    ("owner: &a x\nnote: *a\n", "alias"),
    ("owner: a\nowner: b\n", "stands here a second time"),
    ("owner: !!python/object:os.system x\n", "is not allowed"),
    ("- a\n- b\n", "input should be an object"),
    ("", "input should be an object"),
    ("just words", "input should be an object"),
    ("questions: [", "is not YAML"),
    ('owner: "\\ud800"\n', ""),
    ("a: " + "[" * 60 + "]" * 60, "is nested over"),
    ("owner: a\nreview_by: 2029-01-01\nnote: b\nquestions: {may_return: 3}\n", "object"),
    ("owner: a\nreview_by: 2029-01-01\nnote: b\nquestions: {q: {rules: {}}}\n", "array"),
    ("owner: a\nreview_by: 2029-13-01\nnote: b\nquestions: {}\n", "date"),
    ("? [a]\n: b\n", "is not a simple key"),
]


@pytest.mark.parametrize(("text", "sentence"), BROKEN, ids=[repr(b[0][:30]) for b in BROKEN])
def test_a_broken_file_is_refused_with_its_name(folder: Path, text: str, sentence: str):
    (folder / "sellers" / "salt-soap.yaml").write_text(text, encoding="utf-8")
    found = faults(folder)
    assert found
    assert all(fault.startswith("sellers/salt-soap.yaml:") for fault in found)
    assert any(sentence.casefold() in fault.casefold() for fault in found)


def test_a_file_that_is_not_utf8_is_refused(folder: Path):
    (folder / "returns.yaml").write_bytes(b"owner: \xff\xfe\n")
    assert any("is not UTF-8" in fault for fault in faults(folder))


@pytest.mark.parametrize("file", ["facts.yaml", "marketplace.yaml", "fallbacks.yaml"])
def test_a_file_that_has_to_be_there_is_missed(folder: Path, file: str):
    (folder / file).unlink()
    assert any(fault.startswith(f"{file}:0:0: cannot be read") for fault in faults(folder))


def test_an_empty_folder_is_refused(tmp_path: Path):
    assert len(faults(tmp_path)) == 3
