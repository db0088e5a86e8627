"""Known failures with legacy Keras: what is lost on the way."""

from __future__ import annotations

from cases.known_failures import links
from cases.known_failures.cells import DOT_KERAS, EXAMPLES, IN_BUILD, LOADS, MENDED, OLD_OPTIMIZERS
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

#: Under mixed precision, what is built from a config again by these computes in float32.
MIXED = (
    "pretrained|main_layer-*-*-*-mixed_float16|mixed_bfloat16-dot_keras|savedmodel|traceless-library|code",
    "subclassed-*-*-*-mixed_bfloat16-traceless-code",
)
#: Revived without their class.
REVIVED = ("hf_model-*-*-*-*-savedmodel-bare", "subclassed-*-*-*-*-traceless-library")

KNOWN_FAILURES = (
    # SavedModel: the optimizer comes back as new. Its count of steps is named iter, and iteration from Keras 2.11 on.
    KnownFailure(
        (
            f"{EXAMPLES}|{MENDED}-savedmodel-{LOADS}",
            f"*-*-*-!cosine|warmup|create_optimizer-*-savedmodel|traceless-{LOADS}",
        ),
        OPTIMIZER,
        (":0']: 0, but should be 4", "values differ"),
        links.OPTIMIZER_RESET,
    ),
    KnownFailure(
        f"*-*-*-cosine|warmup|create_optimizer-*-savedmodel|traceless-{LOADS}",
        OPTIMIZER,
        ("learning rate now", ":0']: 0, but should be 4", "values differ"),
        links.OPTIMIZER_RESET,
    ),
    # HDF5 has the slots in a row. The optimizers before Keras 2.11 make none for what got no gradient, such as
    # transformers' pooler, until somebody asks for all: when it is loaded there are more, and it is given up.
    KnownFailure(
        (f"{EXAMPLES}|{MENDED}-whole_h5-library|code", "*-*-*-*-*-whole_h5-library|code"),
        OPTIMIZER,
        ("freshly initialized optimizer", ":0']: 0, but should be 4", "values differ"),
        links.UNUSED_SLOTS,
        OLD_OPTIMIZERS,
    ),
    KnownFailure(
        (f"{EXAMPLES}|{MENDED}-whole_h5-library|code", "*-*-*-*-*-whole_h5-library|code"),
        RESUME,
        ("resume['step 2 loss']", "resume['"),
        links.UNUSED_SLOTS,
        OLD_OPTIMIZERS,
    ),
    KnownFailure(
        "*-*-*-cosine|warmup|create_optimizer-*-whole_h5-library|code",
        OPTIMIZER,
        ("learning rate now",),
        links.UNUSED_SLOTS,
        OLD_OPTIMIZERS,
    ),
    # So training on goes another way; and dropout of a layer revived without its class another one still.
    KnownFailure(
        (
            f"{EXAMPLES}|{MENDED}-savedmodel-{LOADS}",
            f"pretrained|main_layer-*-*-*-*-savedmodel|traceless-{LOADS}",
            f"subclassed-*-*-*-*-savedmodel-{LOADS}",
            "subclassed-*-*-*-*-traceless-code",
        ),
        RESUME,
        ("resume['step 2 loss']", "resume['"),
        links.OPTIMIZER_RESET,
    ),
    KnownFailure(
        (f"{MENDED}-savedmodel-bare", "main_layer-*-*-*-*-savedmodel-bare"),
        RESUME,
        ("resume['step 1 loss']",),
        links.FROZEN_DROPOUT,
    ),
    # Variables that come back under other names.
    KnownFailure(
        f"{EXAMPLES}|{MENDED}-dot_keras-library|code", NAMES, ("names changed",), links.NAMES_CHANGE, IN_BUILD
    ),
    KnownFailure("!handwritten-*-*-*-*-dot_keras-bare|library|code", NAMES, ("names changed",), links.NAMES_CHANGE),
    # Once the model is saved again, the variables of a layer of one's own lose its name too.
    KnownFailure(
        "pretrained|main_layer-attention_pool-*-*-*-dot_keras-code",
        RESAVE,
        ("names changed",),
        links.NAMES_CHANGE,
        DOT_KERAS,
    ),
    # Weights that come back in another order; their values are kept.
    KnownFailure(
        (f"{EXAMPLES}|{MENDED}-savedmodel-bare", "!subclassed-*-*-*-*-savedmodel-bare"),
        WEIGHTS,
        ("names moved",),
        links.ORDER_CHANGES,
    ),
    # Mixed precision: what is built from a config again computes in float32.
    KnownFailure(MIXED, PRECISION, ("precision['layer/",), links.PRECISION_LOST),
    KnownFailure(MIXED, (PREDICTIONS, SIGNATURE, TOKENIZER), ("values differ",), links.PRECISION_LOST),
    KnownFailure(MIXED, EVALUATION, ("evaluation['",), links.PRECISION_LOST),
    KnownFailure(
        "handwritten-*-*-*-mixed_float16|mixed_bfloat16-dot_keras-bare|library|code",
        PRECISION,
        ("precision['layer/attention/",),
        links.ATTENTION_PRECISION,
        ("keras<2.14",),
    ),
    KnownFailure(
        "handwritten-*-*-*-mixed_float16|mixed_bfloat16-dot_keras-bare|library|code",
        (PREDICTIONS, SIGNATURE, TOKENIZER),
        ("values differ",),
        links.ATTENTION_PRECISION,
        ("keras<2.14",),
    ),
    KnownFailure(
        "handwritten-*-*-*-mixed_float16|mixed_bfloat16-dot_keras-bare|library|code",
        EVALUATION,
        ("evaluation['",),
        links.ATTENTION_PRECISION,
        ("keras<2.14",),
    ),
    KnownFailure(
        "handwritten-*-*-*-mixed_float16|mixed_bfloat16-dot_keras-bare|library|code",
        RESUME,
        ("resume['step 1 loss']", "resume['"),
        links.ATTENTION_PRECISION,
        ("keras<2.14",),
    ),
    KnownFailure(
        "subclassed-*-*-*-mixed_bfloat16-savedmodel|traceless-library",
        PRECISION,
        ("precision['layer/",),
        links.PRECISION_LOST,
    ),
    KnownFailure(
        "subclassed-*-layer_loss-*-mixed_bfloat16-traceless-code", LOSSES, ("losses['loss 0']",), links.PRECISION_LOST
    ),
    KnownFailure(
        "pretrained|main_layer-*-*-*-mixed_float16|mixed_bfloat16-dot_keras-library|code",
        RESUME,
        ("resume['step 1 loss']", "resume['"),
        links.PRECISION_LOST,
    ),
    KnownFailure(
        "hf_model-*-*-*-mixed_float16-hf_h5|hf_safetensors-library",
        (PREDICTIONS, SIGNATURE),
        ("dtype is float32, but should be float16", "values differ"),
        links.PRECISION_LOST,
    ),
    KnownFailure(
        "hf_model-*-*-*-mixed_bfloat16-hf_h5|hf_safetensors-library",
        (PREDICTIONS, SIGNATURE),
        ("dtype is float32, but should be bfloat16", "values differ"),
        links.PRECISION_LOST,
    ),
    # A choice among several is not one text.
    KnownFailure(
        "hf_model-!multiple_choice-*-*-mixed_float16-hf_h5|hf_safetensors-library",
        TOKENIZER,
        ("dtype is float32, but should be float16", "values differ"),
        links.PRECISION_LOST,
    ),
    KnownFailure(
        "hf_model-!multiple_choice-*-*-mixed_bfloat16-hf_h5|hf_safetensors-library",
        TOKENIZER,
        ("dtype is float32, but should be bfloat16", "values differ"),
        links.PRECISION_LOST,
    ),
    KnownFailure(
        "*-*-*-*-mixed_float16-dot_keras-code", PRECISION, ("['loss scale counter']: 0,",), links.LOSS_SCALE_IN_KERAS
    ),
    # A signature takes what it was traced with.
    KnownFailure(
        (
            f"{EXAMPLES}|{MENDED}-savedmodel|export-serving",
            "!hf_model-*-*-*-*-savedmodel|export-serving",
            "subclassed-*-*-*-*-savedmodel-library",
        ),
        SIGNATURE,
        ("signature['takes int64']: False, but should be True",),
        links.ONE_DTYPE,
    ),
    # transformers' own models with a head.
    KnownFailure(
        "hf_model-*-*-*-*-dot_keras-bare|library",
        COMPILE,
        ("the model is not compiled", "`compile()` was not called as part of model loading"),
        links.NOT_COMPILED,
    ),
    KnownFailure(
        "hf_model-*-*-*-*-dot_keras-bare|library",
        (OPTIMIZER, EVALUATION, RESUME),
        ("the model is not compiled",),
        links.NOT_COMPILED,
    ),
    KnownFailure(
        "hf_model-*-*-*-*-hf_h5|hf_safetensors-library",
        (NAMES, SIGNATURE),
        ("appeared after reload",),
        links.DECLARED_TYPE_IDS,
        ("transformers==4.35.*",),
    ),
    KnownFailure(
        "hf_model-*-*-*-*-export-serving",
        PREDICTIONS,
        ("`missing a required argument: 'token_type_ids'`",),
        links.TYPE_IDS,
    ),
    KnownFailure(
        "hf_model-*-*-*-*-export-serving",
        SIGNATURE,
        ("signature['takes int32']: False, but should be True", "signature['"),
        links.TYPE_IDS,
    ),
    # A subclassed model, revived without its class.
    KnownFailure(
        REVIVED,
        (NAMES, LOSSES, PREDICTIONS, EVALUATION, RESUME),
        ("raises after the reload: ValueError: ",),
        links.REVIVED_CLASS,
    ),
    KnownFailure(REVIVED, COMPILE, ("missing after reload",), links.REVIVED_CLASS),
    KnownFailure(
        "hf_model-*-*-*-*-savedmodel-bare",
        SIGNATURE,
        ("signature['takes int32']: False, but should be True", "signature['"),
        links.REVIVED_CLASS,
    ),
    KnownFailure(
        "subclassed-*-*-*-*-traceless-library", SIGNATURE, ("the model was never called",), links.REVIVED_CLASS
    ),
    KnownFailure(
        "subclassed-*-*-*-*-savedmodel|traceless-library",
        CLASS,
        ("class['overrides[0]']: missing after reload",),
        links.REVIVED_CLASS,
    ),
    # Saved again, or in another format.
    KnownFailure(
        (f"{EXAMPLES}-savedmodel-bare", "pretrained-*-*-*-*-savedmodel-bare"),
        RESAVE,
        ("as whole_h5']: saved, but did not reload: ValueError: Unknown layer: ", "TFXLMRobertaModel"),
        links.UNKNOWN_LAYER,
    ),
    # Revived without its class and saved again, a layer comes back with an initializer for its input_spec.
    KnownFailure(
        (f"{MENDED}-savedmodel-bare", "main_layer-*-*-*-*-savedmodel-bare"),
        RESAVE,
        ("load 2']: saved, but did not reload: TypeError: Layer input_spec must be an instance of InputSpec.",),
        links.INPUT_SPEC,
        ("keras<2.19", *IN_BUILD),
    ),
    KnownFailure(
        ("hf_model-*-*-*-*-dot_keras-bare|library", "subclassed-*-*-*-*-traceless-code"),
        RESAVE,
        ("expected 0 variables, but received",),
        links.NO_VARIABLES,
        DOT_KERAS,
    ),
    KnownFailure(
        "hf_model-*-*-*-*-savedmodel-bare",
        RESAVE,
        ("load 2']: did not save: ValueError: Could not find matching concrete function to call",),
        links.REVIVED_CLASS,
    ),
    KnownFailure(
        "pretrained-answer_span-*-*-*-traceless-library",
        RESAVE,
        (
            "'start_start_accuracy', but should be",
            "'end_end_accuracy', but should be",
            "'start_accuracy' is now 'start_start_accuracy'",
        ),
        links.METRIC_NAMES_GROW,
    ),
    KnownFailure(
        "pretrained-multi_task-*-*-*-traceless-code",
        RESAVE,
        ("as dot_keras: compile metrics[", "TypeError: The two structures don't have the same sequence type."),
        links.METRICS_STRUCTURE,
        DOT_KERAS,
    ),
)
