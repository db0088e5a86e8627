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


def trust_artifacts() -> None:
    """Have Keras run the code that artifacts bring, as load_model(..., safe_mode=False) does, in this process."""
    from tensorflow import keras

    (getattr(keras, "config", None) or keras.__internal__).enable_unsafe_deserialization()


def set_policy(name: str) -> None:
    """Make a dtype policy that of all layers to come, in this process."""
    from tensorflow import keras

    keras.mixed_precision.set_global_policy(name)
