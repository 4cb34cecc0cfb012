"""Which server on loopback answers a chat model with whatever a test wants?"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from http import HTTPStatus

from langchain_openai import ChatOpenAI

from agent.models import chat_model
from agent.settings import Settings

_END_OF_HEADERS = b"\r\n\r\n"


@asynccontextmanager
async def serving(status: int, body: bytes = b"{}", *, silent: bool = False) -> AsyncGenerator[str]:
    """Answer every request like this, or not at all; the address is handed out."""
    open_ends: list[asyncio.StreamWriter] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_ends.append(writer)
        await reader.readuntil(_END_OF_HEADERS)
        if silent:
            return
        head = (
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
            "content-type: application/json",
            "x-request-id: req-7",
            f"content-length: {len(body)}",
            "connection: close",
        )
        writer.write("\r\n".join(head).encode() + _END_OF_HEADERS + body)
        await writer.drain()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        host, port = server.sockets[0].getsockname()[:2]
        yield f"http://{host}:{port}/v1"
    finally:
        for writer in open_ends:
            writer.close()
            await writer.wait_closed()
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def client(address: str | None, key: str | None = None) -> AsyncGenerator[ChatOpenAI]:
    """Hand out the real client for a server and close it afterwards."""
    given = {"OPENAI_BASE_URL": address, "OPENAI_API_KEY": key}
    chat = chat_model(Settings.model_validate(given), "some-model")
    assert isinstance(chat, ChatOpenAI)
    try:
        yield chat
    finally:
        await chat.root_async_client.close()
