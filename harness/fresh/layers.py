"""The layers of a model, at any depth: the same for any Keras."""

from __future__ import annotations

from typing import Any, Iterator

from harness.fresh.reading import read


def modules_of(model: Any, package: str) -> tuple[str, ...]:
    """The modules of a package that the classes of a model and of its layers are from."""
    found = {type(each).__module__ for each in (model, *layers_within(model).values())}
    return tuple(sorted(each for each in found if each.startswith(f"{package}.")))


def layers_within(model: Any) -> dict[str, Any]:
    """Every layer inside a model, at any depth, by its path; one that is shared, by the first.

    Metrics are left out: for Keras 2 they are layers too.
    """
    return dict(_layers_within(model, "", {id(model)}))


def _layers_within(layer: Any, path: str, seen: set[int]) -> Iterator[tuple[str, Any]]:
    names: set[str] = set()
    layers_of = read(layer, "_flatten_layers", what=f"what layers are inside {path.rstrip('/') or 'the model'}")
    for each in layers_of(recursive=False, include_self=False):
        # A layer that is adapted has update_state, too.
        if id(each) in seen or (hasattr(each, "update_state") and hasattr(each, "result")):
            continue
        seen.add(id(each))
        name, copy = each.name, 1
        while name in names:
            copy += 1
            name = f"{each.name}#{copy}"
        names.add(name)
        yield f"{path}{name}", each
        yield from _layers_within(each, f"{path}{name}/", seen)
