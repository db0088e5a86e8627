"""The graph of a SavedModel: operations that reach out of it.

Every SavedModel can save and restore itself, by a function that is called with a file name from outside. The same
operations are dangerous where the graph itself says which file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator, Mapping

from harness.inspection import wire
from harness.inspection.danger import Danger
from harness.inspection.ops import SAVERS, kind_of_op, plain

_PLACEHOLDERS = frozenset({"placeholder", "placeholderv2", "placeholderwithdefault"})


@dataclass(frozen=True)
class Node:
    """One operation: a NodeDef."""

    name: str
    op: str
    inputs: tuple[str, ...]
    calls: frozenset[str]
    attributes: Mapping[str, bytes]


def dangers_of_graph(graph: bytes, where: str, assets: bool) -> Iterator[Danger]:
    """What is dangerous in a GraphDef.

    Args:
        graph: It.
        where: What the paths begin with.
        assets: Whether the SavedModel has files of its own that a graph may read.
    """
    top = [_node(each) for each in wire.messages(graph, 1)]
    functions = {
        wire.text(signature, 1): [_node(each) for each in wire.messages(function, 3)]
        for function in wire.messages(graph, 2, 1)
        for signature in wire.messages(function, 1)
    }
    own = _called_from_outside(top, functions)
    for name, nodes in (("", top), *functions.items()):
        for node in nodes:
            kind = kind_of_op(node.op) or _of_a_node(node, assets)
            if plain(node.op) in SAVERS and not (name in own if name else _is_given(node, top)):
                kind = "file_op"
            if kind:
                yield Danger(kind, f"{where}:{name + '/' if name else ''}{node.name}", f"the operation {node.op!r}")


def _node(data: bytes) -> Node:
    attributes, calls = {}, set()
    for entry in wire.messages(data, 5):
        attributes[wire.text(entry, 1)] = next(wire.messages(entry, 2, 2), b"")
        for value in wire.messages(entry, 2):
            calls |= {each.decode("utf-8", "replace") for each in wire.messages(value, 10, 1)}
            calls |= {each.decode("utf-8", "replace") for each in wire.messages(value, 1, 9, 1)}
    inputs = tuple(each.decode("utf-8", "replace") for each in wire.messages(data, 3))
    return Node(wire.text(data, 1), wire.text(data, 2), inputs, frozenset(calls), attributes)


def _of_a_node(node: Node, assets: bool) -> str:
    """What depends on more than the operation."""
    op = plain(node.op)
    if op == "printv2" and node.attributes.get("output_stream", b"").startswith(b"file:"):
        return "file_op"
    return "file_op" if op.startswith("initializetablefromtextfile") and not assets else ""


def _called_from_outside(top: list[Node], functions: Mapping[str, list[Node]]) -> set[str]:
    """The functions that nothing calls but the top of the graph, with what it is given from outside."""
    inner = {name for nodes in functions.values() for node in nodes for name in node.calls}
    calls = [(name, node) for node in top for name in node.calls]
    given = {name for name, node in calls if _is_given(node, top)}
    fixed = {name for name, node in calls if not _is_given(node, top)}
    return given - fixed - inner


def _is_given(node: Node, top: list[Node]) -> bool:
    """Whether what a node is called with first comes from a placeholder."""
    by_name = {each.name: each for each in top}
    waiting, seen = list(node.inputs[:1]), set()
    while waiting:
        name = waiting.pop().lstrip("^").partition(":")[0]
        if name in by_name and name not in seen:
            seen.add(name)
            if plain(by_name[name].op) in _PLACEHOLDERS:
                return True
            waiting += by_name[name].inputs
    return False
