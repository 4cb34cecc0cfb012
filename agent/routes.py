"""Where does a turn go next? Pure functions of the state, without a default that acts."""

from typing import Literal

from langgraph.graph import END

from agent.photo_asking import is_answered_by_photo
from agent.state import Asking, TurnState

_STOP: Literal["__end__"] = "__end__"
assert _STOP == END, "the graph's own word for its end"

_UNDERSTOOD_WITHOUT_READING = ("hand_back", "person_said")


def route_start(state: TurnState) -> Literal["understand", "plan", "settle", "__end__"]:
    """Stay silent while a person owns the conversation."""
    kind = state["message"].event.kind
    if kind == "approval_settled":
        return "settle"
    if kind in _UNDERSTOOD_WITHOUT_READING:
        return "plan"
    if state["conversation"].owner == "person":
        return _STOP
    return "understand" if kind in ("say", "tap") else "plan"


def route_after_plan(state: TurnState) -> Literal["identify", "settle", "write", "__end__"]:
    """Verify only when something on the agenda, or a person's case, may need an order."""
    agreed = state.get("confirmed")
    if agreed is not None and agreed.effect.permit.approval is not None:
        return "settle"
    if state.get("handing_off") is not None:
        return "identify"
    if state["conversation"].agenda and state.get("reading") is not None:
        return "identify"
    if is_answered_by_photo(state):
        return "identify"
    if state["message"].event.kind == "opened" and not state.get("parts"):
        return _STOP
    return "write"


def route_after_identify(state: TurnState) -> Literal["gather", "write"]:
    """Ask when something is missing; records are read only for a verified buyer."""
    asking = any(isinstance(outcome, Asking) for outcome in state.get("outcomes", ()))
    return "write" if asking else "gather"


def route_after_settle(state: TurnState) -> Literal["hand_off", "write", "__end__"]:
    """Say nothing of what the buyer does not wait for any more."""
    if state.get("handing_off") is not None:
        return "hand_off"
    return "write" if state.get("parts") else _STOP


def route_after_record(state: TurnState) -> Literal["hand_off", "write"]:
    """A person's case is made before anything is said."""
    return "write" if state.get("handing_off") is None else "hand_off"


def route_after_check(state: TurnState) -> Literal["hand_off", "write", "__end__"]:
    """A reply that failed its check goes to a person, whose case may exist already."""
    if state.get("reply") is not None:
        return _STOP
    return "hand_off" if state.get("handoff") is None else "write"
