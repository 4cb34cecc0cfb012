"""Every error that Nightdesk raises on purpose, and whom it speaks to.

* NightdeskError
  x BadInputError             the owner or caller: files and arguments, with every fault at once
  x OutsideError              the operator: a system that is not ours did not do its part
    + UnavailableError        it did not answer; trying again may help
    + RefusedError            it answered no; trying again will not help
"""

from dataclasses import dataclass


class NightdeskError(Exception):
    """The root of this tree."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with an input, for the person who wrote it."""

    file: str
    line: int
    """From 1; 0 where the whole file is meant."""
    column: int
    sentence: str
    """What is wrong and what to do."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.sentence}"


class BadInputError(NightdeskError):
    """An input was refused; nothing of it was used."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class OutsideError(NightdeskError):
    """A system that is not ours did not do its part."""

    retryable = False

    def __init__(self, vendor: str, operation: str, detail: str, request_id: str = "-") -> None:
        super().__init__(
            f"{vendor} {operation}: {detail} (request {request_id}, "
            f"{'retryable' if self.retryable else 'not retryable'})"
        )
        self.vendor = vendor
        self.operation = operation
        self.request_id = request_id


class UnavailableError(OutsideError):
    """It did not answer in time or said that it cannot at the moment."""

    retryable = True


class RefusedError(OutsideError):
    """It understood and said no."""
