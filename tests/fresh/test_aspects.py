"""What needs no TensorFlow of looking at a model: messages of loaders, tokenizers, batches."""

from __future__ import annotations

import logging
import warnings
from types import SimpleNamespace

import numpy as np
import pytest

from harness.fresh import dialects
from harness.fresh.aspects import LOOKS, SAVED_AGAIN
from harness.fresh.aspects import tokenizer as tokenizers
from harness.fresh.aspects.numbers import evaluation
from harness.fresh.aspects.signature import PADDING, resized, signature
from harness.fresh.aspects.structure import class_
from harness.fresh.aspects.warned import caught
from harness.fresh.dialects import keras_3
from harness.nouns import ASPECTS, OPTIMIZER, RESAVE, RESUME, TOKENIZER, WARNINGS
from harness.record.batches import (
    Inputs,
    alongside,
    examples,
    first,
    flatten,
    flattened,
    in_order,
    leaves,
    packed,
    structure,
)
from harness.verdicts.loader_messages import HARMLESS, meaning

IDS = {"ids": np.ones((4, 3), "int32"), "price": np.ones((4, 2), "float32")}


def test_every_aspect_is_looked_at_or_has_a_moment_of_its_own():
    assert set(ASPECTS) == {*LOOKS, RESUME, RESAVE, TOKENIZER, WARNINGS}
    assert set(SAVED_AGAIN) < set(LOOKS)


class Sequential:
    """Of Keras 3: it has outputs, and raises where it is asked for output."""

    def __init__(self):
        self.outputs = [SimpleNamespace(dtype="float32", shape=(None, 2))]

    @property
    def output(self):
        raise AttributeError("The layer sequential has never been called and thus has no defined output.")


def test_what_a_sequential_of_keras_3_declares_is_seen(monkeypatch):
    monkeypatch.setattr(dialects, "of_this_process", lambda: keras_3)
    x = np.ones((4, 3), "float32")
    sight = SimpleNamespace(
        takes={"x": ("float32", [None, 3])},
        model=Sequential(),
        outputs={"same": x[:, :2]},
        inputs=Inputs((x, x), {"same": x}),
        call=lambda x: x[:, :2],
    )

    assert ["float32", [None, 2]] == signature(sight)["output"]


def test_what_is_logged_and_warned_of_is_caught_and_nothing_else(capsys):
    logger = logging.getLogger("tensorflow")
    with caught() as said:
        logger.warning("Skipping\n  loading weights")
        logging.getLogger("somebody.else").error("no")
        logging.getLogger("absl").info("all is well")
        warnings.warn("newly initialized", UserWarning, stacklevel=1)
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    logger.warning("too late")

    assert ["Skipping loading weights", "no", "UserWarning: newly initialized"] == said
    assert "UserWarning: newly initialized" in capsys.readouterr().err


def test_the_first_meaning_counts_and_what_nobody_knows_has_none():
    assert OPTIMIZER == meaning("your model is starting with a freshly initialized optimizer.")
    assert HARMLESS == meaning("5 out of the last 5 calls triggered tf.function retracing.")
    assert meaning("a message of the next release") is None


@pytest.mark.parametrize(
    ("columns", "shapes"),
    [(-1, {"ids": (4, 2), "price": (4, 2)}), (PADDING, {"ids": (4, 5), "price": (4, 2)})],
)
def test_only_what_is_open_is_resized(columns, shapes):
    takes = {"ids": ("int32", [None, None]), "price": ("float32", [None, 2])}

    changed = resized(IDS, takes, columns)

    assert shapes == {name: each.shape for name, each in changed.items()}
    assert not changed["ids"][:, 3:].any()
    assert list(shapes.values()) == [each.shape for each in resized(list(IDS.values()), takes, columns)]
    assert shapes["ids"] == resized(IDS["ids"], takes, columns).shape
    assert (4, 3 + columns, 2) == resized(np.ones((4, 3, 2)), {"series": ("float32", [None, None, 2])}, columns).shape


def test_batches_are_read_whatever_they_are_made_of():
    nested = {"a": [IDS["ids"], IDS["price"]], "b": IDS["ids"]}

    assert 4 == examples(nested)
    assert 3 == len(list(leaves(nested)))
    assert (2, 3) == first(nested, 2)["a"][0].shape
    assert ["x/a/0", "x/a/1", "x/b"] == list(flatten("x", nested))
    assert {"a": ["array", "array"], "b": "array"} == structure(nested)


def test_batches_are_flattened_and_packed_as_keras_does():
    nested = {"user": {"b": 2, "a": 1}, "shop": [3, (4, None)]}

    assert [3, 4, None, 1, 2] == flattened(nested)
    assert nested == packed(nested, flattened(nested))
    assert list(nested["user"]) == list(packed(nested, flattened(nested))["user"])


def test_what_is_known_by_the_names_of_inputs_finds_its_arrays():
    known = {"b": "first", "a": "second"}

    assert [2, 1] == in_order({"a": 1, "b": 2, "not asked": 3}, list(known))
    assert [1, 2] == in_order({"p": 1, "q": 2}, list(known))
    assert [1, 2] == in_order([1, 2], list(known))
    assert ["second", "first", None] == alongside({"a": 1, "b": 2, "c": 3}, known)
    assert ["first", "second"] == alongside([1, (2,)], known)
    assert ["first", "second"] == alongside({"user": {"a": 1, "b": 2}}, known)
    assert ["first", "second", None] == alongside([1, 2, 3], known)
    assert ["first"] == alongside(1, known)


class Counter:
    """A variable of a metric."""

    shape = ()

    def __init__(self, value):
        self.value = value

    def numpy(self):
        return self.value

    def assign(self, value):
        self.value = value.item()


def test_metrics_get_their_counts_back_even_if_evaluating_raises():
    counter = Counter(3)

    def evaluate(*data, **how):
        counter.value = 99
        raise ValueError("in evaluate")

    model = SimpleNamespace(metrics=[SimpleNamespace(variables=[counter])], evaluate=evaluate)
    sight = SimpleNamespace(model=model, data=(IDS, np.ones(4), None), require_compiled=lambda: None)
    with pytest.raises(ValueError, match="in evaluate"):
        evaluation(sight)

    assert 3 == counter.value


class Words:
    """A tokenizer of words of one letter."""

    padding_side, truncation_side, model_max_length, special_tokens_map = "right", "right", 8, {"pad": "_"}

    def __init__(self, shift=0):
        self.shift = shift

    def __call__(self, texts, padding, return_tensors):
        width = max(map(len, texts))
        ids = np.array([[ord(letter) + self.shift for letter in text.ljust(width, "_")] for text in texts])
        return {"input_ids": ids, "attention_mask": (ids != ord("_") + self.shift).astype("int64")}

    def save_pretrained(self, folder):
        raise AssertionError("observing does not save")


def test_a_tokenizer_is_observed_as_both_kinds_and_with_predictions_from_text():
    model = SimpleNamespace(predict=lambda x, batch_size, verbose: x["input_ids"].sum(axis=1))
    x = {"input_ids": np.ones((2, 3), "int32"), "attention_mask": np.ones((2, 3), "int32")}
    seen = tokenizers.trained_with(Words(), model, Inputs((x, np.ones(2)), {}, ("ab", "c"))).facts[TOKENIZER]

    assert [[97, 98], [99, 95]] == seen["slow ids"].tolist() == seen["fast ids"].tolist()
    assert [[1, 1], [1, 0]] == seen["slow mask"].tolist()
    assert [195, 194] == seen["from text"].tolist()
    assert {"pad": "_"} == seen["fast settings"]["special_tokens_map"]


def test_a_tokenizer_may_be_given_as_it_is_or_by_a_function():
    given = Words()

    assert given is tokenizers.of(given)
    assert given is tokenizers.of(lambda: given)
    assert tokenizers.of(None) is None


def test_a_model_without_a_tokenizer_says_so(tmp_path):
    inputs = Inputs((IDS, np.ones(4)), {}, ("a",))

    assert "the model comes without a tokenizer" == tokenizers.trained_with(None, None, inputs).hidden[TOKENIZER].why
    assert (
        "the model comes without a tokenizer"
        == tokenizers.reloaded(tmp_path / "none", None, inputs).hidden[TOKENIZER].why
    )


def test_overrides_are_the_methods_that_are_not_keras_own():
    class Model:
        def fit(self): ...

        def train_step(self): ...

    Model.fit.__module__ = "tf_keras.src.engine.training"

    assert {"class": "Model", "overrides": ["train_step"]} == class_(SimpleNamespace(model=Model()))
