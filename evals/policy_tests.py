"""Do the owner's own cases and the written conversations come out as expected under some rules?"""

from pathlib import Path

from tools.domain.model import Frozen


class Failure(Frozen):
    """One case or conversation that did not come out as expected."""

    name: str
    place: str
    """The file and line of a case; the dataset of a conversation."""
    sentences: tuple[str, ...]
    """What differs, in words."""


class PolicyTests(Frozen):
    """What came of one run."""

    version: str
    """Of the rules that were tried."""
    cases: int
    conversations: int
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> int:
        """Return how many came out as expected."""
        return self.cases + self.conversations - self.failed

    @property
    def failed(self) -> int:
        """Return how many did not."""
        return len(self.failures)


def run_policy_tests(policy: Path) -> PolicyTests:
    """Try the rules of a folder with its own cases and with the conversations of the evals.

    Raises `BadInputError` when the rules or the cases cannot be read.
    """
    raise NotImplementedError(policy)
