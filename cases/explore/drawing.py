"""Draw models with Hypothesis."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from random import Random
from typing import Iterator
from unittest import mock

from hypothesis import Phase, find, settings
from hypothesis.errors import NoSuchExample
from hypothesis.internal.conjecture.providers import HypothesisProvider

from cases.explore.models import Model, models

#: How many draws a seed is good for; some of them are alike.
DRAWS = 200

_SETTINGS = settings(max_examples=DRAWS, database=None, deadline=None, phases=(Phase.generate,))


def drawn(seed: int) -> list[Model]:
    """The models of a seed, each once: the same ones in every run, in an order in which neighbours are unlike."""
    found: dict[Model, None] = {}

    def look(model: Model) -> bool:
        found[model] = None
        return False

    with suppress(NoSuchExample), _the_same_everywhere():
        find(models(), look, settings=_SETTINGS, random=Random(seed))
    mixed = list(found)
    Random(seed).shuffle(mixed)
    return mixed


@contextmanager
def _the_same_everywhere() -> Iterator[None]:
    """Hypothesis also draws numbers that it finds in the modules that happen to be loaded; leave them out."""
    with mock.patch.object(HypothesisProvider, "_maybe_draw_constant", return_value=None, create=True):
        yield
