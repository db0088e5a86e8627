"""What is broken upstream, measured: each entry with its message, its condition and its link.

`python -m harness known-failures --update` proposes entries from the last results.
"""

from __future__ import annotations

from harness.case import COMPILE, EVALUATION, OPTIMIZER, PREDICTIONS, RELOAD, SAVE, WEIGHTS
from harness.known_failures import KnownFailure

NESTED_STRUCTURE = "https://github.com/huggingface/transformers/issues/3627"
OPTIMIZER_RESET = "https://github.com/tensorflow/tensorflow/issues/44670"
UNKNOWN_LAYER = "https://github.com/tensorflow/tensorflow/issues/58444"
UNKNOWN_SCHEDULE = "https://github.com/keras-team/keras/issues/18887"
NAMES_CHANGE = "https://github.com/keras-team/tf-keras/issues/36"
SUBCLASSED_H5 = "https://github.com/tensorflow/tensorflow/issues/34900"

ORDER_CHANGES = "docs/findings.md#savedmodel-revives-weights-in-another-order"
CODE_NEEDED = "docs/findings.md#what-a-process-without-the-code-says"
PRECISION_LOST = "docs/findings.md#transformers-layers-forget-their-precision"
NO_NAME = "docs/findings.md#weightsh5-does-not-load-under-mixed_float16"
NOT_COMPILED = "docs/findings.md#keras-loads-transformers-models-uncompiled"
TYPE_IDS = "docs/findings.md#an-exported-transformers-model-asks-for-token_type_ids"
REVIVED_CLASS = "docs/findings.md#savedmodel-revives-a-subclassed-model-that-cannot-be-called"

EXAMPLES = "example_functional|example_custom_loss|example_new_texts"
MENDED = "mended_functional|mended_custom_loss|mended_new_texts"
LOADS = "bare|library|code"

KNOWN_FAILURES = (
    # A pretrained model as a layer: SavedModel revives it without its class, and calls it by other arguments.
    *(
        KnownFailure(
            cells, RELOAD, ("ValueError: The two structures don't have the same nested structure.",), NESTED_STRUCTURE
        )
        for cells in (f"{EXAMPLES}-savedmodel-bare", "pretrained-*-*-*-*-savedmodel-bare")
    ),
    # SavedModel: the optimizer comes back as new.
    *(
        KnownFailure(cells, OPTIMIZER, messages, OPTIMIZER_RESET)
        for cells, messages in (
            (f"{EXAMPLES}|{MENDED}-savedmodel-{LOADS}", ("iteration:0']: 0, but should be 4", "values differ")),
            (
                f"*-*-*-plain_adam|adamw|momentum|rmsprop-*-savedmodel|traceless-{LOADS}",
                ("iteration:0']: 0, but should be 4", "values differ"),
            ),
            (
                f"*-*-*-cosine|warmup-*-savedmodel|traceless-{LOADS}",
                ("learning rate now", "iteration:0']: 0, but should be 4", "values differ"),
            ),
            (
                f"*-*-*-create_optimizer-*-savedmodel|traceless-{LOADS}",
                ("learning rate now", "iter:0']: 0, but should be 4", "values differ"),
            ),
        )
    ),
    # Files without a trace of custom classes, read by a process that has not got them.
    *(
        KnownFailure(cells, RELOAD, (message,), because)
        for because, message, patterns in (
            (
                UNKNOWN_LAYER,
                "ValueError: Unknown layer: 'TFXLMRobertaModel'.",
                (f"{EXAMPLES}-whole_h5-bare", "pretrained-*-*-*-*-whole_h5-bare"),
            ),
            (
                UNKNOWN_LAYER,
                "ValueError: Unknown layer: 'Custom>TFXLMRobertaMainLayer'.",
                (f"{MENDED}-whole_h5-bare",),
            ),
            (
                CODE_NEEDED,
                "TypeError: 'str' object is not callable",
                (
                    f"{EXAMPLES}|{MENDED}-dot_keras-bare",
                    "pretrained|main_layer-*-*-*-*-dot_keras-bare",
                    "pretrained|main_layer-*-layer_loss-*-*-dot_keras-library",
                ),
            ),
            (
                CODE_NEEDED,
                "TypeError: Could not deserialize class 'FineTuned' because its parent module cases.objects",
                ("subclassed-*-*-*-*-dot_keras-bare",),
            ),
            (
                CODE_NEEDED,
                "ValueError: Unknown loss function: 'custom_loss'.",
                (
                    "example_custom_loss|mended_custom_loss-savedmodel|whole_h5-library",
                    "mended_custom_loss-savedmodel-bare",
                ),
            ),
            (
                CODE_NEEDED,
                "TypeError: Could not locate function 'custom_loss'.",
                ("example_custom_loss|mended_custom_loss-dot_keras-library",),
            ),
            (
                CODE_NEEDED,
                "ValueError: Unknown optimizer: 'AdamWeightDecay'.",
                ("subclassed-*-*-create_optimizer-*-savedmodel-bare",),
            ),
            (
                UNKNOWN_SCHEDULE,
                "ValueError: Unknown decay: 'LinearWarmup'.",
                ("pretrained-mean_pool-*-warmup-*-savedmodel-library", "hf_model-*-huber-warmup-*-traceless-bare"),
            ),
            (
                CODE_NEEDED,
                "ValueError: Unknown loss function: 'dummy_loss'.",
                ("hf_model-*-own_loss-*-*-savedmodel-code", "hf_model-*-own_loss-*-*-traceless-bare"),
            ),
            (
                CODE_NEEDED,
                "ValueError: Unknown loss function: 'cases>RegisteredFocalLoss'.",
                ("pretrained-*-focal_registered-*-*-savedmodel-library",),
            ),
            (
                CODE_NEEDED,
                'ValueError: Exception encountered when calling layer "pool" (type AttentionPool). Cannot call custom',
                ("pretrained-attention_pool-*-*-*-traceless-library",),
            ),
            (
                CODE_NEEDED,
                'ValueError: Exception encountered when calling layer "roberta" (type Custom>TFXLMRobertaMainLayer).',
                ("main_layer-*-*-*-*-traceless-bare",),
            ),
            (
                CODE_NEEDED,
                'ValueError: Exception encountered when calling layer "tfxlm_roberta_model" (type TFXLMRobertaModel).',
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
    ),
    # Weights that come back under other names, or in another order; their values are kept.
    *(
        KnownFailure(cells, aspect, ("names changed",), NAMES_CHANGE)
        for aspect, cells in (
            (WEIGHTS, f"{EXAMPLES}|{MENDED}-dot_keras-library|code"),
            (WEIGHTS, "*-*-*-*-*-dot_keras-bare|library|code"),
            (OPTIMIZER, f"{EXAMPLES}|{MENDED}-dot_keras-library|code"),
            (OPTIMIZER, "!hf_model-*-*-*-*-dot_keras-library|code"),
        )
    ),
    *(
        KnownFailure(cells, WEIGHTS, ("names moved",), ORDER_CHANGES)
        for cells in (f"{MENDED}-savedmodel-bare", "main_layer|hf_model-*-*-*-*-savedmodel-bare")
    ),
    # Mixed precision: what is built from a config again computes in float32.
    *(
        KnownFailure(cells, aspect, (message,), PRECISION_LOST)
        for aspect, message in ((PREDICTIONS, "values differ"), (EVALUATION, "evaluation['"))
        for cells in (
            "pretrained|main_layer-*-*-*-mixed_float16|mixed_bfloat16-dot_keras|savedmodel-library|code",
            "subclassed-*-*-*-mixed_bfloat16-traceless-code",
        )
    ),
    *(
        KnownFailure(
            f"hf_model-*-*-*-mixed_{dtype}-hf_h5|hf_safetensors-library",
            PREDICTIONS,
            (f"dtype is float32, but should be {dtype}", "values differ"),
            PRECISION_LOST,
        )
        for dtype in ("float16", "bfloat16")
    ),
    # transformers' own models with a head.
    *(
        KnownFailure("hf_model-*-*-*-*-dot_keras-bare|library", aspect, ("the model is not compiled",), NOT_COMPILED)
        for aspect in (COMPILE, OPTIMIZER, EVALUATION)
    ),
    KnownFailure(
        "hf_model-*-*-*-*-export-serving",
        PREDICTIONS,
        ("`missing a required argument: 'token_type_ids'`",),
        TYPE_IDS,
    ),
    # A subclassed model, revived without its class.
    *(
        KnownFailure(cells, aspect, (message,), REVIVED_CLASS)
        for aspect, message in (
            (PREDICTIONS, "could not be observed after reload: ValueError: "),
            (EVALUATION, "could not be observed after reload: ValueError: "),
            (COMPILE, "missing after reload"),
        )
        for cells in ("hf_model-*-*-*-*-savedmodel-bare", "subclassed-*-*-*-*-traceless-library")
    ),
)
