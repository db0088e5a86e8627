"""One look at a live model for each aspect, as Python that a script carries: for legacy Keras and Keras 3.

They look by code of their own: what the harness sees and a script does not may be the harness's own fault. Each is the
body of `look(model)`, which returns facts by name: an array, or text. A body may use x, y, weights and inputs, and the
functions below.
"""

from __future__ import annotations

from typing import Mapping

from harness.nouns import (
    CLASS,
    COMPILE,
    CONFIG,
    EVALUATION,
    LOSSES,
    NAMES,
    OPTIMIZER,
    PRECISION,
    PREDICTIONS,
    PROBE,
    RESUME,
    SIGNATURE,
    TRAINABLE,
    WARNINGS,
    WEIGHTS,
)

_SEED = """
def seed(number):
    random.seed(number)
    np.random.seed(number)
    tf.random.set_seed(number)
"""

_FLAT = """
def flat(value, path=""):
    if hasattr(value, "get_config") and not isinstance(value, type):
        value = {type(value).__name__: value.get_config()}
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        value = dict(enumerate(value))
    if isinstance(value, float):
        value = f"{value:.6g}"
    if not isinstance(value, dict):
        return {path: getattr(value, "__name__", None) or str(value)}
    # What notes how a model was written is not the model.
    notes = ("build_config", "module", "registered_name", "shared_object_id")
    kept = {key: each for key, each in value.items() if key not in notes}
    if isinstance(kept.get("class_name"), str):
        kept["class_name"] = kept["class_name"].rpartition(">")[2]
    return {name: leaf for key, each in kept.items() for name, leaf in flat(each, f"{path}/{key}").items()}
"""

_ANSWERS = """
def answers(model, x):
    if hasattr(model, "predict"):
        found = tf.nest.flatten(model.predict(x, verbose=0))
    elif isinstance(model, keras.layers.Layer):
        found = tf.nest.flatten(model(x))
    else:
        serve = model.signatures["serving_default"]
        takes = serve.structured_input_signature[1]
        named = x if isinstance(x, dict) else dict(zip(sorted(takes), tf.nest.flatten(x)))
        found = serve(**{name: tf.cast(value, takes[name].dtype) for name, value in named.items()}).values()
    return sorted(map(np.asarray, found), key=lambda each: (each.shape, each.astype("float64").sum()))
"""

#: Aspect -> (functions that the look needs, its body), of a Keras model.
LOOKS: Mapping[str, tuple[str, str]] = {
    WEIGHTS: (
        "",
        """
        found = {number: np.asarray(each) for number, each in enumerate(model.weights)}
        words = [each for each in model._flatten_layers() if hasattr(each, "get_vocabulary")]
        return {**found, **{each.name: str(each.get_vocabulary()) for each in words}}
        """,
    ),
    CONFIG: (_FLAT, "return flat(model.get_config())"),
    CLASS: (
        _FLAT,
        """
        methods = [getattr(type(model), name) for name in ("call", "train_step", "test_step", "predict_step")]
        return flat({"class": type(model).__name__, **{each.__name__: each.__qualname__ for each in methods}})
        """,
    ),
    NAMES: (
        _FLAT,
        """
        outputs = getattr(model, "output_names", None)
        names = {kind: [each.name for each in getattr(model, kind)] for kind in ("layers", "weights")}
        inputs = getattr(model, "input_names", None) or [each.name for each in model.inputs or ()]
        return flat({**names, "inputs": inputs, "outputs": outputs})
        """,
    ),
    PRECISION: (
        _FLAT,
        """
        optimizer = model.optimizer
        scale = getattr(optimizer, "loss_scale", getattr(optimizer, "dynamic_scale", None))
        layers = [each for each in model._flatten_layers() if type(each).__name__ != "InputLayer"]
        policies = {each.name: getattr(each, "_dtype_policy", each.dtype_policy).name for each in layers}
        return flat({**policies, "optimizer": type(optimizer).__name__, "loss scale": str(scale and float(scale))})
        """,
    ),
    TRAINABLE: (
        _FLAT,
        """
        flags = {each.name: each.trainable for each in model._flatten_layers()}
        return flat({**flags, "trainable weights": [each.name for each in model.trainable_weights]})
        """,
    ),
    COMPILE: (
        _FLAT,
        """
        model.evaluate(x, y, sample_weight=weights, verbose=0)  # only then are there metrics
        own = getattr(model, "_get_compile_args", None) or model.get_compile_config
        return flat({**own(), "metrics": [each.get_config() for each in model.metrics]})
        """,
    ),
    OPTIMIZER: (
        _FLAT,
        """
        optimizer = getattr(model.optimizer, "inner_optimizer", None) or model.optimizer
        # A checkpoint's slots are restored when they are made.
        make = getattr(optimizer, "build", None) or optimizer._create_all_weights
        make(model.trainable_variables)
        variables = optimizer.variables() if callable(optimizer.variables) else optimizer.variables
        prefix = optimizer.get_config()["name"] + "/"
        named = {getattr(each, "path", each.name).replace(prefix, ""): np.asarray(each) for each in variables}
        return {**flat({type(model.optimizer).__name__: optimizer.get_config()}), **named}
        """,
    ),
    LOSSES: (
        "",
        """
        model(x)
        return {number: np.asarray(each) for number, each in enumerate(model.losses)}
        """,
    ),
    PREDICTIONS: (
        "",
        """
        found = {name: tf.nest.flatten(model.predict(each, verbose=0)) for name, each in inputs.items()}
        return {f"{name}/{number}": np.asarray(one) for name, each in found.items() for number, one in enumerate(each)}
        """,
    ),
    SIGNATURE: (
        "",
        """
        tensors = [*(model.inputs or ()), *(model.outputs or ())]
        return {each.name: f"{getattr(each.dtype, 'name', each.dtype)} {list(each.shape)}" for each in tensors}
        """,
    ),
    EVALUATION: (
        "",
        """
        found = model.evaluate(x, y, sample_weight=weights, verbose=0, return_dict=True)
        return {name: np.asarray(each) for name, each in found.items()}
        """,
    ),
    RESUME: (
        _SEED,
        """
        seed(7)
        history = model.fit(x, y, sample_weight=weights, epochs=1, shuffle=False, verbose=0).history
        after = {f"after/{number}": np.asarray(each) for number, each in enumerate(model.weights)}
        return {**{name: np.asarray(each) for name, each in history.items()}, **after}
        """,
    ),
    PROBE: (_FLAT, "return flat({'probe': probe(model, x, y)})"),
    WARNINGS: ("", "return dict(enumerate(said))"),
}

#: The same of a Keras model before it is saved, and of what is served.
SERVED_LOOKS: Mapping[str, tuple[str, str]] = {
    WEIGHTS: (
        "",
        """
        found = map(np.asarray, getattr(model, "weights", None) or model.variables)
        return dict(enumerate(sorted(found, key=lambda each: (each.shape, each.tobytes()))))
        """,
    ),
    PREDICTIONS: (
        _ANSWERS,
        """
        found = {name: answers(model, each) for name, each in inputs.items()}
        return {f"{name}/{number}": one for name, each in found.items() for number, one in enumerate(each)}
        """,
    ),
    SIGNATURE: (
        _ANSWERS,
        """
        facts = {}
        for dtype in ("int32", "int64") if all(each.dtype.kind == "i" for each in tf.nest.flatten(x)) else ("float32",):
            try:
                given = tf.nest.map_structure(lambda each: each.astype(dtype), x)
                facts[dtype] = f"{len(answers(model, given))} outputs"
            except Exception as error:
                facts[dtype] = type(error).__name__
        return facts
        """,
    ),
}

#: Nothing to look at: it is whether it is saved, or loads, that matters.
NONE = ("", "return {}")
