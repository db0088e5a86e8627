"""Known failures with legacy Keras."""

from __future__ import annotations

from harness.case import (
    CLASS,
    COMPILE,
    EVALUATION,
    LOSSES,
    NAMES,
    OPTIMIZER,
    PRECISION,
    PREDICTIONS,
    RELOAD,
    RESAVE,
    RESUME,
    SAVE,
    SIGNATURE,
    TOKENIZER,
    WEIGHTS,
)
from harness.known_failures import KnownFailure

NESTED_STRUCTURE = "https://github.com/huggingface/transformers/issues/3627"
OPTIMIZER_RESET = "https://github.com/tensorflow/tensorflow/issues/44670"
UNKNOWN_LAYER = "https://github.com/tensorflow/tensorflow/issues/58444"
UNKNOWN_SCHEDULE = "https://github.com/keras-team/keras/issues/18887"
NAMES_CHANGE = "https://github.com/keras-team/tf-keras/issues/36"
SUBCLASSED_H5 = "https://github.com/tensorflow/tensorflow/issues/34900"
NO_VARIABLES = "https://github.com/keras-team/keras/issues/19039"
METRIC_NAMES = "https://github.com/tensorflow/tensorflow/issues/44241"

ORDER_CHANGES = "docs/findings.md#savedmodel-revives-weights-in-another-order"
CODE_NEEDED = "docs/findings.md#what-a-process-without-the-code-says"
PRECISION_LOST = "docs/findings.md#transformers-layers-forget-their-precision"
NO_NAME = "docs/findings.md#weightsh5-does-not-load-under-mixed_float16"
NOT_COMPILED = "docs/findings.md#keras-loads-transformers-models-uncompiled"
TYPE_IDS = "docs/findings.md#an-exported-transformers-model-asks-for-token_type_ids"
REVIVED_CLASS = "docs/findings.md#savedmodel-revives-a-subclassed-model-that-cannot-be-called"
ONE_DTYPE = "docs/findings.md#a-served-model-takes-token-ids-of-one-dtype"
FROZEN_DROPOUT = "docs/findings.md#savedmodel-freezes-the-seeds-of-dropout"
LOSS_SCALE_COUNT = "docs/findings.md#keras-loses-the-loss-scale-optimizer"
LOSS_SCALE = "docs/findings.md#whole-model-h5-loses-the-state-of-the-loss-scale-optimizer"
METRICS_STRUCTURE = "docs/findings.md#metrics-of-several-outputs-do-not-survive-two-formats"

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
    # So training on goes another way; and dropout of a layer revived without its class another one still.
    *(
        KnownFailure(cells, RESUME, ("resume['step 2 loss']", "resume['"), OPTIMIZER_RESET)
        for cells in (
            f"{EXAMPLES}|{MENDED}-savedmodel-{LOADS}",
            f"pretrained|main_layer-*-*-*-*-savedmodel|traceless-{LOADS}",
            f"subclassed-*-*-*-*-savedmodel-{LOADS}",
            "subclassed-*-*-*-*-traceless-code",
        )
    ),
    *(
        KnownFailure(cells, RESUME, ("resume['step 1 loss']",), FROZEN_DROPOUT)
        for cells in (f"{MENDED}-savedmodel-bare", "main_layer-*-*-*-*-savedmodel-bare")
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
        KnownFailure(cells, WEIGHTS, ("names changed",), NAMES_CHANGE)
        for cells in (f"{EXAMPLES}|{MENDED}-dot_keras-library|code", "*-*-*-*-*-dot_keras-bare|library|code")
    ),
    *(
        KnownFailure(cells, RESAVE, ("names changed",), NAMES_CHANGE)
        for cells in (
            f"{EXAMPLES}|{MENDED}-whole_h5|dot_keras-library|code",
            "!hf_model-*-*-*-*-dot_keras-library|code",
            "pretrained|main_layer-*-*-*-*-whole_h5|traceless-library|code",
        )
    ),
    *(
        KnownFailure(cells, WEIGHTS, ("names moved",), ORDER_CHANGES)
        for cells in (f"{MENDED}-savedmodel-bare", "main_layer|hf_model-*-*-*-*-savedmodel-bare")
    ),
    # Mixed precision: what is built from a config again computes in float32.
    *(
        KnownFailure(cells, aspect, (message,), PRECISION_LOST)
        for aspect, message in (
            (PRECISION, "precision['layer/"),
            (PREDICTIONS, "values differ"),
            (SIGNATURE, "values differ"),
            (TOKENIZER, "values differ"),
            (EVALUATION, "evaluation['"),
        )
        for cells in (
            "pretrained|main_layer-*-*-*-mixed_float16|mixed_bfloat16-dot_keras|savedmodel-library|code",
            "subclassed-*-*-*-mixed_bfloat16-traceless-code",
        )
    ),
    *(
        KnownFailure(cells, PRECISION, ("precision['layer/",), PRECISION_LOST)
        for cells in (f"subclassed-*-*-*-mixed_bfloat16-{format}-library" for format in ("savedmodel", "traceless"))
    ),
    KnownFailure(
        "subclassed-*-layer_loss-*-mixed_bfloat16-traceless-code", LOSSES, ("losses['loss 0']",), PRECISION_LOST
    ),
    KnownFailure(
        "pretrained|main_layer-*-*-*-mixed_float16|mixed_bfloat16-dot_keras-library|code",
        RESUME,
        ("resume['step 1 loss']", "resume['"),
        PRECISION_LOST,
    ),
    *(
        KnownFailure(
            f"hf_model-{heads}-*-*-mixed_{dtype}-hf_h5|hf_safetensors-library",
            aspect,
            (f"dtype is float32, but should be {dtype}", "values differ"),
            PRECISION_LOST,
        )
        for dtype in ("float16", "bfloat16")
        # A choice among several is not one text.
        for aspect, heads in ((PREDICTIONS, "*"), (SIGNATURE, "*"), (TOKENIZER, "!multiple_choice"))
    ),
    KnownFailure("*-*-*-*-mixed_float16-dot_keras-code", PRECISION, ("['loss scale counter']: 0,",), LOSS_SCALE_COUNT),
    KnownFailure(
        "*-*-*-*-mixed_float16-dot_keras-code",
        RESAVE,
        ("freshly initialized optimizer", "as whole_h5: optimizer "),
        LOSS_SCALE,
    ),
    # A signature takes what it was traced with.
    *(
        KnownFailure(cells, SIGNATURE, ("signature['takes int64']: False, but should be True",), ONE_DTYPE)
        for cells in (
            f"{EXAMPLES}|{MENDED}-savedmodel|export-serving",
            "!hf_model-*-*-*-*-savedmodel|export-serving",
            "subclassed-*-*-*-*-savedmodel-library",
        )
    ),
    # transformers' own models with a head.
    *(
        KnownFailure("hf_model-*-*-*-*-dot_keras-bare|library", aspect, messages, NOT_COMPILED)
        for aspect, messages in (
            (COMPILE, ("the model is not compiled", "`compile()` was not called as part of model loading")),
            (OPTIMIZER, ("the model is not compiled",)),
            (EVALUATION, ("the model is not compiled",)),
            (RESUME, ("the model is not compiled",)),
        )
    ),
    *(
        KnownFailure("hf_model-*-*-*-*-export-serving", aspect, messages, TYPE_IDS)
        for aspect, messages in (
            (PREDICTIONS, ("`missing a required argument: 'token_type_ids'`",)),
            (SIGNATURE, ("signature['takes int32']: False, but should be True", "signature['")),
        )
    ),
    # A subclassed model, revived without its class.
    *(
        KnownFailure(cells, aspect, (message,), REVIVED_CLASS)
        for aspect, message in (
            *((each, "could not be observed after reload: ValueError: ") for each in (NAMES, LOSSES, PREDICTIONS)),
            *((each, "could not be observed after reload: ValueError: ") for each in (EVALUATION, RESUME)),
            (COMPILE, "missing after reload"),
        )
        for cells in ("hf_model-*-*-*-*-savedmodel-bare", "subclassed-*-*-*-*-traceless-library")
    ),
    KnownFailure(
        "hf_model-*-*-*-*-savedmodel-bare",
        SIGNATURE,
        ("signature['takes int32']: False, but should be True", "signature['"),
        REVIVED_CLASS,
    ),
    KnownFailure("subclassed-*-*-*-*-traceless-library", SIGNATURE, ("the model was never called",), REVIVED_CLASS),
    KnownFailure(
        "subclassed-*-*-*-*-savedmodel|traceless-library",
        CLASS,
        ("class['overrides[0]']: missing after reload",),
        REVIVED_CLASS,
    ),
    # Saved again, or in another format.
    *(
        KnownFailure(cells, RESAVE, (message,), because)
        for because, message, patterns in (
            (
                UNKNOWN_LAYER,
                "as whole_h5']: saved, but did not reload: ValueError: Unknown layer: 'Custom>TFXLMRobertaMainLayer'.",
                (f"{MENDED}-savedmodel-bare", "main_layer-*-*-*-*-savedmodel-bare"),
            ),
            (
                NO_VARIABLES,
                "expected 0 variables, but received",
                ("hf_model-*-*-*-*-dot_keras-bare|library", "subclassed-*-*-*-*-traceless-code"),
            ),
            (
                CODE_NEEDED,
                "as dot_keras']: saved, but did not reload: TypeError: Could not locate class 'FineTuned'.",
                ("subclassed-*-*-*-*-traceless-library",),
            ),
            (
                REVIVED_CLASS,
                "load 2']: did not save: ValueError: Could not find matching concrete function to call",
                ("hf_model-*-*-*-*-savedmodel-bare",),
            ),
        )
        for cells in patterns
    ),
    KnownFailure(
        "pretrained-answer_span-*-*-*-traceless-library",
        RESAVE,
        ("'start_start_accuracy', but should be", "'end_end_accuracy', but should be"),
        METRIC_NAMES,
    ),
    KnownFailure(
        "pretrained-multi_task-*-*-*-traceless-code",
        RESAVE,
        ("as dot_keras: compile metrics[", "TypeError: The two structures don't have the same sequence type."),
        METRICS_STRUCTURE,
    ),
)
