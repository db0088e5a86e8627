"""Keras 2: TensorFlow's own from 2.5 on, and tf-keras. What its versions spell otherwise is tried by name."""

from __future__ import annotations

import importlib.util
import re
from types import ModuleType
from typing import Any, Iterable, Iterator, Sequence

import numpy as np
from packaging.version import Version

from harness.fresh.layers import layers_within
from harness.fresh.reading import keras_version, read, unreadable
from harness.fresh.tensors import spec, tensor_of
from harness.fresh.variables import has_deferred, named, value_of
from harness.record.batches import flattened, mapped
from harness.record.composite import is_composite

#: Where Keras' own layers are: what is revived from a SavedModel may have their names, and is of a module beside it.
_LAYERS = ("keras.layers.", "keras.src.layers.", "tf_keras.src.layers.")


def fed(x: Any) -> Any:
    """A batch as fit(), evaluate() and predict() take it: what is ragged or sparse as a tensor, the rest as it is."""
    return mapped(lambda each: tensor_of(each) if is_composite(each) else each, x)


def served_name(variable: Any) -> str:
    """A variable's name as TensorFlow has it, ":0" and all."""
    return str(variable.name)


def optimizer_variables(optimizer: Any) -> dict[str, Any]:
    """Iterations, slots and hyperparameters by name.

    Slots are named after the optimizer, and the scopes around it, when the first step creates them, and not when a
    loader does: that prefix tells nothing, and is dropped. The second optimizer of one name has a number in it.
    """
    inner = getattr(optimizer, "inner_optimizer", None) or optimizer
    scope = re.escape(str(read(inner, "name", "_name", what="the name of the optimizer")))
    found = named(_variables(optimizer))
    return {re.sub(rf"^(.*/)?{scope}(_\d+)?/", "", name): variable for name, variable in found.items()}


def _variables(optimizer: Any) -> Iterable[Any]:
    """`optimizer.variables` is a method until TensorFlow 2.11, a property since."""
    try:
        variables: Any = optimizer.variables
        found: Iterable[Any] = variables() if callable(variables) else variables
        return found
    except AttributeError:
        # TensorFlow 2.11 with an optimizer that scales the loss: only the inner one has any.
        return _variables(read(optimizer, "inner_optimizer", what="the variables of the optimizer"))


def create_slots(optimizer: Any, variables: list[Any]) -> None:
    """Make the optimizer create its slots now, and with them take up values that a checkpoint holds for them."""
    inner = getattr(optimizer, "inner_optimizer", None)
    if inner is not None:
        create_slots(inner, variables)
    if hasattr(optimizer, "build"):
        if not _is_built(optimizer):
            optimizer.build(variables)
    elif hasattr(optimizer, "_create_all_weights"):
        optimizer._create_all_weights(variables)
    elif inner is None:
        raise unreadable("the slots of the optimizer", "build", "_create_all_weights")


def _is_built(optimizer: Any) -> bool:
    """Which of the two it has follows from the version, and before it is built it may have neither."""
    return bool(getattr(optimizer, "_built", False) or getattr(optimizer, "built", False))


def is_waiting(optimizer: Any) -> bool:
    """Whether a checkpoint holds values for slots that the optimizer makes, all at once, in its first step.

    The optimizers before TensorFlow 2.11 need not wait: a checkpoint makes the slots that it has.
    """
    optimizer = getattr(optimizer, "inner_optimizer", None) or optimizer
    if not hasattr(optimizer, "build") or _is_built(optimizer):
        return False
    return has_deferred(getattr(optimizer, "_variables", None))


def make_counters(optimizer: Any) -> None:
    """Make an optimizer of before TensorFlow 2.11 take up its iterations and its rate, and make no slots."""
    for each in (getattr(optimizer, "inner_optimizer", optimizer), optimizer):
        if not hasattr(each, "build") and hasattr(each, "_create_all_weights"):
            each._create_all_weights([])


def without_slots(optimizer: Any, model: Any) -> list[Any]:
    """The variables of a model for which compile()'s optimizer has made no slots yet.

    One of before TensorFlow 2.11 makes them whenever a variable first gets a gradient, whatever is frozen when it is
    looked at; a later one all at once, for what is trainable.
    """
    optimizer = getattr(optimizer, "inner_optimizer", None) or optimizer
    if hasattr(optimizer, "build"):
        return [] if _is_built(optimizer) else list(model.trainable_variables)
    if not hasattr(optimizer, "get_slot_names"):
        return []
    names = optimizer.get_slot_names()
    could_be_trained = [each for each in model.weights if getattr(each, "trainable", False)]
    return [
        each for each in could_be_trained if not names or not all(_has_slot(optimizer, each, kind) for kind in names)
    ]


def _has_slot(optimizer: Any, variable: Any, name: str) -> bool:
    try:
        return optimizer.get_slot(variable, name) is not None
    except KeyError:
        return False


def compile_arguments(model: Any) -> dict[str, Any]:
    """What compile() was given, without the optimizer and the metrics; {} for a model that is not compiled."""
    if getattr(model, "optimizer", None) is None:
        return {}
    arguments = dict(read(model, "_get_compile_args", what="what compile() was given")(user_metrics=True))
    arguments["run_eagerly"] = read(model, "_run_eagerly", what="run_eagerly as compile() was given it")
    arguments["jit_compile"] = _jit_compile(model)
    steps = read(model, "_steps_per_execution", what="steps_per_execution")
    arguments["steps_per_execution"] = 1 if steps is None else int(_number(steps))
    for name in ("optimizer", "metrics", "weighted_metrics"):
        arguments.pop(name, None)
    return arguments


def _jit_compile(model: Any) -> Any:
    """None before Keras 2.8, which has no such argument."""
    if not hasattr(model, "_jit_compile") and keras_version() < Version("2.8"):
        return None
    return read(model, "_jit_compile", what="jit_compile as compile() was given it")


def step_eagerly(model: Any) -> None:
    """Take the next training steps op by op: no graph is traced, and their random seeds follow from the process's."""
    if _jit_compile(model) is not True:  # XLA compiles a step, or there is none
        model.run_eagerly = True
        model.train_function = None


def metrics(model: Any) -> list[Any]:
    """The metrics of a model, in order."""
    return [part for each in model.metrics for part in (getattr(each, "metrics", None) or [each])]


def weighted_metrics(model: Any) -> list[str]:
    """The names of the metrics that take sample weights, in order."""
    container = read(model, "compiled_metrics", what="the metrics that take sample weights")
    if container is None:  # its own compile() has made none
        return []
    return list(_metric_names(read(container, "_weighted_metrics", what="the metrics that take sample weights")))


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
    if not hasattr(optimizer, "loss_scale"):
        if hasattr(optimizer, "inner_optimizer"):
            raise unreadable("the loss scale", "loss_scale")
        return None, "none", None
    if not optimizer.dynamic:
        return float(_number(optimizer.loss_scale)), "fixed", None
    state = read(optimizer, "_loss_scale", what="the steps since the loss scale was raised")
    counter = read(state, "counter", what="the steps since the loss scale was raised")
    return float(_number(optimizer.loss_scale)), "dynamic", int(_number(counter))


def _number(value: Any) -> Any:
    """A number, or the value of a variable: numpy cannot ask TensorFlow 2.5 for it, and Python no distributed one."""
    return value_of(value) if hasattr(value, "numpy") else value


def learning_rate_now(optimizer: Any) -> Any:
    """The rate of the next step, float32 (): a schedule is asked for it at the current iteration; None without one."""
    optimizer = getattr(optimizer, "inner_optimizer", None) or optimizer
    try:
        public = optimizer.learning_rate
    except (AttributeError, ValueError):  # what Keras raises for one that was made without
        return None
    rate = getattr(optimizer, "_learning_rate", None)
    if rate is None:
        if not hasattr(optimizer, "_get_hyper"):
            raise unreadable("the learning rate", "_learning_rate", "_get_hyper")
        # An optimizer around another one hands on what that has.
        is_its_own = "learning_rate" in read(optimizer, "_hyper", what="the learning rate")
        rate = optimizer._get_hyper("learning_rate") if is_its_own else public
    if callable(rate) and not hasattr(rate, "numpy"):
        rate = rate(optimizer.iterations)
    return np.float32(_number(rate))


def precision_of(layer: Any) -> list[str | None]:
    """The name of a layer's dtype policy, and the dtypes in which it computes and keeps variables."""
    what = f"the dtype policy of {layer.name}"
    policy = read(layer, "dtype_policy", "_dtype_policy", what=what)
    return [read(policy, name, what=what) for name in ("name", "compute_dtype", "variable_dtype")]


def generator_state(layer: Any) -> Any:
    """The state of a random generator that a layer owns, or None: legacy dropout draws from the process."""
    what = f"the random generator of {layer.name}"
    random = _random_generator(layer)
    if random is None or not read(random, "_built", what=what):  # it makes its generator when it is first called
        return None
    generator = read(random, "_generator", what=what)
    return None if generator is None else value_of(generator.state)


def _random_generator(layer: Any) -> Any:
    """What a layer of Keras 2.8 and later draws from, in Keras' own class; None for one that draws nothing."""
    if keras_version() < Version("2.8"):
        return None
    random = getattr(layer, "_random_generator", None)
    if random is None and _draws(layer):
        raise unreadable(f"the random generator of {layer.name}", "_random_generator")
    return random if type(random).__name__ == "RandomGenerator" else None


def _draws(layer: Any) -> bool:
    """Whether it must have a generator: Keras' own dropout."""
    return type(layer).__name__ == "Dropout" and type(layer).__module__.startswith(_LAYERS)


def restart_seeds(model: Any) -> None:
    """Let legacy dropout that has a seed begin with it again: it counts the seed up in Python, which nothing saves."""
    for layer in layers_within(model).values():
        random = _random_generator(layer)
        if random is None or keras_version() < Version("2.10"):  # since then it is of a kind, and counts
            continue
        kind = read(random, "_rng_type", what=f"how {layer.name} draws random numbers")
        seed = getattr(layer, "seed", None)
        if kind == "legacy_stateful" and isinstance(seed, int):
            read(random, "_seed", what=f"the seed of {layer.name}")
            random._seed = seed


def input_specs(model: Any) -> dict[str, tuple[str, list[Any]]] | None:
    """What a model takes: (dtype, axes) by input name, an open axis is None; None for one that was never called."""
    if getattr(model, "inputs", None):
        names = getattr(model, "input_names", None) or [each.name for each in model.inputs]
        return {name: spec(each) for name, each in zip(names, model.inputs)}
    inputs = _called_with(model)
    if inputs is None:
        return None
    if hasattr(inputs, "items") and not any(isinstance(each, (dict, list, tuple)) for each in inputs.values()):
        # A model that takes a dict does not ask for the order of its names.
        pairs = sorted(inputs.items())
    else:
        pairs = [(getattr(each, "name", None) or "inputs", each) for each in flattened(inputs)]
    return {name: spec(each) for name, each in pairs if hasattr(each, "dtype")}


def _called_with(model: Any) -> Any:
    """What a model that declares no inputs was first called with, as TensorSpecs; None before that."""
    if hasattr(model, "save_spec"):  # since TensorFlow 2.6
        saved = model.save_spec()
        return saved[0][0] if saved and saved[0] else None
    if hasattr(model, "_get_save_spec"):
        return model._get_save_spec()
    if hasattr(model, "_flatten_layers"):  # it is a Keras model
        raise unreadable("what the model takes", "save_spec", "_get_save_spec")
    return None


def declared_outputs(model: Any) -> Any:
    """The symbolic outputs of a model that has them, in their structure."""
    return getattr(model, "output", model.outputs)


def made_of(layer: Any) -> Any:
    """What a TFSMLayer was made of, which is Keras 3's alone."""
    raise unreadable(f"what {type(layer).__name__} was made of", "TFSMLayer")


#: Whose layers the loaders know that have a library.
LIBRARY = "transformers"
#: What a record may name is imported unasked: models, and nothing else.
_MODEL = re.compile(r"transformers\.(models\.\w+\.)?modeling_tf_\w+")
_XLM_ROBERTA = "transformers.models.xlm_roberta.modeling_tf_xlm_roberta"


def library_objects(modules: Sequence[str]) -> dict[str, Any]:
    """The Keras classes of transformers' models and of its optimizers, by name; {} where there is none.

    Args:
        modules: Those that the model's classes are from. Of others, and where none is known, those of XLM-RoBERTa: a
            process that loads has the classes of one family, and no two of a name.
    """
    if importlib.util.find_spec("transformers") is None:
        return {}
    models = [each for each in modules if _MODEL.fullmatch(each)] or [_XLM_ROBERTA]
    return {
        name: value
        for module in filter(None, map(_imported, (*models, "transformers.optimization_tf")))
        for name, value in vars(module).items()
        if isinstance(value, type) and value.__module__ == module.__name__ and hasattr(value, "from_config")
    }


def _imported(name: str) -> ModuleType | None:
    """A module; None where this release of transformers has it elsewhere."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        return None
