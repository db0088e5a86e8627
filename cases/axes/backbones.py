"""Backbones: how XLM-RoBERTa is wired into a model; and a small encoder of Keras' own layers, which every Keras has.

To add one: one function, one line in _ALL.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Callable, Mapping

from cases.axes.heads import BackboneView, Head, in_order, symbolic_inputs
from cases.axes.losses import Loss, penalty
from cases.checkpoint import TINY, load_model, load_pieces, load_tokenizer, packaged_tokenizer
from cases.keras import custom_object, encoder

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
        needs: PEP 508 requirements on the environment.
        objects: In cases.keras, as "module:name".
        tokens: (checkpoint) -> what makes token ids of texts to train on.
        tokenizer: (checkpoint) -> the tokenizer that is packaged with the model; None: there is none.
    """

    name: str
    build: Callable[[Any, Head, Loss, str], Any]
    needs: tuple[str, ...]
    objects: tuple[str, ...] = ()
    tokens: Callable[[str], Any] = load_tokenizer
    tokenizer: Callable[[str], Any] = load_tokenizer


def functional(keras: Any, head: Head, loss: Loss, encode: Callable[[Any, Any], Any], named: Any = dict) -> Any:
    """A functional model of an encoder, (ids, mask) -> hidden states, and a head.

    Its inputs are a dict, as the data is: called with a dict, a model of a list takes the values sorted by name with
    Keras 3.4, the mask for the ids. Tutorials make a list: then `named` is `in_order`.
    """
    penalise = penalty(loss)

    def hidden(x: Mapping[str, Any]) -> Any:
        states = encode(x["input_ids"], x["attention_mask"])
        return states if penalise is None else penalise(states)

    x = symbolic_inputs(keras, head.target)
    outputs = head.call(head.layers(keras, loss, head.target), BackboneView(hidden), x)
    return keras.Model(named(x), head.pack(outputs))


def first_of(roberta: Any) -> Callable[[Any, Any], Any]:
    """What transformers' layers return first: hidden states."""
    return lambda ids, mask: roberta(ids, attention_mask=mask)[0]


def pretrained(keras: Any, head: Head, loss: Loss, checkpoint: str) -> Any:
    """The pretrained model is a layer, as in published tutorials."""
    return functional(keras, head, loss, first_of(load_model("TFXLMRobertaModel", checkpoint)), in_order)


def main_layer(keras: Any, head: Head, loss: Loss, checkpoint: str) -> Any:
    """The pretrained model's main layer is the layer: the one that Keras can serialize."""
    return functional(keras, head, loss, first_of(load_model("TFXLMRobertaModel", checkpoint).roberta), in_order)


def hf_model(keras: Any, head: Head, loss: Loss, checkpoint: str) -> Any:
    """One of the models that transformers has with a head."""
    labels = sum(output.units for output in head.target.outputs.values())
    model = load_model(ARCHITECTURES[head.name], checkpoint, num_labels=labels)
    model(symbolic_inputs(keras, head.target))
    return model


def subclassed(keras: Any, head: Head, loss: Loss, checkpoint: str) -> Any:
    """A model class of one's own, with the main layer and the head's layers."""
    model = custom_object("models:FineTuned")(load_model("TFXLMRobertaModel", checkpoint).roberta, head.name, loss.name)
    # Symbolic: a first call on numbers would fix the number of tokens in what is saved.
    model(symbolic_inputs(keras, head.target))
    return model


def hub_backbone(keras: Any, head: Head, loss: Loss, checkpoint: str) -> Any:
    """keras-hub's XLM-RoBERTa is a layer; tiny and random, nothing is downloaded."""
    import keras_hub

    backbone = keras_hub.models.XLMRobertaBackbone(
        vocabulary_size=len(load_pieces("")),
        num_layers=TINY["num_hidden_layers"],
        num_heads=TINY["num_attention_heads"],
        hidden_dim=TINY["hidden_size"],
        intermediate_dim=TINY["intermediate_size"],
        max_sequence_length=TINY["max_position_embeddings"],
    )
    return functional(keras, head, loss, lambda ids, mask: backbone({"token_ids": ids, "padding_mask": mask}))


def plain_layers(keras: Any, head: Head, loss: Loss, checkpoint: str) -> Any:
    """A functional model of Keras' own layers, whatever Keras it is."""
    return functional(keras, head, loss, partial(encoder.call, encoder.layers(keras, len(load_pieces("")))))


def handwritten(keras: Any, head: Head, loss: Loss, checkpoint: str) -> Any:
    """The same layers in a model class of one's own."""
    layers = encoder.layers(keras, len(load_pieces("")))
    if loss.penalty:
        layers["penalty"] = penalty(loss)
    model = custom_object("models:Handwritten")(layers, head.layers(keras, loss, head.target), head.name)
    model(symbolic_inputs(keras, head.target))
    return model


#: transformers' models are legacy Keras' in every version; that Keras 3 refuses them, the examples show.
_TRANSFORMERS = ("transformers", "keras<3")
_ALL = (
    Backbone("pretrained", pretrained, _TRANSFORMERS),
    Backbone("main_layer", main_layer, _TRANSFORMERS),
    Backbone("hf_model", hf_model, _TRANSFORMERS),
    Backbone("subclassed", subclassed, _TRANSFORMERS, objects=("models:FineTuned",)),
    Backbone("hub_backbone", hub_backbone, ("keras-hub", "keras>=3"), tokens=load_pieces, tokenizer=packaged_tokenizer),
    Backbone("plain_layers", plain_layers, (), tokens=load_pieces, tokenizer=packaged_tokenizer),
    Backbone(
        "handwritten",
        handwritten,
        (),
        objects=("models:Handwritten",),
        tokens=load_pieces,
        tokenizer=packaged_tokenizer,
    ),
)

#: The backbones whose layers hand on tensors and nothing else.
FUNCTIONAL = ("pretrained", "main_layer", "hub_backbone", "plain_layers")

BACKBONES = {each.name: each for each in _ALL}
