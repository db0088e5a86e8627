"""Why things are known to fail: upstream issues, and findings of our own; and the cells that several entries name."""

MASKED_POOLING = "https://github.com/tensorflow/tensorflow/issues/48961"
NESTED_STRUCTURE = "https://github.com/huggingface/transformers/issues/3627"
OPTIMIZER_RESET = "https://github.com/tensorflow/tensorflow/issues/44670"
UNKNOWN_LAYER = "https://github.com/tensorflow/tensorflow/issues/58444"
UNKNOWN_SCHEDULE = "https://github.com/keras-team/keras/issues/18887"
NAMES_CHANGE = "https://github.com/keras-team/tf-keras/issues/36"
SUBCLASSED_H5 = "https://github.com/tensorflow/tensorflow/issues/34900"
NO_VARIABLES = "https://github.com/keras-team/keras/issues/19039"
INPUT_SPEC = "https://github.com/keras-team/keras/issues/19518"
WEIGHTS_H5_NAMES = "https://github.com/keras-team/keras/issues/18830"
SCALED_2_11 = "https://github.com/keras-team/keras/issues/18112"
NEW_OPTIMIZERS = "https://github.com/keras-team/keras-io/pull/1426"
METRIC_NAMES = "https://github.com/tensorflow/tensorflow/issues/44241"

ORDER_CHANGES = "docs/findings.md#savedmodel-revives-weights-in-another-order"
CODE_NEEDED = "docs/findings.md#what-a-process-without-the-code-says"
ATTENTION_PRECISION = "docs/findings.md#multiheadattention-forgets-its-precision-before-214"
PRECISION_LOST = "docs/findings.md#transformers-layers-forget-their-precision"
NO_NAME = "docs/findings.md#weightsh5-does-not-load-under-mixed_float16"
NOT_COMPILED = "docs/findings.md#keras-loads-transformers-models-uncompiled"
TYPE_IDS = "docs/findings.md#an-exported-transformers-model-asks-for-token_type_ids"
DECLARED_TYPE_IDS = "docs/findings.md#from_pretrained-declares-token_type_ids"
REVIVED_CLASS = "docs/findings.md#savedmodel-revives-a-subclassed-model-that-cannot-be-called"
ONE_DTYPE = "docs/findings.md#a-served-model-takes-token-ids-of-one-dtype"
FROZEN_DROPOUT = "docs/findings.md#savedmodel-freezes-the-seeds-of-dropout"
LOSS_SCALE_COUNT = "docs/findings.md#keras-loses-the-loss-scale-optimizer"
LOSS_SCALE = "docs/findings.md#whole-model-h5-loses-the-state-of-the-loss-scale-optimizer"
UNUSED_SLOTS = "docs/findings.md#h5-gives-up-an-optimizer-that-left-a-weight-out"
CONFIG_GROWS = "docs/findings.md#what-another-version-loads"
NEW_WEIGHTS_H5 = "docs/findings.md#what-another-version-loads"
NO_SLOTS = "docs/findings.md#keras-3-loads-an-h5-file-with-an-optimizer-that-knows-no-weights"
METRICS_STRUCTURE = "docs/findings.md#metrics-of-several-outputs-do-not-survive-two-formats"

EXAMPLES = "example_functional|example_custom_loss|example_new_texts"
MENDED = "mended_functional|mended_custom_loss|mended_new_texts"
LOADS = "bare|library|code"

#: Where a pretrained model as a layer can be revived without its class, and where it cannot; bisected to the release.
REVIVED = ("transformers>=4.31,<4.37",)
NOT_REVIVED = ("transformers!=4.31.*,!=4.32.*,!=4.33.*,!=4.34.*,!=4.35.*,!=4.36.*",)

#: Where transformers' layers make their weights in a build() of their own, https://github.com/huggingface/transformers/pull/27794
IN_BUILD = ("transformers>=4.37",)
#: Where the suffix .keras is a format; before, it means HDF5.
DOT_KERAS = ("keras>=2.13",)
#: Where optimizers are those that TensorFlow 2.11 keeps as keras.optimizers.legacy.
OLD_OPTIMIZERS = ("keras<2.11",)
