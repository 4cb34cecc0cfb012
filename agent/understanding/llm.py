"""What does a message say, as read by a chat model with the requests bound as tools?"""

import asyncio
import logging
from collections.abc import Mapping

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

from agent.prompting import Prompt
from agent.requests import RequestCatalogue, RequestId
from agent.understanding.calls import calls_of
from agent.understanding.examples import Examples
from agent.understanding.heard import IDLE, REQUEST_TOOLS, Heard
from agent.understanding.masking import Masked, mask
from agent.understanding.reading import Hearing, ModelUse, Reading, Understanding
from tools.errors import OutsideError

_PATIENCE_S = 60.0
"""For a whole answer; the client's own limit is for one that has stopped coming."""
_BESIDE_MOVE = 2
_BESIDE_ANSWER = 1

_log = logging.getLogger(__name__)


class LlmUnderstanding:
    """The model names the requests; everything else is the embedded reader's, and so is any doubt.

    What a message answers, its language, mood and risks are read by the same extractors whatever
    the model, so that the graph cannot tell the models apart and the model can leak or invent less.
    """

    SECTIONS = ("system", "message", "asked")
    """What its prompt must hold."""

    def __init__(
        self,
        model: BaseChatModel,
        catalogue: RequestCatalogue,
        prompt: Prompt,
        fallback: Understanding,
    ) -> None:
        prompt.require(*self.SECTIONS)
        self.name = "llm"
        self.patience_s = _PATIENCE_S
        self._chat = model.bind_tools(
            tool_schemas(catalogue, prompt), max_tokens=prompt.front.max_tokens
        )
        self._system = SystemMessage(prompt.render("system"))
        self._prompt = prompt
        self._families: dict[RequestId, str] = {
            id_: kind.family for id_, kind in catalogue.kinds.items()
        }
        self._examples = Examples(catalogue.phrases)
        self._fallback = fallback

    async def read(self, text: str, hearing: Hearing) -> tuple[Reading, ModelUse]:
        """Read any text; what the model cannot or does not answer well, the fallback answers."""
        known, use = await self._fallback.read(text, hearing)
        masked = mask(text, known)
        if _is_plain(masked, known):
            return known, use
        reply = await self._try(masked, hearing)
        use = ModelUse(calls=use.calls + 1, tokens=use.tokens + _tokens(reply))
        heard = Heard(masked, known, hearing, self._families)
        calls = calls_of(reply) if reply else None
        requests = heard.requests(calls) if calls else None
        if requests is None:
            return known, use
        return known.model_copy(update={"requests": requests, "candidates": ()}), use

    async def ask(self, masked: Masked, hearing: Hearing) -> AIMessage:
        """Return what the model makes of a message, calls and all, unjudged; may raise."""
        expecting = hearing.expecting
        words = self._prompt.render(
            "message",
            examples=self._examples.near(masked.text),
            situation=self._prompt.render("asked", asked=expecting) if expecting else "",
            before=hearing.last_request or "-",
            message=masked.text,
        )
        return await self._chat.ainvoke([self._system, HumanMessage(words)])

    async def _try(self, masked: Masked, hearing: Hearing) -> AIMessage | None:
        try:
            async with asyncio.timeout(self.patience_s):
                return await self.ask(masked, hearing)
        except OutsideError as error:
            _log.warning("%s; the embedded model reads this message", error)
        except (OSError, ValueError, TypeError, LookupError, RuntimeError, AttributeError) as error:
            # Whatever another client library trips over: the buyer is answered either way.
            _log.warning("the chat model failed (%s)", type(error).__name__)
        return None


def tool_schemas(catalogue: RequestCatalogue, prompt: Prompt) -> list[dict[str, object]]:
    """Return one flat tool for each request, and the prompt's own tools."""
    said = {name: {"type": "string"} for name in ("words", "order", "item", "also")}
    requests = [_schema(id_, catalogue.kinds[id_].meaning, said) for id_ in REQUEST_TOOLS.values()]
    return requests + [_schema(name, when, {}) for name, when in prompt.front.tools.items()]


def _schema(name: str, description: str, properties: Mapping[str, object]) -> dict[str, object]:
    required = list(properties)[:1]  # `words`: a small model that must quote reads better
    parameters = {"type": "object", "properties": dict(properties), "required": required}
    function = {"name": name, "description": description, "parameters": parameters}
    return {"type": "function", "function": function}


def _is_plain(masked: Masked, known: Reading) -> bool:
    """Whether a message is nothing but what the extractors have read, such as `ND-1042` or `yes`."""
    left = masked.text
    for placeholder in masked.originals:
        left = left.replace(placeholder, " ")
    words = [word for word in left.split() if any(map(str.isalpha, word))]
    if not words and not masked.originals:
        return True
    wishes = known.candidates or any(r.id not in IDLE for r in known.requests)
    few = _BESIDE_MOVE if known.moves else _BESIDE_ANSWER
    return len(words) <= few and not wishes and bool(known.answers or known.moves)


def _tokens(reply: AIMessage | None) -> int:
    usage = reply.usage_metadata if reply else None
    return usage["total_tokens"] if usage else 0
