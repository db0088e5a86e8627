"""The graphs that fit(), predict() and evaluate() leave in a model: the same for any Keras."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Iterator

from harness.fresh.reading import read, unreadable
from harness.nouns import EVALUATION, PREDICTIONS

_GRAPHS = {PREDICTIONS: "predict_function", EVALUATION: "test_function"}


def forget_graphs(model: Any) -> None:
    """Let predict() and evaluate() be traced anew, with whatever Python attributes the layers have now.

    A layer's own tf.function keeps what it has traced.
    """
    for aspect, name in _GRAPHS.items():
        if not hasattr(model, name):
            raise unreadable(f"the graph of {aspect}", name)
        setattr(model, name, None)


def traced(model: Any) -> tuple[str, ...]:
    """The aspects for which a model has a graph, with which it goes on."""
    return tuple(
        aspect for aspect, name in _GRAPHS.items() if read(model, name, what=f"the graph of {aspect}") is not None
    )


@contextmanager
def eagerly(model: Any) -> Iterator[None]:
    """Train op by op, and leave the model as compile() made it."""
    # The property makes more of it: it says True of whatever cannot be traced.
    before = read(model, "_run_eagerly", what="run_eagerly as compile() was given it")
    model.run_eagerly = True
    try:
        yield
    finally:
        model.run_eagerly = before
        model.train_function = None
