"""A drawn model as Python: a stand-alone module with build() and data(), which needs TensorFlow and numpy alone."""

from __future__ import annotations

from typing import Iterable, Iterator, Sequence

from explorer.models import IDS, NUMBERS, SERIES, Head, Layer, Model, Nested, Step

_HEADER = """\
import numpy as np
import tensorflow as tf
from tensorflow import keras
"""

# Eight examples; a series has four steps, and there are five ids.
_INPUTS = {
    NUMBERS: "draw.random((8, 3), 'float32')",
    SERIES: "draw.random((8, 4, 3), 'float32')",
    IDS: "draw.integers(0, 5, (8, 4), 'int32')",
}
_LABELS = {
    "value": "draw.random((8, 1), 'float32')",
    "yes": "draw.integers(0, 2, (8, 1))",
    "class": "draw.integers(0, 3, 8)",
    "one_hot": "np.eye(3, dtype='float32')[draw.integers(0, 3, 8)]",
}
_UNITS = {"value": "1", "yes": "1", "class": "3", "one_hot": "3"}
_ACTIVATIONS = {"value": "", "yes": "'sigmoid'", "class": "'softmax'", "one_hot": "'softmax'"}
_WEIGHTS = "draw.random(8, 'float32')"

#: Names of inputs and outputs, where they are told apart by name.
_IN, _OUT = ("first", "second"), ("left", "right")


def source(model: Model) -> str:
    """The module, for people to read and for the harness to test."""
    return "\n".join(
        [
            _HEADER,
            "",
            *("def build():", *_indented(_build(model)), "", ""),
            *("def data():", *_indented(_data(model)), ""),
        ]
    )


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _build(model: Model) -> Iterator[str]:
    if model.policy != "float32":
        yield f"keras.mixed_precision.set_global_policy({model.policy!r})"
    variables = [f"part{number}" if _needs_variable(step) else "" for number, step in enumerate(model.steps, 1)]
    for variable, step in zip(variables, model.steps):
        if variable:
            yield from _made(variable, step, "(None, 3)" if model.input != NUMBERS else "(3,)")
    parts = list(zip(variables, model.steps))
    yield from _sequential(model, parts) if model.sequential else _functional(model, parts)
    yield "model.compile("
    yield from _indented(f"{argument}," for argument in _compile(model))
    yield ")"
    yield "return model"


def _needs_variable(step: Step) -> bool:
    return step.calls > 1 or isinstance(step, Nested)


def _made(variable: str, step: Step, shape: str) -> Iterator[str]:
    """A layer or a nested model, in a variable."""
    if isinstance(step, Layer):
        yield f"{variable} = {_layer(step)}"
        return
    if step.functional:
        yield f"x = y = keras.Input({shape})"
        for each in step.layers:
            if each.calls > 1:
                yield f"twice = {_layer(each)}"
            yield f"y = {_called('twice' if each.calls > 1 else _layer(each), each.calls, 'y')}"
        yield f"{variable} = {_call('Model', 'x', 'y', *_name(step.name))}"
    else:
        yield f"{variable} = {_call('Sequential', _list(map(_layer, step.layers)), *_name(step.name))}"
    if step.frozen:
        yield f"{variable}.trainable = False"


def _sequential(model: Model, parts: Sequence[tuple[str, Step]]) -> Iterator[str]:
    layers = [_input(model.input, model), *_embedding(model)]
    layers += [variable or _layer(step) for variable, step in parts]
    layers += [*_pool(model), *(_head(each, model) for each in model.heads)]
    yield "layers = ["
    for each in layers:
        yield f"    {each},"
    yield "]"
    yield f"model = {_call('Sequential', 'layers', *_name(model.name))}"


def _functional(model: Model, parts: Sequence[tuple[str, Step]]) -> Iterator[str]:
    yield f"first = {_input(model.input, model, _IN[0])}"
    value = "first"
    for layer in _embedding(model):
        yield f"y = {layer}({value})"
        value = "y"
    for variable, step in parts:
        yield f"y = {_called(variable or _layer(step), step.calls, value)}"
        value = "y"
    for layer in _pool(model):
        yield f"y = {layer}({value})"
        value = "y"
    if model.second:
        yield f"second = {_input(NUMBERS, model, _IN[1])}"
        yield f"y = keras.layers.Concatenate()([{value}, second])"
        value = "y"
    inputs = ["first", "second"] if model.second else ["first"]
    outputs = [f"{_head(head, model, name)}({value})" for head, name in zip(model.heads, _OUT)]
    for name, output in zip(_OUT, outputs):
        yield f"{name} = {output}"
    arguments = (_together(inputs, _IN, model), _together(_OUT[: len(outputs)], _OUT, model))
    yield f"model = {_call('Model', *arguments, *_name(model.name))}"


def _input(kind: str, model: Model, name: str = "") -> str:
    steps = "None" if model.open else "4"
    shape = {NUMBERS: "(3,)", SERIES: f"({steps}, 3)", IDS: f"({steps},)"}[kind]
    dtype = ["dtype='int32'"] if kind == IDS else []
    return _call("Input", shape, *dtype, *_name(name if model.by_name else ""))


def _embedding(model: Model) -> list[str]:
    if model.input != IDS:
        return []
    return [_call("layers.Embedding", "5", "3", *(["mask_zero=True"] if model.masked else []))]


def _pool(model: Model) -> list[str]:
    return [] if model.input == NUMBERS else [f"keras.layers.{model.pool}"]


def _layer(layer: Layer) -> str:
    frozen = ["trainable=False"] if layer.frozen else []
    return _call(f"layers.{layer.kind}", *layer.arguments, *frozen, *_name(layer.name))


def _head(head: Head, model: Model, name: str = "") -> str:
    activation = "" if "from_logits" in head.loss else _ACTIVATIONS[head.task]
    # As TensorFlow's guide to mixed precision has it.
    dtype = ["dtype='float32'"] if model.policy != "float32" else []
    return _call(
        "layers.Dense", _UNITS[head.task], *filter(None, [activation]), *dtype, *_name(name if model.by_name else "")
    )


def _compile(model: Model) -> Iterator[str]:
    yield f"optimizer={model.optimizer}"
    yield f"loss={_together([each.loss for each in model.heads], _OUT, model)}"
    if model.loss_weights:
        yield f"loss_weights={_together(['0.7', '0.3'], _OUT, model)}"
    if any(each.metric for each in model.heads):
        metrics = [f"[{each.metric}]" for each in model.heads]
        yield f"{'weighted_' if model.weighted else ''}metrics={_together(metrics, _OUT, model)}"


def _data(model: Model) -> Iterator[str]:
    yield "draw = np.random.default_rng(7)"
    inputs = [_INPUTS[model.input], *([_INPUTS[NUMBERS]] if model.second else [])]
    yield f"x = {_together(inputs, _IN, model)}"
    yield f"y = {_together([_LABELS[each.task] for each in model.heads], _OUT, model)}"
    if model.weighted:
        yield f"weights = {_together([_WEIGHTS for _ in model.heads], _OUT, model)}"
    yield f"return x, y{', weights' if model.weighted else ''}"


def _together(values: Sequence[str], names: Sequence[str], model: Model) -> str:
    """Expressions as one: a dict by name, else a list, or the one that there is."""
    if model.by_name:
        return "{" + ", ".join(f"'{name}': {value}" for name, value in zip(names, values)) + "}"
    return values[0] if len(values) == 1 else _list(values)


def _call(function: str, *arguments: str) -> str:
    return f"keras.{function}({', '.join(arguments)})"


def _called(layer: str, times: int, value: str) -> str:
    return f"{layer}({value})" if times == 1 else f"{layer}({_called(layer, times - 1, value)})"


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(values)}]"


def _name(name: str) -> list[str]:
    return [f"name={name!r}"] if name else []
