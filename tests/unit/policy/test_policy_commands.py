"""Does the terminal show the policy owner what is wrong and how a decision came about?"""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.cli.policy import policy_app
from tests.unit.policy.examples import POLICY, RECORD
from tools.errors import BadInputError


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(policy_app, [str(argument) for argument in arguments])


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(POLICY, tmp_path / "policy"))
    file = folder / "returns.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("{dispute_open: true}", "{dispute_opn: true}"), encoding="utf-8")
    return folder


def facts_file(folder: Path, text: str) -> Path:
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def a_case(folder: Path, **changes: object) -> Path:
    """Write the ordinary item; JSON is YAML too."""
    case = {"now": "2026-05-20T12:00:00Z", "facts": {**RECORD, **changes}}
    return facts_file(folder, json.dumps(case, indent=1))


def test_the_shipped_rules_pass():
    result = run("check")
    assert (result.exit_code, "nothing wrong" in result.output) == (0, True)


def test_a_fault_is_shown_with_its_place_and_ends_with_1(broken: Path):
    result = run("check", "--policy", broken)
    assert result.exit_code == 1
    assert "returns.yaml:29:29: The catalogue has no fact `dispute_opn`." in result.output


def test_a_fault_is_one_json_object_a_line(broken: Path):
    result = run("check", "--policy", broken, "--json")
    (line,) = result.output.splitlines()
    assert json.loads(line)["line"] == 29
    assert set(json.loads(line)) == {"file", "line", "column", "sentence"}


def test_rules_without_a_fault_print_no_json():
    assert run("check", "--json").output == ""


def test_a_folder_that_is_not_there_is_wrong_use(tmp_path: Path):
    assert run("check", "--policy", tmp_path / "nowhere").exit_code == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"return_reason": "other", "unused": True},
            ["allow  returns.in_window", "until 2026-06-14T23:59:59"],
        ),
        (
            {"days_since_delivery": 40, "return_reason": "other"},
            ["deny  returns.late", "since 2026-05-10T23:59:59"],
        ),
        ({"final_sale": True, "return_reason": "other"}, ["deny  returns.final_sale"]),
        (
            {"delivered": False, "days_since_delivery": 0, "return_reason": "other"},
            ["allow  returns.not_delivered"],
        ),
        (
            {},
            ["need_facts  returns.defect", "ask return_reason: What is the reason", "ask unused:"],
        ),
        ({"dispute_open": True}, ["hand_off  returns.dispute_open", "to payments"]),
        (
            {
                "seller": "clay-and-ember",
                "original_packaging": False,
                "return_reason": "other",
                "unused": True,
            },
            ["need_approval  clay-and-ember/returns.packaging_gone"],
        ),
    ],
)
def test_a_decision_is_shown_with_its_rule(
    tmp_path: Path, changes: dict[str, object], words: list[str]
):
    result = run("decide", "may_return", a_case(tmp_path, **changes))
    assert result.exit_code == 0
    assert [word for word in words if word not in result.output] == []


def test_an_answer_that_depends_on_the_seller_says_so(tmp_path: Path):
    case = a_case(tmp_path, seller="luma-jewelry", return_reason="other", unused=True)
    output = run("decide", "may_return", case).output
    assert "this depends on the seller: luma-jewelry" in output
    assert "window_days is 14 instead of 30" in output


def test_an_answer_says_whose_word_it_was(tmp_path: Path):
    output = run(
        "decide", "may_return", a_case(tmp_path, return_reason="other", unused=True)
    ).output
    assert "settled by: the marketplace's rules" in output


def test_the_way_to_a_decision_is_shown(tmp_path: Path):
    result = run("decide", "may_return", a_case(tmp_path, cancelled=True))
    assert "not_matched  returns.dispute_open: dispute_open is false (record)" in result.output
    assert "matched      returns.cancelled: cancelled is true (record)" in result.output


def test_a_decision_is_one_json_object(tmp_path: Path):
    result = run("decide", "may_return", a_case(tmp_path, cancelled=True), "--json")
    decision = json.loads(result.output)
    assert (decision["kind"], decision["rule_id"]) == ("deny", "returns.cancelled")


def test_a_fact_may_name_its_source(tmp_path: Path):
    stated = {"value": "changed_mind", "source": "person"}
    result = run("decide", "may_return", a_case(tmp_path, return_reason=stated))
    assert "return_reason is changed_mind (person)" in result.output


def test_without_an_instant_it_is_now(tmp_path: Path):
    result = run("decide", "may_return", facts_file(tmp_path, "facts: {dispute_open: true}"))
    assert "returns.dispute_open" in result.output


def test_a_question_without_rules_is_wrong_use(tmp_path: Path):
    result = run("decide", "may_retrun", a_case(tmp_path))
    assert result.exit_code == 2
    assert "may_return" in result.output


BAD_FILES: list[tuple[str, str]] = [
    (
        "facts: {dispute_opn: true}",
        "case.yaml:1:22: the catalogue has no fact `dispute_opn`. Did you mean `dispute_open`?",
    ),
    ("facts: {dispute_open: yes}", "`dispute_open` takes one bool"),
    ("facts: {dispute_open: {value: true, sauce: record}}", "`dispute_open` takes one bool"),
    (
        "facts: {dispute_open: {value: true, source: buyer}}",
        "`dispute_open` is known from record, person only.",
    ),
    ("facts: {dispute_open: {value: true, source: [1]}}", "is known from record, person only."),
    ("facts: {gift: [true]}", "`gift` takes one bool"),
    ("now: today\nfacts: {}", "case.yaml:1:6: `now` is like 2026-05-01T12:00:00Z."),
    ("fact: {}\nfacts: {}", "`fact` does not belong here"),
    ("facts: 3", "the file needs `facts`"),
    ("", "the file needs `facts`"),
    ("- 1", "the file needs `facts`"),
]


@pytest.mark.parametrize(("text", "sentence"), BAD_FILES, ids=[b[0][:40] for b in BAD_FILES])
def test_a_facts_file_with_a_fault_is_refused_at_its_place(
    tmp_path: Path, text: str, sentence: str
):
    result = run("decide", "may_return", facts_file(tmp_path, text))
    assert isinstance(result.exception, BadInputError)
    assert sentence in str(result.exception)


def test_all_faults_of_a_facts_file_are_told_at_once(tmp_path: Path):
    file = facts_file(tmp_path, "now: 1\nother: 2\nfacts: {gift: 3, gifd: 4}")
    result = run("decide", "may_return", file)
    assert isinstance(result.exception, BadInputError)
    assert len(result.exception.faults) == 4
