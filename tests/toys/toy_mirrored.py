"""The toy as it is made for several devices, of which there is one: its variables and slots are distributed ones."""

from __future__ import annotations

import toy
from toy import data

__all__ = ["build", "data"]


def build():
    import tensorflow as tf

    with tf.distribute.MirroredStrategy(["CPU:0"]).scope():
        return toy.build()
