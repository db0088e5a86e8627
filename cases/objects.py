"""The suite's own Keras objects: what a process must be told about, or import, to load a model that uses them.

Never imported by the driver, nor where a model is loaded without its code.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf
from tensorflow import keras

from cases.encoder import call as call_encoder
from cases.heads import HEADS, Encoder, symbolic_inputs
from cases.losses import LOSSES, penalty


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


class FineTuned(keras.Model):
    """A backbone and a head, as a model class of one's own.

    Args:
        roberta: transformers' main layer.
        head: Name of a head.
        loss: Name of the loss that it will be trained with: it decides how the outputs end.
    """

    def __init__(self, roberta: keras.layers.Layer, head: str, loss: str, **kwargs: Any):
        super().__init__(**kwargs)
        self.roberta = roberta
        self.head_name = head
        self.loss_name = loss
        self.penalty = penalty(LOSSES[loss])
        self.head = HEADS[head].layers(keras, LOSSES[loss], HEADS[head].target)

    def call(self, inputs: Any, training: bool = False) -> Any:
        def hidden(x: Any) -> tf.Tensor:
            states = self.roberta(x["input_ids"], attention_mask=x["attention_mask"], training=training)[0]
            return states if self.penalty is None else self.penalty(states)

        encoder = Encoder(hidden, table=lambda: tf.convert_to_tensor(self.roberta.embeddings.weight))
        head = HEADS[self.head_name]
        return head.pack(head.call(self.head, encoder, inputs))

    def get_config(self) -> dict[str, Any]:
        roberta = keras.layers.serialize(self.roberta)
        return {"name": self.name, "roberta": roberta, "head": self.head_name, "loss": self.loss_name}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Build by a symbolic call. Keras would call on floats, which are no token ids."""
        self(symbolic_inputs(keras, HEADS[self.head_name].target))

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> FineTuned:
        return cls(**{**config, "roberta": keras.layers.deserialize(config["roberta"])})


class Handwritten(keras.Model):
    """An encoder of Keras' own layers and a head, as a model class of one's own.

    Args:
        encoder: The layers of cases.encoder, by name; and "penalty", if there is one.
        head: The layers of the head, by name.
        head_name: Which head they are of.
    """

    def __init__(self, encoder: dict[str, Any], head: dict[str, Any], head_name: str, **kwargs: Any):
        super().__init__(**kwargs)
        self.encoder = encoder
        self.head = head
        self.head_name = head_name

    def call(self, inputs: Any) -> Any:
        def hidden(x: Any) -> tf.Tensor:
            states = call_encoder(self.encoder, x["input_ids"], x["attention_mask"])
            return self.encoder["penalty"](states) if "penalty" in self.encoder else states

        encoder = Encoder(hidden, table=lambda: tf.convert_to_tensor(self.encoder["pieces"].embeddings))
        head = HEADS[self.head_name]
        return head.pack(head.call(self.head, encoder, inputs))

    def get_config(self) -> dict[str, Any]:
        encoder, head = (
            {name: keras.layers.serialize(layer) for name, layer in layers.items()}
            for layers in (self.encoder, self.head)
        )
        own = {"name": self.name, "dtype": self.dtype_policy.name, "head_name": self.head_name}
        return {**own, "encoder": encoder, "head": head}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Build by a symbolic call, as it was built first."""
        self(symbolic_inputs(keras, HEADS[self.head_name].target))

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Handwritten:
        made = {
            part: {name: keras.layers.deserialize(each) for name, each in config[part].items()}
            for part in ("encoder", "head")
        }
        return cls(**{**config, **made})
