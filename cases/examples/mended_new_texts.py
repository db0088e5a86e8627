"""Fine-tune XLM-RoBERTa, and predict on new texts in the process that loads the model.

The pretrained model's main layer is a layer of the functional model.
"""

import numpy as np
import tensorflow as tf

from cases.checkpoint import load_model, load_tokenizer

TEXTS = [
    "The soup was warm and very good.",
    "The food on the plane was cold.",
    "Our new office is bright and quiet.",
    "My train came two hours late.",
    "Das Brot schmeckt heute wunderbar.",
    "Mi jefe nunca me escucha.",
    "Суп очень вкусный.",
    "火车又来晚了。",
]
LABELS = [1, 0, 1, 0, 1, 0, 1, 0]

NEW_TEXTS = [
    "My new office is quiet and the food is very good.",
    "Der Zug war viel zu voll.",
    "今天的面很好吃。",
]

# In the tutorial: XLMRobertaTokenizer.from_pretrained("xlm-roberta-base")
tokenizer = load_tokenizer("")


def build():
    # In the tutorial: TFXLMRobertaModel.from_pretrained("xlm-roberta-base")
    pretrained = load_model("TFXLMRobertaModel", "")
    input_ids = tf.keras.Input(shape=(None,), dtype="int32", name="input_ids")
    attention_mask = tf.keras.Input(shape=(None,), dtype="int32", name="attention_mask")
    hidden = pretrained.roberta(input_ids, attention_mask=attention_mask)[0]
    pooled = tf.keras.layers.GlobalAveragePooling1D()(hidden)
    probabilities = tf.keras.layers.Dense(2, activation="softmax")(pooled)
    model = tf.keras.Model(inputs=[input_ids, attention_mask], outputs=probabilities)
    model.compile(
        optimizer=tf.keras.optimizers.Adam(learning_rate=5e-5),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def encode(texts):
    encoded = tokenizer(texts, padding=True, return_tensors="np")
    return {name: encoded[name].astype("int32") for name in ("input_ids", "attention_mask")}


def data():
    return encode(TEXTS), np.array(LABELS)


def train(model, x, y):
    model.fit(x, y, epochs=2, batch_size=4, verbose=0)


def probes():
    return {"new_texts": encode(NEW_TEXTS)}
