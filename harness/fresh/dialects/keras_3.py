"""Keras 3, from 3.4 on."""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any, Iterator, Sequence

import numpy as np

from harness.fresh.reading import read, unreadable
from harness.fresh.tensors import spec, tensor_of
from harness.fresh.variables import has_deferred, named, value_of
from harness.record.arrays_and_json import is_text
from harness.record.batches import mapped
from harness.record.composite import is_composite


def fed(x: Any) -> Any:
    """A batch as fit(), evaluate() and predict() take it: ragged, sparse, and refused as an array, it is a tensor."""

    def one(each: Any) -> Any:
        return tensor_of(each) if is_composite(each) or _is_refused(each) else each

    return mapped(one, x)


def _is_refused(array: Any) -> bool:
    """Whether Keras takes it as a tensor only: text with more than one axis, and bytes."""
    return is_text(array) and (array.ndim > 1 or any(isinstance(each, bytes) for each in array))


def served_name(variable: Any) -> str:
    """A variable's name as Keras 3 has it, without the ":0" that TensorFlow puts behind it."""
    return str(variable.name).partition(":")[0]


def optimizer_variables(optimizer: Any) -> dict[str, Any]:
    """Iterations, slots and hyperparameters by name.

    The name of the optimizer, and the scopes around it, are dropped, as in Keras 2. Keras 3 writes the name of a slot's
    weight with underscores, so that only its shape tells it from a counter or a rate: "slot/" goes before it.
    """
    inner = getattr(optimizer, "inner_optimizer", None) or optimizer
    prefix = f"{read(inner, 'name', what='the name of the optimizer')}/"
    return {
        f"slot/{short}" if len(variable.shape) else short: variable
        for name, variable in named(read(optimizer, "variables", what="the variables of the optimizer")).items()
        for short in [name.rpartition(prefix)[2]]
    }


def create_slots(optimizer: Any, variables: list[Any]) -> None:
    """Make the optimizer create its slots now, and with them take up values that a checkpoint holds for them."""
    if getattr(optimizer, "inner_optimizer", None) is not None:
        create_slots(optimizer.inner_optimizer, variables)
    if not read(optimizer, "built", what="whether the optimizer has its slots"):
        optimizer.build(variables)


def is_waiting(optimizer: Any) -> bool:
    """Whether a checkpoint holds values for slots that the optimizer makes, all at once, in its first step."""
    if getattr(optimizer, "built", True):
        return False
    return has_deferred(read(optimizer, "_variables", what="the slots that a checkpoint holds"))


def make_counters(optimizer: Any) -> None:
    """Nothing: an optimizer is made with its iterations and its rate."""


def without_slots(optimizer: Any, model: Any) -> list[Any]:
    """The variables of a model for which compile()'s optimizer has made no slots yet: all that it trains, or none."""
    built = read(optimizer, "built", what="whether the optimizer has its slots")
    return [] if built else list(model.trainable_variables)


def compile_arguments(model: Any) -> dict[str, Any]:
    """What compile() was given, without the optimizer and the metrics; {} for a model that is not compiled."""
    if getattr(model, "optimizer", None) is None:
        return {}
    config = read(model, "_compile_config", what="what compile() was given")
    # Whether it runs op by op can be set after compile() too.
    arguments = {**read(config, "config", what="what compile() was given"), "run_eagerly": model.run_eagerly}
    for name in ("optimizer", "metrics", "weighted_metrics"):
        arguments.pop(name, None)
    return arguments


def step_eagerly(model: Any) -> None:
    """Take the next training steps op by op: no graph is traced, and their random seeds follow from the process's."""
    # XLA compiles a step, or there is none.
    if read(model, "_jit_compile", what="jit_compile as compile() was given it") is not True:
        model.run_eagerly = True
        model.train_function = None


def metrics(model: Any) -> list[Any]:
    """The metrics of a model, in order; those of compile() are in one of Keras' own."""
    return [part for each in model.metrics for part in (_within(each) or [each])]


def _within(metric: Any) -> list[Any] | None:
    if type(metric).__name__ == "CompileMetrics":
        return list(read(metric, "metrics", what="the metrics of compile()"))
    return getattr(metric, "metrics", None)


def weighted_metrics(model: Any) -> list[str]:
    """The names of the metrics that take sample weights, in order."""
    what = "the metrics that take sample weights"
    container = read(model, "_compile_metrics", what=what)
    if container is None or not read(container, "built", what=what):
        return []
    # One list for each output; an output without any has None.
    lists = [each for each in read(container, "_flat_weighted_metrics", what=what) if each is not None]
    return [metric.name for each in lists for metric in read(each, "metrics", what=what)]


def loss_scale(optimizer: Any) -> tuple[float | None, str, int | None]:
    """What the loss is multiplied by; none or dynamic; and the steps since it was last raised."""
    if not hasattr(optimizer, "inner_optimizer") and not hasattr(optimizer, "dynamic_growth_steps"):
        return None, "none", None
    if not read(optimizer, "built", what="the loss scale"):  # it will begin so
        return float(read(optimizer, "initial_scale", what="the loss scale")), "dynamic", 0
    scale = value_of(read(optimizer, "dynamic_scale", what="the loss scale"))
    counter = value_of(read(optimizer, "step_counter", what="the steps since the loss scale was raised"))
    return float(scale), "dynamic", int(counter)


def learning_rate_now(optimizer: Any) -> Any:
    """The rate of the next step, float32 (): a schedule is asked for it at the current iteration; None without one."""
    optimizer = getattr(optimizer, "inner_optimizer", None) or optimizer
    if not hasattr(optimizer, "learning_rate"):
        return None
    rate = read(optimizer, "_learning_rate", what="the learning rate")
    if callable(rate) and not hasattr(rate, "numpy"):
        rate = rate(optimizer.iterations)
    return np.float32(rate.numpy() if hasattr(rate, "numpy") else rate)


def precision_of(layer: Any) -> list[str | None]:
    """The name of a layer's dtype policy, and the dtypes in which it computes and keeps variables."""
    if type(layer).__name__ == "InputLayer":
        return [None, None, layer.dtype]  # it computes nothing, and has the policy of the process that made it
    what = f"the dtype policy of {layer.name}"
    policy = read(layer, "dtype_policy", what=what)
    return [read(policy, name, what=what) for name in ("name", "compute_dtype", "variable_dtype")]


def generator_state(layer: Any) -> Any:
    """The state of a random generator that a layer owns, or None for one that draws nothing."""
    # An attribute: transformers has a property of that name, which makes one.
    generator = vars(layer).get("seed_generator")
    if generator is None and _draws(layer):
        raise unreadable(f"the random generator of {layer.name}", "seed_generator")
    return None if generator is None else value_of(read(generator, "state", what=f"the generator of {layer.name}"))


def _draws(layer: Any) -> bool:
    """Whether it must have a generator: Keras' own dropout with a rate."""
    is_dropout = type(layer).__name__.endswith("Dropout") and type(layer).__module__.startswith("keras.src.layers.")
    return is_dropout and bool(getattr(layer, "rate", 0))


def restart_seeds(model: Any) -> None:
    """Nothing: a generator is part of the model, and goes on from where it was."""


def input_specs(model: Any) -> dict[str, tuple[str, list[Any]]] | None:
    """What a model takes: (dtype, axes) by input name, an open axis is None; None for one that was never called."""
    if getattr(model, "inputs", None):
        names = getattr(model, "input_names", None) or [each.name for each in model.inputs]
        return {name: spec(each) for name, each in zip(names, model.inputs)}
    if not hasattr(model, "_flatten_layers"):  # it is no Keras model
        return None
    # What is known of a model that has no symbolic inputs, and what it exports: shapes, and one dtype for all.
    shapes = read(model, "_build_shapes_dict", what="what the model takes")
    if not shapes:
        return None
    pairs = [(path or name, shape) for name, nested in shapes.items() for path, shape in _shapes_by_path(nested)]
    return {name: (str(model.input_dtype), list(shape)) for name, shape in pairs}


def _shapes_by_path(nested: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The shapes in lists and dicts of them, in the order in which Keras flattens them: "user/age", "1/0"."""
    if hasattr(nested, "items"):
        below = sorted(nested.items())
    elif any(isinstance(each, (list, tuple, dict)) for each in nested or ()):
        below = list(enumerate(nested))
    else:
        yield path, nested
        return
    for key, each in below:
        yield from _shapes_by_path(each, f"{path}/{key}" if path else str(key))


def declared_outputs(model: Any) -> Any:
    """The symbolic outputs of a model that has them, in their structure."""
    # A Sequential has outputs, and says that it was never called when it is asked for output.
    return getattr(model, "output", model.outputs)


def made_of(layer: Any) -> Any:
    """What a TFSMLayer was made of, as tf.saved_model.load returns it."""
    return read(layer, "_reloaded_obj", what="what a TFSMLayer was made of")


#: Whose layers the loaders know that have a library.
LIBRARY = "keras_hub"


def library_objects(modules: Sequence[str]) -> dict[str, Any]:
    """None, of whatever modules: with Keras 3 the library is keras-hub, and importing it registers what it has."""
    if importlib.util.find_spec("keras_hub") is not None:
        importlib.import_module("keras_hub")
    return {}
