"""What a loader says while it loads, read for what it admits to have lost."""

from __future__ import annotations

import re

from harness.nouns import COMPILE, CONFIG, OPTIMIZER, WEIGHTS

#: The message speaks of no loss.
HARMLESS = ""

#: Pattern -> the aspect that the message says is lost, in the loaders' own words. The first that is found counts.
_MEANINGS: tuple[tuple[str, str], ...] = (
    (r"freshly initialized\s+optimizer", OPTIMIZER),
    (r"Skipping variable loading for optimizer", OPTIMIZER),
    (r"Value in checkpoint could not be found in the restored object.*optimizer", OPTIMIZER),
    (r"[Nn]o training configuration found|`compile\(\)` was not called as part of model loading", COMPILE),
    (r"Error in loading the saved optimizer state", OPTIMIZER),
    (r"Skipping loading (of |top-level )?weights?", WEIGHTS),
    (r"Skipping object", WEIGHTS),
    (r"newly initialized", WEIGHTS),
    (r"were not used when initializing", WEIGHTS),
    (r"Value in checkpoint could not be found in the restored object", WEIGHTS),
    (r"not (be )?restored|Unresolved object in checkpoint|unrestored values", WEIGHTS),
    (r"Unable to restore custom metric", COMPILE),
    (r"Unable to create a .*model from SavedModel|Unable to revive model from config", CONFIG),
    # These speak of the process, of the artifact's future, or of the reader's choices.
    (r"TensorFlow and JAX classes are deprecated", HARMLESS),
    (r"You are saving your model as an HDF5 file", HARMLESS),
    (r"Mixed precision compatibility check|compiled metrics have yet to be built", HARMLESS),
    (r"AutoGraph could not transform", HARMLESS),
    (r"tf\.function retracing|is deprecated|will be removed in", HARMLESS),
    (r"All (model checkpoint layers|the layers of|the weights of|PyTorch model weights)", HARMLESS),
)


def meaning(message: str) -> str | None:
    """The aspect of which a message says that something was lost; "" for one that is harmless; None: nobody knows."""
    return next((aspect for pattern, aspect in _MEANINGS if re.search(pattern, message)), None)
