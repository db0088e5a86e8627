"""Small models, each with one thing that is known to get lost; and one that is as models should be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorflow import keras

registered = getattr(keras, "saving", keras.utils).register_keras_serializable


class Forgetful(keras.layers.Layer):
    """Its config lacks one argument that has another value than by default, and one that has not."""

    def __init__(self, units=3, scale=1.0, shift=0.0, **options):
        super().__init__(**options)
        self.units, self.scale, self.shift = units, scale, shift

    def call(self, x):
        return x * self.scale + self.shift

    def get_config(self):
        return {**super().get_config(), "units": self.units}


class Demanding(keras.layers.Layer):
    """Its config lacks an argument that has no default."""

    def __init__(self, width, **options):
        super().__init__(**options)
        self._width = width

    def call(self, x):
        return x

    def get_config(self):
        return {**super().get_config()}


class Bare(Demanding):
    """It has no get_config of its own, which Keras asks for where an argument is nothing that JSON has."""

    get_config = keras.layers.Layer.get_config


class Within(keras.metrics.Mean):
    """A metric whose config lacks an argument."""

    def __init__(self, within=0.1, name="within", **options):
        super().__init__(name=name, **options)
        self.within = within

    def update_state(self, y_true, y_pred, sample_weight=None):
        return super().update_state(tf.cast(tf.abs(y_true - y_pred) < self.within, "float32"))


@registered("toys")
class Careful(keras.layers.Layer):
    """All that it was made of is in its config, and all that it holds is tracked."""

    def __init__(self, units=3, rate=0.5, **options):
        super().__init__(**options)
        self.units, self.rate = units, rate
        self.parts = [keras.layers.Dense(units), keras.layers.Dense(units)]
        self.calls = 0

    def build(self, shape):
        for part in self.parts:
            part.build(shape)
            shape = (*shape[:-1], self.units)
        super().build(shape)

    def call(self, x):
        for part in self.parts:
            x = part(x)
        return x * self.rate

    def get_config(self):
        return {**super().get_config(), "units": self.units, "rate": self.rate}


@registered("toys")
class Hiding(keras.layers.Layer):
    """A variable stands in a tuple in a dict in a set's stead: where no Keras looks."""

    def __init__(self, **options):
        super().__init__(**options)
        self.box = Box(tf.Variable(2.0))

    def call(self, x):
        return x * self.box.held[0]


class Box:
    """What Keras does not look into."""

    def __init__(self, *held):
        self.held = held


@registered("toys")
class Counting(keras.layers.Layer):
    """It counts in a Python attribute how often it was trained."""

    def __init__(self, **options):
        super().__init__(**options)
        self.seen = 0

    def call(self, x):
        return x * (1.0 + self.seen)


@registered("toys")
class Recalling(keras.layers.Layer):
    """What it has seen, and how far it has drawn, are in Python objects of three kinds; a fourth stays as it is."""

    def __init__(self, **options):
        super().__init__(**options)
        self.history = []
        self.drawn = np.random.default_rng(0)
        self.shares = np.zeros(20)
        self.constants = {"of": [np.float32(0.1), {1, 2}]}

    def call(self, x):
        return x * (1.0 + len(self.history))


@registered("toys")
class Stepping(keras.Model):
    """A model with a training step of its own."""

    def train_step(self, data):
        return super().train_step(data)


class Dense(keras.layers.Layer):
    """It has a name that Keras has, too."""

    def call(self, x):
        return x + 1.0


@registered("toys")
def careful_loss(y_true, y_pred):
    return tf.reduce_mean(tf.square(y_true - y_pred), -1)


def pull(y_true, y_pred):
    return tf.reduce_mean(tf.abs(y_true - y_pred), -1)


def model_of(*layers, kind=keras.Model, loss="mse", metrics=()):
    x = y = keras.Input((3,), name="x")
    for layer in layers:
        y = layer(y)
    model = kind(x, keras.layers.Dense(2, name="head")(y))
    model.compile("sgd", loss, metrics=list(metrics))
    return model


class Thawed(keras.Model):
    """Training sets a flag that its config has."""


class Grown(keras.Model):
    """Training adds a layer."""


class Factors(keras.Model):
    """LoRA is enabled for its training."""


class Integers(keras.Model):
    """It is quantized when it has been trained."""


def of_a_library():
    """As a class of a package that Keras does not import."""
    kind = type("Pooler", (keras.layers.Dense,), {"__module__": "keras_hub.models"})
    return model_of(kind(3, name="pooler"), kind(3, name="another"))


def words():
    Path("words.txt").write_text("one\ntwo\n")
    return of_words(keras.layers.StringLookup(vocabulary="words.txt", name="ids"))


def adapted():
    lookup = keras.layers.StringLookup(name="ids")
    lookup.adapt(np.array(["one", "two"]))
    return of_words(lookup)


def of_words(lookup):
    text = keras.Input((1,), dtype="string", name="text")
    model = keras.Model(text, keras.layers.Embedding(4, 2)(lookup(text)))
    model.compile("sgd", "mse")
    return model


def under_a_policy():
    keras.mixed_precision.set_global_policy("mixed_bfloat16")
    try:
        return model_of(Careful(name="careful"))
    finally:
        keras.mixed_precision.set_global_policy("float32")


def frozen_inside():
    inner = keras.Sequential([keras.Input((3,)), keras.layers.Dense(3)], name="inner")
    inner.trainable = False
    return model_of(inner)


def sequences(**options):
    """A recurrent layer around a cell, on one sequence at a time."""
    x = keras.Input(batch_shape=(1, 2, 3), name="x") if options.get("stateful") else keras.Input((2, 3), name="x")
    y = keras.layers.RNN(keras.layers.GRUCell(2), name="rnn", **options)(x)
    model = keras.Model(x, keras.layers.Dense(2, name="head")(y))
    model.compile("sgd", "mse")
    return model


def without_decay_of_biases():
    model = model_of()
    model.optimizer = keras.optimizers.AdamW() if hasattr(keras.optimizers, "AdamW") else None
    if model.optimizer is not None:
        model.optimizer.exclude_from_weight_decay(var_names=["bias"])
    return model


def optimized_by(optimizer):
    model = model_of()
    model.compile(optimizer, "mse")
    return model


MODELS = {
    "careful": lambda: model_of(
        Careful(units=4, rate=0.25), loss=careful_loss, metrics=[keras.metrics.MeanAbsoluteError()]
    ),
    "forgetful": lambda: model_of(Forgetful(scale=0.5, name="forgetful")),
    "demanding": lambda: model_of(Demanding(7, name="demanding")),
    "bare": lambda: model_of(Bare(Box(7), name="bare")),
    "metric": lambda: model_of(metrics=[Within(0.5)]),
    "hiding": lambda: model_of(Hiding(name="hiding")),
    "counting": lambda: model_of(Counting(name="counting")),
    "recalling": lambda: model_of(Recalling(name="recalling")),
    "of_a_library": of_a_library,
    "thawed": lambda: model_of(kind=Thawed),
    "grown": lambda: model_of(kind=Grown),
    "stepping": lambda: model_of(kind=Stepping),
    "shadowing": lambda: model_of(Dense(name="mine")),
    "loss": lambda: model_of(loss=pull),
    "nameless": lambda: model_of(loss=lambda y_true, y_pred: tf.reduce_mean(y_true - y_pred, -1)),
    "lambda": lambda: model_of(keras.layers.Lambda(lambda x: x * 2, name="twice")),
    "words": words,
    "adapted": adapted,
    "frozen_inside": frozen_inside,
    "frozen_around": lambda: sequences(trainable=False),
    "in_sequence": lambda: sequences(),
    "stateful": lambda: sequences(stateful=True),
    "nadam": lambda: optimized_by("nadam"),
    "excluding": without_decay_of_biases,
}
if hasattr(keras.Model, "quantize"):
    MODELS["quantized"] = lambda: model_of(kind=Integers)
    MODELS["lora"] = lambda: model_of(kind=Factors)
LEGACY = getattr(getattr(keras.optimizers, "legacy", None), "SGD", None)
if LEGACY is not None and ".legacy." in LEGACY.__module__:  # Keras 3 has the name, and raises
    MODELS["legacy"] = lambda: optimized_by(LEGACY())


def train(model):
    if model.inputs[0].dtype == "string":
        return
    examples = model.inputs[0].shape[0] or 4
    x = np.ones((examples, *model.inputs[0].shape[1:]), "float32")
    # Keras 3 lets a stateful layer see no batch of any size, as fit() declares it.
    model.train_on_batch(x, np.ones((examples, 2), "float32"))
    if isinstance(model, Integers):
        model.quantize("int8")
    if isinstance(model, Thawed):
        model.get_layer("head").trainable = False
    if isinstance(model, Grown):
        model.late = keras.layers.Dense(2, name="late")
        model.late.build((None, 2))
    if isinstance(model, Factors):
        model.get_layer("head").enable_lora(1)
    for layer in model.layers:
        if isinstance(layer, Counting):
            layer.seen += 3
        if isinstance(layer, Recalling):
            layer.history.append(np.float32(0.5))
            layer.shares[3] = layer.drawn.random()
