"""Which chat model says exactly what a test wants, and which reader has read it already?"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage, InvalidToolCall, ToolCall
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from typing_extensions import override

from agent.prompting import load_prompt
from agent.requests import REQUEST_IDS, Phrase, RequestCatalogue, RequestId, RequestKind
from agent.understanding.llm import LlmUnderstanding
from agent.understanding.reading import Answer, Hearing, ModelUse, Reading
from tools.yaml_source import read_yaml

HERE = Path(__file__).parent
PROMPTS = HERE.parent.parent / "prompts"
FAMILIES = {"order_status": "parcel", "tracking_problem": "parcel", "delivery_delay": "parcel"}
TODAY = Hearing(today=date(2026, 3, 2))
UNSURE = Reading(candidates=("order_status", "refund_status"), language="en", mood="upset")


class ScriptedChat(BaseChatModel):
    """Answers with what it was given and remembers what it was asked."""

    answer: AIMessage = AIMessage("")
    failure: Exception | None = None
    seen: list[list[BaseMessage]] = []  # noqa: RUF012 - pydantic copies it

    @property
    @override
    def _llm_type(self) -> str:
        return "scripted"

    @override
    def bind_tools(
        self, tools: Sequence[object], *, tool_choice: str | None = None, **kwargs: object
    ) -> Runnable[LanguageModelInput, AIMessage]:
        return self.bind(tools=list(tools), **kwargs)

    @override
    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: object,
    ) -> ChatResult:
        self.seen.append(messages)
        if self.failure is not None:
            raise self.failure
        return ChatResult(generations=[ChatGeneration(message=self.answer)])


class ReadAlready:
    """Stands for the embedded reader where a test is about the model."""

    name = "read already"

    def __init__(self, reading: Reading = UNSURE) -> None:
        self.reading = reading

    async def read(self, text: str, hearing: Hearing) -> tuple[Reading, ModelUse]:
        del text, hearing
        return self.reading, ModelUse()


def catalogue() -> RequestCatalogue:
    """Return the small catalogue beside this file."""
    data = read_yaml(HERE / "catalogue.yaml").data
    assert isinstance(data, dict)
    kinds: dict[RequestId, RequestKind] = {}
    phrases: list[Phrase] = []
    for id_ in REQUEST_IDS:
        entry = data[id_]
        assert isinstance(entry, dict)
        family = FAMILIES.get(id_, id_)
        kinds[id_] = RequestKind(meaning=str(entry["meaning"]), live=True, family=family)
        phrases += [
            Phrase(text=line, language=language, request=id_)
            for language in ("en", "de")
            for line in str(entry[language]).splitlines()
        ]
    return RequestCatalogue(kinds, tuple(phrases), digest="of the tests")


def reader(model: BaseChatModel, known: Reading = UNSURE) -> LlmUnderstanding:
    """Return a reader with the real prompt, the small catalogue and this model."""
    prompt = load_prompt(PROMPTS / "understand.md")
    return LlmUnderstanding(model, catalogue(), prompt, ReadAlready(known))


def saying(*calls: tuple[str, Mapping[str, object]], content: str = "") -> ScriptedChat:
    """Return a model that makes these calls."""
    made = [
        ToolCall(name=name, args=dict(args), id=f"c{at}") for at, (name, args) in enumerate(calls)
    ]
    return ScriptedChat(answer=AIMessage(content=content, tool_calls=made))


def broken(arguments: str) -> ScriptedChat:
    """Return a model whose arguments are no JSON."""
    call = InvalidToolCall(
        type="invalid_tool_call", name="order_status", args=arguments, id="c1", error="no JSON"
    )
    return ScriptedChat(answer=AIMessage(content="", invalid_tool_calls=[call]))


def numbers(*values: str) -> Reading:
    """Return what the extractors read in a message with these order numbers."""
    return Reading(answers=tuple(Answer(kind="order_number", value=value) for value in values))
