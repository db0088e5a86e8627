"""What another TensorFlow loads: `... save DIR` in one environment, then `... load DIR` in another."""

import json
import os
import sys

os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf

keras = tf.keras


def build():
    x = keras.Input((None,), dtype="int32", name="ids")
    hidden = keras.layers.LayerNormalization(name="norm")(keras.layers.Embedding(4, 2, name="embedding")(x))
    pooled = keras.layers.GlobalAveragePooling1D(name="pool")(hidden)
    model = keras.Model(x, keras.layers.Dense(1, name="score")(pooled))
    model.compile("adam", "mse")
    return model


def rebuild(path):
    model = build()
    model.load_weights(path)
    return model


def config(model):
    return json.loads(model.to_json())["config"]


WAYS = {
    "model.keras": (lambda model, path: model.save(path), keras.models.load_model),
    "model.h5": (lambda model, path: model.save(path), keras.models.load_model),
    "model.weights.h5": (lambda model, path: model.save_weights(path), rebuild),
    "saved_model": (lambda model, path: model.save(path), keras.models.load_model),
    "weights": (lambda model, path: model.save_weights(path), rebuild),
}

verb, folder = sys.argv[1:]
print(f"{verb} with TensorFlow {tf.__version__}")
if verb == "save":
    model = build()
    model.fit(np.zeros((2, 3), "int32"), np.zeros(2), verbose=0)
    with open(os.path.join(folder, "config.json"), "w") as file:
        json.dump(config(model), file)
for name, (save, load) in WAYS.items():
    try:
        if verb == "save":
            save(model, os.path.join(folder, name))
            print(f"{name}: saved")
            continue
        with open(os.path.join(folder, "config.json")) as file:
            before = json.load(file)
        after = config(load(os.path.join(folder, name)))
        new = [
            f"{a['class_name']}.{key}"
            for a, b in zip(after["layers"], before["layers"])
            for key in sorted(set(a["config"]) - set(b["config"]))
        ]
        print(f"{name}: loads; new in its config: {', '.join([*sorted(set(after) - set(before)), *new]) or 'nothing'}")
    except Exception as error:
        print(f"{name}: {type(error).__name__}: {str(error).splitlines()[0]}")
