from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
import sys
from itertools import permutations, product
from pathlib import Path

import pytest

import cases
from cases.axes.recipes import AXES, SUBJECT, fits, recipe, subject
from cases.checkpoint import check_checkpoint
from harness.formats import FORMATS
from harness.nouns import LOADERS, HarnessError

EXAMPLES = Path(cases.__file__).parent / "examples"
NAMES = [name for names in AXES.values() for name in names]
MODULES = {
    ".".join(path.relative_to(EXAMPLES.parents[1]).with_suffix("").parts).replace(".__init__", ""): path
    for path in EXAMPLES.parent.rglob("*.py")
}
EVERYTHING = [dict(zip(AXES, values)) for values in product(*AXES.values())]


def code(path: Path) -> str:
    """A module without its docstring and its comments."""
    module = ast.parse(path.read_text(encoding="utf-8"))
    return ast.unparse(ast.Module(module.body[1:], []))


def imports_of(path: Path):
    """The modules of cases/ that a module imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            for name in (f"{node.module}.{alias.name}" for alias in node.names):
                yield name if name in MODULES else node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_names_are_lower_case_with_underscores():
    assert [] == [name for name in NAMES if not re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", name)]


def test_no_name_is_contained_in_another():
    """Else `pytest -k` selects one together with the other."""
    examples = [path.stem for path in EXAMPLES.glob("[a-z]*.py")]
    pairs = permutations([*NAMES, *FORMATS, *LOADERS, *examples], 2)

    assert [] == [(one, other) for one, other in pairs if one in other]


def test_there_are_ten_heads_and_ten_losses():
    assert len(AXES["head"]) >= 10
    assert len(AXES["loss"]) >= 10


def test_every_combination_either_fits_or_does_not():
    assert {True, False} == {fits(**row) for row in EVERYTHING}


@pytest.mark.parametrize("axis", AXES)
def test_every_name_is_in_a_recipe_that_fits(axis):
    assert set(AXES[axis]) == {row[axis] for row in EVERYTHING if fits(**row)}


def test_every_head_is_trained_with_several_losses():
    for head in AXES["head"]:
        assert len({row["loss"] for row in EVERYTHING if row["head"] == head and fits(**row)}) > 1, head


def test_a_recipe_is_named_by_its_parts():
    row = {
        "backbone": "main_layer",
        "head": "mean_pool",
        "loss": "huber",
        "optimizer": "adamw",
        "precision": "float32",
    }
    named = recipe(**row)

    assert "main_layer-mean_pool-huber-adamw-float32" == named.id
    assert {**row, "checkpoint": ""} == json.loads(json.dumps(named.arguments))
    assert ("transformers", "keras<3", "keras>=2.12") == named.needs


def test_naming_cases_imports_no_framework():
    command = "import sys, cases.suite; print(sorted({'tensorflow', 'keras', 'transformers'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)

    assert "[]" == run.stdout.strip()


@pytest.mark.parametrize("name", ["functional", "custom_loss", "new_texts"])
def test_a_mended_twin_differs_only_in_its_wiring(name):
    example = code(EXAMPLES / f"example_{name}.py")
    mended = code(EXAMPLES / f"mended_{name}.py")

    assert example.replace("pretrained(input_ids", "pretrained.roberta(input_ids") == mended
    assert example != mended


@pytest.fixture
def checkpoint(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "xlm-roberta"}')
    (tmp_path / "tf_model.h5").touch()
    return tmp_path


@pytest.mark.parametrize("text", ["", "xlm-roberta-base", "FacebookAI/xlm-roberta-base"])
def test_a_name_on_the_hub_is_a_checkpoint(text):
    check_checkpoint(text)


def test_a_directory_with_config_and_weights_is_a_checkpoint(checkpoint):
    check_checkpoint(str(checkpoint))


@pytest.mark.parametrize(
    ("break_it", "problem"),
    [
        pytest.param(
            lambda path: path.rename(path.with_name("elsewhere")),
            "expected a directory or a name on the hub; there is no such directory",
            id="no directory",
        ),
        pytest.param(
            lambda path: (path / "config.json").unlink(),
            "expected a directory with config.json; it has none",
            id="no config",
        ),
        pytest.param(
            lambda path: (path / "config.json").write_text('{"model_type": "bert"}'),
            "expected model_type 'xlm-roberta' in config.json; it is 'bert'",
            id="another model",
        ),
        pytest.param(
            lambda path: (path / "config.json").write_text("{"),
            "expected JSON in config.json; it is none",
            id="no JSON",
        ),
        pytest.param(
            lambda path: (path / "tf_model.h5").rename(path / "pytorch_model.bin"),
            "expected weights, tf_model.h5 or model.safetensors; it has neither",
            id="no weights",
        ),
    ],
)
def test_what_a_directory_lacks_is_named(checkpoint, break_it, problem):
    break_it(checkpoint)

    with pytest.raises(HarnessError) as error:
        check_checkpoint(str(checkpoint))

    assert f"checkpoint {checkpoint}: {problem}" == str(error.value)


def test_old_records_name_a_subject_that_is_still_there():
    assert "cases.recipes:subject" == SUBJECT
    assert subject is importlib.import_module("cases.recipes").subject


def test_the_modules_of_cases_import_one_another_one_way():
    """By what each imports, at its top or inside a function; a custom object is named by a string."""
    imported = {name: set(imports_of(path)) for name, path in MODULES.items()}
    while imported:
        free = {name for name, names in imported.items() if not names & imported.keys()}

        assert free, f"a circle among {', '.join(sorted(imported))}"
        imported = {name: names for name, names in imported.items() if name not in free}
