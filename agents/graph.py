"""The order of the work: one node a piece of it, the analysts from their rows."""

from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from agents.answering import explain, propose
from agents.asking import ask
from agents.deciding import Signer
from agents.launching import launch
from agents.memory import Thread
from agents.roster import AGENTS
from agents.run import Run
from agents.signing import decide, sign_off
from agents.working import analyst, batch, dispatch

Desk = CompiledStateGraph[Thread, Run, Thread, Thread]


def build(sign: Signer, checkpointer: BaseCheckpointSaver[Any]) -> Desk:
    """The desk as a graph. `sign` carries out a person's decision; nothing else in here can."""
    graph = StateGraph(Thread, context_schema=Run)
    graph.add_node("understand", ask, destinations=("dispatch", "batch", "launch", "decide", "explain", "propose"))
    graph.add_node("dispatch", dispatch, destinations=(*(a.name for a in AGENTS), "explain"))
    for agent in AGENTS:
        graph.add_node(agent.name, analyst(agent))
        graph.add_edge(agent.name, "dispatch")
    graph.add_node("batch", batch)
    graph.add_node("launch", launch)
    graph.add_node("explain", explain)
    graph.add_node("decide", decide(sign), destinations=("propose",))
    graph.add_node("propose", propose)
    graph.add_node("sign", sign_off(sign))
    graph.add_edge(START, "understand")
    graph.add_edge("batch", "explain")
    graph.add_edge("launch", "explain")
    graph.add_edge("explain", "propose")
    graph.add_conditional_edges("propose", waits, ["sign", END])
    graph.add_conditional_edges("sign", waits, ["sign", END])
    return graph.compile(checkpointer=checkpointer)


def waits(state: Thread) -> str:
    return "sign" if state.get("waiting") else END
