"""What may a browser send, and how much of it?"""

import re
from uuid import UUID

from pydantic import Field, TypeAdapter, ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Receive

from agent.channels.web_chat.problems import ProblemCode, ProblemError
from agent.photos import MAX_PHOTO_BYTES
from tools.domain.model import Frozen

MAX_MESSAGE_BYTES = 64_000
_MULTIPART_FRAME = 16_000
_POLITE_BYTES = 32_000_000
"""A body that is too large is read to this end before the answer, or browsers never see it."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class SentText(Frozen):
    id: UUID
    text: str


class SentChoice(Frozen):
    id: UUID
    choice: str = Field(min_length=1, max_length=200)
    label: str = Field(default="", max_length=200)


class Hello(Frozen):
    token: str | None = Field(default=None, max_length=2_000)


class SentPhoto(Frozen):
    id: UUID
    data: bytes


_SENT: TypeAdapter[SentText | SentChoice] = TypeAdapter(SentText | SentChoice)


async def read_message(request: Request) -> SentText | SentChoice:
    """Read a message; raise `ProblemError`."""
    body = await _read(request, MAX_MESSAGE_BYTES, "message_too_large")
    try:
        sent = _SENT.validate_json(body)
    except ValidationError as error:
        raise ProblemError("not_readable") from error
    if isinstance(sent, SentChoice):
        return sent
    text = plain(sent.text)
    if not text:
        raise ProblemError("empty")
    return sent.model_copy(update={"text": text})


async def read_hello(request: Request) -> Hello:
    """Read how a page introduces itself; raise `ProblemError`."""
    body = await _read(request, MAX_MESSAGE_BYTES, "message_too_large")
    try:
        return Hello.model_validate_json(body or b"{}")
    except ValidationError as error:
        raise ProblemError("not_readable") from error


async def read_photo(request: Request) -> SentPhoto:
    """Read an upload; raise `ProblemError`."""
    body = await _read(request, MAX_PHOTO_BYTES + _MULTIPART_FRAME, "photo_too_large")
    whole = Request(request.scope, _once(body))
    try:
        async with whole.form(max_files=1, max_fields=1, max_part_size=200) as form:
            file, sent_id = form.get("photo"), form.get("id")
            if len(form) != 2 or not isinstance(file, UploadFile) or not isinstance(sent_id, str):  # noqa: PLR2004 - its two parts
                raise ProblemError("not_readable")
            return SentPhoto(id=UUID(sent_id), data=await file.read())
    except (HTTPException, ValueError) as error:
        raise ProblemError("not_readable") from error


def plain(text: str) -> str:
    """Drop the control characters that no keyboard types and some stores refuse."""
    return _CONTROL.sub("", text).strip()


async def _read(request: Request, limit: int, problem: ProblemCode) -> bytes:
    body = bytearray()
    seen = 0
    async for chunk in request.stream():
        seen += len(chunk)
        if seen > _POLITE_BYTES:
            break
        if seen <= limit:
            body += chunk
    if seen > limit:
        raise ProblemError(problem)
    return bytes(body)


def _once(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
