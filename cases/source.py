"""Recipes as Python that needs TensorFlow alone, or transformers too: what `repro` puts into its scripts.

Of the axes' own definitions: they are carried out with a Keras that writes down what is asked of it. Of the published
examples their text, without what they have from this suite.
"""

from __future__ import annotations

import ast
import pprint
import re
from itertools import chain, count
from pathlib import Path
from typing import Any, Iterator, Mapping, Sequence

import numpy as np

from cases import keras as own
from cases.axes.backbones import BACKBONES
from cases.axes.heads import HEADS
from cases.axes.losses import LOSSES
from cases.axes.optimizers import OPTIMIZERS
from cases.axes.precisions import PRECISIONS
from cases.axes.recipes import SUBJECT, compile_arguments, data
from cases.checkpoint import TINY, load_pieces
from harness.nouns import Recipe
from harness.scripts.source import Source

#: The backbones of Keras' own layers, wired as functional models.
_WRITTEN = ("plain_layers",)
_LAYERS = Path(__file__).with_name("keras") / "layers.py"
_EXAMPLES = "cases.examples."
_WIDTH = 110

#: The line of an example that is replaced, and what it gets from there.
_FROM_THE_SUITE = "from cases.checkpoint import load_model, load_tokenizer"
_IN_ITS_PLACE = """\
import numpy as np
from transformers import TFXLMRobertaModel, XLMRobertaConfig

# Token ids of the texts below, as XLM-RoBERTa's tokenizer makes them.
IDS = {ids}


def load_model(architecture, checkpoint):
    return TFXLMRobertaModel(XLMRobertaConfig({config}))


def load_tokenizer(checkpoint):
    return padded


def padded(texts, padding, return_tensors):
    width = max(len(IDS[text]) for text in texts)
    ids = np.array([IDS[text] + [1] * (width - len(IDS[text])) for text in texts])
    return {{"input_ids": ids, "attention_mask": (ids != 1).astype("int64")}}
"""


def source(recipe: Recipe, keras: str) -> Source | None:
    """The build() and data() of a recipe; None of one that cannot be written without this suite.

    Args:
        recipe: Of the axes, or of an example.
        keras: The Keras, "2" or "3", that it is for.
    """
    if recipe.subject.startswith(_EXAMPLES):
        return _of_an_example(recipe.subject)
    of_the_axes = recipe.subject == SUBJECT and recipe.arguments["backbone"] in _WRITTEN
    return _of_the_axes(recipe.arguments, keras) if of_the_axes else None


def _of_an_example(module: str) -> Source:
    text = (Path(__file__).parent / "examples" / f"{module.rpartition('.')[2]}.py").read_text(encoding="utf-8")
    tree = ast.parse(text)
    pieces = load_pieces("")
    ids = {
        each: pieces([each], padding=True, return_tensors="np")["input_ids"][0].tolist() for each in _sentences(tree)
    }
    config = ", ".join(f"{name}={value}" for name, value in {"vocab_size": len(pieces), **TINY}.items())
    in_its_place = _IN_ITS_PLACE.format(ids=pprint.pformat(ids, width=_WIDTH, compact=True), config=config)
    code = text.replace(_FROM_THE_SUITE, in_its_place)
    functions = {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}
    return Source(
        code, "custom_objects()" if "custom_objects" in functions else "{}", frozenset(functions), library=True
    )


def _of_the_axes(choice: Mapping[str, Any], keras: str) -> Source:
    backbone, head, loss = BACKBONES[choice["backbone"]], HEADS[choice["head"]], LOSSES[choice["loss"]]
    optimizer, precision = OPTIMIZERS[choice["optimizer"]], PRECISIONS[choice["precision"]]
    page = _Page({"2": "2.0", "3": "3.0"}[keras])
    with own.in_place_of_custom_objects(page.custom_object):
        precision.set(page.keras)
        model = backbone.build(page.keras, head, loss, "")
        scaled = precision.scale(page.keras, optimizer.make(page.keras))
        model.compile(scaled, **compile_arguments(page.keras, head, loss))
    given = _literals(data(head, loss, lambda: load_pieces("")))
    objects = list(page.objects)
    parts = [
        *([_definitions(_LAYERS.read_text(encoding="utf-8"), objects)] if objects else []),
        "\n".join(["def build():", *(f"    {line}" for line in page.lines(model)), f"    return {model.text}"]),
        f"def data():\n    return {given}",
    ]
    return Source("\n\n\n".join(parts), f"{{{', '.join(f'{each!r}: {each}' for each in objects)}}}")


class _Page:
    """Lines of Python, and the Keras that writes them.

    Attributes:
        keras: What definitions are carried out with.
        objects: The suite's own classes and functions that were asked for.
    """

    def __init__(self, version: str) -> None:
        self.objects: dict[str, None] = {}
        self._made: dict[str, str] = {}
        self.keras = _Written(self, "keras")
        self.keras.__dict__["__version__"] = version

    def custom_object(self, name: str) -> _Written:
        self.objects[name.partition(":")[2]] = None
        return _Written(self, name.partition(":")[2])

    def write(self, name: str, text: str) -> _Written:
        """A value that has a name of its own from now on: a layer may be called more than once."""
        numbered = chain([name], (f"{name}_{number}" for number in count(1)))
        free = next(each for each in numbered if each not in self._made)
        self._made[free] = text
        return _Written(self, free)

    def lines(self, result: _Written) -> Iterator[str]:
        """What was written, in order; what nobody uses is a statement."""
        used = {
            result.text,
            *(word for text in self._made.values() for word in re.findall(r"(?<![.'\w])[a-z]\w*", text)),
        }
        for name, text in self._made.items():
            yield f"{name} = {text}" if name in used else text


class _Written:
    """A value that is known by the expression that makes it."""

    def __init__(self, page: _Page, text: str) -> None:
        self.__dict__.update(page=page, text=text)

    def __getattr__(self, name: str) -> _Written:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Written(self.page, f"{self.text}.{name}")

    def __call__(self, *values: Any, **named: Any) -> _Written:
        arguments = [*map(_text, values), *(f"{name}={_text(each)}" for name, each in named.items())]
        name = named.get("name") or self.text.rpartition(".")[2].lower()
        return self.page.write(name, f"{self.text}({', '.join(arguments)})")

    def __getitem__(self, place: Any) -> _Written:
        parts = place if isinstance(place, tuple) else (place,)
        shown = [":" if isinstance(each, slice) and each == slice(None) else _text(each) for each in parts]
        return _Written(self.page, f"{self.text}[{', '.join(shown)}]")


def _text(value: Any) -> str:
    """A value as an expression."""
    if isinstance(value, _Written):
        return value.text
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key!r}: {_text(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_text, value)) + "]"
    if isinstance(value, tuple):
        return "(" + "".join(f"{_text(each)}, " for each in value).strip() + ")"
    return repr(value)


def _literals(value: Any) -> str:
    """Arrays in dicts, lists and tuples, as an expression."""
    if isinstance(value, np.ndarray):
        # 0.9 in float32 is 0.8999999761581421 in Python's float.
        exact = value.astype(str).astype("float64") if value.dtype.kind == "f" else value
        return f"np.array({pprint.pformat(exact.tolist(), width=_WIDTH, compact=True)}, {value.dtype.name!r})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key!r}: {_literals(each)}" for key, each in value.items()) + "}"
    between = ", ".join(map(_literals, value))
    return f"[{between}]" if isinstance(value, list) else f"({between},)"


def _sentences(tree: ast.Module) -> Iterator[str]:
    """The texts of an example, in its lists at the top."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.List):
            yield from (each for each in ast.literal_eval(node.value) if isinstance(each, str))


def _definitions(text: str, names: Sequence[str]) -> str:
    """Classes and functions out of a module's text, by name, and what they are made of in the same module, in order."""
    found = {each.name: each for each in ast.parse(text).body if isinstance(each, (ast.ClassDef, ast.FunctionDef))}
    wanted = set(names)
    while True:
        used = {node.id for name in wanted for node in ast.walk(found[name]) if isinstance(node, ast.Name)}
        if used & set(found) <= wanted:
            break
        wanted |= used & set(found)
    lines = text.splitlines()
    parts = []
    for name, node in found.items():
        if name in wanted:
            begin = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            parts.append("\n".join(lines[begin - 1 : node.end_lineno]))
    return "\n\n\n".join(parts)
