"""Which cases do not come out as their author expects?"""

from collections.abc import Iterable, Iterator

from evals.law.case_reading import Case, Cases, SellerCase
from evals.law.failure import Failure
from tools.policy.compile import compile_rulebook
from tools.policy.documents import Documents, Finding
from tools.policy.engine import decide
from tools.policy.rulebook import Rulebook


def failing_cases(cases: Cases, documents: Documents, rulebook: Rulebook) -> Iterator[Failure]:
    """Try every case and yield those that differ."""
    yield from failing_decisions(cases.decided, rulebook)
    yield from failing_seller_files(cases.sellers, documents)


def failing_decisions(cases: Iterable[Case], rulebook: Rulebook) -> Iterator[Failure]:
    """Decide cases and yield those that come out otherwise."""
    for case in cases:
        decision = decide(case.question, case.facts, rulebook, case.clock)
        sentences = tuple(case.expected.differences(decision))
        if sentences:
            yield Failure(name=case.name, place=case.place, sentences=sentences)


def failing_seller_files(cases: Iterable[SellerCase], documents: Documents) -> Iterator[Failure]:
    """Put each seller's file in the place of the one it has; yield those judged otherwise."""
    for case in cases:
        sellers = {case.seller: case.file}
        _, findings = compile_rulebook(documents.model_copy(update={"sellers": sellers}), "")
        if bool(findings) != case.is_refused:
            told = _told(findings)
            wanted = "refused" if case.is_refused else "accepted"
            sentence = f"expected the file to be {wanted}, but {told}"
            yield Failure(name=case.name, place=case.place, sentences=(sentence,))


def _told(findings: tuple[Finding, ...]) -> str:
    if not findings:
        return "nothing is wrong with it"
    return " ".join(finding.sentence for finding in findings)
