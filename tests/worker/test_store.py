"""Is a turn stored whole or not at all, and is what was stored still that?"""

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from agent.conversation import Attach, HandBack, InboundMessage, Reply, Say, Tap
from agent.worker.audit import find_tampering
from agent.worker.commit import StaleError
from agent.worker.store import Store
from agent.worker.tables import conversations, inbox, meta, outbox, transcript, turns
from tests.worker.echo import NOON, conversation_id, echo, message, to_a_person, turn_of
from tools.domain.ticket import PhotoId
from tools.errors import BadInputError


async def commit_next(store: Store, name: str = "c1") -> None:
    due = store.next_due(conversation_id(name))
    assert due is not None
    assert due.message is not None
    store.commit(due, await echo(due.message, due.conversation, due.turn), NOON)


def test_a_channel_can_send_a_message_id_once(store: Store):
    assert store.accept(message(1, "hello"), NOON)
    assert not store.accept(message(1, "hello again"), NOON)


def test_two_channels_may_use_the_same_message_id(store: Store):
    assert store.accept(message(1, channel="web"), NOON)
    assert store.accept(message(1, channel="mail"), NOON)


async def test_everything_is_there_after_the_file_was_opened_again(path: Path):
    first = Store.open(path)
    first.accept(message(1, "is it there? ☕"), NOON)
    await commit_next(first)
    first.accept(message(2), NOON)
    first.close()
    second = Store.open(path)
    due = second.next_due(conversation_id())
    assert due is not None
    assert due.message == message(2)
    assert due.turn == 2
    assert [entry.text for entry in second.transcript(conversation_id())] == [
        "is it there? ☕",
        "echo: is it there? ☕",
    ]
    second.close()


def test_a_commit_is_on_the_disk_when_it_returns(store: Store):
    with store.engine.connect() as connection:
        settings = [
            connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert settings == ["wal", 2, 1]


def test_nobody_else_on_the_machine_may_read_the_file(store: Store, path: Path):
    store.accept(message(1), NOON)
    modes = {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == {0o600}


async def test_a_turn_that_cannot_be_stored_leaves_nothing_behind(store: Store):
    store.accept(message(1, "first"), NOON)
    await commit_next(store)
    store.accept(message(2, "second"), NOON)
    due = store.next_due(conversation_id())
    assert due is not None
    assert due.message is not None
    result = await echo(due.message, due.conversation, due.turn)
    taken = result.outbound[0].model_copy(update={"id": "web/m1/reply"})
    with pytest.raises(IntegrityError):
        store.commit(due, result.model_copy(update={"outbound": (taken,)}), NOON)
    assert store.next_due(conversation_id()) == due
    assert [record.said for record in store.turns(conversation_id())] == ["first"]
    assert len(store.transcript(conversation_id())) == 2
    with store.engine.begin() as connection:
        assert find_tampering(connection) == []


async def test_only_the_first_of_two_commits_of_a_turn_counts(store: Store):
    store.accept(message(1), NOON)
    due = store.next_due(conversation_id())
    assert due is not None
    await commit_next(store)
    with pytest.raises(StaleError):
        store.commit(due, await to_a_person(message(1), None, 1), NOON)
    assert store.owner(conversation_id()) == "assistant"


async def test_a_commit_on_an_older_state_is_refused_even_for_another_message(store: Store):
    for number in (1, 2, 3):
        store.accept(message(number), NOON)
    await commit_next(store)
    stale = store.next_due(conversation_id())
    assert stale is not None
    await commit_next(store)
    later = store.next_due(conversation_id())
    assert later is not None
    mixed = replace(later, version=stale.version)
    with pytest.raises(StaleError):
        store.commit(mixed, await echo(message(3), None, 3), NOON)


async def test_the_transcript_shows_taps_and_photos_but_no_signals(store: Store):
    events = (
        Tap(choice="yes", label="Yes, please"),
        Tap(choice="line_1"),
        Attach(photo=PhotoId("ph_1")),
        HandBack(),
    )
    for number, event in enumerate(events):
        store.accept(message(number, event=event), NOON)
        await commit_next(store)
    entries = store.transcript(conversation_id())
    assert [(e.author, e.text) for e in entries] == [
        ("buyer", "Yes, please"),
        ("buyer", "line_1"),
        ("buyer", "ph_1"),
    ]


async def test_the_transcript_can_be_read_from_a_cursor_on(store: Store):
    for number in (1, 2):
        store.accept(message(number), NOON)
        await commit_next(store)
    entries = store.transcript(conversation_id())
    assert store.transcript(conversation_id(), after=entries[1].seq) == entries[2:]


async def test_a_reply_keeps_its_buttons_and_a_damaged_one_its_words(store: Store):
    store.accept(message(1, "hello"), NOON)
    await commit_next(store)
    assert store.transcript(conversation_id())[1].reply == Reply(text="echo: hello")
    with store.engine.begin() as connection:
        connection.execute(update(transcript).values(reply='{"text": 5, "lc": 1}'))
    entry = store.transcript(conversation_id())[1]
    assert (entry.text, entry.reply) == ("echo: hello", None)


async def test_nothing_stored_is_anything_but_json_text(store: Store):
    store.accept(message(1, "a\0b"), NOON)
    await commit_next(store)
    columns = (inbox.c.payload, conversations.c.state, turns.c.record, outbox.c.payload)
    with store.engine.begin() as connection:
        for column in columns:
            assert isinstance(json.loads(connection.scalars(select(column)).one()), dict)
    assert store.transcript(conversation_id())[0].text == "a\N{REPLACEMENT CHARACTER}b"


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("", ""),
        ("broken \ud800 half", "broken \ufffd half"),
        ("two halves \ud83d\ude00", "two halves \U0001f600"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("\x1b[2J\x07", "\x1b[2J\x07"),
        ("x" * 1_000_000, "x" * 1_000_000),
    ],
    ids=["empty", "half a character", "two halves", "markup", "control", "a megabyte"],
)
def test_any_words_can_be_stored(store: Store, sent: str, stored: str):
    assert store.accept(InboundMessage.model_validate(raw_message(sent)), NOON)
    due = store.next_due(conversation_id())
    assert due is not None
    assert due.message is not None
    assert due.message.event == Say(text=stored)


def raw_message(words: str, name: str = "m1") -> dict[str, object]:
    event = {"kind": "say", "text": words}
    return {"id": name, "conversation": "c1", "channel": "web", "at": NOON, "event": event}


def test_an_id_that_is_no_text_is_refused(store: Store):
    with pytest.raises(BadInputError, match="not Unicode"):
        store.accept(InboundMessage.model_validate(raw_message("hello", "m\ud800")), NOON)


def test_a_time_without_a_zone_is_refused(store: Store):
    naive = {**raw_message("hello"), "at": "2026-03-10T12:00:00"}
    with pytest.raises(BadInputError, match="time zone"):
        store.accept(InboundMessage.model_validate(naive), NOON)
    assert store.due_conversations() == []


def test_a_file_that_is_no_database_is_refused(path: Path):
    path.write_text("These are the minutes of the meeting. " * 200)
    with pytest.raises(BadInputError, match="not a Nightdesk database"):
        Store.open(path)
    assert path.read_text().startswith("These are the minutes")


def test_a_database_of_a_newer_nightdesk_is_refused(path: Path):
    store = Store.open(path)
    with store.engine.begin() as connection:
        version = update(meta).where(meta.c.key == "schema_version").values(value="99")
        connection.execute(version)
    store.close()
    with pytest.raises(BadInputError, match="schema 99"):
        Store.open(path)


def test_a_place_that_cannot_be_written_to_is_refused(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(BadInputError, match="cannot be opened"):
        Store.open(tmp_path / "file" / "nightdesk.sqlite")


async def test_every_turn_stands_in_a_chain_that_shows_what_was_changed(store: Store):
    for number in (1, 2, 3):
        store.accept(message(number), NOON)
        await commit_next(store)
    with store.engine.begin() as connection:
        assert find_tampering(connection) == []
        connection.execute(update(turns).where(turns.c.turn == 2).values(record="{}"))
        assert find_tampering(connection) == ["Turn 2 of c1 is not what was committed."]


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM events WHERE seq = 2",
        "UPDATE events SET payload = replace(payload, 'm1', 'm9') WHERE seq = 2",
        "UPDATE events SET conversation = 'c2' WHERE seq = 2",
        "DELETE FROM events WHERE seq = 3",
    ],
)
async def test_a_changed_or_missing_event_is_found(store: Store, change: str):
    for number in (1, 2, 3):
        store.accept(message(number), NOON)
        await commit_next(store)
    with store.engine.begin() as connection:
        connection.execute(text(change))
        assert find_tampering(connection)


def test_a_turn_without_a_reply_is_a_turn(store: Store):
    store.accept(message(1), NOON)
    due = store.next_due(conversation_id())
    assert due is not None
    store.commit(due, turn_of(message(1), None, 1, reply=None), NOON)
    assert store.next_due(conversation_id()) is None
    assert [entry.author for entry in store.transcript(conversation_id())] == ["buyer"]
