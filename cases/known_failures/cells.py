"""The cells, and the conditions on the environment, that several known failures name."""

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
