"""Does a running desk ask the rules in force, while a conversation keeps those it began with?"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from agent.bootstrap import Desk, House
from agent.context import Edition, OneEdition
from agent.graph import build_graph
from agent.state import Conversation
from agent.turn import FaultHandler, TurnHandler
from agent.worker.audit import find_tampering
from agent.worker.loop import Worker
from agent.worker.rulebooks_in_force import RulebooksInForce
from agent.worker.tables import conversations, events, rulebook_version
from tests.graph.rules import (
    BROKEN,
    FIRST_WORDS,
    OpenShop,
    a_folder,
    load,
    once_more,
    open_shop,
    returning,
    versions,
)
from tests.graph.talk import Talk
from tests.unit.policy.past import WINDOW_20
from tools.policy.conditions import AllOf
from tools.policy.decision import Allow
from tools.policy.documents import DenyThen
from tools.policy.rulebook import Rulebook


@pytest.fixture
def shop(house: House, tmp_path: Path) -> Iterator[OpenShop]:
    opened = open_shop(house, a_folder(tmp_path, "shop"), tmp_path / "nightdesk.sqlite")
    yield opened
    opened.desk.close()


async def test_a_publication_is_asked_from_the_next_conversation_on(shop: OpenShop, tmp_path: Path):
    old = await returning(Talk(shop.desk))
    shorter = load(a_folder(tmp_path, "summer", WINDOW_20))
    shop.publish(shorter)
    new = await returning(Talk(shop.desk))

    assert versions(old) == {load(shop.folder).version}
    assert versions(new) == {shorter.version}
    before, after = old.decision[0].decision, new.decision[0].decision
    assert isinstance(before, Allow)
    assert isinstance(after, Allow)
    assert before.until
    assert after.until
    assert before.until - after.until == timedelta(days=10)


async def test_a_conversation_keeps_the_window_it_began_with(shop: OpenShop, tmp_path: Path):
    talk = Talk(shop.desk)
    first = await returning(talk)
    shop.publish(load(a_folder(tmp_path, "summer", WINDOW_20)))
    again = await once_more(talk)

    assert versions(again) == versions(first)
    assert again.decision[0].decision == first.decision[0].decision


async def test_a_conversation_keeps_its_rules_over_a_restart(
    house: House, shop: OpenShop, tmp_path: Path
):
    talk = Talk(shop.desk)
    first = await returning(talk)
    shop.publish(load(a_folder(tmp_path, "summer", WINDOW_20)))
    shop.replace_file(*WINDOW_20)
    restarted = open_shop(house, shop.folder, tmp_path / "nightdesk.sqlite")
    again = await once_more(replace(talk, desk=restarted.desk))
    restarted.desk.close()

    assert versions(again) == versions(first)


async def test_a_rollback_brings_the_earlier_rules_back(shop: OpenShop, tmp_path: Path):
    earlier = load(shop.folder)
    shop.publish(load(a_folder(tmp_path, "summer", WINDOW_20)))
    await returning(Talk(shop.desk))
    shop.publish(earlier)

    assert versions(await returning(Talk(shop.desk))) == {earlier.version}


async def test_conversations_leave_a_version_that_was_withdrawn(shop: OpenShop, tmp_path: Path):
    good, bad = load(shop.folder), load(a_folder(tmp_path, "summer", WINDOW_20))
    shop.publish(bad)
    talk = Talk(shop.desk)
    began = await returning(talk)
    shop.publish(good, withdraws=True)

    assert versions(began) == {bad.version}
    assert versions(await once_more(talk)) == {good.version}


async def test_a_version_that_can_no_longer_be_loaded_gives_way_to_that_in_force(
    shop: OpenShop, tmp_path: Path
):
    talk = Talk(shop.desk)
    await talk.say("hello")
    shorter = load(a_folder(tmp_path, "summer", WINDOW_20))
    shop.publish(shorter)
    with shop.desk.store.engine.begin() as connection:
        began = rulebook_version.c.version == load(shop.folder).version
        connection.execute(update(rulebook_version).where(began).values(files="{}"))

    assert versions(await returning(talk)) == {shorter.version}


async def test_a_publication_that_cannot_be_loaded_never_replaces_good_rules(
    shop: OpenShop, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    good = load(shop.folder)
    await returning(Talk(shop.desk))
    shop.publish(replace(load(a_folder(tmp_path, "summer", WINDOW_20)), files={}))

    told = await returning(Talk(shop.desk))
    await returning(Talk(shop.desk))

    assert versions(told) == {good.version}
    assert [r.message for r in caplog.records if "stay in force" in r.message] == [
        record.message for record in caplog.records if record.levelname == "ERROR"
    ]
    assert caplog.text.count("stay in force") == 1


async def test_an_edited_folder_is_asked_while_nothing_was_ever_published(shop: OpenShop):
    old = await returning(Talk(shop.desk))
    shop.replace_file(*WINDOW_20)
    new = await returning(Talk(shop.desk))

    assert versions(old) != versions(new) == {load(shop.folder).version}


async def test_publishing_what_is_asked_already_is_no_other_load(shop: OpenShop):
    await returning(Talk(shop.desk))
    shop.publish(load(shop.folder))
    told = await returning(Talk(shop.desk))

    assert versions(told) == {load(shop.folder).version}
    with shop.desk.store.engine.begin() as connection:
        kinds = connection.scalars(select(events.c.kind)).all()
    assert kinds.count("RulebookLoaded") == 1


async def test_an_edited_folder_is_not_asked_once_something_was_published(shop: OpenShop):
    published = load(shop.folder)
    shop.publish(published)
    shop.replace_file(*WINDOW_20)

    assert versions(await returning(Talk(shop.desk))) == {published.version}


async def test_a_broken_folder_leaves_the_good_rules_and_one_line_in_the_log(
    shop: OpenShop, caplog: pytest.LogCaptureFixture
):
    good = load(shop.folder)
    shop.replace_file(*BROKEN)
    first, second = await returning(Talk(shop.desk)), await returning(Talk(shop.desk))

    assert versions(first) | versions(second) == {good.version}
    lines = [record.message for record in caplog.records if record.levelname == "ERROR"]
    assert len(lines) == 1
    assert "returns.yaml" in lines[0]


async def test_a_repaired_folder_is_asked_again(shop: OpenShop):
    shop.replace_file(*BROKEN)
    await returning(Talk(shop.desk))
    shop.replace_file(BROKEN[0], BROKEN[2], BROKEN[1])
    shop.replace_file(*WINDOW_20)

    assert versions(await returning(Talk(shop.desk))) == {load(shop.folder).version}


async def test_a_folder_that_is_broken_at_the_start_hinders_no_publication(
    house: House, shop: OpenShop, tmp_path: Path
):
    published = load(shop.folder)
    shop.publish(published)
    shop.replace_file(*BROKEN)
    restarted = open_shop(house, shop.folder, tmp_path / "nightdesk.sqlite")

    assert versions(await returning(Talk(restarted.desk))) == {published.version}
    restarted.desk.close()


async def test_every_load_is_in_the_audit_chain(shop: OpenShop, tmp_path: Path):
    await returning(Talk(shop.desk))
    shop.publish(load(a_folder(tmp_path, "summer", WINDOW_20)))
    await returning(Talk(shop.desk))

    with shop.desk.store.engine.begin() as connection:
        assert find_tampering(connection) == []
        kinds = connection.scalars(select(events.c.kind).order_by(events.c.seq)).all()
    rules = [kind for kind in kinds if kind.startswith("Rulebook")]
    stored, loaded = "RulebookStored", "RulebookLoaded"
    assert rules == [stored, loaded, stored, "RulebookPublished", loaded]


async def test_a_conversation_from_before_versions_were_kept_goes_on(shop: OpenShop):
    talk = Talk(shop.desk)
    await returning(talk)
    state = shop.desk.store.conversation(talk.id)
    assert state is not None
    old = state.model_dump_json(exclude={"rules"})
    with shop.desk.store.engine.begin() as connection:
        connection.execute(update(conversations).values(state=old))

    assert versions(await once_more(talk)) == {load(shop.folder).version}


async def test_rules_below_the_law_give_way_to_those_in_force(desk: Desk):
    good = desk.context.rulebook
    below = refusing(good)
    alone = with_rules(desk, OneEdition(Edition(below, desk.context.macros)))
    told = await Talk(alone).say(FIRST_WORDS)
    talk = Talk(with_rules(desk, TwoEditions(good, below, desk)))
    await talk.say("hello")
    began_under(desk, talk, below)
    saved = await returning(talk)

    assert told.handoff is not None
    assert told.handoff.reason.startswith("floor.")
    assert versions(saved) == {good.version}
    assert saved.decision[0].decision.kind == "allow"
    kept = desk.store.conversation(talk.id)
    assert kept is not None
    assert kept.rules == below.version


def began_under(desk: Desk, talk: Talk, rules: Rulebook) -> Conversation:
    state = desk.store.conversation(talk.id)
    assert state is not None
    began = state.model_copy(update={"rules": rules.version})
    with desk.store.engine.begin() as connection:
        mine = update(conversations).where(conversations.c.id == talk.id)
        connection.execute(mine.values(state=began.model_dump_json()))
    return began


class TwoEditions(OneEdition):
    """The rules in force, and those that came before."""

    def __init__(self, newest: Rulebook, before: Rulebook, desk: Desk) -> None:
        super().__init__(Edition(newest, desk.context.macros))
        self.before = Edition(before, desk.context.macros)

    async def earlier(self, version: str) -> Edition | None:
        return self.before if version == self.before.rulebook.version else None


def refusing(good: Rulebook) -> Rulebook:
    """Refuse every return, as no linter would let pass."""
    table = good.tables["may_return"]
    deny = next(rule for rule in table.rules if isinstance(rule.then, DenyThen))
    always = replace(deny, when=AllOf(()), demand={})
    tables = {**good.tables, "may_return": replace(table, rules=(always,))}
    return replace(good, version="below", tables=tables, sellers={})


def with_rules(desk: Desk, rules: OneEdition | RulebooksInForce) -> Desk:
    handle = TurnHandler(build_graph(), desk.context, rules)
    runtime = Worker(desk.store, handle, desk.clock, FaultHandler(desk.context, rules))
    return replace(desk, runtime=runtime)
