"""The .keras archive: Keras' own format since 2.13 (before, the suffix means HDF5).

Keeps, as documented: config, weights, compile arguments, optimizer state.
Loses: custom classes and functions, which must be registered or handed to the loader.
"""

from __future__ import annotations

from harness.formats import savedmodel, whole_h5
from harness.formats.format import EVERYTHING, WHAT_WEIGHTS_DECIDE, WITHOUT_CODE, Format, load_model_lines
from harness.nouns import BARE, CODE, LIBRARY, REBUILD

DOT_KERAS = Format(
    name="dot_keras",
    artifact="model.keras",
    resaved_as="whole_h5",
    save=whole_h5.save,
    save_line='model.save("model.keras")',
    load=savedmodel.load,
    load_uncompiled=savedmodel.load_uncompiled,
    restore=whole_h5.restore,
    keeps={BARE: WITHOUT_CODE, LIBRARY: EVERYTHING, CODE: EVERYTHING, REBUILD: WHAT_WEIGHTS_DECIDE},
    load_lines={**load_model_lines("model.keras"), REBUILD: 'model = build(); model.load_weights("model.keras")'},
    needs=("keras>=2.13",),
)
