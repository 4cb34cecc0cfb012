"""Does the gateway let nothing through that the law does not permit, and everything that it does?

The long lane is `python -m evals.benchmarks.gateway`.
"""

from typing import get_args

import pytest
from pydantic import BaseModel

from agent.worker import authority
from agent.worker.confirmations import Confirmations
from tests.hostile.attacks import CHANGES
from tests.hostile.gateway_run import run_chunk
from tools.domain.effect import OrderEffect

SEED = 20_261


def test_hostile_proposals_move_nothing_and_honest_ones_do():
    tally = run_chunk((SEED, 500))
    assert tally.wrongful == []
    assert tally.proposals >= 500
    assert tally.done >= 0.9 * tally.honest > 0, tally.missed


def test_every_field_of_every_effect_can_be_forged():
    forgeable = set(CHANGES)
    for effect in get_args(get_args(OrderEffect)[0]):
        assert inner_fields(effect) <= forgeable | {"permit", "address"}


def inner_fields(model: type[BaseModel]) -> set[str]:
    names = set[str]()
    for name, field in model.model_fields.items():
        names.add(name)
        for inner in (field.annotation, *get_args(field.annotation)):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                names |= inner_fields(inner)
    return names


def _nothing(*_arguments: object, **_named: object) -> None:
    return


@pytest.mark.parametrize(
    ("owner", "name"),
    [(authority, "check_rules"), (authority, "check_same"), (Confirmations, "_check_confirmation")],
)
def test_the_suite_sees_when_a_check_is_missing(
    owner: object, name: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(owner, name, _nothing)
    found = next((seed for seed in range(8) if run_chunk((SEED + seed, 150)).wrongful), None)
    assert found is not None
