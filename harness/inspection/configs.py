"""Configs of Keras and of transformers: JSON in which a layer may stand at any depth, in text that is JSON again."""

from __future__ import annotations

import json
import re
from typing import Any, Iterator, Mapping

from harness.inspection.danger import Danger, Unreadable
from harness.inspection.hidden_code import kind_of_code
from harness.inspection.ops import kind_of_op

#: What a config may name without danger: Keras itself, and the libraries whose classes a loader is given.
_LIBRARIES = frozenset({"keras", "tf_keras", "tensorflow", "builtins", "keras_hub", "keras_nlp", "transformers"})
#: Where Keras has the functions that a config names; others of its functions download, read and write.
_FUNCTIONS = frozenset(
    {"activations", "losses", "metrics", "initializers", "regularizers", "constraints", "ops", "backend", "math", "nn"}
)
_CALLED_BY_NAME = frozenset({"TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer"})
#: Texts that are JSON again, one within another.
_DEPTH = 8


def read_json(data: bytes) -> Any:
    """A JSON value.

    Raises:
        Unreadable: It is none.
    """
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"is no JSON that can be read ({type(error).__name__})") from None


def dangers_of(value: Any, where: str) -> Iterator[Danger]:
    """What is dangerous in a JSON value.

    Args:
        value: It.
        where: What its paths begin with.
    """
    waiting: list[tuple[Any, str, int, bool]] = [(value, where, 0, False)]
    while waiting:
        each, path, depth, of_a_lambda = waiting.pop()
        if isinstance(each, dict):
            found = list(_of_an_object(each, path))
            yield from found
            inside = of_a_lambda or any(danger.kind == "lambda" for danger in found)
            waiting += [(inner, f"{path}.{name}", depth, inside) for name, inner in reversed(each.items())]
        elif isinstance(each, list):
            waiting += [
                (inner, f"{path}[{place}]", depth, of_a_lambda) for place, inner in reversed([*enumerate(each)])
            ]
        elif isinstance(each, str):
            inner = _json_within(each) if depth < _DEPTH else None
            if inner is not None:
                waiting.append((inner, path, depth + 1, of_a_lambda))
            elif not of_a_lambda and kind_of_code(each):  # of a Lambda it has been told
                yield Danger(kind_of_code(each), path, f"{len(each)} letters that are Python code")


def _json_within(text: str) -> Any:
    if text[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _of_an_object(each: Mapping[str, Any], path: str) -> Iterator[Danger]:
    name = each.get("class_name")
    kind = re.split(r"[.>]", name)[-1] if isinstance(name, str) else ""
    config = each.get("config")
    if kind.strip("_").casefold() == "lambda":
        yield Danger("lambda", path, f"a layer or function of class {name!r}")
    called = [each.get("op")]
    if kind in _CALLED_BY_NAME and isinstance(config, dict):
        called.append(config.get("function"))
    for op in called:
        if isinstance(op, str) and kind_of_op(op):
            yield Danger(kind_of_op(op), path, f"the operation {op!r}")
    module = each.get("module")
    if isinstance(module, str) and ("class_name" in each or "registered_name" in each):
        yield from _of_a_module(module, each, path)
    if each.get("auto_map"):
        yield Danger("import", path, f"auto_map {json.dumps(each['auto_map'])[:200]}")


def _of_a_module(module: str, each: Mapping[str, Any], path: str) -> Iterator[Danger]:
    parts = module.split(".")
    of_keras = parts[0] in ("keras", "tf_keras", "tensorflow")
    function = each.get("class_name") == "function" and of_keras
    if parts[0] not in _LIBRARIES or (function and len(parts) > 1 and not _FUNCTIONS & set(parts)):
        yield Danger("import", path, f"{each.get('config') if function else each.get('class_name')!r} of {module!r}")
