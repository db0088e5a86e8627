"""Recipes: one value of each axis, and the subject that they make together."""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Mapping

import numpy as np

from cases.axes.backbones import ARCHITECTURES, BACKBONES, FUNCTIONAL, LABEL_ARGUMENTS
from cases.axes.heads import HEADS, Head, the_only
from cases.axes.losses import IGNORED, LOSSES, Loss, one_hot, resolve
from cases.axes.optimizers import OPTIMIZERS
from cases.axes.precisions import PRECISIONS
from cases.axes.unmoved import displaced
from cases.corpus.sentences import ONE, OTHER, TRAIN, split
from cases.keras import custom_object
from harness.fresh.graphs import eagerly
from harness.fresh.subject import Subject, fit
from harness.nouns import Recipe

#: What every record names, those of former versions too.
SUBJECT = "cases.recipes:subject"

AXES: Mapping[str, tuple[str, ...]] = {
    "backbone": tuple(BACKBONES),
    "head": tuple(HEADS),
    "loss": tuple(LOSSES),
    "optimizer": tuple(OPTIMIZERS),
    "precision": tuple(PRECISIONS),
}


def fits(backbone: str, head: str, loss: str, optimizer: str, precision: str) -> bool:
    """Whether these make sense together. What saving and loading break stays in."""
    outputs = HEADS[head].target.outputs
    terms = LOSSES[loss].terms
    # A loss is about certain kinds of outputs, and about all of a head's.
    if not all(output.kind in terms for output in outputs.values()):
        return False
    # Weights are given by output name.
    if LOSSES[loss].weights and set(LOSSES[loss].weights) != set(outputs):
        return False
    if head == "masked_lm":
        # A row as wide as the vocabulary for each token: nobody encodes labels so.
        if any(term.labels is one_hot for term in terms.values()):
            return False
        # The output layer has no kernel of its own to regularize.
        if LOSSES[loss].regularization:
            return False
        # The layers of a functional model hand on tensors: none reaches the embeddings that another owns.
        if backbone in FUNCTIONAL:
            return False
    if backbone == "hf_model":
        # transformers has models with some heads: their layers are its own, and emit logits or values.
        return (
            head in ARCHITECTURES
            and all(terms[output.kind].activation == "linear" for output in outputs.values())
            and not LOSSES[loss].regularization
            and not LOSSES[loss].penalty
        )
    # transformers' own optimizer is legacy Keras', and of no use to who has not transformers' models.
    if optimizer == "create_optimizer" and "transformers" not in BACKBONES[backbone].needs:
        return False
    # Only transformers' models have a loss of their own.
    return not LOSSES[loss].internal


def recipe(backbone: str, head: str, loss: str, optimizer: str, precision: str, checkpoint: str = "") -> Recipe:
    """Name one combination, to be built in another process."""
    parts = dict(zip(AXES, (backbone, head, loss, optimizer, precision)))
    needs = (*BACKBONES[backbone].needs, *OPTIMIZERS[optimizer].needs, *PRECISIONS[precision].needs)
    return Recipe("-".join(parts.values()), SUBJECT, {**parts, "checkpoint": checkpoint}, needs)


def subject(backbone: str, head: str, loss: str, optimizer: str, precision: str, checkpoint: str = "") -> Subject:
    """Put one combination together. Called in the process that trains, rebuilds or loads with code."""

    def build() -> Any:
        from tensorflow import keras

        PRECISIONS[precision].set(keras)
        model = BACKBONES[backbone].build(keras, HEADS[head], LOSSES[loss], checkpoint)
        model.compile(
            PRECISIONS[precision].scale(keras, OPTIMIZERS[optimizer].make(keras)),
            **compile_arguments(keras, HEADS[head], LOSSES[loss]),
        )
        return model

    def custom_objects() -> dict[str, Any]:
        parts = (BACKBONES[backbone], HEADS[head], LOSSES[loss], OPTIMIZERS[optimizer])
        return {name.partition(":")[2]: custom_object(name) for part in parts for name in part.objects}

    tokens = partial(BACKBONES[backbone].tokens, checkpoint)
    return Subject(
        build=build,
        data=partial(data, HEADS[head], LOSSES[loss], tokens),
        train=train,
        probes=partial(probes, HEADS[head], tokens),
        custom_objects=custom_objects,
        tokenizer=partial(BACKBONES[backbone].tokenizer, checkpoint),
        texts=texts,
    )


def train(model: Any, x: Any, y: Any, sample_weight: Any = None) -> None:
    """Two epochs of two batches, op by op: to trace the graph of a step takes three times as long as the steps."""
    with displaced(model), eagerly(model):
        fit(model, x, y, sample_weight)


def compile_arguments(keras: Any, head: Head, loss: Loss) -> dict[str, Any]:
    """What compile() gets besides the optimizer."""
    terms = {name: loss.terms[output.kind] for name, output in head.target.outputs.items()}
    metrics = {name: [resolve(term.metric, keras)] for name, term in terms.items()}
    if loss.internal:
        # Given for all outputs at once: their names are transformers' affair.
        return {"metrics": next(iter(metrics.values()))}
    return {
        "loss": head.pack({name: resolve(term.loss, keras) for name, term in terms.items()}),
        "loss_weights": dict(loss.weights) or None,
        "weighted_metrics" if head.target.weighted else "metrics": head.pack(metrics),
    }


def data(head: Head, loss: Loss, tokens: Callable[[], Any]) -> tuple[Any, ...]:
    """(x, y) or (x, y, sample_weight) of the sentences to train on."""
    x, labels, weights = head.target.examples(split(TRAIN), tokens())
    kinds = {name: output.kind for name, output in head.target.outputs.items()}
    y = {name: loss.terms[kinds[name]].labels(each) for name, each in labels.items()}
    if loss.internal:
        # transformers takes labels by the names of call()'s arguments, and skips tokens by their label.
        if weights is not None:
            y = {name: np.where(weights > 0, each, np.int32(IGNORED)) for name, each in y.items()}
        return (x, the_only(y) if len(y) == 1 else {LABEL_ARGUMENTS[name]: each for name, each in y.items()})
    return (x, head.pack(y)) if weights is None else (x, head.pack(y), weights)


def texts() -> list[str]:
    """New texts."""
    return [each.text for each in split(OTHER)]


def probes(head: Head, tokens: Callable[[], Any]) -> dict[str, Any]:
    """The batch that was trained on; new texts, in another batch size and length; one new text, in a third length."""
    tokenizer = tokens()
    names = {"same": TRAIN, "other": OTHER, "one": ONE}
    return {probe: head.target.examples(split(name), tokenizer).x for probe, name in names.items()}
