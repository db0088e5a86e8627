"""A SavedModel of one of transformers' own models loads without transformers, but cannot predict."""

import tempfile

from tiny import X, in_a_fresh_process, with_head

folder = tempfile.mkdtemp()
with_head().save(folder)
in_a_fresh_process(f"""
import numpy as np, tensorflow as tf
model = tf.keras.models.load_model({folder!r})
x = {{name: np.ones((3, 4), "int32") for name in {list(X)}}}
try:
    print(model.predict(x, verbose=0))
except ValueError as error:
    lines = [line.strip() for line in str(error).splitlines() if "Error" in line]
    print("loads; predict raises", (lines or [str(error)])[0])
""")
