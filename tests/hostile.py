"""Hostile artifacts with a harmless canary, and harmless ones beside them; none takes TensorFlow to be made.

Each sample writes an artifact to a path, and would make a file, CANARY, appear wherever something runs it.
"""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import json
import lzma
import marshal
import os
import pickle
import zipfile
import zlib
from pathlib import Path

import numpy as np

from harness.nouns import Recipe
from harness.observation import Observation
from harness.record.about import About
from harness.record.batches import Inputs
from harness.record.record import Draft, Reference

#: By this variable, so that code which was compiled once knows where.
CANARY = "HARNESS_TESTS_CANARY"
_CODE = marshal.dumps(compile(f"open(__import__('os').environ[{CANARY!r}], 'w')", "sample", "exec"))


class _Runs:
    def __reduce__(self):
        return open, (os.environ.get(CANARY, os.devnull), "w")


def record_of(path, format, artifact, write, recipe=None):
    """A record whose artifact a function writes; its digests are right."""
    draft = Draft(path, About(recipe or Recipe("hostile", "os:system"), format, artifact))
    draft.write(write)
    inputs = Inputs((np.zeros((2, 3), "float32"), np.zeros(2)), {"same": np.zeros((2, 3), "float32")})
    with Reference.written(path.parent, inputs, Observation({"weights": {"w": np.ones(2)}})) as reference:
        return draft.finish(reference)


def layer(class_name, **config):
    return {"class_name": class_name, "config": config}


def model(*layers):
    return layer("Functional", name="model", layers=list(layers))


LAMBDA = layer("Lambda", function=[base64.b64encode(_CODE).decode(), None, None], function_type="lambda")
DENSE = {**layer("Dense", units=1, kernel_initializer=layer("GlorotUniform")), "module": "keras.layers"}
_OF_TRANSFORMERS = {"architectures": ["X"], "auto_map": {"AutoModel": "evil--modeling.X"}}
#: Of Keras 3: a class of its own, and a function.
RELU = {"module": "keras.activations", "class_name": "function", "config": "relu", "registered_name": "function"}

CONFIGS = {
    "lambda": ("lambda", model(DENSE, LAMBDA)),
    "lambda_in_a_nested_model": ("lambda", model(model(model(DENSE, LAMBDA)))),
    "lambda_in_time_distributed": ("lambda", model(layer("TimeDistributed", layer=LAMBDA))),
    "lambda_of_keras_3": ("lambda", model({**layer("__lambda__", value={"code": "x"}), "module": "builtins"})),
    "lambda_under_a_registered_name": ("lambda", model(layer("Custom>Lambda", function="f"))),
    "lambda_in_text": ("lambda", model(layer("Wrapper", layer=json.dumps(LAMBDA)))),
    "code_in_base64": ("code", model(layer("Dense", note=base64.b64encode(_CODE).decode()))),
    "code_compressed": ("code", model(layer("Dense", note=base64.b64encode(zlib.compress(_CODE)).decode()))),
    "code_compressed_twice": (
        "code",
        model(layer("Dense", note=base64.b64encode(gzip.compress(zlib.compress(_CODE))).decode())),
    ),
    "pickle_in_base64": ("pickle", model(layer("Dense", note=base64.b64encode(pickle.dumps(_Runs())).decode()))),
    "module": ("import", model({"module": "os", "class_name": "system", "config": {}, "registered_name": None})),
    "function_of_keras": (
        "import",
        model({"module": "keras.utils", "class_name": "function", "config": "get_file", "registered_name": "function"}),
    ),
    "write_file_by_name": ("file_op", model(layer("TFOpLambda", function="io.write_file"))),
    "py_function_by_name": ("python_op", model(layer("TFOpLambda", function="numpy_function"))),
    "operation_in_a_node": ("file_op", model(layer("TensorFlowOpLayer", node_def=json.dumps({"op": "ReadFile"})))),
    "code_of_transformers": ("import", _OF_TRANSFORMERS),
}
#: What only looks like it.
HARMLESS_CONFIGS = {
    "dense": model(DENSE, model(DENSE)),
    "activation_of_keras_3": model(layer("Dense", activation=RELU)),
    "op_by_name": model(layer("TFOpLambda", function="math.add")),
    "library": model({"module": "keras_hub.layers", "class_name": "TransformerEncoder", "config": {}}),
    "long_text": model(layer("TextVectorization", vocabulary=["Y29uc3RhbnRpbm9wb2xpcw", "a" * 400, "4" * 64])),
    "lambda_as_a_name": model(layer("Dense", name="lambda")),
}


def zip_of(path, members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def dot_keras(config, **members):
    about = json.dumps({"keras_version": "3.15.1"})
    return lambda path: zip_of(path, {"metadata.json": about, "config.json": json.dumps(config), **members})


def _linked(path):
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("assets")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc")


def _bomb(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", b" " * (1 << 27))


ZIPS = {
    "zip_above": ("path", dot_keras(model(DENSE), **{"../../up": "x"})),
    "zip_absolute": ("path", dot_keras(model(DENSE), **{"/tmp/harness-no": "x"})),
    "zip_windows": ("path", dot_keras(model(DENSE), **{"..\\up": "x"})),
    "zip_link": ("link", _linked),
    "zip_bomb": ("bomb", _bomb),
    "zip_pickle": ("pickle", dot_keras(model(DENSE), **{"data.pkl": pickle.dumps(_Runs())})),
    "zip_in_a_zip": (
        "lambda",
        lambda path: zip_of(path, {"inner": _bytes_of(dot_keras(model(LAMBDA)))}),
    ),
}


def _bytes_of(write):
    file = io.BytesIO()
    write(file)
    return file.getvalue()


def hdf5(fill):
    """An HDF5 file of Keras', with one thing more."""

    def write(path):
        import h5py

        with h5py.File(path, "w") as file:
            file.attrs["keras_version"] = "2.21.0"
            file.attrs["model_config"] = json.dumps(model(DENSE))
            file.create_dataset("model_weights/dense/kernel", data=np.ones((3, 1), "float32"))
            file["again"] = file["model_weights"]
            file["model_weights/dense/loop"] = file["model_weights"]
            fill(file)

    return write


def _external_link(file):
    import h5py

    file["outside"] = h5py.ExternalLink("/etc/passwd", "/")


def _virtual(file):
    import h5py

    layout = h5py.VirtualLayout((1,), "float32")
    layout[0] = h5py.VirtualSource("/tmp/other.h5", "x", (1,))[0]
    file.create_virtual_dataset("virtual", layout)


HDF5S = {
    "h5_lambda": ("lambda", lambda file: file.attrs.__setitem__("model_config", json.dumps(model(model(LAMBDA))))),
    "h5_lambda_deep": ("lambda", lambda file: file["model_weights"].attrs.__setitem__("x", json.dumps(LAMBDA))),
    "h5_external_link": ("external", _external_link),
    "h5_external_storage": (
        "external",
        lambda file: file.create_dataset("w", (4,), "uint8", external=[("/etc/passwd", 0, 4)]),
    ),
    "h5_virtual": ("external", _virtual),
    "h5_bomb": (
        "bomb",
        lambda file: file.create_dataset("zeros", (1 << 29,), "float32", chunks=(1 << 20,), compression="gzip"),
    ),
}


def _varint(value):
    out = b""
    while value > 0x7F:
        out, value = out + bytes([value & 0x7F | 0x80]), value >> 7
    return out + bytes([value])


def field(number, value):
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def node(name, op, *inputs, calls="", attributes=()):
    """A NodeDef: name, op, input, attr {key, value {s or func {name}}}."""
    pairs = [(key, field(2, value)) for key, value in attributes]
    pairs += [("f", field(10, field(1, calls)))] if calls else []
    attrs = b"".join(field(5, field(1, key) + field(2, value)) for key, value in pairs)
    return field(1, name) + field(2, op) + b"".join(field(3, each) for each in inputs) + attrs


def graph(top=(), functions=(), assets=(), metadata=()):
    """A SavedModel with one MetaGraphDef."""
    library = b"".join(
        field(1, field(1, field(1, name)) + b"".join(field(3, each) for each in nodes)) for name, nodes in functions
    )
    nodes = b"".join(field(1, each) for each in top)
    objects = b"".join(field(1, field(4, field(1, "_tf_keras_layer") + field(3, each))) for each in metadata)
    meta = field(1, field(5, "2.21.0")) + field(2, nodes + field(2, library))
    meta += b"".join(field(6, field(2, each)) for each in assets) + field(7, objects)
    return field(1, 1) + field(2, meta)


#: How every SavedModel saves itself.
SAVER = {
    "top": [
        node("saver_filename", "Placeholder"),
        node("call", "StatefulPartitionedCall", "saver_filename:0", calls="__inference__traced_save_1"),
    ],
    "functions": [("__inference__traced_save_1", [node("save", "SaveV2", "file_prefix")])],
}
FIXED_NAME = [node("name", "Const"), node("call", "StatefulPartitionedCall", "name:0", calls="f")]
GRAPHS = {
    "graph_writes": ("file_op", graph(functions=[("f", [node("w", "WriteFile", "name", "text")])])),
    "graph_reads": ("file_op", graph(top=[node("r", "ReadFile", "name")])),
    "graph_lists": ("file_op", graph(top=[node("r", "MatchingFiles", "name")])),
    "graph_reads_records": ("file_op", graph(top=[node("r", "TFRecordDatasetV2", "name")])),
    "graph_prints_to_a_file": (
        "file_op",
        graph(top=[node("p", "PrintV2", "text", attributes=[("output_stream", "file:///tmp/harness-no")])]),
    ),
    "graph_reads_a_vocabulary": ("file_op", graph(top=[node("t", "InitializeTableFromTextFileV2", "name")])),
    "graph_calls_python": ("python_op", graph(functions=[("f", [node("p", "EagerPyFunc", "x")])])),
    "graph_reaches_out": ("network_op", graph(top=[node("d", "DataServiceDatasetV4", "address")])),
    "graph_saves_elsewhere": ("file_op", graph(FIXED_NAME, [("f", [node("s", "SaveV2", "file_prefix")])])),
    "graph_saves_within_a_call": (
        "file_op",
        graph(
            SAVER["top"],
            [*SAVER["functions"], ("f", [node("c", "PartitionedCall", "name", calls="__inference__traced_save_1")])],
        ),
    ),
    "graph_has_an_asset_elsewhere": ("path", graph(assets=["../../etc/passwd"])),
    "graph_with_a_lambda": ("lambda", graph(metadata=[json.dumps(LAMBDA)])),
}
HARMLESS_GRAPHS = {
    "saver": graph(**SAVER),
    "saver_of_the_first_tensorflow": graph(
        [
            node("c", "PlaceholderWithDefault", "d"),
            node("join", "StringJoin", "c", "part"),
            node("s", "SaveV2", "join"),
        ]
    ),
    "vocabulary": graph([node("t", "InitializeTableFromTextFileV2", "name")], assets=["vocabulary.txt"]),
    "print": graph([node("p", "PrintV2", "text", attributes=[("output_stream", "stderr")])]),
    "layer": graph(metadata=[json.dumps(DENSE)]),
}


def savedmodel(data, **files):
    def write(path):
        (path / "variables").mkdir(parents=True)
        (path / "saved_model.pb").write_bytes(data)
        for name, text in files.items():
            (path / name.replace("__", ".")).write_bytes(text)

    return write


def _metadata(config):
    return field(1, field(2, 0) + field(3, "root.layer") + field(4, "_tf_keras_layer") + field(5, json.dumps(config)))


def folder(**files):
    def write(path):
        path.mkdir()
        for name, make in files.items():
            make(path / name)

    return write


def _text(text):
    return lambda path: path.write_text(text)


FOLDERS = {
    "metadata_with_a_lambda": ("lambda", savedmodel(graph(), keras_metadata__pb=_metadata(model(LAMBDA)))),
    "graph_as_text": ("file_op", folder(**{"saved_model.pbtxt": _text('node { op: "WriteFile" }')})),
    "checkpoint_elsewhere": ("path", folder(checkpoint=_text('model_checkpoint_path: "/tmp/other"\n'))),
    "pretrained_with_code": ("import", folder(**{"config.json": _text(json.dumps(_OF_TRANSFORMERS))})),
    "pretrained_with_a_pickle": (
        "pickle",
        folder(**{"weights.bin": lambda path: path.write_bytes(pickle.dumps(_Runs()))}),
    ),
    "joblib": ("pickle", folder(x=lambda path: path.write_bytes(zlib.compress(pickle.dumps(_Runs()))))),
    "joblib_gzip": ("pickle", folder(x=lambda path: path.write_bytes(gzip.compress(pickle.dumps(_Runs()))))),
    "joblib_bz2": (
        "pickle",
        folder(x=lambda path: path.write_bytes(bz2.compress(pickle.dumps([_Runs(), os.urandom(1 << 16)])))),
    ),
    "joblib_xz": ("pickle", folder(x=lambda path: path.write_bytes(lzma.compress(pickle.dumps(_Runs()))))),
    "objects_of_numpy": ("pickle", folder(**{"x": lambda path: _npy(path, np.array([_Runs], dtype=object))})),
    "fifo": ("special", folder(pipe=os.mkfifo)),
    "link": ("link", folder(outside=lambda path: path.symlink_to("/etc/passwd"))),
    "folder_link": ("link", folder(outside=lambda path: path.symlink_to("/etc"))),
}


def _npy(path, array):
    with path.open("wb") as file:
        np.save(file, array)


#: name -> (format, kind of danger, function that writes it)
SAMPLES = {
    **{name: ("dot_keras", kind, dot_keras(config)) for name, (kind, config) in CONFIGS.items()},
    **{name: ("dot_keras", kind, write) for name, (kind, write) in ZIPS.items()},
    **{name: ("whole_h5", kind, hdf5(fill)) for name, (kind, fill) in HDF5S.items()},
    **{name: ("savedmodel", kind, savedmodel(data)) for name, (kind, data) in GRAPHS.items()},
    **{name: ("savedmodel", kind, write) for name, (kind, write) in FOLDERS.items()},
}
HARMLESS = {
    **{name: dot_keras(config) for name, config in HARMLESS_CONFIGS.items()},
    "hdf5": hdf5(lambda file: None),
    "hdf5_in_keras": lambda path: dot_keras(model(DENSE), **{"model.weights.h5": _bytes_of(hdf5(lambda file: None))})(
        path
    ),
    **{name: savedmodel(data) for name, data in HARMLESS_GRAPHS.items()},
    "metadata": savedmodel(graph(), keras_metadata__pb=_metadata(DENSE)),
    "checkpoint": folder(checkpoint=_text('model_checkpoint_path: "checkpoint-1"\n')),
    "pretrained": folder(**{"config.json": _text('{"architectures": ["XLMRobertaModel"]}')}),
    "compressed": folder(
        x=lambda path: _npy(path, np.ones(3)),
        text=lambda path: path.write_bytes(gzip.compress(b"x" * 1000)),
        damaged=lambda path: path.write_bytes(b"BZh" + b"9" * 100),
    ),
    "numbers_of_numpy": folder(x=lambda path: _npy(path, np.ones(3))),
}


def written(folder: Path, write) -> Path:
    """An artifact whose name says nothing."""
    path = folder / "artifact"
    write(path)
    return path
