"""Does a consumer who only chats ever hear a no where the law says yes?

Run it as `python -m evals.benchmarks.statutory_talks --talks 300 --seed 1`. Each talk is a consumer in
the EU or the UK within the fortnight, in one of six languages, who answers honestly what is asked.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import yaml
from pydantic import BaseModel

from agent.bootstrap import Desk, House, load_house, open_desk
from agent.conversation import ConversationId, Event, InboundMessage, MessageId, Say, Tap
from agent.settings import Settings
from agent.state import Question, TurnRecord
from tools.connectors.clocks import FixedClock
from tools.policy.decision import Allow, Deny, NeedFacts
from tools.policy.facts import Value
from tools.yaml_source import read_yaml

WORDINGS = Path(__file__).with_name("statutory_wordings.yaml")
_NOON = datetime(2026, 6, 17, 12, tzinfo=UTC)
_COUNTRIES = ("AT", "BE", "DE", "ES", "FI", "FR", "GB", "IE", "IT", "NL", "PL", "PT", "SE")
_GOODS = {
    "clay-and-ember": ("Grey bowl", "ceramics"),
    "moonpress-books": ("Star atlas", "books"),
    "salt-soap": ("Cedar soap", "soap"),
    "sugar-lantern": ("Honey drops", "food"),
    "tiny-oak-toys": ("Spinning top", "toys"),
    "wooly-fox": ("Striped scarf", "knitwear"),
    "luma-jewelry": ("Plain ring", "jewellery"),
    "northwind-prints": ("Map of the coast", "prints"),
}
_MOST_TURNS = 8
_WAYS_BACK = ("may_return", "may_refund", "may_cancel")


class Wording(BaseModel):
    """What is said in one language."""

    yes: str
    no: str
    first: list[str]


class _File(BaseModel):
    languages: dict[str, Wording]


@dataclass(frozen=True)
class Buyer:
    """Somebody with one order."""

    number: str
    email: str
    country: str
    seller: str
    days_ago: int
    final_sale: bool
    gift: bool
    truth: Mapping[str, Value]

    @property
    def is_exempt(self) -> bool:
        """Whether they broke the seal of something that cannot go back without it."""
        return _GOODS[self.seller][1] in {"soap", "food"} and self.truth["seal_broken"] is True


@dataclass
class Heard:
    """What the buyers were told in the end."""

    talks: int = 0
    turns: int = 0
    endings: Counter[str] = field(default_factory=Counter[str])
    exempt: int = 0
    wrongful: list[str] = field(default_factory=list[str])


def main() -> None:
    """Print the first wrongful answers and, last, one JSON line; exit with 1 if there were any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--talks", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    started = time.perf_counter()
    house = load_house(Settings(), model="embedded")
    with tempfile.TemporaryDirectory() as folder:
        heard = asyncio.run(hear(house, options.talks, options.seed, Path(folder)))
    for text in heard.wrongful[:5]:
        print(text)
    line = {
        "talks": heard.talks,
        "turns": heard.turns,
        "endings": heard.endings,
        "exempt": heard.exempt,
        "wrongful": len(heard.wrongful),
        "seconds": round(time.perf_counter() - started, 1),
    }
    print(json.dumps(line))
    sys.exit(1 if heard.wrongful else 0)


async def hear(house: House, talks: int, seed: int, folder: Path) -> Heard:
    """Hold so many talks with one desk."""
    dice = random.Random(seed)  # noqa: S311 - the same talks each time, no secret
    buyers = [_buyer(number, dice) for number in range(talks)]
    world = folder / "world.yaml"
    world.write_text(yaml.safe_dump(_world(buyers), allow_unicode=True), encoding="utf-8")
    clock = FixedClock(_NOON)
    desk = open_desk(house, world=world, clock=clock, anchor=clock, database=":memory:")
    spoken = _File.model_validate({"languages": read_yaml(WORDINGS).data}).languages
    wordings = list(spoken.values())
    heard = Heard()
    try:
        for buyer in buyers:
            wording = dice.choice(wordings)
            await _Talk(desk, buyer, wording).hold(dice.choice(wording.first), heard)
    finally:
        desk.close()
    return heard


@dataclass
class _Talk:
    desk: Desk
    buyer: Buyer
    wording: Wording
    turns: int = 0

    async def hold(self, first: str, heard: Heard) -> None:
        """Ask, answer what is asked, and note what came of it."""
        text = first.format(n=self.buyer.number, e=self.buyer.email)
        record = await self._do(Say(text=text))
        records = [record]
        while self.turns < _MOST_TURNS and (event := self._answer()) is not None:
            records.append(await self._do(event))
        heard.talks += 1
        heard.turns += self.turns
        heard.endings[_ending(records)] += 1
        told = (d for record in records for d in record.decision)
        for one in (d.decision for d in told if d.question in _WAYS_BACK):
            if isinstance(one, Deny) and self.buyer.is_exempt:
                heard.exempt += 1
            elif isinstance(one, Deny):
                heard.wrongful.append(f"{text}\n  {one.rule_id}: {self.buyer}")

    def _answer(self) -> Event | None:
        talk = self.desk.store.conversation(ConversationId(self.buyer.number))
        question = talk.question if talk is not None else None
        if question is None or question.about != "fact" or question.fact is None:
            return None
        return self._say(question, self.buyer.truth[question.fact])

    def _say(self, question: Question, value: Value) -> Event:
        for choice in question.choices:
            if choice.id == f"fact:{value}":
                return Tap(choice=choice.id, label=choice.label)
        return Say(text=self.wording.yes if value else self.wording.no)

    async def _do(self, event: Event) -> TurnRecord:
        self.turns += 1
        talk = ConversationId(self.buyer.number)
        message = InboundMessage(
            id=MessageId(f"{talk}-{self.turns}"),
            conversation=talk,
            channel="benchmark",
            at=_NOON,
            event=event,
        )
        await self.desk.runtime.accept(message)
        await self.desk.runtime.settled(talk)
        return self.desk.turns(talk)[-1]


def _ending(records: list[TurnRecord]) -> str:
    """Say in a word what the buyer has in the end."""
    if any(record.handoff is not None for record in records):
        return "a person"
    decisions = [d.decision for record in records for d in record.decision]
    if not decisions:
        return "no decision"
    match decisions[-1]:
        case Allow():
            return "yes"
        case Deny():
            return "no"
        case NeedFacts():
            return "asked"
        case _:
            return "a person"


def _buyer(number: int, dice: random.Random) -> Buyer:
    reasons = ("changed_mind", "does_not_fit", "other")
    return Buyer(
        number=f"ND-{5000 + number}",
        email=f"buyer{number}@example.com",
        country=dice.choice(_COUNTRIES),
        seller=dice.choice(list(_GOODS)),
        days_ago=dice.choice((1, 2, 7, 13, 14)),
        final_sale=dice.random() < 0.5,  # noqa: PLR2004 - either
        gift=dice.random() < 0.3,  # noqa: PLR2004 - some are gifts
        truth={
            "return_reason": dice.choice(reasons),
            **{
                name: dice.random() < 0.5  # noqa: PLR2004 - either
                for name in ("unused", "seal_broken", "original_packaging", "washed")
            },
        },
    )


def _world(buyers: list[Buyer]) -> dict[str, object]:
    return {
        "sellers": [
            {"id": seller, "name": seller.title(), "country": "DE", "handling_days": 2}
            for seller in _GOODS
        ],
        "customers": [
            {
                "id": f"c{buyer.number}",
                "name": "Ida Sommer",
                "email": buyer.email,
                "locale": "en",
                "address": {
                    "street": "Kai 1",
                    "city": "Hafen",
                    "postcode": "24103",
                    "country": buyer.country,
                },
            }
            for buyer in buyers
        ],
        "orders": [_order(buyer) for buyer in buyers],
    }


def _order(buyer: Buyer) -> dict[str, object]:
    title, category = _GOODS[buyer.seller]
    line = {
        "id": "L1",
        "seller": buyer.seller,
        "title": title,
        "sku": "SKU-1",
        "category": category,
        "unit_price": "24.00 EUR",
        "final_sale": buyer.final_sale,
    }
    return {
        "number": buyer.number,
        "customer": f"c{buyer.number}",
        "placed_at": f"-{buyer.days_ago + 6}d 08:00",
        "shipping_price": "4.90 EUR",
        "gift": buyer.gift,
        "lines": [line],
        "shipments": [
            {
                "id": f"S{buyer.number}",
                "seller": buyer.seller,
                "lines": [{"line": "L1", "quantity": 1}],
                "packed_at": f"-{buyer.days_ago + 5}d 08:00",
                "shipped_at": f"-{buyer.days_ago + 4}d 08:00",
                "delivered_at": f"-{buyer.days_ago}d 09:00",
            }
        ],
    }


if __name__ == "__main__":
    main()
