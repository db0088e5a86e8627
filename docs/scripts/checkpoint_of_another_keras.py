"""tf.train.Checkpoint from one Keras into the other: `... save DIR`, `... load DIR`, one with TF_USE_LEGACY_KERAS=1."""

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf

verb, folder = sys.argv[1:]
model = tf.keras.Sequential([tf.keras.layers.Embedding(4, 2), tf.keras.layers.Dense(1)])
x = np.arange(4, dtype="int32").reshape(1, 4)
model(x)
path, expected = os.path.join(folder, "checkpoint"), os.path.join(folder, "predictions.npy")
print(f"{verb} with TensorFlow {tf.__version__}, {type(model).__module__}")
if verb == "save":
    model.set_weights([np.full_like(each, 0.5) for each in model.get_weights()])
    tf.train.Checkpoint(model=model).write(path)
    np.save(expected, model(x))
else:
    status = tf.train.Checkpoint(model=model).read(path)
    print(f"read: says nothing; predictions off by {np.abs(model(x) - np.load(expected)).max():.1e}")
    try:
        status.assert_existing_objects_matched()
        print("assert_existing_objects_matched: passes")
    except AssertionError as error:
        print(f"assert_existing_objects_matched: AssertionError: {str(error).splitlines()[0]}")
