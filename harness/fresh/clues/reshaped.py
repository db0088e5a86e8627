"""That training has made another model than build() returns: a layer was added, or a setting; weights appeared."""

from __future__ import annotations

from typing import Any, Iterable, Iterator, Mapping

from harness.fresh.canonical import canonical
from harness.observation import Clue

Settings = Mapping[str, Any]


def settings_of(model: Any) -> Settings:
    """The leaves of a model's config by their path: "layers[1].config.units"; none of a class that has no config."""
    try:
        return dict(_leaves(canonical(model.get_config()), ""))
    except Exception:  # code of the author's, or of a class that has none
        return {}


def reshaped(before: Settings, model: Any, fresh: Iterable[str], trained: Iterable[str]) -> Iterator[Clue]:
    """One clue where a model is configured otherwise than before training, or has weights that it had not.

    Args:
        before: What its settings were.
        model: The trained model.
        fresh: Names of the weights that it had when it was first called, before training.
        trained: Of those that it has now.
    """
    added = [name for name in trained if name not in set(fresh)]
    if added:
        more = f" and {len(added) - 1} more" if len(added) > 1 else ""
        yield Clue("reshaped", "the model", {"difference": f"the weights {added[0]}{more} were not there before"})
        return
    now = settings_of(model)
    missing = object()
    for path in dict.fromkeys((*before, *now)):
        was, found = before.get(path, missing), now.get(path, missing)
        if was is not found and was != found:
            told = ["not there" if each is missing else repr(each) for each in (was, found)]
            yield Clue("reshaped", "the model", {"difference": f"{path} was {told[0]} before, and is {told[1]}"})
            return


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        for key, each in value.items():
            yield from _leaves(each, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and value:
        for number, each in enumerate(value):
            yield from _leaves(each, f"{path}[{number}]")
    else:
        yield path, value
