"""What load_model is handed by each loader."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from places import TOYS

from harness.entry.asked import Limits, Wanted
from harness.entry.check import run_check
from harness.entry.recipes import recipe_of
from harness.environment import Environment
from harness.fresh import loaders
from harness.fresh.dialects import keras_2

BERT, XLM_ROBERTA = (f"transformers.models.{name}.modeling_tf_{name}" for name in ("bert", "xlm_roberta"))


@pytest.mark.parametrize(
    ("loader", "is_used", "handed"),
    [
        ("bare", True, {}),
        ("library", False, {"Layer": "the library's"}),
        ("code", True, {"Layer": "the library's", "Own": "one's own"}),
        ("code", False, {"Own": "one's own"}),
    ],
)
def test_a_library_that_ones_own_code_never_names_is_not_imported_for_it(monkeypatch, loader, is_used, handed):
    dialect = SimpleNamespace(
        LIBRARY="library", library_objects=lambda modules: {name: "the library's" for name in modules}
    )
    monkeypatch.setattr(loaders.dialects, "of_this_process", lambda: dialect)
    subject = SimpleNamespace(uses=lambda package: is_used, custom_objects=lambda: {"Own": "one's own"})
    format = SimpleNamespace(load=lambda path, custom_objects: custom_objects, load_uncompiled=None)

    assert handed == loaders.load(format, Path("model"), loader, subject, modules=["Layer"])


@pytest.mark.parametrize(
    ("modules", "layers"),
    [
        ([BERT], {"TFBertMainLayer"}),
        ([BERT, XLM_ROBERTA], {"TFBertMainLayer", "TFXLMRobertaMainLayer"}),
        (["transformers.models.none.modeling_tf_none", BERT], {"TFBertMainLayer"}),
        ([], {"TFXLMRobertaMainLayer"}),
        # What a record names is imported unasked.
        (
            ["os", "antigravity", "transformers.models.bert.modeling_tf_bert.os", "mine.modeling_tf_bert"],
            {"TFXLMRobertaMainLayer"},
        ),
    ],
)
def test_the_classes_are_those_of_the_modules_that_the_model_is_from(modules, layers):
    pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    pytest.importorskip("transformers", reason="transformers is not installed")
    found = keras_2.library_objects(modules)

    assert layers == {name for name in found if name in ("TFBertMainLayer", "TFXLMRobertaMainLayer")}
    assert "antigravity" not in sys.modules


def test_a_model_of_another_family_is_loaded_with_its_own_classes(tmp_path):
    environment = Environment()
    if not {"tensorflow", "transformers"} <= set(environment.versions):
        pytest.skip("TensorFlow or transformers is not installed")
    recipe, _ = recipe_of(TOYS / "toy_bert.py")
    found = run_check(recipe, Wanted(("whole_h5",), ("library",)), environment, Limits(logs=tmp_path))

    assert found, found.full()
