"""A model that somebody has as a file alone: inputs that are made up or given, and classes of a library."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from harness.fresh.artifact import EXAMPLES, LENGTH, given, loaded, made_up
from harness.nouns import HarnessError

TAKES = {"ids": ("int32", [None, None]), "price": ("float16", [None, 3]), "flag": ("bool", [4, 1])}


def test_inputs_are_made_up_as_the_signature_says_and_the_same_every_time():
    made = made_up(TAKES)

    assert {
        "ids": ("int32", (EXAMPLES, LENGTH)),
        "price": ("float16", (EXAMPLES, 3)),
        "flag": ("bool", (EXAMPLES, 1)),
    } == {name: (each.dtype.name, each.shape) for name, each in made.items()}
    assert {0, 1} == set(made["ids"].ravel().tolist())
    assert len(set(made["price"].ravel().tolist())) > 2
    assert all(np.array_equal(each, made_up(TAKES)[name]) for name, each in made.items())


def test_text_is_not_made_up():
    with pytest.raises(HarnessError) as error:
        made_up({"words": ("string", [None])})
    assert "the model takes text ('words'), which cannot be made up; give --data FILE.npz with it" == str(error.value)


def npz(path, **arrays):
    np.savez(path, **arrays)
    return path


def test_arrays_are_known_by_name_and_labels_apart(tmp_path):
    file = npz(tmp_path / "x.npz", y=np.ones(2), right=np.zeros(2), left=np.ones((2, 3)))
    arrays, (y, weight) = given({"left": ..., "right": ...}, file)

    assert ["left", "right"] == list(arrays)
    assert (2, 3) == arrays["left"].shape
    assert [1.0, 1.0] == y.tolist()
    assert weight is None


def test_the_only_array_of_a_model_with_one_input_has_any_name(tmp_path):
    arrays, _ = given({"features": ...}, npz(tmp_path / "x.npz", arr_0=np.ones((2, 3))))

    assert ["features"] == list(arrays)


def test_other_arrays_than_the_signature_asks_for_are_one_sentence(tmp_path):
    file = npz(tmp_path / "x.npz", a=np.ones(2), b=np.ones(2))

    with pytest.raises(HarnessError) as error:
        given({"left": ..., "right": ...}, file)
    assert f"--data {file}: expected arrays named left, right, and perhaps y and sample_weight; it has a, b" == str(
        error.value
    )


@pytest.mark.parametrize("write", [lambda path: path.write_text("no"), lambda path: npz(path, x=np.array([{}]))])
def test_what_is_no_file_of_arrays_is_one_sentence(tmp_path, write):
    write(tmp_path / "x.npz")

    with pytest.raises(HarnessError, match=r"expected an \.npz file of arrays without objects"):
        given({"features": ...}, tmp_path / "x.npz")


def test_a_model_with_layers_of_a_library_is_loaded_where_that_is_imported(tmp_path, monkeypatch):
    pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    from tensorflow import keras

    class Doubled(keras.layers.Layer):
        def call(self, inputs):
            return 2 * inputs

    x = keras.Input((3,))
    keras.Model(x, Doubled()(x)).save(tmp_path / "model.h5")
    library = SimpleNamespace(LIBRARY="a_library", library_objects=lambda modules: {"Doubled": Doubled})
    monkeypatch.setattr("harness.fresh.dialects.of_this_process", lambda: library)
    with pytest.raises(HarnessError, match="no Keras model can be loaded from it"):
        loaded(tmp_path / "model.h5")
    monkeypatch.setitem(sys.modules, "a_library", library)

    assert isinstance(loaded(tmp_path / "model.h5").layers[-1], Doubled)
