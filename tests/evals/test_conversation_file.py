"""Is a conversation file read as it was meant, and refused with the place of each fault?"""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evals.conversation_file import PersonSpoke, Sample, Wait, read_conversations
from tools.errors import BadInputError

ONE = """\
id: first
clock: 2026-03-10T09:00:00+01:00
channel: web_chat
customer: {email: ada@example.com, verified: true}
turns:
  - say: where is ND-1?
    expect:
      requests: [order_status]
      tools: {calls: [lookup_order, {tool: track_shipment, outcome: found}], order: strict}
      handoff: none
      reply: {must: [transit, {regex: "may|soon"}], must_not: [sorry]}
  - event: {wait: 2d}
  - event: {person_said: We are on it.}
  - event: hand_back
  - tap: person
  - attach: mug.png
expect:
  end: {owner: person, ticket: {queue: delivery, facts: [days_since_delivery]}}
"""
ONE_TWICE = "- {id: a, clock: 2026-03-10T09:00:00Z, turns: [{say: hi}]}\n" * 2


def read(tmp_path: Path, text: str, name: str = "talk.yaml") -> tuple[Sample, ...]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_conversations(path)


def faults(tmp_path: Path, text: str, name: str = "talk.yaml") -> list[str]:
    with pytest.raises(BadInputError) as caught:
        read(tmp_path, text, name)
    return [str(fault).removeprefix(f"{tmp_path}/") for fault in caught.value.faults]


def test_a_conversation_is_read(tmp_path: Path):
    (sample,) = read(tmp_path, ONE)
    assert sample.starts_at == datetime(2026, 3, 10, 8, tzinfo=UTC)
    assert str(sample.turns[0]) == "where is ND-1?"
    assert sample.turns[2].event == PersonSpoke(person_said="We are on it.")
    assert sample.about == "order_status"


@pytest.mark.parametrize(
    ("written", "span"),
    [("90m", timedelta(minutes=90)), ("4h", timedelta(hours=4)), ("2d", timedelta(days=2))],
)
def test_time_goes_by_in_minutes_hours_and_days(written: str, span: timedelta):
    assert Wait(wait=written).span == span


def test_a_yaml_file_may_hold_a_list(tmp_path: Path):
    text = "- {id: a, clock: 2026-03-10T09:00:00Z, turns: [{say: hi}]}\n"
    assert [s.id for s in read(tmp_path, text + text.replace("a,", "b,", 1))] == ["a", "b"]


def test_a_jsonl_file_holds_one_conversation_a_line(tmp_path: Path):
    line = {"id": "a", "clock": "2026-03-10T09:00:00Z", "turns": [{"say": "hi \U0001f381"}]}
    (sample,) = read(tmp_path, f"\n{json.dumps(line)}\n", "talk.jsonl")
    assert sample.turns[0].say == "hi \U0001f381"


def test_a_world_is_looked_for_beside_the_file(tmp_path: Path):
    (sample,) = read(tmp_path, ONE + "world: worlds/tiny.yaml\n")
    assert sample.world == str(tmp_path / "worlds" / "tiny.yaml")


@pytest.mark.parametrize(
    ("change", "place", "says"),
    [
        (("channel:", "chanel:"), "talk.yaml:3:", "`chanel`: is not a key that is known here"),
        (("say:", "says:"), "talk.yaml:6:", "is not a key that is known here"),
        (("2d", "2 days"), "talk.yaml:12:", "`turns.1.event.wait`"),
        (("event: hand_back", "event: explode"), "talk.yaml:14:", "hand_back"),
        (
            ("event: hand_back", "event: {boom: 1}"),
            "talk.yaml:14:",
            "must be `hand_back`, `opened`",
        ),
        (("[order_status]", "[order_statsu]"), "talk.yaml:8:", "`turns.0.expect.requests.0`"),
        (('"may|soon"', '"(may"'), "talk.yaml:11:", "is not a regular expression"),
        (("T09:00:00+01:00", ""), "talk.yaml:2:", "`clock`"),
        (("email: ada@example.com, ", ""), "talk.yaml:4:", "needs an `email`"),
        (("id: first", "id: ''"), "talk.yaml:1:", "`id`"),
        (("- tap: person", "- tap: person\n    say: two"), "talk.yaml:15:", "exactly one of"),
    ],
)
def test_a_fault_is_told_with_its_place(
    tmp_path: Path, change: tuple[str, str], place: str, says: str
):
    told = faults(tmp_path, ONE.replace(*change))
    assert any(one.startswith(place) and says in one for one in told), told


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path):
    told = faults(tmp_path, ONE.replace("channel:", "chanel:").replace("2d", "soon"))
    assert len(told) == 2


def test_a_broken_line_of_jsonl_is_told_with_its_number(tmp_path: Path):
    told = faults(tmp_path, '{"id": "a", "id": "b"}\n{"id": \n', "talk.jsonl")
    assert told[0].startswith("talk.jsonl:1:1:")
    assert "`id` stands here a second time" in told[0]
    assert told[1].startswith("talk.jsonl:2:1:")


def test_a_line_that_is_nested_without_end_is_refused(tmp_path: Path):
    (told,) = faults(tmp_path, "[" * 200_000 + "\n", "talk.jsonl")
    assert "is not one JSON object" in told


def test_broken_unicode_is_refused_with_its_line(tmp_path: Path):
    path = tmp_path / "talk.jsonl"
    path.write_bytes(b'{}\n{"id": "\xff"}\n')
    with pytest.raises(BadInputError, match=r"talk.jsonl:2:1: is not UTF-8"):
        read_conversations(path)


@pytest.mark.parametrize("name", ["none.yaml", "none.jsonl"])
def test_a_missing_file_is_told(tmp_path: Path, name: str):
    with pytest.raises(BadInputError, match="cannot be read"):
        read_conversations(tmp_path / name)


def test_two_conversations_with_one_id_are_refused(tmp_path: Path):
    (told,) = faults(tmp_path, ONE_TWICE)
    assert "`a` is the id of 2 conversations" in told


def test_the_schema_knows_the_keys_and_refuses_others():
    schema = Sample.model_json_schema()
    assert {"id", "clock", "channel", "customer", "world", "turns", "expect"} <= set(
        schema["properties"]
    )
    assert schema["additionalProperties"] is False
    wording = schema["$defs"]["ReplyExpectation"]["properties"]["must"]["items"]
    assert {"type": "string"} in wording["anyOf"]
