"""Does the benchmark count what it says it counts?"""

import pytest

from evals.benchmarks.understanding import Outcome, Row, figures, main, our_label, report


def outcome(scope: str, label: str, guess: str, confidence: float, *, taken: bool) -> Outcome:
    row = Row(text="t", label_ours=label, accept=("exchange",), scope=scope, source="s")
    return Outcome(row, guess, confidence, frozenset({guess} if taken else ()), frozenset(), 1.0)


OUTCOMES = [
    outcome("in", "start_return", "start_return", 0.9, taken=True),
    outcome("in", "start_return", "exchange", 0.8, taken=True),
    outcome("in", "start_return", "complaint", 0.1, taken=False),
    outcome("in", "start_return", "start_return", 0.7, taken=True),
    outcome("in", "start_return", "start_return", 0.6, taken=True),
    outcome("out", "promo_price", "complaint", 0.5, taken=True),
    outcome("out", "promo_price", "complaint", 0.1, taken=False),
]


def test_strict_counts_the_label_and_lenient_the_accepted_ones():
    counted = figures(OUTCOMES)
    assert counted["strict"] == pytest.approx(3 / 5)
    assert counted["lenient"] == pytest.approx(4 / 5)


def test_coverage_leaves_out_the_least_sure():
    assert figures(OUTCOMES)["lenient@80"] == pytest.approx(1)


def test_taken_counts_rows_out_of_scope_that_got_a_request():
    assert figures(OUTCOMES)["taken"] == pytest.approx(1 / 2)


def test_rejected_counts_rows_in_scope_that_got_nothing():
    assert figures(OUTCOMES)["rejected"] == pytest.approx(1 / 5)


def test_labels_of_no_order_are_out_of_scope():
    assert our_label("account_issue") == "out_of_scope"
    assert our_label("contact_info") == "human_agent"
    assert our_label("exchange") == "exchange"


def test_each_source_and_all_have_a_line():
    assert [line.split()[0] for line in report(OUTCOMES).splitlines()] == ["source", "s", "all"]


def test_a_call_without_a_file_is_wrong_use(capsys: pytest.CaptureFixture[str]):
    assert main([]) == 2
    assert "usage" in capsys.readouterr().out
