"""What there is to draw from: layers, tasks with their losses and metrics, optimizers, as Python expressions.

Of each, the plainest comes first: what fails is shrunk towards it.
"""

from __future__ import annotations

_REGULARIZED = ("kernel_regularizer='l2'", "activity_regularizer=keras.regularizers.L1(0.01)")

#: Layer -> the arguments that it always has, and those of which a draw may add two. For any input.
ANYWHERE = {
    "Dense": (
        ("3",),
        (
            "activation='tanh'",
            "use_bias=False",
            *_REGULARIZED,
            "kernel_constraint='max_norm'",
            "kernel_initializer=keras.initializers.HeNormal(seed=1)",
            "activation=keras.activations.swish",
            "activation=tf.nn.gelu",
        ),
    ),
    "Dropout": (("0.3",), ()),
    "BatchNormalization": ((), ("momentum=0.5", "scale=False", "gamma_regularizer='l1'", "renorm=True")),
    "LayerNormalization": ((), ("epsilon=1e-5", "center=False", "axis=[-1]")),
    "GaussianNoise": (("0.1",), ()),
    "Activation": (("'softplus'",), ()),
    "LeakyReLU": (("0.2",), ()),
    "Rescaling": (("0.5",), ("offset=0.1",)),
    "UnitNormalization": ((), ()),
    "Normalization": (("mean=0.5", "variance=2.0"), ()),
    "EinsumDense": (("'...a,ab->...b'", "output_shape=3"), ("bias_axes='b'", "activation='relu'")),
}
FOR_NUMBERS = {"PReLU": ((), ("alpha_initializer='ones'",))}
FOR_SERIES = {
    "Conv1D": (("3", "2", "padding='same'"), ("activation='relu'", "dilation_rate=2", *_REGULARIZED)),
    "LSTM": (
        ("3", "return_sequences=True"),
        (
            "dropout=0.2",
            "go_backwards=True",
            "unit_forget_bias=False",
            "recurrent_regularizer='l2'",
            "time_major=False",
        ),
    ),
    "GRU": (("3", "return_sequences=True"), ("reset_after=False", "recurrent_dropout=0.2", "bias_regularizer='l2'")),
    "SimpleRNN": (("3", "return_sequences=True"), ("activation='relu'",)),
    "Bidirectional": (("keras.layers.LSTM(3, return_sequences=True)", "merge_mode='sum'"), ()),
    "RNN": (
        ("keras.layers.SimpleRNNCell(3)", "return_sequences=True"),
        (),
    ),
    "TimeDistributed": (("keras.layers.Dense(3)",), ()),
    "SeparableConv1D": (("3", "2", "padding='same'"), ("depth_multiplier=2",)),
    "PReLU": (("shared_axes=[1]",), ()),
    "SpatialDropout1D": (("0.3",), ()),
    "Masking": (("0.0",), ()),
}

BY_KIND = (ANYWHERE, FOR_NUMBERS, FOR_SERIES)
DOUBLE = "dtype='float64'"

#: Task -> losses and metrics that go with it.
TASKS = {
    "value": (
        (
            "'mse'",
            "'mean_absolute_error'",
            "keras.losses.MeanSquaredError()",
            "keras.losses.Huber(delta=0.5)",
            "keras.losses.LogCosh()",
            "keras.losses.MeanAbsoluteError(reduction='sum')",
            "keras.losses.mean_squared_logarithmic_error",
        ),
        (
            "'mae'",
            "'RootMeanSquaredError'",
            "keras.metrics.MeanAbsoluteError(name='far')",
            "keras.metrics.CosineSimilarity(axis=0)",
        ),
    ),
    "yes": (
        (
            "'binary_crossentropy'",
            "keras.losses.BinaryCrossentropy(from_logits=True)",
            "keras.losses.BinaryCrossentropy(label_smoothing=0.1)",
            "keras.losses.BinaryFocalCrossentropy(gamma=1.5)",
            "'hinge'",
        ),
        (
            "'accuracy'",
            "'AUC'",
            "keras.metrics.BinaryAccuracy(threshold=0.3)",
            "keras.metrics.AUC(num_thresholds=5, curve='PR')",
            "keras.metrics.Precision(thresholds=[0.3, 0.6])",
        ),
    ),
    "class": (
        (
            "'sparse_categorical_crossentropy'",
            "keras.losses.SparseCategoricalCrossentropy(from_logits=True)",
            "keras.losses.SparseCategoricalCrossentropy(ignore_class=0)",
        ),
        (
            "'accuracy'",
            "'sparse_top_k_categorical_accuracy'",
            "keras.metrics.SparseTopKCategoricalAccuracy(k=2, name='best two')",
        ),
    ),
    "one_hot": (
        (
            "'categorical_crossentropy'",
            "keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)",
            "'kld'",
        ),
        (
            "'accuracy'",
            "keras.metrics.CategoricalAccuracy(name='hits')",
            "keras.metrics.MeanIoU(num_classes=3, sparse_y_true=False, sparse_y_pred=False)",
        ),
    ),
}

OPTIMIZERS = (
    "keras.optimizers.SGD(0.1)",
    "'adam'",
    "keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True)",
    "keras.optimizers.Adam(0.01, amsgrad=True)",
    "keras.optimizers.Adam(0.01, clipnorm=1.0)",
    "keras.optimizers.Adam(0.01, use_ema=True, ema_momentum=0.9)",
    "keras.optimizers.Adam(keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5))",
    "keras.optimizers.SGD(keras.optimizers.schedules.PiecewiseConstantDecay([1, 3], [0.1, 0.01, 0.001]))",
    "keras.optimizers.AdamW(0.01, weight_decay=0.01)",
    "keras.optimizers.AdamW(keras.optimizers.schedules.CosineDecay(0.1, 10, warmup_steps=2, warmup_target=0.2))",
    "keras.optimizers.RMSprop(0.01, centered=True, momentum=0.5)",
    "keras.optimizers.Adagrad(0.1)",
    "keras.optimizers.Adadelta(1.0, global_clipnorm=1.0)",
    "keras.optimizers.Adamax(0.01)",
    "keras.optimizers.Nadam(0.01)",
    "keras.optimizers.Ftrl(0.1, l1_regularization_strength=0.001)",
    "keras.optimizers.Lion(0.01)",
    "keras.optimizers.Adafactor(0.01)",
    "keras.optimizers.legacy.Adam(0.01)",
    "keras.optimizers.legacy.SGD(0.1, momentum=0.9)",
)

#: What a layer may be called. Two layers side by side may not share a name; in different models they may.
NAMES = ("", "", "hidden", "a.b", "a/b", "Ab>c")
POOLS = (
    "GlobalAveragePooling1D()",
    "GlobalMaxPooling1D(name='pool')",
    "LSTM(3)",
    "Bidirectional(keras.layers.GRU(3), merge_mode='ave')",
)
