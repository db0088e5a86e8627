"""What a model computes: losses of its layers, predictions, evaluation."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Iterator

import numpy as np

from harness.fresh.aspects.sight import NotObservable, Sight
from harness.fresh.calls import noting
from harness.fresh.tensors import named_outputs
from harness.fresh.variables import value_of
from harness.record.batches import examples
from harness.words import gist


def predictions(sight: Sight) -> dict[str, Any]:
    """predict() on every probe, one output an array; of a ragged or a sparse one, what it is made of."""
    facts: dict[str, Any] = {}
    for probe, outputs in sight.outputs.items():
        facts.update(named_outputs(probe, outputs))
    return facts


def losses(sight: Sight) -> dict[str, Any]:
    """What regularizers and add_loss add to the loss of the training batch, float (), in the model's order."""
    with noting(sight.model) as calls:
        sight.call(sight.inputs.data[0])
    sight.calls[:] = calls
    values = [np.asarray(each) for each in sight.model.losses]
    return {"count": len(values), **{f"loss {number}": value for number, value in enumerate(values)}}


@contextmanager
def _counts_kept(model: Any) -> Iterator[None]:
    """Give metrics back what they have counted so far: some formats save it."""
    before = [(variable, value_of(variable)) for metric in model.metrics for variable in metric.variables]
    try:
        yield
    finally:
        for variable, value in before:
            variable.assign(value)


def evaluation(sight: Sight) -> dict[str, Any]:
    """evaluate() on the training batch, float64 () by metric."""
    sight.require_compiled()
    x, y, sample_weight = sight.data
    with _counts_kept(sight.model):
        try:
            values = sight.model.evaluate(
                x, y, sample_weight=sample_weight, batch_size=examples(x), verbose=0, return_dict=True
            )
        except NotImplementedError as error:  # what Keras' own test_step raises of a model without call()
            if sight.is_callable:
                raise
            raise NotObservable("the model has no call(), and no test_step() of its own") from error
        except ValueError as error:
            if y is not None:
                raise
            # Its loss is in train_step, and no other: Keras 3 has nothing to compute then.
            raise NotObservable(f"the model evaluates nothing without labels ({gist(str(error))})") from error
    return {name: np.asarray(value, dtype="float64") for name, value in values.items()}
