"""Does a consumer who only chats ever hear a no where the law says yes?"""

from pathlib import Path

from agent.bootstrap import load_house
from agent.settings import Settings
from evals.benchmarks.statutory_talks import hear

TALKS = 18


async def test_nobody_who_chats_about_a_return_in_time_is_refused(tmp_path: Path):
    heard = await hear(load_house(Settings(), model="embedded"), TALKS, 2, tmp_path)
    assert heard.wrongful == []
    assert heard.endings["yes"] > TALKS / 2
    assert heard.talks == TALKS
