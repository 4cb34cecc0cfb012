"""How long does a turn of LangGraph alone take, with as many nodes and its own SQLite saver?"""

# pyright: reportUnknownMemberType=false
# LangGraph's own signatures leave type arguments open.

import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from typing_extensions import TypedDict


class _Talk(TypedDict):
    messages: Annotated[list[AnyMessage], add_messages]
    seen: int


def _pass(state: _Talk) -> dict[str, int]:
    return {"seen": state.get("seen", 0) + 1}


def _answer(state: _Talk) -> dict[str, list[AnyMessage]]:
    return {"messages": [AIMessage(content=f"Heard {len(state['messages'])} messages.")]}


async def time_turns(
    conversations: Sequence[Sequence[str]], nodes: int, database: Path
) -> list[float]:
    """Return the milliseconds of each turn; each conversation has a thread of its own."""
    graph = StateGraph(_Talk)
    names = [f"step_{number}" for number in range(nodes - 1)]
    for name in names:
        graph.add_node(name, _pass)
    graph.add_node("answer", _answer)
    way = [START, *names, "answer", END]
    for one, other in pairwise(way):
        graph.add_edge(one, other)
    spent: list[float] = []
    async with AsyncSqliteSaver.from_conn_string(str(database)) as saver:
        compiled = graph.compile(checkpointer=saver)
        for thread, messages in enumerate(conversations):
            config = RunnableConfig(configurable={"thread_id": str(thread)})
            for text in messages:
                started = time.perf_counter()
                said = _Talk(messages=[HumanMessage(content=text)], seen=0)
                await compiled.ainvoke(said, config, durability="exit")
                spent.append((time.perf_counter() - started) * 1000)
    return spent
