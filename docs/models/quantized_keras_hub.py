"""A keras-hub backbone with a head, quantized to int8 after it was trained, as it is shipped to small machines."""

import keras
import keras_hub
import numpy as np

LENGTH = 8


def build():
    backbone = keras_hub.models.RobertaBackbone(
        vocabulary_size=50, num_layers=1, num_heads=2, hidden_dim=8, intermediate_dim=16, max_sequence_length=LENGTH + 2
    )
    inputs = {name: keras.Input((LENGTH,), dtype="int32", name=name) for name in ("token_ids", "padding_mask")}
    pooled = keras.layers.GlobalAveragePooling1D(name="pooled")(backbone(inputs))
    model = keras.Model(inputs, keras.layers.Dense(2, name="head")(pooled))
    model.compile(keras.optimizers.Adam(1e-3), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def data():
    rng = np.random.default_rng(0)
    ids = rng.integers(1, 50, (8, LENGTH)).astype("int32")
    return {"token_ids": ids, "padding_mask": np.ones_like(ids)}, rng.integers(0, 2, 8)


def train(model, x, y):
    model.fit(x, y, batch_size=4, shuffle=False, verbose=0)
    model.quantize("int8")
