"""A SavedModel: its graph, Keras' metadata in it or beside it, the files that it names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterator

from harness.inspection import wire
from harness.inspection.configs import dangers_of, read_json
from harness.inspection.danger import Container, Danger, Found, Unreadable
from harness.inspection.graphs import dangers_of_graph
from harness.inspection.ops import SAVERS, kind_of_op, plain
from harness.record.about import is_within

GRAPH, TEXT, CHUNKS, METADATA = "saved_model.pb", "saved_model.pbtxt", "saved_model.cpb", "keras_metadata.pb"


def is_savedmodel(folder: Path) -> bool:
    """By the names that its loader goes by."""
    return any((folder / name).exists() for name in (GRAPH, TEXT, CHUNKS))


def inspect_graph(data: bytes, where: str) -> Found:
    """What saved_model.pb says.

    Raises:
        Unreadable: It is none.
    """
    graphs = list(wire.messages(data, 2))
    if not graphs:
        raise Unreadable("is no SavedModel: there is no graph in it")
    versions = [version for graph in graphs for about in wire.messages(graph, 1) if (version := wire.text(about, 5))]
    dangers = [each for graph in graphs for each in _of_a_graph(graph, where)]
    written_by = {"tensorflow": versions[0]} if versions else {}
    return Found((Container(where, "SavedModel", written_by),), tuple(dangers))


def _of_a_graph(graph: bytes, where: str) -> Iterator[Danger]:
    assets = [each.decode("utf-8", "replace") for each in wire.messages(graph, 6, 2)]
    for asset in assets:
        if not is_within(asset):
            yield Danger("path", f"{where}:assets", f"the file {asset!r}")
    for each in wire.messages(graph, 2):
        yield from dangers_of_graph(each, where, bool(assets))
    # Until TensorFlow 2.4 Keras had its metadata here.
    for place, each in enumerate(wire.messages(graph, 7, 1, 4)):
        yield from _of_metadata(wire.text(each, 3), f"{where}:object {place}")


def inspect_metadata(data: bytes, where: str) -> Found:
    """What keras_metadata.pb says.

    Raises:
        Unreadable: It is none.
    """
    nodes = [(wire.text(each, 3), wire.text(each, 5)) for each in wire.messages(data, 1)]
    return Found((), tuple(each for path, text in nodes for each in _of_metadata(text, f"{where}:{path}")))


def _of_metadata(text: str, where: str) -> Iterator[Danger]:
    if text[:1] in ("{", "["):
        yield from dangers_of(read_json(text.encode()), where)


def inspect_text(data: bytes, where: str) -> Found:
    """What saved_model.pbtxt says: its operations, wherever they stand; it is not told by whom they are called."""
    ops = sorted({each.decode() for each in re.findall(rb'op\s*:\s*["\'](\w+)', data)})
    dangers = [
        Danger(kind_of_op(op) or "file_op", where, f"the operation {op!r}")
        for op in ops
        if kind_of_op(op) or plain(op) in SAVERS
    ]
    return Found((Container(where, "SavedModel"),), tuple(dangers))
