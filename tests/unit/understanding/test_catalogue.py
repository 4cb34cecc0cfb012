"""Does the owner's file of requests and phrases say what it must, and are its faults placed?"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.requests import LANGUAGES, REQUEST_IDS, RequestCatalogue
from tools.errors import BadInputError

Files = Callable[..., Path]


def phrases(**blocks: str) -> str:
    given = {id_: f"{id_} one" for id_ in REQUEST_IDS} | blocks
    return "".join(f"{id_}: |\n  {block}\n" for id_, block in given.items())


def first_fault(directory: Path) -> str:
    with pytest.raises(BadInputError) as refused:
        RequestCatalogue.load(directory)
    return str(refused.value.faults[0])


def test_every_request_is_explained(catalogue: RequestCatalogue):
    assert set(catalogue.kinds) == set(REQUEST_IDS)


def test_every_request_has_many_english_and_some_native_phrases(catalogue: RequestCatalogue):
    counts = Counter((p.request, p.language) for p in catalogue.phrases)
    few = {
        (id_, language): counts[id_, language]
        for id_ in REQUEST_IDS
        for language in LANGUAGES
        if counts[id_, language] < (90 if language == "en" else 15)
    }
    assert few == {}


def test_what_only_a_person_can_settle_is_not_live(catalogue: RequestCatalogue):
    assert set(REQUEST_IDS) - catalogue.live == {
        "change_order",
        "chargeback_fraud",
        "complaint",
        "payment_issue",
        "shipping_info",
        "warranty_repair",
    }


def test_a_topic_belongs_to_its_request(owner_files: Files):
    english = phrases() + "cancel_order.part: |\n  cancel the socks only\n"
    found = RequestCatalogue.load(owner_files(en=english)).phrases[-1]
    assert (found.request, found.topic, found.text) == (
        "cancel_order",
        "part",
        "cancel the socks only",
    )


def test_the_digest_changes_with_a_phrase_and_not_with_a_comment(owner_files: Files):
    first = RequestCatalogue.load(owner_files(en=phrases())).digest
    commented = RequestCatalogue.load(owner_files(en="# mine\n" + phrases())).digest
    changed = RequestCatalogue.load(owner_files(en=phrases(exchange="swap it"))).digest
    assert first == commented
    assert first != changed


def test_a_marketplace_may_leave_a_language_out(owner_files: Files):
    languages = {p.language for p in RequestCatalogue.load(owner_files()).phrases}
    assert languages == {"en"}


def test_an_unknown_request_is_a_fault_at_its_line(owner_files: Files):
    fault = first_fault(owner_files(en=phrases() + "teleport: |\n  beam me up\n"))
    assert fault.startswith(f"prompts/phrases/en.yaml:{2 * len(REQUEST_IDS) + 1}:11: `teleport`")


def test_a_phrase_that_stands_twice_is_a_fault_at_its_line(owner_files: Files):
    fault = first_fault(owner_files(en=phrases(cancel_order="same words", exchange="Same words")))
    assert "`Same words` stands also under `cancel_order`" in fault or "under `exchange`" in fault
    assert fault.split(":")[1] != "0"


def test_a_request_without_phrases_is_a_fault(owner_files: Files):
    assert "`smalltalk` has no phrases" in first_fault(owner_files(en=phrases(smalltalk="")))


def test_phrases_in_another_form_than_lines_are_a_fault(owner_files: Files):
    english = phrases().replace("complaint: |\n  complaint one", "complaint: [complaint one]")
    assert "write `|` and one phrase on each line" in first_fault(owner_files(en=english))


def test_a_request_that_a_file_leaves_out_is_a_fault(owner_files: Files):
    english = phrases().replace("exchange: |\n  exchange one\n", "")
    assert "no phrases for: exchange" in first_fault(owner_files(en=english))


def test_a_missing_explanation_is_a_fault_at_its_request(owner_files: Files):
    kinds = "order_status:\n  live: true\n  family: parcel\n" + "".join(
        f"{id_}:\n  meaning: m\n  live: true\n  family: f\n" for id_ in REQUEST_IDS[1:]
    )
    assert first_fault(owner_files(requests=kinds)).startswith(
        "prompts/requests.yaml:2:3: `meaning`"
    )


def test_all_faults_of_all_files_are_told_at_once(owner_files: Files):
    directory = owner_files(requests="order_status: {}\n", en="teleport: |\n  beam\n")
    with pytest.raises(BadInputError) as refused:
        RequestCatalogue.load(directory)
    assert {fault.file for fault in refused.value.faults} == {
        "prompts/requests.yaml",
        "prompts/phrases/en.yaml",
    }


def test_a_file_that_is_no_list_of_requests_is_a_fault(owner_files: Files):
    assert "must be a list of" in first_fault(owner_files(requests="- order_status\n"))
