"""An exception in words, whole or in one line; what kind of thing something is."""

from __future__ import annotations

import ast
import hashlib
import re
from textwrap import dedent
from typing import Any, Callable, Iterator, Mapping, Sequence

from harness.nouns import HarnessError, InfrastructureError, SubjectError

#: How deep messages are wrapped in one another: a layer in a layer in a model, each in user code.
_DEPTH = 20

#: Of an identifier, in characters.
LONGEST = 60

#: Keras 3 prints what it wraps in bold; TensorFlow names the kernel before and behind what it says.
_NOISE = re.compile(r"\x1b\[\d*m|\{\{function_node \S+\}\} | \[Op:\w+\](?: name: ?\S*)?")


def gist(failure: str) -> str:
    """An exception in one line, "Type: what is wrong".

    Keras, transformers and TensorFlow seldom say that on the first line: a traceback of "user code", the layer that was
    called, the functions that a SavedModel has, stand around it. These are taken off, one after another.
    """
    kind, said = _divided(failure.strip())
    for _ in range(_DEPTH):
        inner = next(filter(None, (unwrapped(said) for unwrapped in _WRAPPINGS)), None)
        if inner is None:
            break
        kind, said = inner[0] or kind, inner[1].strip()
    first = (said.splitlines() or [""])[0].strip()
    return f"{kind}: {first}".rstrip(": ") if kind else first.rstrip(": ")


def _divided(failure: str) -> tuple[str, str]:
    """The type of an exception, if it begins with one, and what it says; KeyError quotes that."""
    found = re.match(r"([\w.]+): ?", failure)
    kind, said = (found.group(1), failure[found.end() :]) if found else ("", failure)
    if kind == "KeyError" and re.fullmatch(r"(['\"]).*\\n.*\1", said):
        said = str(ast.literal_eval(said))
    return kind, _NOISE.sub("", said)


def _in_user_code(said: str) -> tuple[str, str] | None:
    """Behind AutoGraph's traceback, whose lines are all "File ..." and, indented, source."""
    before, found, after = said.partition("in user code:")
    if before or not found:
        return None
    body = dedent(after.strip("\n"))
    raised = re.search(r"^(?!File \")(?=\w)", body, re.MULTILINE)
    return _divided(body[raised.start() :]) if raised else None


def _calling_a_layer(said: str) -> tuple[str, str] | None:
    """Between the layer that was called and what it was called with; the innermost layer is named."""
    found = re.match(
        r"Exception encountered when calling (?:layer )?(?P<layer>[^\n]+?)\.?\n\s*\n(?P<said>.*)", said, re.DOTALL
    )
    if not found:
        return None
    inner = re.split(r"\n\s*\n\s*(?:Call a|A)rguments received by ", found["said"])[0].strip()
    if not inner or any(unwrapped(inner) for unwrapped in _WRAPPINGS):
        return "", inner
    return "", f"{inner.splitlines()[0].strip()} (in {found['layer']})"


def _executing_a_graph(said: str) -> tuple[str, str] | None:
    """Below where each node of the graph was defined."""
    if not said.startswith("Graph execution error:"):
        return None
    first_of_several = re.search(r"^\s*\(0\) \w+:\s*(.+)", said, re.MULTILINE)
    if first_of_several:
        return "", first_of_several[1]
    lines = [line for line in said.splitlines()[1:] if line.strip() and not line[0].isspace()]
    told = [line for line in lines if not re.match(r"Detected at |Node: ", line)]
    return ("", told[0]) if told else None


def _loading_objects(said: str) -> tuple[str, str] | None:
    """Keras 3: the example, below how many objects there are."""
    found = re.match(r"A total of \d+ objects could not be loaded\. Example [^\n]*\n\s*\n(.*)", said, re.DOTALL)
    return ("", found.group(1)) if found else None


def _deserializing(said: str) -> tuple[str, str] | None:
    """Keras 3: what was encountered, below the whole config; without the config that follows it once more."""
    found = re.search(r"could not be deserialized properly\..*^Exception encountered: (.*)", said, re.DOTALL | re.M)
    return ("", found.group(1).partition(" Full object config:")[0]) if found else None


def _importing(said: str) -> tuple[str, str] | None:
    """transformers: on the next line."""
    found = re.match(r"(Failed to import [^\n]*\(look up to see its traceback\):)\n\s*([^\n]+)(.*)", said, re.DOTALL)
    if not found:
        return None
    first, second, rest = found.groups()
    return ("", second + rest) if _importing(second + rest) else ("", f"{first} {second}")


def _calling_a_savedmodel(said: str) -> tuple[str, str] | None:
    """What is wrong with the arguments, by that of the traced functions which comes closest."""
    found = re.match(
        r"(?P<what>Could not find matching (?:concrete )?function to call)[^\n]*Got:\n(?P<got>.*?)\n\s*"
        r"Expected these arguments to match [^\n]*\n(?P<options>.*)",
        said,
        re.DOTALL,
    )
    if not found:
        return None
    got, *options = map(_arguments, (found["got"], *re.split(r"^\s*Option \d+:\n", found["options"], flags=re.M)[1:]))
    wrong = min(filter(None, (list(_mismatches(got, option)) for option in options)), key=len, default=["none fits"])
    return "", f"{found['what']}: {', '.join(wrong)}"


def _arguments(text: str) -> list[dict[str, str]]:
    """The arguments in order, and last those by keyword: of each the tensors by name, as "int32 (2, 6)".

    One tensor alone is called "", and what is no tensor stands there as it is.
    """
    positional, _, keywords = text.partition("Keyword arguments:")
    items = re.split(r"^\s*\* ", positional, flags=re.MULTILINE)[1:]
    return [_tensors(item) or {"": item.strip()} for item in items] + [_tensors(keywords)]


def _tensors(item: str) -> dict[str, str]:
    found = re.findall(r"(?:'(\w+)': )?<?(?:tf\.Tensor|TensorSpec)\b.*?shape=(\([^)]*\)),? dtype=(?:tf\.)?(\w+)", item)
    return {
        name or (str(number) if len(found) > 1 else ""): f"{dtype} {shape}"
        for number, (name, shape, dtype) in enumerate(found)
    }


def _mismatches(got: Sequence[Mapping[str, str]], expected: Sequence[Mapping[str, str]]) -> Iterator[str]:
    if len(got) != len(expected):
        yield f"{len(got) - 1} positional arguments, expected {len(expected) - 1}"
    for one, other in zip(got, expected):
        for name in sorted({*one, *other} - {""}):
            if name not in one or name not in other:
                yield f"input {name!r} is {'not known' if name in one else 'missing'}"
        for name in [name for name in one if name in other]:
            if _is_tensor(one[name]) and _is_tensor(other[name]) and not _fits(one[name], other[name]):
                yield f"input {name + ' ' if name else ''}{one[name]}, expected {other[name]}"
            elif _is_tensor(one[name]) != _is_tensor(other[name]):
                yield f"input {one[name]}, expected {other[name]}"


def _is_tensor(what: str) -> bool:
    return what.endswith(")") and "(" in what and what[0].isalpha()


def _fits(given: str, expected: str) -> bool:
    """Whether a tensor has the dtype, and the axes where they are known on both sides."""
    (dtype, axes), (other, others) = (each.split(" ", 1) for each in (given, expected))
    sizes, wanted = (re.findall(r"\d+|None", each) for each in (axes, others))
    fit = [one == two or "None" in (one, two) for one, two in zip(sizes, wanted)]
    return dtype == other and len(sizes) == len(wanted) and all(fit)


#: What stands around a message -> (type or "" for the same, message within); None where it is not this.
_WRAPPINGS: Sequence[Callable[[str], tuple[str, str] | None]] = (
    _in_user_code,
    _calling_a_layer,
    _executing_a_graph,
    _loading_objects,
    _deserializing,
    _importing,
    _calling_a_savedmodel,
)


def told(error: BaseException) -> str:
    """An exception as "Type: message"; what the harness itself says is a sentence of its own."""
    ours = type(error) in (HarnessError, InfrastructureError, SubjectError)
    return str(error) if ours else f"{type(error).__name__}: {error}"


def identifier(words: Sequence[object]) -> str:
    """Words as one of letters, digits and underscores. What has more, or is long, ends in a digest."""
    whole = "_".join(map(str, words))
    plain = re.sub(r"\W+", "_", whole, flags=re.ASCII).strip("_")
    if len(plain) <= LONGEST and re.fullmatch(r"[\w.]+", whole, re.ASCII):
        return plain
    return f"{plain[:LONGEST]}_{hashlib.sha256(whole.encode()).hexdigest()[:8]}"


def a_kind(value: Any) -> str:
    """What kind of thing a value is, for a message: "None", "a generator", "an EagerTensor"."""
    kind = {"ndarray": "numpy array", "NoneType": ""}.get(type(value).__name__, type(value).__name__)
    return f"{'an' if kind[0].lower() in 'aeiou' else 'a'} {kind}" if kind else "None"
