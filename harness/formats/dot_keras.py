"""The .keras archive: Keras' own format since 2.13 (before, the suffix means HDF5).

Keeps, as documented: config, weights, compile arguments, optimizer state.
Loses: custom classes and functions, which must be registered or handed to the loader.
"""

from __future__ import annotations

from harness.formats import savedmodel, whole_h5
from harness.formats.format import EVERYTHING, WHAT_WEIGHTS_DECIDE, WITHOUT_CODE, Format
from harness.nouns import BARE, CODE, LIBRARY, REBUILD

DOT_KERAS = Format(
    name="dot_keras",
    artifact="model.keras",
    crosses="whole_h5",
    save=whole_h5.save,
    load=savedmodel.load,
    load_uncompiled=savedmodel.load_uncompiled,
    restore=whole_h5.restore,
    keeps={BARE: WITHOUT_CODE, LIBRARY: EVERYTHING, CODE: EVERYTHING, REBUILD: WHAT_WEIGHTS_DECIDE},
    needs=("keras>=2.13",),
)
