"""Which words stand around the rules when they are told to a person?"""

import re

from tools.domain.model import Frozen
from tools.policy.caps import CapName
from tools.policy.decision import Layer
from tools.policy.differences import What
from tools.policy.flips import Change

_SLOT = re.compile(r"\{(\w+)\}")


def fill(text: str, **values: str | int) -> str:
    """Fill the slots in one pass, so that a slot in a value is no slot."""
    return _SLOT.sub(lambda slot: str(values.get(slot[1], slot[0])), text)


class ExplainWords(Frozen):
    """For the rules in plain words; see `prompts/pages/policy.en.yaml`."""

    title: str
    title_of_seller: str
    version: str
    answers: str
    everywhere: str
    reply_hours: str
    identity_attempts: str
    patience: str
    precedence: str
    layers: dict[Layer, str]
    caps: str
    no_caps: str
    caps_own: str
    caps_hard: str
    caps_whose: str
    cap_names: dict[CapName, str]
    own_cap: str
    may_approve: str

    question: str
    order: str
    rule: str
    always: str
    own: str
    locked: str
    nobody: str
    parameters: str
    parameter: str
    parameter_within: str
    law: str
    floors: str
    floor: str
    floor_days: str
    no_floor: str
    differs: str
    own_value: str
    own_rule: str
    own_replacement: str
    own_queue: str
    same: str
    table: str

    and_: str
    or_: str
    any_of: str
    not_so: str
    none_of: str
    is_value: str
    value_or: str
    label: str
    at_most: str
    at_least: str
    between: str
    days: str
    believed: str

    allow: str
    allow_until: str
    terms: str
    term: str
    deny: str
    deny_since: str
    need_approval: str
    need_approval_until: str
    until_at: str
    refund: str
    refund_by_photo: str
    refund_of: dict[str, str]
    hand_off: str

    column_number: str
    column_rule: str
    column_more: str
    column_outcome: str
    cell_yes: str
    cell_no: str
    cell_at_most: str
    cell_at_least: str
    cell_between: str


class ReplayWords(Frozen):
    """For the list of flips."""

    title: str
    counted: str
    nothing: str
    flips: str
    damaged: str
    until: str
    days_left: str
    refund: str
    detail: str
    totals: str
    totals_note: str
    all_sellers: str
    all_changes: str
    no_seller: str
    changes: dict[Change, str]
    kinds: dict[str, str]
    columns: dict[str, str]


class DiffWords(Frozen):
    """For what differs between two versions of the rules."""

    title: str
    versions: str
    differences: str
    no_differences: str
    whats: dict[What, str]
    there: str
    not_there: str
    first: str
    after: str
    conversations: str
    recorded: str
    grid: str
    tried: str
    none_tried: str
    cut: str
    more: str
    unchanged: str
    every_seller: str
    yes: str
    no: str
    value: str
    unknown: str
    ordinary: str
    phrases: dict[str, str]
    """A fact, or a fact and its value, in better words than its name."""
    columns: dict[str, str]


class PolicyWords(Frozen):
    """The whole file."""

    explain: ExplainWords
    replay: ReplayWords
    diff: DiffWords
