"""Known failures with Keras 3, measured on 3.4.1, 3.10.0 and 3.15.1 with keras-hub 0.32.0."""

from __future__ import annotations

from cases.known_failures.causes import NO_SLOTS, ONE_DTYPE
from harness.nouns import (
    EVALUATION,
    NAMES,
    OPTIMIZER,
    PREDICTIONS,
    RELOAD,
    RESAVE,
    RESUME,
    SIGNATURE,
    TOKENIZER,
    TRAIN,
    WEIGHTS,
)
from harness.suite.known_failures import KnownFailure

KERAS_2_CLASS = "https://github.com/huggingface/transformers/issues/29470"
GENERATORS = "https://github.com/keras-team/keras/issues/19796"
HUBER = "https://github.com/keras-team/keras/pull/23286"

NO_OPERATIONS = "docs/findings.md#keras-3-does-not-read-the-operations-that-it-wrote-to-h5"
CONTAINERS = "docs/findings.md#keras-3-has-checkpoints-without-the-layers-in-lists-and-dicts"
FLOATS = "docs/findings.md#keras-3-exports-a-model-class-with-floats-for-its-token-ids"
PREFIX = "docs/findings.md#keras-3-brings-a-model-class-back-without-its-name-in-its-weights"
NEVER_CALLED = "docs/findings.md#keras-3-loads-a-model-class-from-h5-uncalled"
CODE_NEEDED = "docs/findings.md#what-a-process-without-the-code-says-with-keras-3"

EXAMPLES = (
    "example_functional|example_custom_loss|example_new_texts|mended_functional|mended_custom_loss|mended_new_texts"
)
FUNCTIONAL = "hub_backbone|plain_layers"
ALL = f"{FUNCTIONAL}|handwritten"
LOADS = "bare|library|code"
#: Heads that slice what a layer gives: in a functional model that is an operation of its own.
SLICING = "first_token|multi_label|multiple_choice"

KNOWN_FAILURES = (
    # transformers' models are legacy Keras', whatever TensorFlow uses.
    KnownFailure(
        f"{EXAMPLES}-*-*",
        TRAIN,
        ("Data of type <class 'keras.src.backend.common.keras_tensor.KerasTensor'> is not allowed only",),
        KERAS_2_CLASS,
    ),
    # What is asked of a process that has not the code, or has not imported it.
    *(
        KnownFailure(cells, RELOAD, (message,), CODE_NEEDED)
        for message, patterns in (
            (
                "ValueError: Unknown layer: 'keras_hub>XLMRobertaBackbone'.",
                ("hub_backbone-*-*-*-*-whole_h5-bare",),
            ),
            ("ValueError: Unknown layer: 'Handwritten'.", ("handwritten-*-*-*-*-whole_h5-bare|library",)),
            (
                "ValueError: Unknown layer: 'AttentionPool'.",
                ("plain_layers-attention_pool-*-*-*-whole_h5-bare|library",),
            ),
            (
                "Could not locate class 'ActivityPenalty'.",
                (f"{FUNCTIONAL}-*-layer_loss-*-*-dot_keras-bare|library",),
            ),
            (
                "Could not locate class 'FocalLoss'.",
                (f"{FUNCTIONAL}-*-focal_unregistered-*-*-dot_keras-bare|library",),
            ),
        )
        for cells in patterns
    ),
    *(
        KnownFailure(cells, RELOAD, (message.format(name, module),), CODE_NEEDED, when)
        for message, when in (
            ("Could not deserialize class '{}' because its parent module cases.keras.{}", ("keras<3.10",)),
            ("Could not locate class '{}'.", ("keras>=3.10",)),
        )
        for name, module, cells in (
            ("Handwritten", "models", "handwritten-*-*-*-*-dot_keras-bare|library"),
            ("LinearWarmup", "layers", "plain_layers-*-*-warmup-*-whole_h5-bare|library"),
        )
    ),
    KnownFailure(
        "hub_backbone-*-*-*-*-dot_keras-bare",
        RESAVE,
        ("as whole_h5']: saved, but did not reload: ValueError: Unknown layer: 'keras_hub>XLMRobertaBackbone'.",),
        CODE_NEEDED,
    ),
    # Whole-model H5.
    *(
        KnownFailure(cells, RELOAD, ("ValueError: Unknown layer: 'GetItem'.",), NO_OPERATIONS)
        for cells in (
            f"plain_layers-{SLICING}-*-*-*-whole_h5-{LOADS}",
            f"hub_backbone-{SLICING}-*-*-*-whole_h5-library|code",
        )
    ),
    *(
        KnownFailure(
            cells,
            RESAVE,
            ("as whole_h5']: saved, but did not reload: ValueError: Unknown layer: 'GetItem'.",),
            NO_OPERATIONS,
        )
        for cells in (
            f"plain_layers-{SLICING}-*-*-*-dot_keras-{LOADS}",
            f"hub_backbone-{SLICING}-*-*-*-dot_keras-library|code",
        )
    ),
    *(
        KnownFailure(cells, about, (message,), NO_SLOTS)
        for cells, about, message in (
            (f"{ALL}-*-*-*-*-whole_h5-{LOADS}", OPTIMIZER, "missing after reload"),
            (f"{ALL}-*-*-*-*-whole_h5-{LOADS}", RESUME, "ValueError: Unknown variable: <"),
            (f"{ALL}-*-*-*-*-whole_h5-{LOADS}", RESAVE, "as dot_keras: optimizer"),
            (f"plain_layers-!{SLICING}-*-*-*-dot_keras-{LOADS}", RESAVE, "as whole_h5: optimizer slot/"),
            (f"hub_backbone-!{SLICING}-*-*-*-dot_keras-library|code", RESAVE, "as whole_h5: optimizer slot/"),
            (f"handwritten-*-*-*-*-dot_keras-{LOADS}", RESAVE, "as whole_h5: optimizer slot/"),
        )
    ),
    *(
        KnownFailure(f"handwritten-*-*-*-*-{cells}", about, (message,), NEVER_CALLED)
        for cells, about, message in (
            (f"whole_h5-{LOADS}", NAMES, "names['inputs["),
            (f"whole_h5-{LOADS}", SIGNATURE, "the model was never called, so it has not declared what it takes"),
            (f"whole_h5-{LOADS}", RESAVE, "as dot_keras: names inputs["),
            (f"dot_keras-{LOADS}", RESAVE, "as whole_h5: names inputs["),
        )
    ),
    # Dropout draws from a generator of its own, whose state nothing saves; Huber's threshold is in no config.
    KnownFailure(
        f"hub_backbone-*-*-*-*-dot_keras-{LOADS}",
        RESUME,
        ("resume['generator/", "resume['step 1 loss']", "resume['"),
        GENERATORS,
    ),
    KnownFailure(
        "hub_backbone-*-*-*-*-checkpoint-rebuild",
        RESUME,
        ("resume['generator/", "resume['step 1 loss']", "resume['"),
        GENERATORS,
    ),
    KnownFailure(f"{ALL}-*-huber-*-*-dot_keras|whole_h5-{LOADS}", EVALUATION, ("evaluation['loss']",), HUBER),
    # A model class of one's own.
    KnownFailure(f"handwritten-*-*-*-*-dot_keras|whole_h5-{LOADS}", WEIGHTS, ("names changed",), PREFIX),
    KnownFailure(
        "handwritten-*-*-*-*-export-serving|tfsm",
        WEIGHTS,
        ("names changed", "is now 'handwritten/embeddings'"),
        FLOATS,
    ),
    KnownFailure("handwritten-*-*-*-*-export-serving", PREDICTIONS, ("missing a required argument: 'args_0'",), FLOATS),
    KnownFailure(
        "handwritten-*-*-*-*-export-tfsm",
        PREDICTIONS,
        ("TypeError: Exception encountered when calling TFSMLayer.call().",),
        FLOATS,
    ),
    KnownFailure(
        "handwritten-*-*-*-*-export-serving|tfsm",
        SIGNATURE,
        ("signature['takes int32']: False, but should be True", "signature['"),
        FLOATS,
    ),
    *(
        KnownFailure("handwritten-*-*-*-*-checkpoint-rebuild", about, (message,), CONTAINERS, when=when)
        for about, message, when in (
            (WEIGHTS, "values differ", ()),
            (PREDICTIONS, "values differ", ()),
            (SIGNATURE, "values differ", ()),
            (TOKENIZER, "values differ", ("keras-hub",)),
            (EVALUATION, "evaluation['", ()),
            (RESUME, "resume['", ()),
            (RESAVE, "resave['load ", ()),
        )
    ),
    # A signature takes what it was traced with.
    KnownFailure(
        f"{FUNCTIONAL}-*-*-*-*-export-serving|tfsm",
        SIGNATURE,
        ("signature['takes int64']: False, but should be True",),
        ONE_DTYPE,
    ),
)
