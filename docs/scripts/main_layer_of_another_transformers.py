"""A SavedModel of transformers' main layer: saved with one transformers, loaded with another."""

import os
import sys

import numpy as np
import tensorflow as tf
import tiny
import transformers

verb, folder = sys.argv[1:]
print(f"{verb} with TensorFlow {tf.__version__}, transformers {transformers.__version__}")
expected = os.path.join(folder, "predictions.npy")
if verb == "save":
    main_layer = tiny.pretrained().roberta
    model = tiny.functional(main_layer)
    model.save(os.path.join(folder, "model"))
    np.save(expected, model.predict(tiny.X, verbose=0))
else:
    # The class is registered where transformers is imported, so it is taken without custom_objects as well.
    model = tf.keras.models.load_model(os.path.join(folder, "model"), compile=False)
    gap = np.abs(model.predict(tiny.X, verbose=0) - np.load(expected)).max()
    print(f"loads; predictions off by {gap:.1e}, {len(model.weights)} weights")
