"""The sweep over other people's models: every family has its line, and the page says what came of it."""

from __future__ import annotations

from inspect import isclass, isfunction

import pytest
from results_of import result_of, written

from dev.sweep import families, hub
from dev.sweep.applications import APPLICATIONS
from dev.sweep.page import main
from dev.sweep.suite import SUITE, SWEEPS
from harness.environment import Environment
from harness.fresh.dialects import is_keras_3
from harness.nouns import RELOAD
from harness.observation import Clue
from harness.suite.suite import Selection
from harness.verdict import Difference, Mend, Mended

LEGACY = {"tensorflow": "2.21.0", "tf-keras": "2.21.0", "transformers": "4.57.6"}
KERAS_3 = {"tensorflow": "2.21.0", "keras": "3.15.1", "keras-hub": "0.32.0"}


def test_every_family_that_transformers_has_is_tried_or_says_why_not():
    pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    auto = pytest.importorskip("transformers.models.auto.modeling_tf_auto", reason="transformers is not installed")
    names = [name for name in vars(auto) if name.startswith("TF_MODEL") and name.endswith("MAPPING_NAMES")]
    found = {family for name in names for family in getattr(auto, name)}

    assert found == set(families.FAMILIES)


def test_every_backbone_that_keras_hub_has_is_tried_or_says_why_not():
    pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    models = pytest.importorskip("keras_hub", reason="keras-hub is not installed").models
    found = {each for each in vars(models).values() if isclass(each) and issubclass(each, models.Backbone)}
    listed = [getattr(models, family.backbone) for family in hub.FAMILIES.values()]

    assert found - {models.Backbone} == set(listed)
    assert len(listed) == len(set(listed))


def test_a_family_of_keras_hub_with_a_task_is_tried_with_one_of_its_own():
    pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    models = pytest.importorskip("keras_hub", reason="keras-hub is not installed").models
    tasks = [each for each in vars(models).values() if isclass(each) and issubclass(each, models.Task)]
    having = {task.backbone_cls for task in tasks}

    for name, family in hub.FAMILIES.items():
        if family.task:
            assert getattr(models, family.task).backbone_cls is getattr(models, family.backbone), name
        elif not family.left_out:
            assert getattr(models, family.backbone) not in having, name


def test_every_module_of_keras_applications_is_tried():
    keras = pytest.importorskip("tensorflow", reason="TensorFlow is not installed").keras
    functions = [each for name, each in vars(keras.applications).items() if isfunction(each) and name[0].isupper()]
    here = Environment(keras="3" if is_keras_3() else "2")  # whichever this process has imported

    assert {each.__module__.rpartition(".")[2] for each in functions} == {
        name for name, each in APPLICATIONS.items() if not here.unmet(each.needs)
    }


@pytest.mark.parametrize("matrix", SWEEPS)
def test_a_family_is_tried_in_all_its_ways_or_in_none(matrix):
    sweep = SWEEPS[matrix]
    cells = list(SUITE.cases(matrix, Selection()))

    assert sum(len(model.ways) for model in sweep.models.values()) == len(cells) == len({cell.id for cell in cells})
    assert not set(sweep.models) & set(sweep.left_out)
    assert all(sweep.left_out.values())


def test_no_cell_is_in_two_matrices():
    ids = [cell.id for matrix in SWEEPS for cell in SUITE.cases(matrix, Selection())]

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("matrix", ["families", "hub"])
def test_one_family_can_be_selected(matrix):
    chosen = list(SUITE.cases(matrix, Selection(SUITE.selection("family=gpt2"))))

    assert {"gpt2"} == {cell.recipe.arguments["family"] for cell in chosen}


def test_a_preset_is_tried_of_what_is_keras_hubs_own():
    tried = {name for name, model in SWEEPS["hub"].models.items() if ("preset", "library") in model.ways}

    assert {"bert", "clip"} <= tried
    assert "electra" not in tried


@pytest.fixture
def page(tmp_path):
    def write(*runs):
        """Each run as its header and its results."""
        paths = []
        for number, (header, *results) in enumerate(runs):
            paths.append(tmp_path / f"{number}.jsonl")
            written(paths[-1], *results, **header)
        assert 0 == main([*map(str, paths), "--page", str(tmp_path / "page.md")])
        return (tmp_path / "page.md").read_text()

    return write


FAMILIES = {"matrix": "families", "versions": LEGACY}
HUB = {"matrix": "hub", "keras": "3", "versions": KERAS_3}


def row(text, name):
    return [line for line in text.split("\n") if line.startswith(f"| {name} |")]


def test_what_is_lost_is_told_with_its_cause_and_what_is_kept_as_kept(page):
    lost = Difference("weights", "w", "0, but should be 1")
    text = page(
        (
            FAMILIES,
            result_of("bert", "savedmodel", "bare", lost, causes=(Clue("savedmodel_optimizer", "the model"),)),
            result_of("bert", "savedmodel", "library", causes=(Clue("weights_alone", "the model"),)),
            result_of("bert", "weights_h5", "rebuild", lost),
            result_of("bert", "dot_keras", "library", stage=RELOAD, failure="TypeError: no\nmore"),
            result_of("gpt2", "dot_keras", "library", stage=RELOAD, failure="TypeError: no\nmore"),
        )
    )

    assert [
        "| bert | TFBertForSequenceClassification | loses weights [1] | **keeps all** | no reload [2] | "
        "loses weights [3] | not run | not run |"
    ] == row(text, "bert")
    assert "| no reload [2] |" in row(text, "gpt2")[0]
    assert text.endswith(
        "1. [savedmodel_optimizer](causes.md#savedmodel_optimizer)\n2. TypeError: no\n"
        "3. weights['w']: 0, but should be 1\n"
    )
    assert "What became of 2 models" in text


def test_what_was_tried_against_a_loss_stands_behind_it_as_far_as_it_was_promised(page):
    mended = Mended(Mend("uncompiled", ("loss_of_transformers",), compiled=False), "bare", lost=("class", "optimizer"))
    stopped = {"stage": RELOAD, "failure": "ValueError: dummy_loss", "mended": (mended,)}
    text = page((FAMILIES, result_of("bert", "savedmodel", "bare", promised=("weights", "optimizer"), **stopped)))

    assert "| no reload [1]; compile=False: loads, loses optimizer |" in row(text, "bert")[0]


def test_what_was_not_run_is_told_as_that(page):
    text = page((FAMILIES, result_of("bert", "savedmodel", "bare")))

    assert ["| albert | TFAlbertForSequenceClassification |" + " not run |" * 6] == row(text, "albert")
    assert "- sam: its tiniest model" in text
    assert "keras-hub" not in text.partition("```\n\n")[2]


def test_parts_of_a_run_are_one_table_and_libraries_are_several(page):
    text = page(
        (HUB, result_of("hub_gpt2", "preset", "library")),
        (FAMILIES, result_of("gpt2", "savedmodel", "bare")),
        ({**HUB, "started": "2026-01-03T00:00:00+00:00"}, result_of("hub_bert", "preset", "library")),
    )
    headings = [line for line in text.split("\n") if line.startswith("## ")]

    assert ["transformers, with legacy Keras", "keras-hub, with Keras 3", "Messages and causes"] == [
        heading.removeprefix("## ") for heading in headings
    ]
    assert ["| **keeps all** |" in line for line in row(text, "gpt2")] == [True, True]
    assert row(text, "bert")[1].endswith(" not run | **keeps all** |")
    assert 2 == text.count("tensorflow 2.21.0, keras 3.15.1, keras-hub 0.32.0.")
    assert "2026-01-03, tensorflow 2.21.0" in text


def test_what_is_no_way_for_a_model_or_not_there_with_its_keras_is_no_loss(page):
    of_both = {"matrix": "applications", "versions": {"tensorflow": "2.21.0", "keras": "3.15.1", "tf-keras": "2.21.0"}}
    results = (result_of("applications_vgg16", "dot_keras", "bare"), result_of("hub_electra", "dot_keras", "bare"))
    text = page(
        ({**of_both, "keras": "2"}, results[0]),
        ({**of_both, "keras": "3"}, results[0]),
        (HUB, results[1]),
    )
    tables = [line for line in text.split("\n") if line.startswith("| family |")]

    assert ["savedmodel bare" in table for table in tables] == [False, True, False]
    assert 1 == len(row(text, "regnet"))
    assert 2 == len(row(text, "vgg16"))
    assert row(text, "electra")[0].endswith("| not run | - |")


def test_results_that_are_none_are_one_sentence(tmp_path, capsys):
    assert 2 == main([str(tmp_path / "none.jsonl")])
    assert "none.jsonl: no results there" in capsys.readouterr().err


def test_results_of_other_cells_are_one_sentence(tmp_path, capsys):
    written(tmp_path / "other.jsonl", matrix="default")

    assert 2 == main([str(tmp_path / "other.jsonl")])
    assert "--matrix=default; expected those of families, hub, applications" in capsys.readouterr().err
