"""The suite's own layers, losses and schedules: what a process must be told of, or import, to load a model with them.

Stands below the heads and the losses that use it, and is imported only where they are built.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf
from tensorflow import keras


def custom_mse(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
    """A plain function, as tutorials write it: one number for the whole batch."""
    return tf.reduce_mean(tf.square(y_true - y_pred))


class FocalLoss(keras.losses.Loss):
    """Cross-entropy that counts easy examples less. Keras has to be told about this class.

    Takes one-hot labels and probabilities, float (..., classes).
    """

    def __init__(self, gamma: float = 2.0, **kwargs: Any):
        super().__init__(**kwargs)
        self.gamma = gamma

    def call(self, y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        y_pred = tf.clip_by_value(y_pred, 1e-7, 1.0)
        return -tf.reduce_sum(y_true * (1.0 - y_pred) ** self.gamma * tf.math.log(y_pred), axis=-1)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "gamma": self.gamma}


@keras.utils.register_keras_serializable(package="cases")
class RegisteredFocalLoss(FocalLoss):
    """The same loss; Keras finds this class wherever the module has been imported."""


class LinearWarmup(keras.optimizers.schedules.LearningRateSchedule):
    """Rises for some steps, then stays."""

    def __init__(self, peak: float, steps: int):
        super().__init__()
        self.peak = peak
        self.steps = steps

    def __call__(self, step: Any) -> tf.Tensor:
        risen = (tf.cast(step, tf.float32) + 1.0) / float(self.steps)
        return self.peak * tf.minimum(risen, 1.0)

    def get_config(self) -> dict[str, Any]:
        return {"peak": self.peak, "steps": self.steps}


class ActivityPenalty(keras.layers.Layer):
    """Hands on what it gets, and adds a loss on its size."""

    def __init__(self, factor: float, **kwargs: Any):
        super().__init__(**kwargs)
        self.factor = factor

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        self.add_loss(self.factor * tf.reduce_mean(tf.square(tf.cast(inputs, tf.float32))))
        return inputs

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "factor": self.factor}


class AttentionPool(keras.layers.Layer):
    """Mean over tokens with learned weights.

    Takes hidden states, float (examples, tokens, width), and the attention mask,
    int32 (examples, tokens). Returns float (examples, width).
    """

    def __init__(self, units: int, **kwargs: Any):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape: Any) -> None:
        width = input_shape[0][-1]
        self.project = self.add_weight(name="project", shape=(width, self.units), initializer="glorot_uniform")
        self.score = self.add_weight(name="score", shape=(self.units, 1), initializer="glorot_uniform")
        super().build(input_shape)

    def call(self, inputs: Any) -> tf.Tensor:
        hidden, mask = inputs
        scores = tf.tanh(hidden @ self.project) @ self.score
        scores = tf.where(mask[..., None] > 0, scores, scores.dtype.min)
        return tf.reduce_sum(tf.nn.softmax(scores, axis=1) * hidden, axis=1)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "units": self.units}


class TiedDecoder(keras.layers.Layer):
    """Scores for every token of the vocabulary, by the embeddings themselves.

    Takes hidden states, float (examples, tokens, width), and the embeddings,
    float (vocabulary, width). Returns float (examples, tokens, vocabulary).
    """

    def __init__(self, activation: str, **kwargs: Any):
        super().__init__(**kwargs)
        self.activation = keras.activations.get(activation)

    def build(self, input_shape: Any) -> None:
        vocabulary = input_shape[1][0]
        self.bias = self.add_weight(name="bias", shape=(vocabulary,), initializer="zeros")
        super().build(input_shape)

    def call(self, inputs: Any) -> tf.Tensor:
        hidden, table = inputs
        return self.activation(tf.einsum("etw,vw->etv", hidden, table) + self.bias)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "activation": keras.activations.serialize(self.activation)}
