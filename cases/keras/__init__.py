"""What this suite has of Keras: layers, below heads and losses; models, above them; an encoder of Keras' own layers.

A definition names such an object, and TensorFlow is imported only where it is built: the driver meets none of it.
"""

from __future__ import annotations

import importlib
from typing import Any


def custom_object(name: str) -> Any:
    """A class or function by "module:name", such as "layers:AttentionPool"; its module is imported only now."""
    module, _, attribute = name.partition(":")
    return getattr(importlib.import_module(f"cases.keras.{module}"), attribute)
