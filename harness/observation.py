"""What is seen of a live model, before saving and after loading: the same function takes both."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Iterable, Mapping

#: Why a model shows no signature that nothing has told yet what it takes.
UNDECLARED = "the model was never called, so it has not declared what it takes"


@dataclass(frozen=True)
class Hidden:
    """Why one side does not show an aspect.

    Attributes:
        why: In one line.
        raised: Whether looking raised what nobody expected: the model's fault, or the harness's. Otherwise this
            model has nothing of the kind to show.
    """

    why: str
    raised: bool = False


@dataclass(frozen=True)
class Answer:
    """One array that a layer answered.

    Attributes:
        shape: Its axes.
        dtype: Its dtype's name.
        digest: Of dtype, shape and bytes.
        sample: A few of its values, evenly spaced; all of a small one.
    """

    shape: tuple[int, ...]
    dtype: str
    digest: str
    sample: tuple[float, ...] = ()


@dataclass(frozen=True)
class Call:
    """What a layer answered when it was called once.

    Attributes:
        layer: Its path from the model: "encoder/dense".
        kind: Its class.
        number: 1 for its first call.
        given: Digests of the arrays that it was called with.
        answers: What it answered.
    """

    layer: str
    kind: str
    number: int
    given: tuple[str, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Clue:
    """What a live model has that is known to get lost, found before it was saved.

    Attributes:
        cause: Id of the cause that it points to, in `harness.causes`.
        where: The part of the model: "layer 'pool'", "the loss", "the model".
        facts: What the cause's words are filled with, by name: the class, the argument, its value.
    """

    cause: str
    where: str
    facts: Mapping[str, str] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.cause, self.where, *sorted(self.facts.items())))


@dataclass(frozen=True)
class Observation:
    """Named facts of a live model, taken by the same function before saving and after loading.

    Attributes:
        facts: aspect -> name -> a numpy array or a JSON value, in the model's order.
        hidden: aspect -> why this model does not show it.
        said: What was logged as a warning while the model was built or loaded.
        calls: What its layers answered, in order: of PREDICTIONS when it was called once, of RESUME in the first
            training step.
    """

    facts: Mapping[str, Mapping[str, Any]]
    hidden: Mapping[str, Hidden] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    calls: Mapping[str, tuple[Call, ...]] = field(default_factory=dict)

    def __or__(self, other: Observation) -> Observation:
        """What was seen here, and later."""
        return Observation(
            {**self.facts, **other.facts},
            {**self.hidden, **other.hidden},
            (*self.said, *other.said),
            {**self.calls, **other.calls},
        )

    def only(self, aspects: Iterable[str]) -> Observation:
        """What was seen of some aspects."""
        wanted = set(aspects)
        return Observation(
            {aspect: names for aspect, names in self.facts.items() if aspect in wanted},
            {aspect: why for aspect, why in self.hidden.items() if aspect in wanted},
            self.said,
            {aspect: calls for aspect, calls in self.calls.items() if aspect in wanted},
        )
