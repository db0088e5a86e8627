"""Known failures with legacy Keras: what is not trained, not saved or not loaded at all."""

from __future__ import annotations

from cases.known_failures.causes import (
    CODE_NEEDED,
    EXAMPLES,
    MASKED_POOLING,
    MENDED,
    NESTED_STRUCTURE,
    NO_NAME,
    NOT_REVIVED,
    REVIVED,
    SCALED_2_11,
    SUBCLASSED_H5,
    UNKNOWN_LAYER,
    UNKNOWN_SCHEDULE,
)
from harness.nouns import RELOAD, SAVE, TRAIN
from harness.suite.known_failures import KnownFailure


def unknown(kind: str, name: str) -> tuple[str, str]:
    """What Keras says of a name that it cannot resolve; it is quoted from Keras 2.11 on."""
    return (f"ValueError: Unknown {kind}: ", name)


def uncalled(layer: str) -> tuple[str, str]:
    """What Keras says of a layer that is called without its class and without a trace of its call()."""
    return ("ValueError: ", f"Cannot call custom layer {layer} of type")


KNOWN_FAILURES = (
    # Keras' own pooling takes no mask in half precision.
    KnownFailure(
        "!hf_model-mean_pool|regression|multi_task-*-*-mixed_float16-*-*",
        TRAIN,
        ("TypeError: ", "Input 'y' of 'Mul' Op has type float32 that does not match type float16"),
        MASKED_POOLING,
        ("keras<2.6",),
    ),
    # Keras 2.11's optimizer that scales the loss has no variables that could be saved.
    KnownFailure(
        "pretrained|main_layer-*-*-*-mixed_float16-whole_h5-*",
        SAVE,
        ("AttributeError: 'LossScaleOptimizerV3' object has no attribute '_variables'",),
        SCALED_2_11,
        ("keras>=2.11,<2.12",),
    ),
    # A pretrained model as a layer: SavedModel revives it without its class, and calls it by other arguments.
    *(
        KnownFailure(
            cells,
            RELOAD,
            ("ValueError: The two structures don't have the same nested structure.",),
            NESTED_STRUCTURE,
            NOT_REVIVED,
        )
        for cells in (f"{EXAMPLES}-savedmodel-bare", "pretrained-*-*-*-*-savedmodel-bare")
    ),
    # Where it can be revived, the loss is what is missing.
    KnownFailure(
        "example_custom_loss-savedmodel-bare", RELOAD, unknown("loss function", "custom_loss"), CODE_NEEDED, REVIVED
    ),
    # Files without a trace of custom classes, read by a process that has not got them.
    *(
        KnownFailure(cells, RELOAD, messages, because)
        for because, messages, patterns in (
            (
                UNKNOWN_LAYER,
                unknown("layer", "TFXLMRobertaModel"),
                (f"{EXAMPLES}-whole_h5-bare", "pretrained-*-*-*-*-whole_h5-bare"),
            ),
            (
                UNKNOWN_LAYER,
                unknown("layer", "Custom>TFXLMRobertaMainLayer"),
                (f"{MENDED}-whole_h5-bare",),
            ),
            (
                CODE_NEEDED,
                ("TypeError: 'str' object is not callable",),
                (
                    f"{EXAMPLES}|{MENDED}-dot_keras-bare",
                    "pretrained|main_layer-*-*-*-*-dot_keras-bare",
                    "pretrained|main_layer-*-layer_loss-*-*-dot_keras-library",
                ),
            ),
            (
                CODE_NEEDED,
                ("TypeError: Could not deserialize class 'FineTuned' because its parent module cases.keras.models",),
                ("subclassed-*-*-*-*-dot_keras-bare",),
            ),
            (
                CODE_NEEDED,
                unknown("loss function", "custom_loss"),
                (
                    "example_custom_loss|mended_custom_loss-savedmodel|whole_h5-library",
                    "mended_custom_loss-savedmodel-bare",
                ),
            ),
            (
                CODE_NEEDED,
                ("TypeError: Could not locate function 'custom_loss'.",),
                ("example_custom_loss|mended_custom_loss-dot_keras-library",),
            ),
            (
                CODE_NEEDED,
                unknown("optimizer", "AdamWeightDecay"),
                ("subclassed-*-*-create_optimizer-*-savedmodel-bare",),
            ),
            (
                UNKNOWN_SCHEDULE,
                unknown("decay", "LinearWarmup"),
                (
                    "pretrained-mean_pool-*-warmup-*-savedmodel-library",
                    "hf_model-*-huber-warmup-*-traceless-bare",
                    "plain_layers-*-*-warmup-*-whole_h5-bare",
                ),
            ),
            (
                CODE_NEEDED,
                unknown("loss function", "dummy_loss"),
                ("hf_model-*-own_loss-*-*-savedmodel-code", "hf_model-*-own_loss-*-*-traceless-bare"),
            ),
            (
                CODE_NEEDED,
                unknown("loss function", "cases>RegisteredFocalLoss"),
                ("pretrained-*-focal_registered-*-*-savedmodel-library",),
            ),
            (
                CODE_NEEDED,
                uncalled("pool"),
                ("pretrained-attention_pool-*-*-*-traceless-library",),
            ),
            (
                CODE_NEEDED,
                uncalled("roberta"),
                ("main_layer-*-*-*-*-traceless-bare",),
            ),
            (
                CODE_NEEDED,
                uncalled("tfxlm_roberta_model"),
                ("pretrained-*-*-*-*-traceless-bare",),
            ),
        )
        for cells in patterns
    ),
    KnownFailure(
        "subclassed|hf_model-*-*-*-*-whole_h5-*",
        SAVE,
        ("NotImplementedError: Saving the model to HDF5 format requires the model to be a Functional model",),
        SUBCLASSED_H5,
    ),
    KnownFailure(
        "*-*-*-!create_optimizer-mixed_float16-weights_h5-rebuild",
        RELOAD,
        ("AttributeError: 'LossScaleOptimizerV3' object has no attribute 'name'",),
        NO_NAME,
        ("keras>=2.12",),
    ),
)
