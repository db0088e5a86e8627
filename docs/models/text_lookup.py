"""Text in, text handled by TextVectorization and StringLookup inside the model."""

import numpy as np
import tensorflow as tf

TEXTS = ["good soup", "cold soup", "good train", "late train", "good bread", "old bread", "warm soup", "late again"]
PLACES = ["home", "work", "home", "station", "home", "work", "home", "station"]


def build():
    vectorize = tf.keras.layers.TextVectorization(output_sequence_length=4, name="vectorize")
    vectorize.adapt(TEXTS)
    lookup = tf.keras.layers.StringLookup(vocabulary=["home", "work", "station"], name="lookup")
    text = tf.keras.Input((), dtype="string", name="text")
    place = tf.keras.Input((), dtype="string", name="place")
    words = tf.keras.layers.Embedding(20, 4)(vectorize(text))
    features = [tf.keras.layers.GlobalAveragePooling1D()(words), tf.keras.layers.Embedding(5, 2)(lookup(place))]
    outputs = tf.keras.layers.Dense(1, activation="sigmoid")(tf.keras.layers.Concatenate()(features))
    model = tf.keras.Model({"text": text, "place": place}, outputs)
    model.compile("adam", "binary_crossentropy")
    return model


def data():
    x = {"text": np.array(TEXTS, dtype=object), "place": np.array(PLACES, dtype=object)}
    return x, np.array([1, 0, 1, 0, 1, 0, 1, 0], dtype="float32").reshape(-1, 1)


def probe(model, x, y):
    return {"vocabulary": [str(word) for word in model.get_layer("vectorize").get_vocabulary()]}
