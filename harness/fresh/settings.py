"""Keras' settings, which it reads from a file in the home of whoever imports it."""

from __future__ import annotations

#: What Keras has without such a file: keras/src/backend/config.py of Keras 3, keras/backend_config.py of Keras 2.
FLOATX, EPSILON, IMAGE_DATA_FORMAT = "float32", 1e-7, "channels_last"


def forget_settings() -> None:
    """Have Keras as on a machine without ~/.keras/keras.json: a forked process has what its server read."""
    from tensorflow import keras

    keras.backend.set_floatx(FLOATX)
    keras.backend.set_epsilon(EPSILON)
    keras.backend.set_image_data_format(IMAGE_DATA_FORMAT)
