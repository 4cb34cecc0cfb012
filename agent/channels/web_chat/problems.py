"""What can go wrong with a buyer's request, and which answer does it get?"""

from typing import Literal

ProblemCode = Literal[
    "not_readable",
    "empty",
    "no_session",
    "message_too_large",
    "slow_down",
    "not_found",
    "from_another_site",
    "photo_too_large",
    "photo_too_many_pixels",
    "photo_not_a_photo",
    "photo_animated",
    "photo_broken",
    "try_later",
    "unexpected",
]
"""Each has its sentence for the buyer in `prompts/pages/chat.<locale>.yaml`."""

STATUS: dict[ProblemCode, int] = {
    "not_readable": 400,
    "empty": 400,
    "no_session": 401,
    "from_another_site": 403,
    "not_found": 404,
    "message_too_large": 413,
    "photo_too_large": 413,
    "photo_too_many_pixels": 413,
    "photo_not_a_photo": 415,
    "photo_animated": 415,
    "photo_broken": 422,
    "slow_down": 429,
    "unexpected": 500,
    "try_later": 503,
}


class ProblemError(Exception):
    """A request is answered with a problem instead."""

    def __init__(self, code: ProblemCode, *, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code: ProblemCode = code
        self.retry_after = retry_after
