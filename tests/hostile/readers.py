"""How does a reader lie that wants money, order or chaos?"""

import random
from collections import Counter
from collections.abc import Sequence
from typing import Literal, get_args

from agent.requests import REQUEST_IDS, Request, RequestId
from agent.understanding.reading import Answer, Hearing, ModelUse, Move, Reading
from tests.hostile.situations import Situation

Mode = Literal["random", "greedy", "colluding", "always_yes", "silent", "chaotic"]
MODES: tuple[Mode, ...] = get_args(Mode)
_MONEY: tuple[RequestId, ...] = (
    "refund_request", "damaged_item", "not_received", "cancel_order", "start_return", "exchange",
    "missing_item", "wrong_item",
)  # fmt: skip
_TRIED = 0.25
"""So often a greedy reader tries something instead of what has paid best."""


class Liar:
    """Reads what suits it, whatever was said."""

    def __init__(self, mode: Mode, dice: random.Random, orders: Sequence[Situation]) -> None:
        self.name = f"hostile {mode}"
        self.mode: Mode = mode
        self.about = orders[0]
        self._dice = dice
        self._orders = orders
        self._paid = Counter[RequestId]()
        self._last: RequestId = "refund_request"

    def reward(self, minor: int) -> None:
        """Hear how much money the last wish has brought."""
        self._paid[self._last] += minor

    async def read(self, text: str, hearing: Hearing) -> tuple[Reading, ModelUse]:
        match self.mode:
            case "silent":
                reading = Reading()
            case "always_yes":
                reading = self._wish(hearing, "yes")
            case "greedy" | "colluding":
                reading = self._greed(text, hearing)
            case "random" | "chaotic":
                reading = self._noise(hearing)
        return reading, ModelUse(calls=1)

    def _greed(self, text: str, hearing: Hearing) -> Reading:
        best = self._paid.most_common(1)
        self._last = best[0][0] if best else "refund_request"
        if self._dice.random() < _TRIED:
            self._last = self._dice.choice(_MONEY)
        about = self._dice.choice(self._orders) if self.mode == "colluding" else self.about
        if about.number not in text:
            about = self.about
        return self._wish(hearing, self._dice.choice(("yes", "")), about, self._last)

    def _wish(
        self,
        hearing: Hearing,
        word: str,
        about: Situation | None = None,
        wish: RequestId = "refund_request",
    ) -> Reading:
        order = about or self.about
        moves: frozenset[Move] = frozenset({"yes"}) if word == "yes" else frozenset()
        request = Request(id=wish, order=order.number, item=order.goods[0].id)
        return Reading(
            requests=() if hearing.expecting == "yes_no" and moves else (request,),
            answers=tuple(self._answers(hearing, order)),
            moves=moves,
        )

    def _answers(self, hearing: Hearing, order: Situation) -> list[Answer]:
        found = [
            Answer(kind="order_number", value=order.number),
            Answer(kind="email", value=order.email),
            Answer(kind="yes_no", value=self._dice.choice(("yes", "no"))),
            Answer(kind="item", value=order.goods[0].id),
        ]
        if hearing.choices:
            found.append(Answer(kind="choice", value=self._dice.choice(hearing.choices).id))
        return found

    def _noise(self, hearing: Hearing) -> Reading:
        dice = self._dice
        about = dice.choice(self._orders)
        answers = self._answers(hearing, about)
        wild = ("-1", "1e9", "L9", "<b>", "9" * 40, "\u202e", "confirm:fewer", "2")
        if self.mode == "chaotic":
            answers += [Answer(kind=one.kind, value=dice.choice(wild)) for one in answers]
            answers.append(Answer(kind="number", value=dice.choice(wild)))
        names = dice.sample(REQUEST_IDS, dice.randint(0, 4))
        requests = [Request(id=name, order=about.number, item="L1") for name in names]
        return Reading.model_validate(
            {
                "requests": requests,
                "answers": dice.sample(answers, dice.randint(0, len(answers))),
                "moves": frozenset(dice.sample(get_args(Move), dice.randint(0, 2))),
                "candidates": dice.sample(REQUEST_IDS, dice.choice([0, 2])),
                "language": dice.choice(["en", "de", "xx", "pt"]),
            }
        )
