"""A text model with an attention layer of one's own, whose get_config forgets the temperature."""

import numpy as np
import tensorflow as tf

TEXTS = ["good soup", "cold soup", "good train", "late train", "good bread", "old bread", "warm soup", "late again"]


class Attention(tf.keras.layers.Layer):
    """The mean of the words, weighted by a score that is learned."""

    def __init__(self, temperature=1.0, **options):
        super().__init__(**options)
        self.temperature = temperature
        self.score = tf.keras.layers.Dense(1, name="score")

    def call(self, words):
        weights = tf.nn.softmax(self.score(words) / self.temperature, axis=1)
        return tf.reduce_sum(weights * words, axis=1)

    def get_config(self):
        return super().get_config()


def build():
    vectorize = tf.keras.layers.TextVectorization(output_sequence_length=4, name="vectorize")
    vectorize.adapt(TEXTS)
    text = tf.keras.Input((1,), dtype="string", name="text")
    words = tf.keras.layers.Embedding(20, 6, name="words")(vectorize(text))
    answer = tf.keras.layers.Dense(1, "sigmoid", name="answer")(Attention(temperature=0.3, name="attention")(words))
    model = tf.keras.Model(text, answer)
    model.compile("adam", "binary_crossentropy")
    return model


def data():
    return np.array(TEXTS, dtype=object).reshape(-1, 1), np.array([[1], [0]] * 4, dtype="float32")
