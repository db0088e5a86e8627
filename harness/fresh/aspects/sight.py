"""What an aspect is looked at with: one live model, its inputs, and what several aspects ask for, computed once."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from harness.fresh import dialects
from harness.fresh.reading import Unreadable
from harness.fresh.tensors import tensors
from harness.nouns import HarnessError
from harness.observation import Call, Hidden
from harness.record.batches import Inputs, examples
from harness.words import gist


class NotObservable(Exception):
    """This model cannot show this aspect; the message says why."""


def hidden(error: BaseException) -> Hidden:
    """Why an aspect is not observed: that it cannot be, in words; or what was raised, in one line."""
    if isinstance(error, NotObservable):
        return Hidden(str(error))
    in_words = isinstance(error, (HarnessError, Unreadable))
    return Hidden(str(error) if in_words else gist(f"{type(error).__name__}: {error}"), raised=True)


@dataclass
class Sight:
    """A live Keras model, and what it is looked at with."""

    model: Any
    inputs: Inputs
    #: What the layers answered when the losses were looked at, for which the model is called once.
    calls: list[Call] = field(default_factory=list)

    def __post_init__(self) -> None:
        # Before any call: the first one decides what a model takes, where nothing else did.
        self._takes: dict[str, tuple[str, list[Any]]] | Unreadable | None
        try:
            self._takes = dialects.of_this_process().input_specs(self.model)
        except Unreadable as error:  # it hides what asks for it, and nothing else
            self._takes = error

    @property
    def takes(self) -> dict[str, tuple[str, list[Any]]] | None:
        """What the model took before it was first called: (dtype, axes) by input name; None where it had not said."""
        if isinstance(self._takes, Unreadable):
            raise self._takes
        return self._takes

    @cached_property
    def outputs(self) -> dict[str, Any]:
        """What predict() says of each probe."""
        self.require_callable()
        return {
            probe: self.model.predict(dialects.of_this_process().fed(x), batch_size=examples(x), verbose=0)
            for probe, x in self.inputs.probes.items()
        }

    @property
    def data(self) -> tuple[Any, ...]:
        """What fit() and evaluate() take: (x, y, sample_weight), of which all but x may be None."""
        return tuple(map(dialects.of_this_process().fed, (*self.inputs.data, None)[:3]))

    def call(self, x: Any) -> Any:
        """What the model itself says, op by op, not training."""
        self.require_callable()
        return self.model(tensors(x), training=False)

    @property
    def is_callable(self) -> bool:
        """Whether the model is to be called: a frame around several has a train_step() of its own, and no call()."""
        from tensorflow import keras

        kind = type(self.model)
        return kind.call is not keras.Model.call or kind.train_step is keras.Model.train_step

    def require_callable(self) -> None:
        """Raise NotObservable for a model that cannot be called."""
        if not self.is_callable:
            raise NotObservable("the model has no call()")

    def require_compiled(self) -> None:
        """Raise NotObservable for a model that is not."""
        if getattr(self.model, "optimizer", None) is None:
            raise NotObservable("the model is not compiled")
