"""How long does a turn of LangGraph alone take, with as many nodes and its own SQLite saver?"""

# pyright: reportUnknownMemberType=false
# LangGraph's own signatures leave type arguments open.

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from typing_extensions import TypedDict

TakeTurn = Callable[[str, str], Awaitable[None]]
"""`(thread, what the buyer says)`."""


class _Talk(TypedDict):
    messages: Annotated[list[AnyMessage], add_messages]
    seen: int


def _pass(state: _Talk) -> dict[str, int]:
    return {"seen": state.get("seen", 0) + 1}


def _answer(state: _Talk) -> dict[str, list[AnyMessage]]:
    return {"messages": [AIMessage(content=f"Heard {len(state['messages'])} messages.")]}


@asynccontextmanager
async def open_bare_graph(nodes: int, database: Path) -> AsyncGenerator[TakeTurn]:
    """Yield what runs one turn; each conversation has a thread of its own."""
    graph = StateGraph(_Talk)
    names = [f"step_{number}" for number in range(nodes - 1)]
    for name in names:
        graph.add_node(name, _pass)
    graph.add_node("answer", _answer)
    for one, other in pairwise([START, *names, "answer", END]):
        graph.add_edge(one, other)
    async with AsyncSqliteSaver.from_conn_string(str(database)) as saver:
        compiled = graph.compile(checkpointer=saver)

        async def take_turn(thread: str, text: str) -> None:
            config = RunnableConfig(configurable={"thread_id": thread})
            said = _Talk(messages=[HumanMessage(content=text)], seen=0)
            await compiled.ainvoke(said, config, durability="exit")

        yield take_turn
