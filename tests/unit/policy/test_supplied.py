"""Are the facts that Nightdesk supplies the ones that rules may look at?"""

import pytest

from tests.unit.policy.examples import shipped
from tools.policy.decision import FactName
from tools.policy.supplied import RECORD_FACTS, TALK_FACTS, looked_at


def test_every_supplied_fact_is_in_the_shipped_catalogue():
    assert shipped().catalogue.keys() >= RECORD_FACTS | TALK_FACTS


@pytest.mark.parametrize("fact", sorted(RECORD_FACTS | TALK_FACTS))
def test_a_supplied_fact_may_come_from_the_records(fact: FactName):
    assert "record" in shipped().catalogue[fact].sources


def test_the_facts_that_rules_look_at_are_those_of_their_conditions():
    names = looked_at(shipped(), "needs_person", None)
    assert {"request", "live", "risk"} <= names
    assert "line_value" not in names


def test_a_sellers_own_rules_look_at_more():
    plain = looked_at(shipped(), "may_return", None)
    assert looked_at(shipped(), "may_return", "clay-and-ember") - plain == {"original_packaging"}


def test_rules_of_an_unknown_question_look_at_nothing():
    assert looked_at(shipped(), "may_fly", None) == frozenset()
