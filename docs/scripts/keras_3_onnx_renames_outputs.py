"""Keras 3 exports ONNX with the names of its inputs, and with none of its outputs'."""

import os
import tempfile

os.environ["TF_USE_LEGACY_KERAS"] = "0"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import numpy as np
import onnxruntime
from tensorflow import keras

x = keras.Input((3,), name="features")
model = keras.Model(x, keras.layers.Dense(2, name="label")(x))
model(np.ones((1, 3), "float32"))  # one that was never called is not exported
path = os.path.join(tempfile.mkdtemp(), "model.onnx")
model.export(path, format="onnx", verbose=False)
session = onnxruntime.InferenceSession(path)
print("model:", [x.name], model.output_names)
print("onnx:", [each.name for each in session.get_inputs()], [each.name for each in session.get_outputs()])
