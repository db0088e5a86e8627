"""Precisions: what layers compute in. To add one: one line in _ALL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Precision:
    """One of Keras' dtype policies.

    Attributes:
        name: The policy's name, and public name, part of a recipe's id.
        loss_scale: What an optimizer starts to multiply the loss by; 0: it does not.
        needs: PEP 508 requirements on the environment, as a format has them.
    """

    name: str
    loss_scale: int = 0
    needs: tuple[str, ...] = ()

    def set(self, keras: Any) -> None:
        """Make it the policy of all layers to come, in this process."""
        keras.mixed_precision.set_global_policy(self.name)

    def scale(self, keras: Any, optimizer: Any) -> Any:
        """Keep small gradients from vanishing, where the policy is prone to it."""
        if not self.loss_scale:
            return optimizer
        return keras.mixed_precision.LossScaleOptimizer(optimizer, initial_scale=self.loss_scale)


_ALL = (
    Precision("float32"),
    # compile() would start at 2**15, and skip steps until the gradients are finite: with max_pool, three of
    # the four that a training here has.
    Precision("mixed_float16", loss_scale=2**8),
    # Before, nothing on a CPU computes the error function in bfloat16, and with it XLM-RoBERTa's gelu.
    Precision("mixed_bfloat16", needs=("tensorflow>=2.8",)),
)

PRECISIONS = {each.name: each for each in _ALL}
