"""A reload that tells of its process.

What it has imported by the end of it, whether it could import the suite, and by which settings Keras works there.
"""

from __future__ import annotations

import importlib.util
import sys

from harness.fresh.reload import reload as reload_a_record


def reload(request, progress):
    reload_a_record(request, progress)
    from tensorflow import keras

    imported = {name.partition(".")[0] for name in sys.modules}
    return {
        "imported": sorted(imported),
        "cases": "cases" in imported or importlib.util.find_spec("cases") is not None,
        "epsilon": keras.backend.epsilon(),
    }
