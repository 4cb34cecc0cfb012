"""Are the owner's cases read as they are meant, and every fault told at once?"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from evals.law.case_reading import read_cases
from evals.law.moments import read_moment
from evals.law.trying import failing_decisions
from tests.evals.law.small import CASES, small_cases, small_documents, small_rulebook, written
from tools.errors import BadInputError

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
HEAD = "clock: 2026-05-20T12:00:00Z\ncases:\n"


def faults(folder: Path, **files: str) -> list[str]:
    with pytest.raises(BadInputError) as refused:
        read_cases(written(folder, **files), small_rulebook())
    return [f"{Path(f.file).name}:{f.line}:{f.column}: {f.sentence}" for f in refused.value.faults]


def differences(folder: Path, expect: str, facts: str = "days: 3, used: false") -> list[str]:
    text = f"{HEAD}  - {{case: a, question: may_try, facts: {{{facts}}}, expect: {{{expect}}}}}\n"
    cases = small_cases(folder, text)
    return [s for one in failing_decisions(cases.decided, small_rulebook()) for s in one.sentences]


def test_a_folder_without_cases_has_none(tmp_path: Path):
    assert len(read_cases(tmp_path, small_rulebook())) == 0


def test_each_row_is_a_case_and_each_choice_of_a_seller_too(tmp_path: Path):
    cases = small_cases(tmp_path)
    assert [case.place.rpartition("/")[2] for case in cases.decided] == [
        "own.yaml:10",
        "own.yaml:11",
        "own.yaml:13",
        "own.yaml:15",
    ]
    assert [case.is_refused for case in cases.sellers] == [False, False, True, True]


def test_a_row_says_in_its_name_what_is_different(tmp_path: Path):
    assert small_cases(tmp_path).decided[1].name == "It goes back for ten days (days: 11)"


def test_cases_may_be_like_a_thing_of_another_file(tmp_path: Path):
    other = HEAD + "  - {case: a, question: may_try, like: fresh, expect: {answer: allow}}\n"
    cases = read_cases(written(tmp_path, own=CASES, other=other), small_rulebook())
    assert {name: fact.value for name, fact in cases.decided[0].facts.items()} == {
        "days": 3,
        "used": False,
    }


def test_a_fact_of_a_thing_can_be_left_out(tmp_path: Path):
    text = CASES.replace("    like: fresh\n    facts: {used: true, days: 11}", "    like: fresh")
    text = text.replace(
        "question: may_try\n    like: fresh\n    expect: {answer: hand",
        "question: may_try\n    like: fresh\n    without: [used]\n    expect: {answer: hand",
    )
    assert list(small_cases(tmp_path, text).decided[-1].facts) == ["days"]


def test_every_fault_of_all_files_is_told_at_once_with_its_place(tmp_path: Path):
    first = """\
clock: 2026-05-20T12:00:00Z
things:
  loop: {like: loop}
cases:
  - case: a
    question: may_tri
    like: nothing
    facts: {dayz: 3, days: many, used: {value: true, sorce: buyer}, price: 1.00 USD, currency: EUR}
    expect: {answer: allow, rule: small.fin, since: never}
  - case: a
    question: may_try
    like: loop
    without: [used]
  - {case: b, question: may_try, expect: {answer: deny, until: soon, ask: [dayz]}}
  - {case: c, question: may_try, facts: {used: {value: true, source: photo}}, expect: {answer: deny}}
"""
    second = "cases:\n  - {case: d, question: may_try, expect: {answer: maybe}, wen: 3}\n"
    third = "cases:\n  - {case: e, question: may_try, expect: {answer: deny}}\n"
    assert faults(tmp_path, first=first, second=second, third=third) == [
        "first.yaml:3:16: `loop` is like itself; name another thing.",
        "first.yaml:6:15: The rules have no question `may_tri`. Did you mean `may_try`?",
        "first.yaml:7:11: No thing is called `nothing`.",
        "first.yaml:8:19: The catalogue has no fact `dayz`. Did you mean `days`?",
        "first.yaml:8:28: `days` is a whole number, not `many`.",
        "first.yaml:8:61: A fact has value, source, learnt, not `sorce`. Did you mean `source`?",
        "first.yaml:8:76: `price` is in another currency than the fact `currency`.",
        "first.yaml:9:35: There is no rule `small.fin`. Did you mean `small.fine`?",
        "first.yaml:9:53: `allow` has no `since`.",
        "first.yaml:10:5: Say what you `expect`.",
        (
            "first.yaml:10:11: A case of this name stands at "
            f"{tmp_path / 'cases' / 'first.yaml'}:5 already."
        ),
        "first.yaml:13:14: `used` is not known anyway, so it cannot be left out.",
        "first.yaml:14:64: `deny` has no `until`.",
        (
            "first.yaml:14:64: `until` is `never`, a day like `2026-06-19`, or an instant like "
            "`2026-05-01T12:00:00Z`, `now`, `30 days ago` or `in 2 hours`, not `soon`."
        ),
        "first.yaml:14:75: `deny` has no `ask`.",
        "first.yaml:14:75: The catalogue has no fact `dayz`. Did you mean `days`?",
        "first.yaml:15:70: `used` is known from buyer only, not from `photo`.",
        (
            "second.yaml:2:51: `cases.0.expect.answer`: input should be 'allow', 'deny', "
            "'need_facts', 'need_approval' or 'hand_off'."
        ),
        "second.yaml:2:64: `wen` is not a key that belongs here.",
        "third.yaml:2:5: It has no `clock`, and neither has the file.",
    ]


def test_a_thing_that_is_described_twice_is_a_fault(tmp_path: Path):
    twice = "things: {fresh: {facts: {days: 4}}}\n"
    (told,) = faults(tmp_path, a=CASES, b=twice)
    assert told.startswith("b.yaml:1:17: `fresh` is described in ")


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        (
            (
                "settings:\n  - {case: a, seller: anne, question: may_try, parameter: window, "
                "accepted: [7], refused: [6]}\n"
            ),
            "a.yaml:2:23: The marketplace has no seller `anne`. Did you mean `ann`?",
        ),
        (
            "seller_files:\n  - {case: a, seller: ann, expect: refused, file: {question: {}}}\n",
            "a.yaml:2:62: `question` is not a key that belongs here. Did you mean `questions`?",
        ),
    ],
)
def test_what_is_wrong_with_a_sellers_case_is_told(tmp_path: Path, section: str, sentence: str):
    assert faults(tmp_path, a=section) == [sentence]


def test_a_file_that_is_not_yaml_is_told(tmp_path: Path):
    (told,) = faults(tmp_path, a="cases: [\n")
    assert "is not YAML" in told


@pytest.mark.parametrize(
    ("expect", "facts", "sentence"),
    [
        ("answer: deny", "days: 3, used: false", "answer: expected deny, got allow"),
        (
            "answer: allow, rule: small.late",
            "days: 3, used: false",
            "rule: expected small.late, got small.fine",
        ),
        (
            "answer: hand_off, queue: safety",
            "days: 3, used: true",
            "queue: expected safety, got returns",
        ),
        ("answer: need_facts, ask: [days]", "days: 3", "ask: expected days, got used"),
        (
            "answer: allow, refund: 1.00 EUR",
            "days: 3, used: false",
            "refund: expected 1.00 EUR, got none",
        ),
        (
            "answer: allow, until: 2026-05-21",
            "days: 3, used: false",
            "until: expected 2026-05-21, got never",
        ),
        (
            "answer: allow, terms: {free: true}",
            "days: 3, used: false",
            "free: expected True, got nothing",
        ),
    ],
)
def test_what_differs_is_said_in_words(tmp_path: Path, expect: str, facts: str, sentence: str):
    assert differences(tmp_path, expect, facts) == [sentence]


@pytest.mark.parametrize(
    ("written_", "at"),
    [
        ("now", NOW),
        ("30 days ago", datetime(2026, 4, 20, 12, tzinfo=UTC)),
        ("in 2 hours", datetime(2026, 5, 20, 14, tzinfo=UTC)),
        ("1 minute ago", datetime(2026, 5, 20, 11, 59, tzinfo=UTC)),
        ("2026-05-01T12:00:00+02:00", datetime(2026, 5, 1, 10, tzinfo=UTC)),
        ("2026-05-01", datetime(2026, 5, 1, tzinfo=UTC)),
    ],
)
def test_a_moment_is_written_as_people_say_it(written_: str, at: datetime):
    moment = read_moment(written_, NOW)
    assert moment is not None
    assert moment.at == at


@pytest.mark.parametrize(
    "words", ["in 3 days ago", "3 days", "soon", "2026-02-30", "2026-05-01T12:00"]
)
def test_anything_else_is_no_moment(words: str):
    assert read_moment(words, NOW) is None


def test_the_small_law_is_the_one_that_its_owner_wrote():
    (table,) = small_documents().tables.values()
    assert [rule.id for rule in table.questions["may_try"].rules] == ["used", "late", "fine"]
