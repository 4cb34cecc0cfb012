"""Which chat model is called, and what do its errors mean to us?"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import cast

import openai
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun
from langchain_core.exceptions import LangChainException
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatResult
from langchain_openai import ChatOpenAI
from pydantic import SecretStr
from typing_extensions import override

from agent.settings import Settings
from tools.errors import BadInputError, Fault, OutsideError, RefusedError, UnavailableError

VENDOR = "chat model"
_TIMEOUT_S = 45.0
_MAX_TOKENS = 256
"""For callers that bind no limit of their own; without one, small models can run on for minutes."""
_RETRYABLE = frozenset({408, 409, 425, 429})
_SERVER_ERROR = 500


def chat_model(settings: Settings, name: str) -> BaseChatModel:
    """Return the model `name` of the configured server; raise `BadInputError` without one.

    It is not tried out here. Each failing call raises an `OutsideError`.
    """
    key = settings.openai_api_key
    if key is None and settings.openai_base_url is None:
        sentence = "is not set, nor is OPENAI_API_KEY; set one or use the model `embedded`."
        raise BadInputError(Fault("OPENAI_BASE_URL", 0, 0, sentence))
    return _MappedChatOpenAI(
        model=name,
        base_url=settings.openai_base_url,
        api_key=key or SecretStr("none"),  # servers in the house rarely ask for one
        timeout=_TIMEOUT_S,
        # Its own: the library's default is shared by all event loops of the process.
        http_async_client=openai.DefaultAsyncHttpx2Client(timeout=_TIMEOUT_S),
        max_retries=0,  # a retry is a call, and calls are counted where they are made
        temperature=0,
        max_completion_tokens=_MAX_TOKENS,
        use_responses_api=False,  # most compatible servers have no such path
        streaming=False,  # streamed tool calls are where compatible servers break
    )


class _MappedChatOpenAI(ChatOpenAI):
    """Speaks the dialect of compatible servers, and our errors."""

    @override
    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: object,
    ) -> ChatResult:
        with mapped_errors(self.model_name):
            result = await super()._agenerate(messages, stop, run_manager, **kwargs)
        if not result.generations:
            raise RefusedError(VENDOR, self.model_name, "its answer is empty")
        return result

    @override
    def _get_request_payload(
        self, input_: LanguageModelInput, *, stop: list[str] | None = None, **kwargs: object
    ) -> dict[str, object]:
        untyped = super()._get_request_payload(input_, stop=stop, **kwargs)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - a bare dict
        payload = cast("dict[str, object]", untyped)
        if self.openai_api_base and "max_completion_tokens" in payload:
            # Other servers than OpenAI's often know only the older name and ignore the new one.
            payload["max_tokens"] = payload.pop("max_completion_tokens")
        return payload


@contextmanager
def mapped_errors(operation: str) -> Generator[None]:
    """Turn whatever the client library raises into an `OutsideError`."""
    try:
        yield
    except (openai.OpenAIError, LangChainException, OSError) as error:
        raise _outside(error, operation) from error
    except (ValueError, TypeError, LookupError, AttributeError, RuntimeError) as error:
        # What the library trips over when a server answers with something else than it should.
        detail = f"its answer cannot be read ({type(error).__name__})"
        raise RefusedError(VENDOR, operation, detail) from error


def _outside(error: Exception, operation: str) -> OutsideError:
    """Map by status and by the library's own classes; texts differ from server to server."""
    status = getattr(error, "status_code", None)
    request_id = str(getattr(error, "request_id", None) or "-")
    if isinstance(status, int):
        retryable = status in _RETRYABLE or status >= _SERVER_ERROR
        detail = f"answered {status}"
    else:
        retryable = isinstance(error, openai.APIConnectionError | OSError)
        detail = _in_words(error)
    kind = UnavailableError if retryable else RefusedError
    return kind(VENDOR, operation, detail, request_id)


def _in_words(error: Exception) -> str:
    if isinstance(error, openai.APITimeoutError | TimeoutError):
        return "did not answer in time"
    if isinstance(error, openai.APIConnectionError | OSError):
        return "cannot be reached"
    return f"failed ({type(error).__name__})"
