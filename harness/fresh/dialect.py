"""The places where one Keras answers differently from another, each behind one function.

Everything else in the harness is written once, for Keras 2, tf-keras and Keras 3.
"""

from __future__ import annotations

import random
from contextlib import contextmanager
from typing import Any, Callable, Iterable, Iterator

import numpy as np


def keras_3() -> bool:
    """Whether models are made with Keras 3 in this process."""
    from tensorflow import keras

    return str(getattr(keras, "__version__", "2")).startswith("3")  # tf-keras does not say it here


def seed_everything(seed: int) -> None:
    """Seed Python, numpy and TensorFlow; keras.utils.set_random_seed came only with TensorFlow 2.7."""
    import tensorflow as tf

    random.seed(seed)
    np.random.seed(seed)
    tf.random.set_seed(seed)


def variable_name(variable: Any) -> str:
    """The name that tells one variable of a model from another: Keras 3 has it in `path`."""
    return str(getattr(variable, "path", None) or getattr(variable, "name", None) or type(variable).__name__)


def served_name(variable: Any) -> str:
    """A variable's name as TensorFlow has it, ":0" and all, by what Keras 3 calls it, which has no such end."""
    name = str(variable.name)
    return name.partition(":")[0] if keras_3() else name


def is_generator(variable: Any) -> bool:
    """Whether a variable that Keras 3 exports is the state of a random generator, which is among no model's weights."""
    return str(variable.name).partition(":")[0].endswith("seed_generator_state")


def value_of(variable: Any) -> np.ndarray:
    """A variable's value. The vocabulary of a lookup layer is among the weights too, and is no variable."""
    return np.asarray(variable.numpy() if hasattr(variable, "numpy") else variable.get_tensors()[0])


def named(variables: Iterable[Any], name_of: Callable[[Any], str] = variable_name) -> dict[str, Any]:
    """Variables by name, in their order. A repeated name gets "#2", "#3", ... behind it."""
    result: dict[str, Any] = {}
    for variable in variables:
        name, copy = name_of(variable), 1
        while name in result:
            copy += 1
            name = f"{name_of(variable)}#{copy}"
        result[name] = variable
    return result


def optimizer_variables(optimizer: Any) -> dict[str, Any]:
    """Iterations, slots and hyperparameters by name.

    Slots are named after the optimizer, and the scopes around it, when the first step creates them, and not when a
    loader does: that prefix tells nothing, and is dropped. Keras 3 writes the name of a slot's weight with underscores,
    so that only its shape tells it from a counter or a rate: "slot/" goes before it.
    """
    inner = getattr(optimizer, "inner_optimizer", None) or optimizer
    prefix = f"{getattr(inner, 'name', None) or getattr(inner, '_name', '')}/"
    return {
        f"slot/{short}" if hasattr(variable, "path") and len(variable.shape) else short: variable
        for name, variable in named(_variables(optimizer)).items()
        for short in [name.rpartition(prefix)[2]]
    }


def _variables(optimizer: Any) -> Iterable[Any]:
    """`optimizer.variables` is a method until TensorFlow 2.11, a property since."""
    try:
        variables: Any = optimizer.variables
        found: Iterable[Any] = variables() if callable(variables) else variables
        return found
    except AttributeError:
        # TensorFlow 2.11 with an optimizer that scales the loss: only the inner one has any.
        return _variables(optimizer.inner_optimizer)


def create_slots(optimizer: Any, variables: list[Any]) -> None:
    """Make the optimizer create its slots now, and with them take up values that a checkpoint holds for them."""
    if getattr(optimizer, "inner_optimizer", None) is not None:
        create_slots(optimizer.inner_optimizer, variables)
    if hasattr(optimizer, "build"):
        if not getattr(optimizer, "_built", False) and not getattr(optimizer, "built", False):
            optimizer.build(variables)
    elif hasattr(optimizer, "_create_all_weights"):
        optimizer._create_all_weights(variables)


def compile_arguments(model: Any) -> dict[str, Any]:
    """What compile() was given, without the optimizer and the metrics; {} for a model that is not compiled."""
    if getattr(model, "optimizer", None) is None:
        return {}
    if hasattr(model, "_get_compile_args"):
        arguments = dict(model._get_compile_args(user_metrics=True))
        arguments["run_eagerly"] = model._run_eagerly
        arguments["jit_compile"] = getattr(model, "_jit_compile", None)
        steps = getattr(model, "_steps_per_execution", None)
        arguments["steps_per_execution"] = 1 if steps is None else int(steps)
    else:
        # Whether it runs op by op can be set after compile() too.
        arguments = {**model._compile_config.config, "run_eagerly": model.run_eagerly}
    for name in ("optimizer", "metrics", "weighted_metrics"):
        arguments.pop(name, None)
    return arguments


def metrics(model: Any) -> list[Any]:
    """The metrics of a model, in order; Keras 3 has those of compile() in one of its own."""
    return [part for each in model.metrics for part in (getattr(each, "metrics", None) or [each])]


def weighted_metrics(model: Any) -> list[str]:
    """The names of the metrics that take sample weights, in order."""
    keras_2 = getattr(getattr(model, "compiled_metrics", None), "_weighted_metrics", None)
    keras_3 = getattr(getattr(model, "_compile_metrics", None), "_flat_weighted_metrics", None)
    return list(_metric_names(keras_2 if keras_2 is not None else keras_3))


def _metric_names(nested: Any) -> Iterator[str]:
    """Of metrics in lists, dicts and containers; a place without one is None."""
    if nested is None or isinstance(nested, str):
        return
    if hasattr(nested, "update_state") and not getattr(nested, "metrics", None):
        yield nested.name
        return
    values = nested.values() if hasattr(nested, "values") else getattr(nested, "metrics", nested)
    for each in values:
        yield from _metric_names(each)


def loss_scale(optimizer: Any) -> tuple[float | None, str, int | None]:
    """What the loss is multiplied by; none, fixed or dynamic; and the steps since a dynamic one was last raised."""
    if getattr(optimizer, "dynamic_growth_steps", None) is not None and not hasattr(optimizer, "loss_scale"):  # Keras 3
        if not optimizer.built:  # it will begin so
            return float(optimizer.initial_scale), "dynamic", 0
        return float(value_of(optimizer.dynamic_scale)), "dynamic", int(value_of(optimizer.step_counter))
    scale = getattr(optimizer, "loss_scale", None)
    counter = getattr(getattr(optimizer, "_loss_scale", None), "counter", None)
    kind = "none" if scale is None else "dynamic" if optimizer.dynamic else "fixed"
    return None if scale is None else float(scale), kind, None if counter is None else int(counter)


def scaled(optimizer: Any, initial_scale: float) -> Any:
    """An optimizer that multiplies the loss: in Keras 3 it is one among the optimizers."""
    from tensorflow import keras

    home = keras.optimizers if keras_3() else keras.mixed_precision
    return home.LossScaleOptimizer(optimizer, initial_scale=initial_scale)


def learning_rate_now(optimizer: Any) -> Any:
    """The rate of the next step, float32 (): a schedule is asked for it at the current iteration."""
    optimizer = getattr(optimizer, "inner_optimizer", None) or optimizer
    rate = getattr(optimizer, "_learning_rate", None)
    if rate is None:
        rate = optimizer._get_hyper("learning_rate")
    if callable(rate) and not hasattr(rate, "numpy"):
        rate = rate(optimizer.iterations)
    # numpy asks a variable of TensorFlow 2.5 for its values in a way that it does not know.
    return np.float32(rate.numpy() if hasattr(rate, "numpy") else rate)


def layers_within(model: Any) -> dict[str, Any]:
    """Every layer inside a model, at any depth, by its path; one that is shared, by the first.

    Metrics are left out: for Keras 2 they are layers too.
    """
    return dict(_layers_within(model, "", {id(model)}))


def _layers_within(layer: Any, path: str, seen: set[int]) -> Iterator[tuple[str, Any]]:
    names: set[str] = set()
    for each in layer._flatten_layers(recursive=False, include_self=False):
        if id(each) in seen or hasattr(each, "update_state"):
            continue
        seen.add(id(each))
        name, copy = each.name, 1
        while name in names:
            copy += 1
            name = f"{each.name}#{copy}"
        names.add(name)
        yield f"{path}{name}", each
        yield from _layers_within(each, f"{path}{name}/", seen)


def precision_of(layer: Any) -> list[str | None]:
    """The name of a layer's dtype policy, and the dtypes in which it computes and keeps variables."""
    if type(layer).__name__ == "InputLayer" and keras_3():
        return [None, None, layer.dtype]  # it computes nothing, and has the policy of the process that made it
    policy = getattr(layer, "dtype_policy", None) or getattr(layer, "_dtype_policy", None)
    name, compute, variable = (
        getattr(owner, attribute, None)
        for owner, attribute in ((policy, "name"), (policy, "compute_dtype"), (policy, "variable_dtype"))
    )
    return [name, compute, variable]


def generator_state(layer: Any) -> Any:
    """The state of a random generator that a layer owns, or None: legacy dropout draws from the process."""
    keras_2 = getattr(getattr(layer, "_random_generator", None), "_generator", None)
    # Keras 3 has it as an attribute; transformers has a property of that name, which makes one.
    generator = keras_2 or vars(layer).get("seed_generator")
    return None if generator is None else value_of(generator.state)


def restart_seeds(model: Any) -> None:
    """Let legacy dropout that has a seed begin with it again: it counts the seed up in Python, which nothing saves."""
    for layer in layers_within(model).values():
        generator: Any = getattr(layer, "_random_generator", None)
        seed = getattr(layer, "seed", None)
        if getattr(generator, "_rng_type", "") == "legacy_stateful" and isinstance(seed, int):
            generator._seed = seed


def input_specs(model: Any) -> dict[str, tuple[str, list[Any]]] | None:
    """What a model takes: (dtype, axes) by input name, an open axis is None; None for one that was never called."""
    if getattr(model, "inputs", None):
        names = getattr(model, "input_names", None) or [each.name for each in model.inputs]
        return {name: spec(each) for name, each in zip(names, model.inputs)}
    shapes = getattr(model, "_build_shapes_dict", None)
    if keras_3() and shapes:
        # What Keras 3 knows of a model that has no symbolic inputs, and what it exports: shapes, and one dtype for all.
        named = [
            pair
            for name, shape in shapes.items()
            for pair in (shape.items() if hasattr(shape, "items") else [(name, shape)])
        ]
        return {name: (str(model.input_dtype), list(shape)) for name, shape in named}
    inputs = _called_with(model)
    if inputs is None:
        return None
    # A model that takes a dict does not ask for the order of its names.
    named = (
        sorted(inputs.items()) if hasattr(inputs, "items") else [(getattr(inputs, "name", None) or "inputs", inputs)]
    )
    return {name: spec(each) for name, each in named if hasattr(each, "dtype")}


def _called_with(model: Any) -> Any:
    """What a model that declares no inputs was first called with, as TensorSpecs; None before that."""
    if hasattr(model, "save_spec"):  # since TensorFlow 2.6
        saved = model.save_spec()
        return saved[0][0] if saved and saved[0] else None
    return model._get_save_spec() if hasattr(model, "_trackable_saved_model_saver") else None


def spec(tensor: Any) -> tuple[str, list[Any]]:
    """A tensor, symbolic or not, or a TensorSpec, as its dtype and its axes."""
    dtype = getattr(tensor.dtype, "name", tensor.dtype)
    shape = tensor.shape
    return str(dtype), list(shape.as_list() if hasattr(shape, "as_list") and shape.rank is not None else shape or [])


def forget_graphs(model: Any) -> None:
    """Let predict() and evaluate() be traced anew: of shapes seen before, another graph may be at hand."""
    for name in ("predict_function", "test_function"):
        if hasattr(model, name):
            setattr(model, name, None)


@contextmanager
def eagerly(model: Any) -> Iterator[None]:
    """Train op by op, and leave the model as compile() made it."""
    before = model._run_eagerly  # its property makes more of it
    model.run_eagerly = True
    yield
    model.run_eagerly = before
    model.train_function = None


def step_eagerly(model: Any) -> None:
    """Take the next training steps op by op: no graph is traced, and their random seeds follow from the process's."""
    if getattr(model, "_jit_compile", None) is not True:  # XLA compiles a step, or there is none
        model.run_eagerly = True
        model.train_function = None
