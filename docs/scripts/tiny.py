"""What the scripts beside this one share: a tiny XLM-RoBERTa, and a fresh interpreter to load in."""

import os
import subprocess
import sys

os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import numpy as np
import tensorflow as tf
from transformers import TFXLMRobertaForSequenceClassification, TFXLMRobertaModel, XLMRobertaConfig

X = {"input_ids": np.arange(3, 15, dtype="int32").reshape(2, 6), "attention_mask": np.ones((2, 6), "int32")}
Y = np.array([0, 1])
CONFIG = {
    "vocab_size": 20,
    "hidden_size": 8,
    "num_hidden_layers": 1,
    "num_attention_heads": 1,
    "intermediate_size": 8,
    "max_position_embeddings": 20,
}


def functional(encoder):
    """A functional classifier around an encoder."""
    x = {name: tf.keras.Input((None,), dtype="int32", name=name) for name in X}
    hidden = encoder(x["input_ids"], attention_mask=x["attention_mask"])[0]
    probabilities = tf.keras.layers.Dense(2, "softmax", dtype="float32")(hidden[:, 0])
    return fitted(tf.keras.Model(x, probabilities), "sparse_categorical_crossentropy")


def pretrained():
    return TFXLMRobertaModel(XLMRobertaConfig(**CONFIG))


def with_head():
    """A model that is transformers' own."""
    model = TFXLMRobertaForSequenceClassification(XLMRobertaConfig(**CONFIG))
    model(X)
    return fitted(model, tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True))


def fitted(model, loss):
    model.compile(tf.keras.optimizers.Adam(0.01), loss)
    model.fit(X, Y, epochs=2, verbose=0)
    return model


def in_a_fresh_process(code):
    """Run code in a new interpreter, and print the last line that it says, or the error that ends it."""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    print((result.stdout if result.returncode == 0 else result.stderr).strip().splitlines()[-1])
