"""A GAN: two models in one that has no call(), each with an optimizer of its own."""

import numpy as np
import tensorflow as tf


class Gan(tf.keras.Model):
    def __init__(self, generator, critic, **options):
        super().__init__(**options)
        self.generator, self.critic = generator, critic

    def compile(self, generator_optimizer, critic_optimizer):
        super().compile()
        self.generator_optimizer, self.critic_optimizer = generator_optimizer, critic_optimizer

    def train_step(self, real):
        noise = tf.random.stateless_normal((tf.shape(real)[0], 3), seed=(1, 2))
        with tf.GradientTape(persistent=True) as tape:
            fake = self.generator(noise, training=True)
            truth, doubt = self.critic(real, training=True), self.critic(fake, training=True)
            critic_loss = tf.reduce_mean(tf.nn.softplus(-truth)) + tf.reduce_mean(tf.nn.softplus(doubt))
            generator_loss = tf.reduce_mean(tf.nn.softplus(-doubt))
        for loss, part, optimizer in (
            (critic_loss, self.critic, self.critic_optimizer),
            (generator_loss, self.generator, self.generator_optimizer),
        ):
            variables = part.trainable_variables
            optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return {"critic": critic_loss, "generator": generator_loss}


def build():
    generator = tf.keras.Sequential([tf.keras.Input((3,)), tf.keras.layers.Dense(8, "tanh"), tf.keras.layers.Dense(4)])
    critic = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(8, "tanh"), tf.keras.layers.Dense(1)])
    model = Gan(generator, critic)
    model.compile(tf.keras.optimizers.Adam(1e-3), tf.keras.optimizers.Adam(2e-3))
    return model


def data():
    return np.random.default_rng(0).normal(size=(16, 4)).astype("float32")
