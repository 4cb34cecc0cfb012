"""What does the scripted assistant of the channel tests say?"""

from datetime import date

from agent.conversation import (
    Attach,
    Choice,
    InboundMessage,
    Opened,
    OrderCard,
    ParcelCard,
    Reply,
    Say,
    Tap,
)

GREETING = Reply(
    text="Hello, I am the automated assistant of this shop. Write “person” to reach our team.",
    choices=(
        Choice(id="request:order_status", label="Where is my order?"),
        Choice(id="request:return_eligibility", label="Can I return this?"),
        Choice(id="request:human_agent", label="Talk to a person"),
    ),
)
ORDER = Reply(
    text="Your order comes in two parcels. One is on its way, the other is late.",
    choices=(
        Choice(id="yes", label="That helps"),
        Choice(id="request:human_agent", label="Talk to a person"),
    ),
    cards=(
        OrderCard(
            number="ND-2077",
            placed_on=date(2026, 11, 12),
            parcels=(
                ParcelCard(
                    seller="Lampenwerk",
                    items=("Paper lamp, warm white", "Spare bulb"),
                    milestone="in_transit",
                    condition="on_time",
                    headline="On the way",
                    expected_by=date(2026, 11, 25),
                    last_scan="Sorted in Leipzig, 5 hours ago",
                    tracking_number="LW884210077DE",
                ),
                ParcelCard(
                    seller="Casa do Barro",
                    items=("Blue tile, set of six",),
                    milestone="shipped",
                    condition="delayed",
                    headline="Delayed: three days late",
                    expected_by=date(2026, 11, 20),
                    last_scan="Handed in at Porto, 6 days ago",
                    tracking_number="CB10002",
                ),
            ),
        ),
    ),
)
MARKUP = "<img src=x onerror=alert(1)> **bold** [link](javascript:alert(1)) <b>b</b>"

HOSTILE = Reply(text=MARKUP, choices=(Choice(id="no", label=MARKUP),))


def shop_talk(message: InboundMessage) -> Reply | None:
    match message.event:
        case Opened():
            return GREETING
        case Attach():
            return Reply(text="Thank you, the photo is kept with this conversation.")
        case Tap(choice=choice, label=label):
            is_order = choice == "request:order_status"
            return ORDER if is_order else Reply(text=f"You chose: {label}")
        case Say(text=text):
            return HOSTILE if text == "markup" else Reply(text=f"You wrote: {text}")
        case _:
            return None
