"""Why things are known to fail: upstream issues, and findings of our own.

Each link stands once: here, or where `check` knows the cause.
"""

from harness import causes

# Upstream.
MASKED_POOLING = "https://github.com/tensorflow/tensorflow/issues/48961"
NESTED_STRUCTURE = "https://github.com/huggingface/transformers/issues/3627"
OPTIMIZER_RESET = causes.CAUSES["savedmodel_optimizer"].link
UNKNOWN_LAYER = "https://github.com/tensorflow/tensorflow/issues/58444"
UNKNOWN_SCHEDULE = "https://github.com/keras-team/keras/issues/18887"
NAMES_CHANGE = "https://github.com/keras-team/tf-keras/issues/36"
SUBCLASSED_H5 = causes.CAUSES["h5_of_a_class"].link
NO_VARIABLES = causes.CAUSES["created_late"].link
INPUT_SPEC = "https://github.com/keras-team/keras/issues/19518"
WEIGHTS_H5_NAMES = "https://github.com/keras-team/keras/issues/18830"
SCALED_2_11 = "https://github.com/keras-team/keras/issues/18112"
NEW_OPTIMIZERS = "https://github.com/keras-team/keras-io/pull/1426"
#: A SavedModel: the names of metrics grow, "start_start_accuracy".
METRIC_NAMES_GROW = "https://github.com/tensorflow/tensorflow/issues/44241"
#: A .keras file: the output's name is put before the metric's once more.
METRIC_NAMES_IN_KERAS = "https://github.com/tensorflow/tensorflow/issues/48692"
NESTED_THAWS = causes.CAUSES["nested_thaws"].link
KERAS_2_CLASS = "https://github.com/huggingface/transformers/issues/29470"
GENERATORS = causes.CAUSES["generator"].link
HUBER = "https://github.com/keras-team/keras/pull/23286"

# Of our own.
ORDER_CHANGES = "docs/findings.md#savedmodel-revives-weights-in-another-order"
CODE_NEEDED = "docs/findings.md#what-a-process-without-the-code-says"
CODE_NEEDED_KERAS_3 = "docs/findings.md#what-a-process-without-the-code-says-with-keras-3"
ATTENTION_PRECISION = "docs/findings.md#multiheadattention-forgets-its-precision-before-214"
PRECISION_LOST = "docs/findings.md#transformers-layers-forget-their-precision"
NO_NAME = causes.CAUSES["loss_scale_has_no_name"].link
NOT_COMPILED = "docs/findings.md#keras-loads-transformers-models-uncompiled"
TYPE_IDS = "docs/findings.md#an-exported-transformers-model-asks-for-token_type_ids"
DECLARED_TYPE_IDS = "docs/findings.md#from_pretrained-declares-token_type_ids"
REVIVED_CLASS = "docs/findings.md#savedmodel-revives-a-subclassed-model-that-cannot-be-called"
ONE_DTYPE = "docs/findings.md#a-served-model-takes-token-ids-of-one-dtype"
FROZEN_DROPOUT = "docs/findings.md#savedmodel-freezes-the-seeds-of-dropout"
FROZEN_INSIDE = causes.CAUSES["frozen_wrapper"].link
LOSS_SCALE_IN_KERAS = causes.CAUSES["loss_scale_in_keras"].link
LOSS_SCALE_IN_H5 = causes.CAUSES["loss_scale_in_h5"].link
SCALED_IN_H5 = "docs/findings.md#h5-does-not-know-lion-and-adafactor-under-mixed_float16"
LEGACY_OPTIMIZER = causes.CAUSES["legacy_optimizer"].link
NADAM = causes.CAUSES["nadam"].link
NESTED_POLICY = "docs/findings.md#a-nested-model-forgets-its-policy"
SAME_NAMES = causes.CAUSES["same_names"].link
UNUSED_SLOTS = "docs/findings.md#h5-gives-up-an-optimizer-that-left-a-weight-out"
ANOTHER_VERSION = "docs/findings.md#what-another-version-loads"
NO_SLOTS = "docs/findings.md#keras-3-loads-an-h5-file-with-an-optimizer-that-knows-no-weights"
METRICS_STRUCTURE = "docs/findings.md#metrics-of-several-outputs-do-not-survive-two-formats"
NO_OPERATIONS = "docs/findings.md#keras-3-does-not-read-the-operations-that-it-wrote-to-h5"
CONTAINERS = "docs/findings.md#keras-3-has-checkpoints-without-the-layers-in-lists-and-dicts"
FLOATS = "docs/findings.md#keras-3-exports-a-model-class-with-floats-for-its-token-ids"
PREFIX = "docs/findings.md#keras-3-brings-a-model-class-back-without-its-name-in-its-weights"
NO_GELU = "docs/findings.md#tf2onnx-writes-an-exact-gelu-that-onnxruntime-refuses"
NAMED_ANEW = "docs/findings.md#keras-3-exports-onnx-without-the-names-of-its-outputs"
NEVER_CALLED = "docs/findings.md#keras-3-loads-a-model-class-from-h5-uncalled"
