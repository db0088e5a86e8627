"""Known failures of the gold records, by the row that saved them and the environment that loads them."""

from __future__ import annotations

from packaging.version import Version

from cases.gold.cases import recipe
from cases.known_failures import links
from harness.environments.table import find_rows, read_rows
from harness.nouns import CONFIG, OPTIMIZER, RELOAD, RESUME, SIGNATURE
from harness.suite.known_failures import KnownFailure

TAKES_ONE = ("signature['takes int64']: False, but should be True",)


def saved(first: str = "2", last: str = "3", keras: str = "2") -> str:
    """What the rows from one TensorFlow to another, the last excluded, have saved, as the parts of a pattern."""
    between = [
        recipe(row).id
        for row in find_rows("versions", read_rows())
        if row.keras == keras and Version(first) <= Version(row.pins["tensorflow"]) < Version(last)
    ]
    return "|".join(between)


KNOWN_FAILURES = (
    # SavedModel: the optimizer comes back as new. Its count of steps is named iter, and iteration from Keras 2.11 on.
    KnownFailure(
        f"{saved()}-savedmodel-bare", OPTIMIZER, (":0']: 0, but should be 4", "values differ"), links.OPTIMIZER_RESET
    ),
    KnownFailure(f"{saved()}-savedmodel-bare", RESUME, ("resume['step 2 loss']", "resume['"), links.OPTIMIZER_RESET),
    KnownFailure(f"{saved()}-savedmodel|export-serving", SIGNATURE, TAKES_ONE, links.ONE_DTYPE),
    # The optimizers that are new in 2.11 do not take the state of the old ones.
    KnownFailure(
        f"{saved(last='2.11')}-checkpoint|tf_weights-rebuild",
        RELOAD,
        ("You are trying to restore a checkpoint from a legacy",),
        links.NEW_OPTIMIZERS,
        ("keras>=2.11",),
    ),
    # The suffix .weights.h5 is a format of its own from 2.12 on, and 2.15 names what is in it otherwise.
    KnownFailure(
        f"{saved(last='2.12')}-weights_h5-rebuild",
        RELOAD,
        ("(object 'vars' doesn't exist)",),
        links.ANOTHER_VERSION,
        ("keras>=2.12",),
    ),
    KnownFailure(
        (f"{saved('2.12', '2.15')}-weights_h5-rebuild", f"{saved('2.13', '2.15')}-dot_keras-bare"),
        RELOAD,
        ("Layer 'embedding' expected 1 variables, but received 0 variables during loading.",),
        links.WEIGHTS_H5_NAMES,
        ("keras>=2.15",),
    ),
    # What a newer Keras adds to a config.
    KnownFailure(
        f"{saved(last='2.6')}-savedmodel|whole_h5|dot_keras-bare",
        CONFIG,
        ("config.keepdims']: appeared after reload",),
        links.ANOTHER_VERSION,
        ("keras>=2.6",),
    ),
    KnownFailure(
        f"{saved(last='2.12')}-savedmodel|whole_h5|dot_keras-bare",
        CONFIG,
        ("config.trainable']: appeared after reload",),
        links.ANOTHER_VERSION,
        ("keras>=2.12",),
    ),
    KnownFailure(
        f"{saved(last='2.21')}-savedmodel|whole_h5|dot_keras-bare",
        CONFIG,
        ("optional']: appeared after reload",),
        links.ANOTHER_VERSION,
        ("keras>=2.21",),
    ),
    KnownFailure(
        f"{saved(last='2.19', keras='3')}-savedmodel|whole_h5|dot_keras-bare",
        CONFIG,
        ("ragged']: appeared after reload",),
        links.ANOTHER_VERSION,
        ("keras>=3.10",),
    ),
    KnownFailure(
        f"{saved(last='2.21', keras='3')}-savedmodel|whole_h5|dot_keras-bare",
        CONFIG,
        (
            "optional']: appeared after reload",
            "quantization_config']: appeared after reload",
            "input_axes']: appeared after reload",
            "output_axes']: appeared after reload",
        ),
        links.ANOTHER_VERSION,
        ("keras>=3.15",),
    ),
    # Keras 3.
    KnownFailure(f"{saved(keras='3')}-export-serving", SIGNATURE, TAKES_ONE, links.ONE_DTYPE),
    KnownFailure(f"{saved(keras='3')}-whole_h5-bare", OPTIMIZER, ("missing after reload",), links.NO_SLOTS),
    KnownFailure(f"{saved(keras='3')}-whole_h5-bare", RESUME, ("ValueError: Unknown variable: <",), links.NO_SLOTS),
)
