"""Which words do the desk's pages use?"""

import string
from pathlib import Path

from pydantic import ValidationError

from agent.conversation import Rejection
from agent.desk.limits import Problem
from agent.worker.approval_steps import StepName
from agent.worker.approvals import ApprovalStatus
from tools.domain.model import Frozen
from tools.errors import BadInputError
from tools.policy.caps import CapName
from tools.policy.decision import Layer
from tools.policy.facts import Source
from tools.policy.marketplace import Role
from tools.yaml_source import read_yaml


class DeskWording(Frozen):
    """`prompts/pages/desk.en.yaml`."""

    language: str
    texts: dict[str, str]
    """By name; the pages stop at one that is missing, which a test finds."""
    effects: dict[str, str]
    payers: dict[str, str]
    papers: dict[str, str]
    answers: dict[str, str]
    layers: dict[Layer, str]
    sources: dict[Source, str]
    roles: dict[Role, str]
    caps: dict[CapName, str]
    queues: dict[str, str]
    statuses: dict[ApprovalStatus, str]
    steps: dict[StepName, str]
    reasons: dict[Rejection, str]
    problems: dict[Problem, str]
    notes: dict[str, str]

    def say(self, name: str, /, **slots: str) -> str:
        """Return a sentence with its slots filled; what is filled in is never read again."""
        return fill(self.texts[name], **slots)


def fill(sentence: str, /, **slots: str) -> str:
    """Fill the slots of a sentence, whatever stands in what is filled in."""
    parts: list[str] = []
    for text, field, _, _ in string.Formatter().parse(sentence):
        parts.append(text)
        if field is not None:
            parts.append(slots[field])
    return "".join(parts)


def load_desk_wording(pages: Path) -> DeskWording:
    """Read the file; `BadInputError` with every fault in it."""
    source = read_yaml(pages / "desk.en.yaml", "pages/desk.en.yaml")
    try:
        return DeskWording.model_validate(source.data)
    except ValidationError as error:
        raise BadInputError(*source.faults(error)) from error
