"""Heads: the layers put on a backbone.

Each comes in two halves, as in a Keras model of its own: `layers` is what
`__init__` would make, `call` is what `call()` would do with them. So the same
head serves a functional model and a subclassed one.

To add one: its halves, if no other head has them; one line in _ALL.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Mapping

from cases.axes import targets
from cases.axes.losses import Loss
from cases.axes.targets import CHOICES, Target
from cases.keras import custom_object

Tensors = Mapping[str, Any]


@dataclass(frozen=True)
class BackboneView:
    """What a head may ask of the backbone.

    Attributes:
        hidden: input_ids and attention_mask (examples, tokens), by name ->
            hidden states, float (examples, tokens, width).
        table: The token embeddings, float (vocabulary, width). None in a
            functional model, whose layers hand on tensors and nothing else.
    """

    hidden: Callable[[Tensors], Any]
    table: Callable[[], Any] | None = None


@dataclass(frozen=True)
class Head:
    """One way from hidden states to outputs.

    Attributes:
        name: Public name, part of a recipe's id.
        target: What it learns.
        layers: Makes its layers, by name.
        call: Wires them: (layers, backbone, x) -> the outputs by name.
        pack: Turns anything by output name (tensors, labels, losses, metrics)
            into the structure in which Keras sees the outputs.
        objects: In cases.keras, as "module:name".
    """

    name: str
    target: Target
    layers: Callable[[Any, Loss, Target], dict[str, Any]]
    call: Callable[[Mapping[str, Any], BackboneView, Tensors], dict[str, Any]]
    pack: Callable[[Mapping[str, Any]], Any]
    objects: tuple[str, ...] = ()


def symbolic_inputs(keras: Any, target: Target) -> dict[str, Any]:
    """Inputs that leave the number of examples and of tokens open."""
    return {name: keras.Input(target.shape, dtype="int32", name=name) for name in ("input_ids", "attention_mask")}


def the_only(named: Mapping[str, Any]) -> Any:
    (value,) = named.values()
    return value


def in_order(named: Mapping[str, Any]) -> list[Any]:
    return list(named.values())


def by_name(named: Mapping[str, Any]) -> dict[str, Any]:
    return dict(named)


def dense(keras: Any, name: str, *, units: int, activation: str, loss: Loss) -> Any:
    """A layer that makes an output. float32 under every precision, as Keras recommends."""
    regularizer = keras.regularizers.L2(loss.regularization) if loss.regularization else None
    return keras.layers.Dense(units, activation, kernel_regularizer=regularizer, dtype="float32", name=name)


def outputs(keras: Any, loss: Loss, target: Target) -> dict[str, Any]:
    """One layer for each output."""
    return {
        name: dense(keras, name, units=output.units, activation=loss.terms[output.kind].activation, loss=loss)
        for name, output in target.outputs.items()
    }


def scores(keras: Any, loss: Loss, target: Target) -> dict[str, Any]:
    """For outputs over places: a score for each, and an activation over all of them."""
    layers: dict[str, Any] = {}
    for name, output in target.outputs.items():
        layers[f"{name}_score"] = dense(keras, f"{name}_score", units=1, activation="linear", loss=loss)
        layers[name] = keras.layers.Activation(loss.terms[output.kind].activation, dtype="float32", name=name)
    return layers


def apply(layers: Mapping[str, Any], features: Any) -> dict[str, Any]:
    """All outputs from the same features."""
    return {name: layer(features) for name, layer in layers.items() if name != "pool"}


def average_layers(keras: Any, loss: Loss, target: Target) -> dict[str, Any]:
    return {"pool": keras.layers.GlobalAveragePooling1D(name="pool"), **outputs(keras, loss, target)}


def average(layers: Mapping[str, Any], backbone: BackboneView, x: Tensors) -> dict[str, Any]:
    """Outputs from the mean of the tokens that are no padding."""
    return apply(layers, layers["pool"](backbone.hidden(x), mask=x["attention_mask"]))


def maximum_layers(keras: Any, loss: Loss, target: Target) -> dict[str, Any]:
    return {"pool": keras.layers.GlobalMaxPooling1D(name="pool"), **outputs(keras, loss, target)}


def maximum(layers: Mapping[str, Any], backbone: BackboneView, x: Tensors) -> dict[str, Any]:
    """Outputs from the largest value over all tokens; Keras' layer takes no mask, so padding counts."""
    return apply(layers, layers["pool"](backbone.hidden(x)))


def attention_layers(keras: Any, loss: Loss, target: Target) -> dict[str, Any]:
    return {"pool": custom_object("layers:AttentionPool")(units=8, name="pool"), **outputs(keras, loss, target)}


def attention(layers: Mapping[str, Any], backbone: BackboneView, x: Tensors) -> dict[str, Any]:
    """Outputs from a mean of the tokens whose weights are learned."""
    return apply(layers, layers["pool"]([backbone.hidden(x), x["attention_mask"]]))


def from_first(layers: Mapping[str, Any], backbone: BackboneView, x: Tensors) -> dict[str, Any]:
    """Outputs from <s>."""
    return apply(layers, backbone.hidden(x)[:, 0])


def from_every(layers: Mapping[str, Any], backbone: BackboneView, x: Tensors) -> dict[str, Any]:
    """Outputs for every token."""
    return apply(layers, backbone.hidden(x))


def place_layers(keras: Any, loss: Loss, target: Target) -> dict[str, Any]:
    return {"row": keras.layers.Reshape((-1,), dtype="float32", name="row"), **scores(keras, loss, target)}


def place(layers: Mapping[str, Any], backbone: BackboneView, x: Tensors) -> dict[str, Any]:
    """Where a span starts and ends: a score for every token, (examples, tokens)."""
    hidden = backbone.hidden(x)
    return {name: layers[name](layers["row"](layers[f"{name}_score"](hidden))) for name in ("start", "end")}


def choice_layers(keras: Any, loss: Loss, target: Target) -> dict[str, Any]:
    return {"row": keras.layers.Concatenate(dtype="float32", name="row"), **scores(keras, loss, target)}


def choice(layers: Mapping[str, Any], backbone: BackboneView, x: Tensors) -> dict[str, Any]:
    """A score for every choice, (examples, choices): the backbone is called once for each."""
    hidden = [backbone.hidden({name: ids[:, index] for name, ids in x.items()}) for index in range(CHOICES)]
    row = layers["row"]([layers["choice_score"](states[:, 0]) for states in hidden])
    return {"choice": layers["choice"](row)}


def tied_layers(keras: Any, loss: Loss, target: Target) -> dict[str, Any]:
    activation = loss.terms[target.outputs["tokens"].kind].activation
    return {"tokens": custom_object("layers:TiedDecoder")(activation=activation, dtype="float32", name="tokens")}


def tied(layers: Mapping[str, Any], backbone: BackboneView, x: Tensors) -> dict[str, Any]:
    """A score of the whole vocabulary for every token, (examples, tokens, vocabulary)."""
    assert backbone.table is not None
    return {"tokens": layers["tokens"]([backbone.hidden(x), backbone.table()])}


_ALL = (
    Head("mean_pool", targets.SENTIMENT, average_layers, average, the_only),
    Head("first_token", targets.SENTIMENT, outputs, from_first, the_only),
    Head("max_pool", targets.SENTIMENT, maximum_layers, maximum, the_only),
    Head("attention_pool", targets.SENTIMENT, attention_layers, attention, the_only, ("layers:AttentionPool",)),
    Head("token_tagger", targets.TAG, outputs, from_every, the_only),
    Head("answer_span", targets.SPAN, place_layers, place, in_order),
    Head("regression", targets.RATING, average_layers, average, the_only),
    Head("multi_label", targets.TOPIC_FLAGS, outputs, from_first, the_only),
    Head("multi_task", targets.EVERYTHING, average_layers, average, by_name),
    Head("masked_lm", targets.HIDDEN_TOKENS, tied_layers, tied, the_only, ("layers:TiedDecoder",)),
    Head("multiple_choice", targets.CHOICE, choice_layers, choice, the_only),
)

HEADS = {each.name: each for each in _ALL}
