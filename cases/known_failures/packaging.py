"""Known failures of the formats that are tried where they are named."""

from __future__ import annotations

from cases.known_failures import links
from cases.known_failures.cells import IN_BUILD
from harness.nouns import NAMES, RELOAD, RESUME, SIGNATURE
from harness.suite.known_failures import KnownFailure

#: What is a .keras archive, or a config beside weights, and comes back as either does.
ARCHIVES = "to_json|each_epoch|pickled|cloudpickle|joblib|mlflow"

KNOWN_FAILURES = (
    KnownFailure(
        f"main_layer-*-*-*-*-{ARCHIVES}-bare",
        RELOAD,
        ("TypeError: 'str' object is not callable",),
        links.CODE_NEEDED,
        ("keras<3",),
    ),
    KnownFailure(
        f"main_layer-*-*-*-*-{ARCHIVES}-library|code",
        NAMES,
        ("names changed",),
        links.NAMES_CHANGE,
        ("keras<3", *IN_BUILD),
    ),
    KnownFailure(
        ("main_layer-*-*-*-*-tf2onnx-runtime", "hub_backbone-*-*-*-*-keras_onnx-runtime"),
        RELOAD,
        ("InvalidGraph", "No Op registered for Erfc with domain_version of "),
        links.NO_GELU,
    ),
    # Dropout of Keras 3 draws from a generator of its own, whose state nothing saves.
    KnownFailure(
        (
            "hub_backbone-*-*-*-*-each_epoch|pickled|cloudpickle|joblib|mlflow-bare|library|code",
            "hub_backbone-*-*-*-*-backup-rebuild",
        ),
        RESUME,
        ("resume['generator/", "resume['step 1 loss']", "resume['"),
        links.GENERATORS,
        ("keras>=3",),
    ),
    KnownFailure(
        ("*-*-*-*-*-tf_saved-serving", "*-*-*-*-*-tf2onnx|litert_model|litert_saved-runtime"),
        SIGNATURE,
        ("signature['takes int64']: False, but should be True",),
        links.ONE_DTYPE,
    ),
    KnownFailure(
        "*-*-*-*-*-keras_onnx-runtime",
        SIGNATURE,
        ("signature['takes int64']: False, but should be True", "is now 'Identity:0'"),
        links.NAMED_ANEW,
    ),
)
