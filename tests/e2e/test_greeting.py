"""Does the greeting keep its promise in every language?"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from agent.bootstrap import Desk, House, open_desk
from agent.conversation import Opened
from agent.requests import LANGUAGES
from tests.graph.talk import Talk, text_of
from tools.connectors.clocks import FixedClock

_QUOTED = re.compile(r"[“„«]\s?(\w+)\s?[”“»]")


@pytest.fixture
def desk(house: House) -> Iterator[Desk]:
    clock = FixedClock(datetime(2026, 3, 5, 10, tzinfo=UTC))
    desk = open_desk(house, clock=clock, database=":memory:")
    yield desk
    desk.close()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_word_that_the_greeting_names_reaches_a_person(language: str, desk: Desk):
    talk = Talk(desk)
    greeted = text_of(await talk.do(Opened(language=language)))
    word = _QUOTED.search(greeted)
    assert word is not None
    answered = await talk.say(word[1])
    assert answered.handoff is not None
    assert answered.reply is not None
    assert answered.reply.language == language
