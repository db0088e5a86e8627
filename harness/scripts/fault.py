"""A fault as two scripts, which need nothing of the harness: one saves, the other loads elsewhere and compares."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from string import Template
from typing import Mapping

from harness.formats import FORMATS, PACKAGED, find_format
from harness.nouns import (
    CODE,
    LIBRARY,
    REBUILD,
    RESUME,
    SERVED,
    TFSM,
    WARNINGS,
)
from harness.scripts.looks import LOOKS, NONE, SERVED_LOOKS
from harness.scripts.source import Source

#: The names of the scripts, and of what the one leaves for the other.
SAVE, COMPARE, SEEN = "save.py", "load_and_compare.py", "seen.pickle"

#: All that is in their folder when they have been run.
LEFT = frozenset({SAVE, COMPARE, SEEN, *(find_format(each).artifact for each in (*FORMATS, PACKAGED))})

#: Keras -> what TF_USE_LEGACY_KERAS says; and how its library is imported, and its classes are handed over.
LEGACY = {"2": "1", "3": "0"}
LIBRARY_LINES = {
    "2": "from transformers import optimization_tf\n"
    "from transformers.models.xlm_roberta import modeling_tf_xlm_roberta\n\n"
    "library = {**vars(modeling_tf_xlm_roberta), **vars(optimization_tf)}",
    "3": "import keras_hub\n\nlibrary = vars(keras_hub)",
}
#: Of save_pretrained: config.json has PyTorch's name of the class.
THE_MODELS_CLASS = """\
import json

import transformers

with open("pretrained/config.json") as file:
    (name,) = json.load(file)["architectures"]
TheModelsClass = getattr(transformers, "TF" + name.replace("TF", ""))
"""
_CATCHING = """\
import logging

said = []
catch = logging.Handler(logging.WARNING)
catch.emit = lambda record: said.append(record.getMessage())
for name in ("", "tensorflow", "absl"):
    logging.getLogger(name).addHandler(catch)
"""


@dataclass(frozen=True)
class Fault:
    """What two scripts show.

    Attributes:
        format: Name of a format.
        loader: What the process has that loads.
        about: What is lost: an aspect; or the stage that stops. Of what no script can look at, how it loads.
        says: What happened, in words.
        tolerance: Gap that is allowed between floats; of numbers larger than 1, the part of them.
        keras: "2" or "3".
        versions: package -> version, of where it was seen.
    """

    format: str
    loader: str
    about: str
    says: str = ""
    tolerance: float = 0.0
    keras: str = "2"
    versions: Mapping[str, str] = field(default_factory=dict)


_HEAD = Template('''\
"""$title

$what
$versions
"""

from __future__ import annotations

$imports

os.environ.setdefault("TF_USE_LEGACY_KERAS", "$legacy")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import numpy as np
import tensorflow as tf
from tensorflow import keras

''')

_LOOK = Template("""
${functions}
def look(model):
$body

""")

_SAVE = Template("""
given = data()
if not isinstance(given, (tuple, list, dict)) and not hasattr(given, "shape"):
    given = next(iter(given))  # of batches, the first
given = tf.nest.map_structure(lambda each: each.numpy() if isinstance(each, tf.Tensor) else each, given)
x, y, weights = (*given, None, None)[:3] if isinstance(given, tuple) else (given, None, None)
inputs = $inputs
model = build()
$train
os.chdir(os.path.dirname(os.path.abspath(__file__)))
${removed}${before}$save
${after}with open("$seen", "wb") as file:
    pickle.dump(((x, y, weights, inputs), seen), file)
print("saved; now python $compare")
""")

_COMPARE = Template('''
os.chdir(os.path.dirname(os.path.abspath(__file__)))
if not os.path.exists("$seen"):
    sys.exit("nothing was saved: run $save_script first")
with open("$seen", "rb") as file:
    (x, y, weights, inputs), was = pickle.load(file)
$load
now = look(model)


def differs(one, other):
    """How two facts differ, in words; "" where they do not."""
    if not isinstance(one, np.ndarray) or not isinstance(other, np.ndarray):
        return "" if type(one) is type(other) and one == other else f"it was {one}, and is {other}"
    if one.shape != other.shape or one.dtype != other.dtype:
        return f"it was {one.dtype} {one.shape}, and is {other.dtype} {other.shape}"
    if one.dtype.kind not in "fV":
        return "" if (one == other).all() else "other values"
    if one.tobytes() == other.tobytes():
        return ""
    one, other = one.astype("float64"), other.astype("float64")
    gap = np.where(np.isnan(one) == np.isnan(other), np.abs(one - other), np.inf)
    # Of numbers larger than 1, a part of them.
    allowed = $tolerance * np.where(np.isfinite(one), np.maximum(np.abs(one), 1), 1)
    far = gap[(gap > allowed) & (one != other)]
    return f"off by {far.max():.1e}, allowed $tolerance" if far.size else ""


lost = {name: differs(was.get(name), now.get(name)) for name in {**was, **now}}
lost = {name: how for name, how in lost.items() if how}
for name, how in lost.items():
    print(f"$about[{name!r}]: {how}")
print(f"{len(lost)} of {len(was)} facts of the $about are lost" if lost else "nothing is lost")
sys.exit(bool(lost))
''')


def scripts(fault: Fault, source: Source) -> dict[str, str]:
    """The two scripts by name. The second ends with exit code 1 while the fault is there, and 0 when it is gone.

    Args:
        fault: What they show.
        source: Where they have the model from; the second has it only if its loader has the model's code.
    """
    functions, body = _look(fault)
    look = _LOOK.substitute(functions=f"{functions.strip()}\n\n\n" if functions else "", body=_indented(body))
    saves = f"Saves a model; {COMPARE}, run after it, shows what is lost."
    compares = f"Loads what {SAVE} has saved. Exit code 1 while anything is lost, 0 when nothing is."
    return {
        SAVE: _script(fault, saves, f"{source.code}\n{look}{_saving(fault, source)}"),
        COMPARE: _script(fault, compares, f"{_known(fault, source)}{look}{_comparing(fault, source)}"),
    }


def _look(fault: Fault) -> tuple[str, str]:
    looks = SERVED_LOOKS if fault.loader in SERVED else LOOKS
    return looks.get(fault.about, NONE)


def _script(fault: Fault, what: str, body: str) -> str:
    title = " ".join(f"{fault.format}, {fault.loader}: {fault.says or fault.about}".split())
    wrapped = textwrap.fill(title.replace("\\", "/").replace('"""', "'''"), 110)
    versions = ", ".join(f"{package} {version}" for package, version in fault.versions.items())
    imports = [f"import {name}" for name in ("os", "pickle", "random", "shutil", "sys") if f"{name}." in body]
    head = _HEAD.substitute(
        title=wrapped,
        what=what,
        versions=f"Seen with {versions}.",
        imports="\n".join(dict.fromkeys(["import os", *imports])),
        legacy=LEGACY[fault.keras],
    )
    return head + body


def _saving(fault: Fault, source: Source) -> str:
    format = find_format(fault.format)
    own = "train" in source.functions
    fit = "model.fit(x, y, sample_weight=weights, epochs=2, shuffle=False, verbose=0)"
    seen = "seen = {}\n" if fault.about == WARNINGS else "seen = look(model)\n"
    # Training on changes the model, so it comes last; and a format may spoil the model that it saves.
    after = fault.about == RESUME
    return _SAVE.substitute(
        inputs="probes()"
        if "probes" in source.functions
        else '{"same": x, "one": tf.nest.map_structure(lambda each: each[:1], x)}',
        train="train(model, x, y, *([] if weights is None else [weights]))" if own else fit,
        removed="" if "." in format.artifact else f'shutil.rmtree("{format.artifact}", ignore_errors=True)\n',
        before="" if after else seen,
        save=(f'os.mkdir("artifact")\n{_path(source)}' if fault.format == PACKAGED else "") + format.save_line,
        after=seen if after else "",
        seen=SEEN,
        compare=COMPARE,
    )


def _known(fault: Fault, source: Source) -> str:
    """What the process has that loads."""
    parts = []
    if fault.loader == LIBRARY or (fault.loader == CODE and source.library):
        parts.append(LIBRARY_LINES[fault.keras])
    if fault.loader in (CODE, REBUILD):
        parts.append(source.code)
    if fault.about == WARNINGS:
        parts.append(_CATCHING)
    return "\n".join(parts) + "\n"


def _comparing(fault: Fault, source: Source) -> str:
    return _COMPARE.substitute(
        seen=SEEN,
        save_script=SAVE,
        load=loading(fault.format, fault.loader, source),
        tolerance=fault.tolerance,
        about=fault.about,
    )


def loading(format: str, loader: str, source: Source) -> str:
    """The lines that load a model, with the real names in them."""
    objects = f"{{**library, **{source.objects}}}" if source.library else source.objects
    line = find_format(format).load_lines[loader].partition("  #")[0]
    line = line.replace("vars(library)", "library").replace("vars(my_model)", objects)
    lines = line.replace("; ", "\n")
    if "TheModelsClass" in lines:
        lines = f"{THE_MODELS_CLASS}{lines}"
    if format == PACKAGED:
        lines = _path(source) + lines
    if loader == TFSM:
        lines += "\nmodel = layer"
    return lines


def _path(source: Source) -> str:
    """Where the packaging code of one's own writes, in a folder of its own."""
    return f'path = "artifact/" + {"FILENAME" if "FILENAME" in source.functions else repr("artifact")}\n'


def _indented(body: str) -> str:
    return textwrap.indent(textwrap.dedent(body).strip(), "    ")
