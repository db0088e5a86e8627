"""tf2onnx writes the exact GELU as an operation that ONNX does not have, and onnxruntime refuses the file."""

import os
import tempfile

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import onnxruntime
import tensorflow as tf
import tf2onnx

for approximate in (True, False):
    x = tf.keras.Input((3,))
    model = tf.keras.Model(x, tf.nn.gelu(tf.keras.layers.Dense(2)(x), approximate=approximate))
    path = os.path.join(tempfile.mkdtemp(), "model.onnx")
    tf2onnx.convert.from_keras(model, output_path=path)
    try:
        onnxruntime.InferenceSession(path)
        print(f"approximate={approximate}: loads")
    except Exception as error:
        print(f"approximate={approximate}: {str(error).partition(' , ')[2]}")
