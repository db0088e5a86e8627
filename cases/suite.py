"""The suite of this repository: its matrix, its examples, its known failures."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path
from typing import Callable, Iterable, Iterator, Mapping, Sequence

from cases.axes.backbones import BACKBONES
from cases.axes.recipes import AXES, fits, recipe
from cases.checkpoint import check_checkpoint
from cases.gold.cases import gold
from cases.known_failures import KNOWN_FAILURES
from harness.formats import FORMATS
from harness.nouns import BARE, CODE, LIBRARY, LOADER_NEEDS, LOADERS, REBUILD, SERVING, Case, Recipe
from harness.suite.matrix import Row, all_rows, covering, covering_cells, covering_rows
from harness.suite.suite import Suite

#: Ids of the default matrix; committed, so that they stay when an axis grows.
DEFAULT_MATRIX = Path(__file__).parent / "axes" / "default_matrix.txt"

#: The backbones of the matrix's first part, which only legacy Keras has; the second part has those that Keras 3 has.
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

ALL_AXES = {
    **AXES,
    "format": tuple(FORMATS),
    "loader": tuple(LOADERS),
    "example": tuple(f"{kind}_{name}" for name in EXAMPLES for kind in ("example", "mended")),
}


def row_fits(row: Row) -> bool:
    """Whether a combination of backbone, head, loss, optimizer and precision can be built."""
    return fits(**row)


def routes(row: Row) -> Iterator[dict[str, str]]:
    """The formats and loaders that make sense for a recipe."""
    for format in FORMATS.values():
        # save_pretrained is a method of Hugging Face's models alone.
        if format.name.startswith("hf_") and row["backbone"] != "hf_model":
            continue
        for loader in format.keeps:
            if _exists_for(row["backbone"], (*format.needs, *LOADER_NEEDS.get(loader, ()))):
                yield {"format": format.name, "loader": loader}


def _exists_for(backbone: str, needs: Sequence[str]) -> bool:
    """Whether a backbone's Keras has a route: legacy Keras' own are tried with transformers' backbones alone."""
    if backbone in LEGACY:
        return not any(each.startswith("keras>=3") for each in needs)
    return "keras<3" not in needs


def default_rows() -> list[dict[str, str]]:
    """Compute the default matrix anew; slow, so its ids are kept in DEFAULT_MATRIX."""
    parts = [{**AXES, "backbone": backbones} for backbones in (LEGACY, MODERN)]
    cells = [cell for axes in parts for cell in covering_cells(covering_rows(axes, row_fits), routes)]
    return [*cells, *_missing_routes(cells)]


def _missing_routes(cells: Sequence[Row]) -> Iterator[dict[str, str]]:
    """Of each backbone that Keras 3 has, the routes that no cell takes it on; by its recipes, one after another."""
    for backbone in MODERN:
        taken = [cell for cell in cells if cell["backbone"] == backbone]
        rows = cycle(list({tuple(row[axis] for axis in AXES): row for row in taken}.values()))
        known = {(cell["format"], cell["loader"]) for cell in taken}
        for route in routes({"backbone": backbone}):
            if (route["format"], route["loader"]) not in known:
                yield {**next(rows), **route}


def full_rows() -> Iterator[dict[str, str]]:
    for row in all_rows(AXES, row_fits):
        for route in routes(row):
            yield {**row, **route}


def default_rows_of(keras: str) -> list[Row]:
    """The default matrix's cells for a Keras: for legacy Keras those of transformers' backbones, and few others."""
    rows = [row_of(id) for id in DEFAULT_MATRIX.read_text().split()]
    if keras == "3":
        return [row for row in rows if row["backbone"] in MODERN]
    return [*(row for row in rows if row["backbone"] in LEGACY), *_shared(rows)]


def each_rows(keras: str) -> list[Row]:
    """Few cells of the default matrix: every value of an axis, every route, every format with every backbone.

    For legacy Keras of transformers' backbones, and few others. For Keras 3 of each of the others by itself: an
    environment may lack keras-hub, and has all the values then, too.
    """
    rows = [row_of(id) for id in DEFAULT_MATRIX.read_text().split()]
    if keras == "3":
        return [cell for name in MODERN for cell in covering([row for row in rows if row["backbone"] == name], _facts)]
    return [*covering([row for row in rows if row["backbone"] in LEGACY], _facts), *_shared(rows)]


def _shared(rows: Sequence[Row]) -> list[Row]:
    """Each format once with the backbones that every Keras has."""
    shared = [row for row in rows if row["backbone"] in MODERN and not _is_of_keras_3(row)]
    return covering(shared, lambda row: [row["format"], row["backbone"]])


def _is_of_keras_3(row: Row) -> bool:
    needs = (*BACKBONES[row["backbone"]].needs, *FORMATS[row["format"]].needs, *LOADER_NEEDS.get(row["loader"], ()))
    return any(each.startswith("keras>=3") for each in needs)


def _facts(row: Row) -> Iterator[tuple[str, ...]]:
    yield from row.items()
    yield row["format"], row["loader"]
    yield row["format"], row["backbone"]


def row_of(id: str) -> dict[str, str]:
    """The axis values of a cell of the matrix, by its id."""
    return dict(zip([*AXES, "format", "loader"], id.split("-")))


def case_of(row: Row, checkpoint: str = "") -> Case:
    return Case(recipe(**{axis: row[axis] for axis in AXES}, checkpoint=checkpoint), row["format"], row["loader"])


def example_rows() -> Iterator[dict[str, str]]:
    for name, pairs in EXAMPLES.items():
        for kind in ("example", "mended"):
            for format, loader in pairs:
                yield {"example": f"{kind}_{name}", "format": format, "loader": loader}


def cases(matrix: str, only: Mapping[str, Sequence[str]], checkpoint: str, keras: str) -> list[Case]:
    """The examples, then the cells of a matrix; a cell without a selected axis is left out."""
    rows = [row for row in _ROWS[matrix](keras) if _selected(row, only)]
    if checkpoint:
        check_checkpoint(checkpoint)
    if matrix == "gold":
        return list(gold())
    if checkpoint:
        # The examples are written with their own tiny backbone; a checkpoint is one of transformers.
        return [case_of(row, checkpoint) for row in rows if row["backbone"] in LEGACY]
    selected = [case_of(row) for row in rows]
    if matrix == "across":
        return selected
    return [
        *(
            Case(
                Recipe(row["example"], f"cases.examples.{row['example']}", needs=("transformers",)),
                row["format"],
                row["loader"],
            )
            for row in example_rows()
            if _selected(row, only)
        ),
        *selected,
    ]


def across_rows() -> Iterator[dict[str, str]]:
    """What `cross` carries from one environment to another."""
    for id, pairs in ACROSS.items():
        for format, loader in pairs:
            yield {**dict(zip(AXES, id.split("-"))), "format": format, "loader": loader}


_ROWS: Mapping[str, Callable[[str], Iterable[Row]]] = {
    "default": default_rows_of,
    "each": each_rows,
    "examples": lambda keras: (),
    "across": lambda keras: across_rows(),
    "gold": lambda keras: (),
    "full": lambda keras: full_rows(),
}


def _selected(row: Row, only: Mapping[str, Sequence[str]]) -> bool:
    return all(row.get(axis) in values for axis, values in only.items())


def renew() -> str:
    """Write the default matrix anew, after an axis has changed."""
    before = set(DEFAULT_MATRIX.read_text().split())
    ids = [case_of(row).id for row in default_rows()]
    DEFAULT_MATRIX.write_text("".join(f"{id}\n" for id in ids))
    return f"{DEFAULT_MATRIX.name}: {len(ids)} cells, {len(set(ids) - before)} new, {len(before - set(ids))} gone"


def records(cases: Sequence[Case]) -> dict[str, Path]:
    """The gold records that cases load."""
    if not any(case.recipe.id.startswith("gold_") for case in cases):
        return {}
    return {case.id: path.resolve() for case, path in gold().items() if case in cases}


SUITE = Suite(axes=ALL_AXES, cases=cases, known_failures=KNOWN_FAILURES, renew=renew, records=records)
