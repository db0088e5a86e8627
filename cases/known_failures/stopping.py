"""Known failures with legacy Keras: what is not trained, not saved or not loaded at all."""

from __future__ import annotations

from cases.known_failures import links
from cases.known_failures.cells import EXAMPLES, MENDED, NOT_REVIVED, REVIVED
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
        links.MASKED_POOLING,
        ("keras<2.6",),
    ),
    # Keras 2.11's optimizer that scales the loss has no variables that could be saved.
    KnownFailure(
        "pretrained|main_layer-*-*-*-mixed_float16-whole_h5-*",
        SAVE,
        ("AttributeError: 'LossScaleOptimizerV3' object has no attribute '_variables'",),
        links.SCALED_2_11,
        ("keras>=2.11,<2.12",),
    ),
    # A pretrained model as a layer: SavedModel revives it without its class, and calls it by other arguments.
    KnownFailure(
        (f"{EXAMPLES}-savedmodel-bare", "pretrained-*-*-*-*-savedmodel-bare"),
        RELOAD,
        ("ValueError: The two structures don't have the same nested structure.",),
        links.NESTED_STRUCTURE,
        NOT_REVIVED,
    ),
    # Where it can be revived, the loss is what is missing.
    KnownFailure(
        "example_custom_loss-savedmodel-bare",
        RELOAD,
        unknown("loss function", "custom_loss"),
        links.CODE_NEEDED,
        REVIVED,
    ),
    # Files without a trace of custom classes, read by a process that has not got them.
    KnownFailure(
        (f"{EXAMPLES}-whole_h5-bare", "pretrained-*-*-*-*-whole_h5-bare"),
        RELOAD,
        unknown("layer", "TFXLMRobertaModel"),
        links.UNKNOWN_LAYER,
    ),
    KnownFailure(
        f"{MENDED}-whole_h5-bare", RELOAD, unknown("layer", "Custom>TFXLMRobertaMainLayer"), links.UNKNOWN_LAYER
    ),
    KnownFailure(
        (
            f"{EXAMPLES}|{MENDED}-dot_keras-bare",
            "pretrained|main_layer-*-*-*-*-dot_keras-bare",
            "pretrained|main_layer-*-layer_loss-*-*-dot_keras-library",
        ),
        RELOAD,
        ("TypeError: 'str' object is not callable",),
        links.CODE_NEEDED,
    ),
    KnownFailure(
        "subclassed-*-*-*-*-dot_keras-bare",
        RELOAD,
        ("TypeError: Could not deserialize class 'FineTuned' because its parent module cases.keras.models",),
        links.CODE_NEEDED,
    ),
    KnownFailure(
        ("example_custom_loss|mended_custom_loss-savedmodel|whole_h5-library", "mended_custom_loss-savedmodel-bare"),
        RELOAD,
        unknown("loss function", "custom_loss"),
        links.CODE_NEEDED,
    ),
    KnownFailure(
        "example_custom_loss|mended_custom_loss-dot_keras-library",
        RELOAD,
        ("TypeError: Could not locate function 'custom_loss'.",),
        links.CODE_NEEDED,
    ),
    KnownFailure(
        "subclassed-*-*-create_optimizer-*-savedmodel-bare",
        RELOAD,
        unknown("optimizer", "AdamWeightDecay"),
        links.CODE_NEEDED,
    ),
    KnownFailure(
        (
            "pretrained-mean_pool-*-warmup-*-savedmodel-library",
            "hf_model-*-huber-warmup-*-traceless-bare",
            "plain_layers-*-*-warmup-*-whole_h5-bare",
        ),
        RELOAD,
        unknown("decay", "LinearWarmup"),
        links.UNKNOWN_SCHEDULE,
    ),
    KnownFailure(
        ("hf_model-*-own_loss-*-*-savedmodel-code", "hf_model-*-own_loss-*-*-traceless-bare"),
        RELOAD,
        unknown("loss function", "dummy_loss"),
        links.CODE_NEEDED,
    ),
    KnownFailure(
        "pretrained-*-focal_registered-*-*-savedmodel-library",
        RELOAD,
        unknown("loss function", "cases>RegisteredFocalLoss"),
        links.CODE_NEEDED,
    ),
    KnownFailure("pretrained-attention_pool-*-*-*-traceless-library", RELOAD, uncalled("pool"), links.CODE_NEEDED),
    KnownFailure("main_layer-*-*-*-*-traceless-bare", RELOAD, uncalled("roberta"), links.CODE_NEEDED),
    KnownFailure("pretrained-*-*-*-*-traceless-bare", RELOAD, uncalled("tfxlm_roberta_model"), links.CODE_NEEDED),
    KnownFailure(
        "subclassed|hf_model-*-*-*-*-whole_h5-*",
        SAVE,
        ("NotImplementedError: Saving the model to HDF5 format requires the model to be a Functional model",),
        links.SUBCLASSED_H5,
    ),
    KnownFailure(
        "*-*-*-!create_optimizer-mixed_float16-weights_h5-rebuild",
        RELOAD,
        ("AttributeError: 'LossScaleOptimizerV3' object has no attribute 'name'",),
        links.NO_NAME,
        ("keras>=2.12",),
    ),
)
