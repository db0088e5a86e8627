"""A tiny random model of a family of transformers', and numbers to train it on: called in fresh processes."""

from __future__ import annotations

from functools import partial
from typing import Any, Mapping

import numpy as np

from dev.sweep.families import CLASSES, FAMILIES, NOTHING, TINY, Family
from dev.sweep.numbers import EXAMPLES, LENGTH, classes, of_input
from harness.fresh.subject import Subject, fit

_LEARNING_RATE = 1e-3


def subject(family: str) -> Subject:
    """What a fresh process builds of a family."""
    found = FAMILIES[family]
    train = _made_smaller if found.labels == NOTHING else fit
    return Subject(partial(build, found), partial(data, found), train=train)


def build(family: Family) -> Any:
    """A compiled model; with a loss of its own, where it has labels."""
    from tensorflow import keras

    model = _model(family)
    model({name: value[:1] for name, value in inputs(family, model).items()})
    model.compile(keras.optimizers.Adam(_LEARNING_RATE))
    return model


def data(family: Family) -> tuple[Any, ...]:
    """x, or x and labels."""
    model = _model(family)
    x = inputs(family, model)
    if family.labels == NOTHING:
        return (x,)
    return x, classes((EXAMPLES,) if family.labels == CLASSES else (EXAMPLES, LENGTH))


def inputs(family: Family, model: Any) -> dict[str, np.ndarray]:
    """Numbers for each input that a model declares."""
    rng = np.random.default_rng(0)

    def given(name: str, spec: Any) -> np.ndarray:
        dtype = "float32" if spec.dtype.is_floating else "int32"
        return of_input(name, (EXAMPLES, *_axes(name, spec, family)), dtype, rng)

    return {name: given(name, spec) for name, spec in model.input_signature.items()}


def _axes(name: str, spec: Any, family: Family) -> tuple[int, ...]:
    return family.shape.get(name) or tuple(LENGTH if axis is None else axis for axis in spec.shape[1:])


def _model(family: Family) -> Any:
    import transformers

    of = getattr(transformers, family.model)
    config = of.config_class(**family.config)
    _make_tiny(config, family.config)
    return of(config)


def _make_tiny(config: Any, given: Mapping[str, Any]) -> None:
    """Make what is larger than TINY as small, in the configurations within it, too."""
    for name, most in TINY.items():
        value = getattr(config, name, None)
        if type(value) is int and value > most and name not in given:
            setattr(config, name, most)
    for name, within in vars(config).items():
        if hasattr(within, "to_dict"):
            _make_tiny(within, given.get(name) or {})


def _made_smaller(model: Any, x: Any, y: Any = None, sample_weight: Any = None) -> None:
    """Two steps towards outputs that begin with zero: a gradient reaches what they are computed of.

    Of all of an output there is none, where its last layer makes its squares a constant.
    """
    import tensorflow as tf

    for _ in range(2):
        with tf.GradientTape() as tape:
            outputs = tf.nest.flatten(dict(model(x, training=False)))
            numbers = [each[..., :1] for each in outputs if each.dtype.is_floating and each.shape.rank]
            loss = tf.add_n([tf.reduce_mean(tf.square(each)) for each in numbers])
        gradients = tape.gradient(loss, model.trainable_variables)
        pairs = [(each, variable) for each, variable in zip(gradients, model.trainable_variables) if each is not None]
        model.optimizer.apply_gradients(pairs)
