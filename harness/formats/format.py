"""What a format is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Mapping

from harness.nouns import (
    ASPECTS,
    BARE,
    CLASS,
    CODE,
    EVALUATION,
    LIBRARY,
    LOSSES,
    OPTIMIZER,
    PREDICTIONS,
    RESAVE,
    RESUME,
    SIGNATURE,
    TOKENIZER,
    WARNINGS,
    WEIGHTS,
    HarnessError,
)

#: What a whole-model format is documented to keep, for a process that has the classes. A tokenizer is packaged beside.
EVERYTHING = frozenset(ASPECTS)
#: The same for a process that has TensorFlow alone.
WITHOUT_CODE = EVERYTHING - {CLASS, TOKENIZER}
#: What follows from the weights alone, once the model has been built and compiled by its own code.
WHAT_WEIGHTS_DECIDE = frozenset(
    {WEIGHTS, LOSSES, PREDICTIONS, SIGNATURE, TOKENIZER, EVALUATION, RESAVE, WARNINGS},
)
#: The same, where the state of the optimizer is written too.
WHAT_TRAINING_STATE_DECIDES = WHAT_WEIGHTS_DECIDE | {OPTIMIZER, RESUME}
#: What an inference-only load can show.
WHAT_SERVING_SHOWS = frozenset({WEIGHTS, PREDICTIONS, SIGNATURE, WARNINGS})
#: What a function can show that a runtime without TensorFlow has; the names of inputs and outputs are in the signature.
WHAT_A_RUNTIME_SHOWS = frozenset({PREDICTIONS, SIGNATURE, WARNINGS})

#: A traced graph is optimised anew when it is loaded. Measured over the default matrix on TensorFlow 2.21:
#: no gap in float32, at most 2.4e-07 in mixed precision.
OF_A_TRACED_GRAPH = 1e-6


#: The same for what is predicted in half precision by a graph alone, without the Python that it was traced from, by
#: what is computed in: casts are fused, and values round elsewhere. float16: measured by the explorer on
#: TensorFlow 2.21, up to 4.5e-03 between eager and graph in one process. bfloat16, whose step at 1 is 7.8e-03: two
#: steps; measured by the matrix, of exports, 5.7e-03 on Keras 3.4.1, and 8.7e-03 on tf-keras 2.21 of an output
#: without softmax.
OF_A_GRAPH_IN_HALF_PRECISION: Mapping[str, float] = {"float16": 5e-3, "bfloat16": 2 * 2**-7}


#: A runtime without TensorFlow computes with kernels of its own. Measured in float32, with onnxruntime 1.32 and LiteRT
#: 2.3: up to 1.8e-07 over `--matrix=packaging` and the small models of the tests, 3.8e-05 in an output of a published
#: network of convolutions over 43,844 samples (docs/artifacts.md).
OF_A_RUNTIME = 1e-4


@dataclass(frozen=True)
class Declared:
    """What a function takes or gives in one place.

    Attributes:
        dtype: By numpy's name of it; "str" for text.
        shape: Its axes; None for an open one.
    """

    dtype: str
    shape: tuple[int | None, ...]


@dataclass(frozen=True)
class Runtime:
    """A function that a runtime without TensorFlow has read.

    Attributes:
        takes: Its arguments by name.
        gives: What it returns, by name.
        run: Calls it with arrays by name, and returns such.
    """

    takes: Mapping[str, Declared]
    gives: Mapping[str, Declared]
    run: Callable[[Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True)
class Format:
    """One way to write a model and to read it again.

    Attributes:
        name: Public name, part of every case's id.
        artifact: Name of the file or folder that `save` writes.
        save: Writes a trained model to a path that does not exist yet.
        save_line: What a person would write to save `model`, in an empty folder and a script that has `tf`.
        keeps: loader -> the aspects that the format's documentation promises
            through this loader. Its keys are the loaders that make sense.
        load_lines: loader -> what a person would write to load what `save_line` has saved, in the same folder and a
            script that has what the loader has: `tf`, the modules `library` and `my_model`, the function `build`.
        load: Reads a whole model, with custom_objects; for the loader `runtime`, a Runtime. None: there is neither.
        load_uncompiled: The same without compile(), which newer arguments break. None: there is no such choice.
        restore: Reads weights into a model just built. None: cannot.
        needs: PEP 508 requirements on the environment; "keras" is the Keras
            that TensorFlow uses, tf-keras included.
        spoils_the_model: Whether writing it changes the live model, so that it is written after all others.
        resaved_as: Name of the format in which a model that was loaded from this one is saved as well; "" for none.
        tolerance: Gap allowed in what is computed with floats, of numbers larger than 1 as a part. 0 is bit for bit.
        suits: Whether the format can be tried on this kind of model at all.
        danger: Kind of danger that every artifact of it is (`harness.inspection.danger.KINDS`), so that what somebody
            else wrote is not read unasked; "" for what depends on the artifact.
    """

    name: str
    artifact: str
    save: Callable[[Any, Path], None]
    save_line: str
    keeps: Mapping[str, frozenset[str]]
    load_lines: Mapping[str, str]
    load: Callable[[Path, Mapping[str, Any]], Any] | None = None
    load_uncompiled: Callable[[Path, Mapping[str, Any]], Any] | None = None
    restore: Callable[[Any, Path], None] | None = None
    needs: tuple[str, ...] = ()
    spoils_the_model: bool = False
    resaved_as: str = ""
    tolerance: float = 0.0
    suits: Callable[[Any], bool] = lambda model: True
    danger: str = ""

    def __post_init__(self) -> None:
        missing = [loader for loader in self.keeps if loader not in self.load_lines]
        if missing:
            raise HarnessError(
                f"{self.name}: expected load_lines for each loader in keeps; missing: {', '.join(missing)}"
            )


def load_model_lines(artifact: str) -> dict[str, str]:
    """The load lines of what `load_model` reads."""
    load = f'model = tf.keras.models.load_model("{artifact}"'
    return {
        BARE: f"{load})",
        LIBRARY: f"{load}, custom_objects=vars(library))  # the imported module that has its classes: "
        "transformers.models.bert.modeling_tf_bert, keras_hub",
        CODE: f"{load}, custom_objects=vars(my_model))  # your module, imported, with its classes and functions",
    }


def serving_line(artifact: str) -> str:
    """The load line of a signature, which lives no longer than what it was loaded with."""
    return f'model = tf.saved_model.load("{artifact}"); predict = model.signatures["serving_default"]'
