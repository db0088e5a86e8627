"""The suite of this repository: its matrices, each a function of what is selected, and its known failures."""

from __future__ import annotations

from pathlib import Path
from typing import Hashable, Iterable, Iterator, Mapping, Sequence

from cases.axes.backbones import BACKBONES
from cases.axes.recipes import AXES, fits, recipe
from cases.checkpoint import check_checkpoint
from cases.gold.cases import gold
from cases.known_failures import KNOWN_FAILURES
from cases.source import source
from harness.formats import FORMATS, USUAL
from harness.nouns import BARE, CODE, LIBRARY, LOADER_NEEDS, LOADERS, REBUILD, SERVING, Case, Recipe
from harness.suite.costs import Costs
from harness.suite.matrix import Choice, Growth, all_choices, few, grow, pairs_of
from harness.suite.suite import Selection, Suite

#: Ids of the default matrix; committed, so that they stay when an axis grows.
DEFAULT_MATRIX = Path(__file__).parent / "axes" / "default_matrix.txt"

#: Measured by `python -m dev.costs`.
COSTS = Path(__file__).parent / "costs.toml"

#: The backbones that only legacy Keras has, and those that Keras 3 has, too. Each kind meets all that it can.
LEGACY = tuple(name for name, each in BACKBONES.items() if "keras<3" in each.needs)
MODERN = tuple(name for name in BACKBONES if name not in LEGACY)

_EVERY_SAVEDMODEL = [("savedmodel", loader) for loader in (BARE, LIBRARY, CODE, REBUILD, SERVING)]
_WHOLE_FILES = [(format, loader) for format in ("whole_h5", "dot_keras") for loader in (BARE, LIBRARY, CODE)]

#: The published examples and their mended twins: the routes that each is tried on.
EXAMPLES: Mapping[str, Sequence[tuple[str, str]]] = {
    "functional": [*_EVERY_SAVEDMODEL, *_WHOLE_FILES, ("weights_h5", REBUILD), ("export", SERVING)],
    "custom_loss": [*_EVERY_SAVEDMODEL, *_WHOLE_FILES],
    "new_texts": [("savedmodel", loader) for loader in (BARE, LIBRARY, SERVING)],
}

#: What is carried across environments: recipes that nearly all can train -> routes.
ACROSS: Mapping[str, Sequence[tuple[str, str]]] = {
    "pretrained-mean_pool-by_string-plain_adam-float32": [
        *_EVERY_SAVEDMODEL[:2],
        ("whole_h5", LIBRARY),
        ("dot_keras", LIBRARY),
        ("export", SERVING),
    ],
    "main_layer-mean_pool-by_string-plain_adam-float32": [
        *(("savedmodel", loader) for loader in (BARE, LIBRARY, REBUILD, SERVING)),
        ("traceless", LIBRARY),
        ("whole_h5", LIBRARY),
        ("dot_keras", LIBRARY),
        *((format, REBUILD) for format in ("weights_h5", "tf_weights", "checkpoint")),
        ("export", SERVING),
    ],
    "hf_model-first_token-from_logits-plain_adam-float32": [("hf_h5", LIBRARY), ("hf_safetensors", LIBRARY)],
    # What both Kerases have: these cross from one to the other.
    "plain_layers-mean_pool-by_string-plain_adam-float32": [
        *(("savedmodel", loader) for loader in (BARE, REBUILD, SERVING)),
        ("whole_h5", BARE),
        ("dot_keras", BARE),
        *((format, REBUILD) for format in ("weights_h5", "checkpoint")),
        ("export", SERVING),
    ],
    "hub_backbone-mean_pool-by_string-plain_adam-float32": [
        ("dot_keras", LIBRARY),
        ("weights_h5", REBUILD),
        ("export", SERVING),
    ],
}

#: What the formats are tried on that are tried where they are named.
PACKAGING = tuple(f"{backbone}-mean_pool-by_string-plain_adam-float32" for backbone in ("main_layer", *MODERN[:2]))

ALL_AXES = {
    **AXES,
    "format": tuple(FORMATS),
    "loader": tuple(LOADERS),
    "example": tuple(f"{kind}_{name}" for name in EXAMPLES for kind in ("example", "mended")),
}

CELL = (*AXES, "format", "loader")


def id_of(choice: Choice) -> str:
    return "-".join(choice.values())


def choice_of(id: str) -> dict[str, str]:
    """The axis values of a cell of the matrix, by its id."""
    return dict(zip(CELL, id.split("-")))


def committed() -> list[str]:
    """The ids of the default matrix."""
    return DEFAULT_MATRIX.read_text().split()


def case_of(choice: Choice, checkpoint: str = "") -> Case:
    named = recipe(**{axis: choice[axis] for axis in AXES}, checkpoint=checkpoint)
    return Case(named, choice["format"], choice["loader"])


# What is valid.


def fits_together(choice: Choice) -> bool:
    """Whether a combination of backbone, head, loss, optimizer and precision can be built."""
    return fits(**choice)


def routes(backbone: str) -> Iterator[dict[str, str]]:
    """The formats and loaders that make sense for the recipes of a backbone."""
    for format in USUAL.values():
        # save_pretrained is a method of Hugging Face's models alone.
        if format.name.startswith("hf_") and backbone != "hf_model":
            continue
        for loader in format.keeps:
            if _exists_for(backbone, (*format.needs, *LOADER_NEEDS.get(loader, ()))):
                yield {"format": format.name, "loader": loader}


def _exists_for(backbone: str, needs: Sequence[str]) -> bool:
    """Whether a backbone's Keras has a route: legacy Keras' own are tried with transformers' backbones alone."""
    if backbone in LEGACY:
        return not any(each.startswith("keras>=3") for each in needs)
    return "keras<3" not in needs


def valid() -> Iterator[dict[str, str]]:
    """Every cell that there can be."""
    for choice in all_choices(AXES, fits_together):
        for route in routes(choice["backbone"]):
            yield {**choice, **route}


def facts(choice: Choice) -> Iterator[Hashable]:
    """What the default matrix shows: every two values together, with legacy Keras and with Keras 3.

    Of a backbone that both have, also every route: an environment may lack keras-hub, and has all of them then, too.
    """
    modern = choice["backbone"] in MODERN
    for pair in pairs_of(choice):
        yield modern, pair
    if modern and "loader" in choice:
        yield choice["backbone"], choice["format"], choice["loader"]


# The matrices.


def every_pair(selection: Selection) -> Iterator[Case]:
    """Every two axis values together, once; and the published examples."""
    yield from examples(selection)
    yield from _cells(_default(selection.keras), selection)


def every_value(selection: Selection) -> Iterator[Case]:
    """Few of these: every axis value, every format with every loader and every backbone; and the examples."""
    yield from examples(selection)
    yield from _cells(_each(selection.keras), selection)


def examples(selection: Selection) -> Iterator[Case]:
    """The published examples and their mended twins, which have a backbone of their own: none with --checkpoint."""
    if selection.checkpoint:
        check_checkpoint(selection.checkpoint)
        return
    for name, pairs in EXAMPLES.items():
        for kind in ("example", "mended"):
            example = Recipe(f"{kind}_{name}", f"cases.examples.{kind}_{name}", needs=("transformers",))
            for format, loader in pairs:
                if selection.wants({"example": example.id, "format": format, "loader": loader}):
                    yield Case(example, format, loader)


def across(selection: Selection) -> Iterator[Case]:
    """What `cross` carries from one environment to another."""
    choices = (choice_of(f"{id}-{format}-{loader}") for id, pairs in ACROSS.items() for format, loader in pairs)
    yield from _cells(choices, selection)


def gold_records(selection: Selection) -> Iterator[Case]:
    """What every row of environments.toml has saved; `pytest cases` loads these with every matrix."""
    yield from (case for case in gold() if selection.wants({"format": case.format, "loader": case.loader}))


def packaging(selection: Selection) -> Iterator[Case]:
    """The formats that are tried where they are named, each with every loader on a few recipes."""
    choices = (
        choice_of(f"{id}-{format.name}-{loader}")
        for id in PACKAGING
        for format in FORMATS.values()
        # A preset is what a task of keras-hub's is saved as, and no model around its backbone.
        if format.name not in USUAL and format.name != "preset"
        for loader in format.keeps
        for backbone in [id.partition("-")[0]]
        # One that every Keras has is tried with what legacy Keras alone has, too.
        if not BACKBONES[backbone].needs or _exists_for(backbone, format.needs)
    )
    yield from _cells(choices, selection)


def full(selection: Selection) -> Iterator[Case]:
    """Every valid cell; and the examples."""
    yield from examples(selection)
    yield from _cells(valid(), selection)


#: By the names that --matrix knows.
MATRICES = {
    "default": every_pair,
    "each": every_value,
    "examples": examples,
    "across": across,
    "gold": gold_records,
    "packaging": packaging,
    "full": full,
}


def _cells(choices: Iterable[Choice], selection: Selection) -> Iterator[Case]:
    if selection.checkpoint:
        check_checkpoint(selection.checkpoint)
    for choice in choices:
        # A checkpoint is one of transformers.
        if selection.wants(choice) and not (selection.checkpoint and choice["backbone"] in MODERN):
            yield case_of(choice, selection.checkpoint)


def _default(keras: str) -> list[Choice]:
    """The default matrix's cells for a Keras: for legacy Keras those of transformers' backbones, and few others."""
    cells: list[Choice] = [choice_of(id) for id in committed()]
    if keras == "3":
        return [cell for cell in cells if cell["backbone"] in MODERN]
    return [*(cell for cell in cells if cell["backbone"] in LEGACY), *_shared(cells)]


def _each(keras: str) -> list[Choice]:
    """Few cells of the default matrix: every value of an axis, every route, every format with every backbone.

    For legacy Keras of transformers' backbones, and few others. For Keras 3 of each of the others by itself: an
    environment may lack keras-hub, and has all the values then, too.
    """
    cells: list[Choice] = [choice_of(id) for id in committed()]
    if keras == "3":
        parts = ([cell for cell in cells if cell["backbone"] == name] for name in MODERN)
        return [cell for part in parts for cell in _few_of(part)]
    return [*_few_of([cell for cell in cells if cell["backbone"] in LEGACY]), *_shared(cells)]


def _few_of(cells: Sequence[Choice]) -> list[Choice]:
    by_id = {id_of(cell): cell for cell in cells}
    return [by_id[id] for id in few(by_id, _each_fact)]


def _each_fact(choice: Choice) -> Iterator[Hashable]:
    yield from choice.items()
    yield choice["format"], choice["loader"]
    yield choice["format"], choice["backbone"]


def _shared(cells: Sequence[Choice]) -> list[Choice]:
    """Each format once with the backbones that every Keras has."""
    shared = {id_of(cell): cell for cell in cells if cell["backbone"] in MODERN and not _is_of_keras_3(cell)}
    return [shared[id] for id in few(shared, lambda cell: [cell["format"], cell["backbone"]])]


def _is_of_keras_3(choice: Choice) -> bool:
    formats, loaders = FORMATS[choice["format"]].needs, LOADER_NEEDS.get(choice["loader"], ())
    return any(need.startswith("keras>=3") for need in (*BACKBONES[choice["backbone"]].needs, *formats, *loaders))


# The ids of the default matrix, after an axis has changed.


def grown() -> Growth:
    """The committed ids, and what is missing among them."""
    return grow(committed(), {id_of(choice): choice for choice in valid()}, facts)


def renewed() -> list[str]:
    """Ids dealt anew, of few recipes: a recipe is trained once, whatever its routes."""
    recipes = {id_of(choice): choice for choice in all_choices(AXES, fits_together)}
    few_recipes = [recipes[id] for id in few(recipes, facts)]
    cells = ({**choice, **route} for choice in few_recipes for route in routes(choice["backbone"]))
    return few({id_of(cell): cell for cell in cells}, facts)


def update() -> str:
    """Let the default matrix grow; none of its ids moves."""
    growth = grown()
    _write(growth.ids)
    changes = f"{DEFAULT_MATRIX.name}: {len(growth.kept)} cells kept, {len(growth.added)} added"
    return "\n  ".join([changes, *(f"removed, since there can be no such cell any more: {id}" for id in growth.gone)])


def renew() -> str:
    """Deal the default matrix anew; most of its ids change."""
    before, ids = set(committed()), renewed()
    _write(ids)
    return f"{DEFAULT_MATRIX.name}: {len(ids)} cells, {len(set(ids) - before)} new, {len(before - set(ids))} gone"


def _write(ids: Iterable[str]) -> None:
    DEFAULT_MATRIX.write_text("".join(f"{id}\n" for id in ids))


def records(cases: Sequence[Case]) -> dict[str, Path]:
    """The gold records that cases load."""
    if not any(case.recipe.id.startswith("gold_") for case in cases):
        return {}
    return {case.id: path.resolve() for case, path in gold().items() if case in cases}


SUITE = Suite(
    ALL_AXES,
    MATRICES,
    KNOWN_FAILURES,
    grow=update,
    renew=renew,
    records=records,
    costs=Costs.read(COSTS),
    source=source,
)
