"""A way that keeps a model as two modules, one that saves and one that loads; they need nothing of the harness."""

from __future__ import annotations

import textwrap
from string import Template

from harness.formats import FORMATS
from harness.nouns import SERVING, TFSM
from harness.scripts.fault import LEGACY, LIBRARY_LINES, THE_MODELS_CLASS
from harness.scripts.source import Source

#: The names of the modules; and all that may be in their folder when they have been run.
SAVE, LOAD = "save_model.py", "load_model.py"
LEFT = frozenset({SAVE, LOAD, *(each.artifact for each in FORMATS.values())})

_HEAD = Template('''\
"""$title

$about
"""

import os
import sys

os.environ.setdefault("TF_USE_LEGACY_KERAS", "$legacy")

import tensorflow as tf

sys.path.insert(0, $folder)
''')

_SAVE = Template("""\
from $module import $functions


def save(model):
$save


if __name__ == "__main__":
    given = data()
    x, y, weights = (*given, None, None)[:3] if isinstance(given, tuple) else (given, None, None)
    model = build()
    $train
    save(model)
""")

_LOAD = Template("""\
${library}

def load():
$load
    return $result


if __name__ == "__main__":
    print(load())
""")


def packaging(save: str, load: str, loader: str, source: Source, about: str, keras: str) -> dict[str, str]:
    """The two modules by file name.

    Args:
        save: What a person writes to save `model`.
        load: What a person writes to load it, with its imports.
        loader: What the process has that loads; by it what is loaded is a model, a signature or a layer.
        source: Where the model is from.
        about: What was tried, and what came of it.
        keras: "2" or "3".
    """
    train = "train(model, x, y, *([] if weights is None else [weights]))"
    fit = "model.fit(x, y, sample_weight=weights, epochs=2)"
    saving = _SAVE.substitute(
        module=source.module,
        functions=", ".join(sorted({"build", "data", *({"train"} & source.functions)})),
        save=_indented(save),
        train=train if "train" in source.functions else fit,
    )
    library = f"{LIBRARY_LINES[keras]}\n" if "vars(library)" in load else ""
    before = THE_MODELS_CLASS if "TheModelsClass" in load else ""
    loading = _LOAD.substitute(
        library=library,
        load=_indented(before + load.partition("  #")[0].replace("vars(library)", "library")),
        result={SERVING: "predict", TFSM: "layer"}.get(loader, "model"),
    )
    head = {"about": textwrap.fill(about, 110), "legacy": LEGACY[keras], "folder": source.folder}
    saves = "Builds, trains and saves the model, into the folder where this is run; or imported: save(model)."
    loads = f"Loads what {SAVE} has saved, from the folder where this is run; or imported: load()."
    return {
        SAVE: _HEAD.substitute(title=saves, **head) + saving,
        LOAD: _HEAD.substitute(title=loads, **head) + loading,
    }


def _indented(lines: str) -> str:
    return textwrap.indent(lines.replace("; ", "\n").strip(), "    ")
