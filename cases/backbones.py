"""Backbones: how XLM-RoBERTa is wired into a model.

To add one: one function, one line in _ALL.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Mapping

from cases.checkpoint import load_model
from cases.heads import Encoder, Head, symbolic_inputs
from cases.losses import Loss, penalty
from cases.own import own

#: Head -> the model that transformers has with such a head.
ARCHITECTURES = {
    "first_token": "TFXLMRobertaForSequenceClassification",
    "regression": "TFXLMRobertaForSequenceClassification",
    "multi_label": "TFXLMRobertaForSequenceClassification",
    "token_tagger": "TFXLMRobertaForTokenClassification",
    "answer_span": "TFXLMRobertaForQuestionAnswering",
    "masked_lm": "TFXLMRobertaForMaskedLM",
    "multiple_choice": "TFXLMRobertaForMultipleChoice",
}
#: What its call() names the labels, where there is more than one output.
LABEL_ARGUMENTS = {"start": "start_positions", "end": "end_positions"}


@dataclass(frozen=True)
class Backbone:
    """One wiring.

    Attributes:
        name: Public name, part of a recipe's id.
        build: (keras, head, loss, checkpoint) -> a built Keras model, not yet compiled.
        objects: Names in cases.objects.
    """

    name: str
    build: Callable[[Any, Head, Loss, str], Any]
    objects: tuple[str, ...] = ()


def functional(keras: Any, head: Head, loss: Loss, encode: Callable[..., Any]) -> Any:
    """A functional model of an encoder and a head."""
    penalise = penalty(loss)

    def hidden(x: Mapping[str, Any]) -> Any:
        states = encode(x["input_ids"], attention_mask=x["attention_mask"])[0]
        return states if penalise is None else penalise(states)

    x = symbolic_inputs(keras, head.target)
    outputs = head.call(head.layers(keras, loss, head.target), Encoder(hidden), x)
    return keras.Model(list(x.values()), head.pack(outputs))


def pretrained(keras: Any, head: Head, loss: Loss, checkpoint: str) -> Any:
    """The pretrained model is a layer, as in published tutorials."""
    return functional(keras, head, loss, load_model("TFXLMRobertaModel", checkpoint))


def main_layer(keras: Any, head: Head, loss: Loss, checkpoint: str) -> Any:
    """The pretrained model's main layer is the layer: the one that Keras can serialize."""
    return functional(keras, head, loss, load_model("TFXLMRobertaModel", checkpoint).roberta)


def hf_model(keras: Any, head: Head, loss: Loss, checkpoint: str) -> Any:
    """One of the models that transformers has with a head."""
    labels = sum(output.units for output in head.target.outputs.values())
    model = load_model(ARCHITECTURES[head.name], checkpoint, num_labels=labels)
    model(symbolic_inputs(keras, head.target))
    return model


def subclassed(keras: Any, head: Head, loss: Loss, checkpoint: str) -> Any:
    """A model class of one's own, with the main layer and the head's layers."""
    model = own("FineTuned")(load_model("TFXLMRobertaModel", checkpoint).roberta, head.name, loss.name)
    # Symbolic: a first call on numbers would fix the number of tokens in what is saved.
    model(symbolic_inputs(keras, head.target))
    return model


_ALL = (
    Backbone("pretrained", pretrained),
    Backbone("main_layer", main_layer),
    Backbone("hf_model", hf_model),
    Backbone("subclassed", subclassed, objects=("FineTuned",)),
)

BACKBONES = {each.name: each for each in _ALL}
