"""Known failures with legacy Keras: what is lost on the way."""

from __future__ import annotations

from cases.known_failures.causes import (
    ATTENTION_PRECISION,
    CODE_NEEDED,
    DECLARED_TYPE_IDS,
    DOT_KERAS,
    EXAMPLES,
    FROZEN_DROPOUT,
    IN_BUILD,
    INPUT_SPEC,
    LOADS,
    LOSS_SCALE,
    LOSS_SCALE_COUNT,
    MENDED,
    METRIC_NAMES,
    METRICS_STRUCTURE,
    NAMES_CHANGE,
    NO_VARIABLES,
    NOT_COMPILED,
    OLD_OPTIMIZERS,
    ONE_DTYPE,
    OPTIMIZER_RESET,
    ORDER_CHANGES,
    PRECISION_LOST,
    REVIVED_CLASS,
    TYPE_IDS,
    UNKNOWN_LAYER,
    UNUSED_SLOTS,
)
from harness.nouns import (
    CLASS,
    COMPILE,
    EVALUATION,
    LOSSES,
    NAMES,
    OPTIMIZER,
    PRECISION,
    PREDICTIONS,
    RESAVE,
    RESUME,
    SIGNATURE,
    TOKENIZER,
    WEIGHTS,
)
from harness.suite.known_failures import KnownFailure

KNOWN_FAILURES = (
    # SavedModel: the optimizer comes back as new. Its count of steps is named iter, and iteration from Keras 2.11 on.
    *(
        KnownFailure(cells, OPTIMIZER, (*messages, ":0']: 0, but should be 4", "values differ"), OPTIMIZER_RESET)
        for messages, patterns in (
            (
                (),
                (
                    f"{EXAMPLES}|{MENDED}-savedmodel-{LOADS}",
                    f"*-*-*-plain_adam|adamw|momentum|rmsprop-*-savedmodel|traceless-{LOADS}",
                ),
            ),
            (("learning rate now",), (f"*-*-*-cosine|warmup|create_optimizer-*-savedmodel|traceless-{LOADS}",)),
        )
        for cells in patterns
    ),
    # HDF5 has the slots in a row. The optimizers before Keras 2.11 make none for what got no gradient, such as
    # transformers' pooler, until somebody asks for all: when it is loaded there are more, and it is given up.
    *(
        KnownFailure(cells, about, messages, UNUSED_SLOTS, OLD_OPTIMIZERS)
        for about, messages in (
            (OPTIMIZER, ("freshly initialized optimizer", ":0']: 0, but should be 4", "values differ")),
            (RESUME, ("resume['step 2 loss']", "resume['")),
        )
        for cells in (f"{EXAMPLES}|{MENDED}-whole_h5-library|code", "*-*-*-*-*-whole_h5-library|code")
    ),
    KnownFailure(
        "*-*-*-cosine|warmup|create_optimizer-*-whole_h5-library|code",
        OPTIMIZER,
        ("learning rate now",),
        UNUSED_SLOTS,
        OLD_OPTIMIZERS,
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
    # Weights that come back under other names, or in another order; their values are kept.
    KnownFailure(f"{EXAMPLES}|{MENDED}-dot_keras-library|code", WEIGHTS, ("names changed",), NAMES_CHANGE, IN_BUILD),
    KnownFailure("!handwritten-*-*-*-*-dot_keras-bare|library|code", WEIGHTS, ("names changed",), NAMES_CHANGE),
    KnownFailure(
        f"{EXAMPLES}|{MENDED}-whole_h5|dot_keras-library|code",
        RESAVE,
        ("names changed",),
        NAMES_CHANGE,
        (*DOT_KERAS, *IN_BUILD),
    ),
    *(
        KnownFailure(cells, RESAVE, ("names changed",), NAMES_CHANGE, DOT_KERAS)
        for cells in (
            "!hf_model|handwritten-*-*-*-*-dot_keras-library|code",
            "pretrained|main_layer-*-*-*-*-whole_h5|traceless-library|code",
        )
    ),
    *(
        KnownFailure(cells, WEIGHTS, ("names moved",), ORDER_CHANGES)
        for cells in (f"{EXAMPLES}|{MENDED}-savedmodel-bare", "!subclassed-*-*-*-*-savedmodel-bare")
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
        KnownFailure(
            "handwritten-*-*-*-mixed_float16|mixed_bfloat16-dot_keras-bare|library|code",
            aspect,
            messages,
            ATTENTION_PRECISION,
            ("keras<2.14",),
        )
        for aspect, messages in (
            (PRECISION, ("precision['layer/attention/",)),
            (PREDICTIONS, ("values differ",)),
            (SIGNATURE, ("values differ",)),
            (TOKENIZER, ("values differ",)),
            (EVALUATION, ("evaluation['",)),
            (RESUME, ("resume['step 1 loss']", "resume['")),
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
        KnownFailure(
            "hf_model-*-*-*-*-hf_h5|hf_safetensors-library",
            aspect,
            ("appeared after reload",),
            DECLARED_TYPE_IDS,
            ("transformers==4.35.*",),
        )
        for aspect in (NAMES, SIGNATURE)
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
        KnownFailure(
            cells,
            RESAVE,
            ("as whole_h5']: saved, but did not reload: ValueError: Unknown layer: ", name),
            UNKNOWN_LAYER,
        )
        for name, patterns in (
            ("TFXLMRobertaModel", (f"{EXAMPLES}-savedmodel-bare", "pretrained-*-*-*-*-savedmodel-bare")),
            ("Custom>TFXLMRobertaMainLayer", (f"{MENDED}-savedmodel-bare", "main_layer-*-*-*-*-savedmodel-bare")),
        )
        for cells in patterns
    ),
    # Revived without its class and saved again, a layer comes back with an initializer for its input_spec.
    *(
        KnownFailure(
            cells,
            RESAVE,
            ("load 2']: saved, but did not reload: TypeError: Layer input_spec must be an instance of InputSpec.",),
            INPUT_SPEC,
            ("keras<2.19", *IN_BUILD),
        )
        for cells in (f"{MENDED}-savedmodel-bare", "main_layer-*-*-*-*-savedmodel-bare")
    ),
    *(
        KnownFailure(cells, RESAVE, (message,), because, when)
        for because, when, message, patterns in (
            (
                NO_VARIABLES,
                DOT_KERAS,
                "expected 0 variables, but received",
                ("hf_model-*-*-*-*-dot_keras-bare|library", "subclassed-*-*-*-*-traceless-code"),
            ),
            (
                CODE_NEEDED,
                DOT_KERAS,
                "as dot_keras']: saved, but did not reload: TypeError: Could not locate class 'FineTuned'.",
                ("subclassed-*-*-*-*-traceless-library",),
            ),
            (
                REVIVED_CLASS,
                (),
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
        DOT_KERAS,
    ),
)
