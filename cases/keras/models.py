"""The suite's own model classes: a backbone and a head each, as people write them. Backbones alone use them."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
from tensorflow import keras

from cases.axes.heads import HEADS, BackboneView, symbolic_inputs
from cases.axes.losses import LOSSES, penalty
from cases.keras.encoder import call as call_encoder


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

        backbone = BackboneView(hidden, table=lambda: tf.convert_to_tensor(self.roberta.embeddings.weight))
        head = HEADS[self.head_name]
        return head.pack(head.call(self.head, backbone, inputs))

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
        encoder: The layers of cases.keras.encoder, by name; and "penalty", if there is one.
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

        backbone = BackboneView(hidden, table=lambda: tf.convert_to_tensor(self.encoder["pieces"].embeddings))
        head = HEADS[self.head_name]
        return head.pack(head.call(self.head, backbone, inputs))

    def get_config(self) -> dict[str, Any]:
        encoder, head = (
            {name: keras.layers.serialize(layer) for name, layer in layers.items()}
            for layers in (self.encoder, self.head)
        )
        said = {"name": self.name, "dtype": self.dtype_policy.name, "head_name": self.head_name}
        return {**said, "encoder": encoder, "head": head}

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
