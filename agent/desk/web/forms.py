"""What may a form of the desk send, and how much of it?"""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request

MAX_BYTES = 64_000
_MAX_FIELDS = 20


async def read_form(request: Request) -> Mapping[str, str] | None:
    """Return the fields of a form; None when it is too large or no form of ours."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            return None
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError:
        return None
    return dict(pairs)
