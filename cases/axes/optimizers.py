"""Optimizers, with rates at which a few steps move things.

To add one: one function, one line in _ALL.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable

from cases.keras import custom_object


@dataclass(frozen=True)
class Optimizer:
    """One way to take a step.

    Attributes:
        name: Public name, part of a recipe's id.
        make: Makes it, given keras.
        objects: In cases.keras, as "module:name".
        needs: PEP 508 requirements on the environment, as a format has them.
    """

    name: str
    make: Callable[[Any], Any]
    objects: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


def plain_adam(keras: Any) -> Any:
    return keras.optimizers.Adam(5e-3)


def adamw(keras: Any) -> Any:
    return keras.optimizers.AdamW(5e-3, weight_decay=0.01)


def momentum(keras: Any) -> Any:
    return keras.optimizers.SGD(1e-2, momentum=0.9, nesterov=True)


def rmsprop(keras: Any) -> Any:
    # Keras 3 squares the gradients of a repeated token one by one: centred, their variance is negative, and it fails.
    legacy = not str(getattr(keras, "__version__", "2")).startswith("3")  # tf-keras does not say it here
    return keras.optimizers.RMSprop(2e-3, rho=0.8, momentum=0.5, centered=legacy)


def cosine(keras: Any) -> Any:
    return keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(5e-3, decay_steps=20, alpha=0.1))


def warmup(keras: Any) -> Any:
    return keras.optimizers.Adam(custom_object("layers:LinearWarmup")(peak=5e-3, steps=3))


def create_optimizer(keras: Any) -> Any:
    from transformers.optimization_tf import create_optimizer

    optimizer, _ = create_optimizer(init_lr=5e-3, num_train_steps=20, num_warmup_steps=3, weight_decay_rate=0.01)
    return optimizer


_ALL = (
    Optimizer("plain_adam", plain_adam),
    Optimizer("adamw", adamw, needs=("keras>=2.12",)),
    Optimizer("momentum", momentum),
    Optimizer("rmsprop", rmsprop),
    Optimizer("cosine", cosine),
    Optimizer("warmup", warmup, objects=("layers:LinearWarmup",)),
    Optimizer("create_optimizer", create_optimizer, needs=("transformers",)),
)

OPTIMIZERS = {each.name: each for each in _ALL}
