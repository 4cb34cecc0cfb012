"""Are wishes read as people write them, in six languages, one or several at a time?"""

import pytest

from agent.requests import RequestId
from tests.unit.understanding.conftest import LINES, Hear

SPOKEN: tuple[tuple[str, RequestId], ...] = (
    ("hey so i got a confirmation on tuesday, any clue when the rug gets to me?", "order_status"),
    ("the number you mailed me for following the box brings up nothing at all", "tracking_problem"),
    ("it's the ninth and you told me the fifth. still waiting.", "delivery_delay"),
    ("app claims it was handed over at noon. nobody gave me anything!", "not_received"),
    ("opened it and the teapot spout has snapped clean off", "damaged_item"),
    ("five of the six spoons were in the box", "missing_item"),
    ("i asked for green and this one is clearly purple", "wrong_item"),
    ("would you take the boots back if i have worn them in the house once?", "return_eligibility"),
    ("please mail me a label so the skirt can go back to you", "start_return"),
    ("could i swap these for the next size up", "exchange"),
    ("just give me my cash back please", "refund_request"),
    ("the money for what i sent back still hasn't reached my bank", "refund_status"),
    ("pls call off what i bought an hour ago", "cancel_order"),
    ("can you throw one more candle into the order i made this morning", "change_order"),
    ("we moved, so the box should go to 4 Mill Lane instead", "change_address"),
    ("it's for my niece so leave the price off the slip", "gift_receipt"),
    ("my accountant wants a bill with our VAT number on it", "invoice_receipt"),
    ("you took the amount from my card two times", "payment_issue"),
    ("somebody shopped with my visa, i never bought this", "chargeback_fraud"),
    ("had the kettle since march and now it's dead, is that covered?", "warranty_repair"),
    ("your courier shouted at my mother, shame on you", "complaint"),
    ("what do you charge to send things to norway", "shipping_info"),
    ("get me somebody real to chat with", "human_agent"),
    ("are these jeans stretchy or more stiff", "out_of_scope"),
    ("what's the tallest mountain in peru", "out_of_scope"),
)


@pytest.mark.parametrize(("text", "wish"), SPOKEN)
def test_a_wish_in_new_words_is_read_or_offered(hear: Hear, text: str, wish: RequestId):
    reading = hear(text)
    assert wish in {request.id for request in reading.requests} | set(reading.candidates)


def test_most_wishes_in_new_words_are_taken_without_asking(hear: Hear):
    taken = [wish in {r.id for r in hear(text).requests} for text, wish in SPOKEN]
    assert sum(taken) >= 0.8 * len(taken)


@pytest.mark.parametrize(
    ("text", "language", "wish"),
    [
        ("wann trudelt denn mein päckchen ein?", "de", "order_status"),
        (
            "kann ich die stiefel auch nach drei wochen noch zurückgeben?",
            "de",
            "return_eligibility",
        ),
        ("¿por dónde anda lo que compré el martes?", "es", "order_status"),
        ("me aparece como entregado y aquí no hay nada", "es", "not_received"),
        ("est-ce que je peux encore rendre ces bottes ?", "fr", "return_eligibility"),
        ("mon colis devait arriver avant-hier, toujours rien", "fr", "delivery_delay"),
        ("il codice per seguire il pacco non dà nessun risultato", "it", "tracking_problem"),
        ("vorrei sapere dove si trova la mia spedizione", "it", "order_status"),
        ("queria saber onde anda a encomenda que fiz", "pt", "order_status"),
        ("consta que entregaram mas eu não recebi nada", "pt", "not_received"),
    ],
)
def test_six_languages_are_read(hear: Hear, text: str, language: str, wish: str):
    reading = hear(text)
    assert reading.language == language
    assert [request.id for request in reading.requests] == [wish]


def test_shouting_is_read_like_speaking(hear: Hear):
    assert hear("WHERE IS MY ORDER").requests[0].id == "order_status"


def test_typos_do_not_hide_a_wish(hear: Hear):
    assert hear("i wnat to cnacel my ordr plaese").requests[0].id == "cancel_order"


def test_a_greeting_and_a_name_do_not_hide_a_wish(hear: Hear):
    text = "Hello there! My name is Wilhelmina Okafor. I want to send my skirt back."
    assert hear(text).requests[0].id == "start_return"


def test_a_long_story_has_one_wish(hear: Hear):
    text = (
        "Hi, I ordered a reading lamp three weeks ago for my father's birthday. "
        "We were all looking forward to it. The page said five days. "
        "My sister even drove to the depot. It still has not arrived!"
    )
    assert len(hear(text).requests) == 1


def test_two_wishes_with_a_link_are_two_requests(hear: Hear):
    reading = hear("where is my parcel and can I return the blue mug?", items=LINES)
    assert [(r.id, r.item) for r in reading.requests] == [
        ("order_status", None),
        ("return_eligibility", "L2"),
    ]


def test_two_questions_about_different_things_are_two_requests(hear: Hear):
    reading = hear("Wo ist mein Paket? Kann ich die Schürze zurückgeben?")
    assert [r.id for r in reading.requests] == ["order_status", "return_eligibility"]


def test_each_of_two_wishes_keeps_its_own_order(hear: Hear):
    reading = hear("cancel order ND-1001 and also change the address on ND-1002")
    assert [(r.id, r.order) for r in reading.requests] == [
        ("cancel_order", "ND-1001"),
        ("change_address", "ND-1002"),
    ]


def test_one_wish_for_two_orders_is_two_requests(hear: Hear):
    reading = hear("where are my orders ND-1001 and ND-1002?")
    assert [(r.id, r.order) for r in reading.requests] == [
        ("order_status", "ND-1001"),
        ("order_status", "ND-1002"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The mug arrived broken. I want a refund.",
        "My parcel never came. The tracking page says delivered.",
        "I ordered the wrong size. Please cancel it.",
        "It's late again. I am so disappointed in you.",
    ],
)
def test_one_story_is_not_two_wishes(hear: Hear, text: str):
    assert len(hear(text).requests) == 1


def test_an_unsure_reading_offers_two_and_takes_none(hear: Hear):
    reading = hear("about the thing with the box")
    assert not reading.requests or reading.requests[0].confidence > 0.33
    assert len(reading.candidates) in (0, 2)


def test_confidence_stays_within_bounds(hear: Hear):
    assert all(0 <= r.confidence <= 1 for text, _ in SPOKEN for r in hear(text).requests)
