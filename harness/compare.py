"""Compare two observations: the model that was saved, and the model that came back.

Every fact that changed is found and named in one phrase; `harness.verdict` lays the phrases out.

Arrays are equal when shape, dtype and values are: no value is dropped, 0.0 is not -0.0, and NaN
equals NaN in the same place, whatever its payload. Byte order and the width of a string array
(`<U5`) are how numpy stores values, not facts. JSON has one number type: 1 is 1.0, and True is neither.
"""

from __future__ import annotations

import math
from operator import itemgetter
from typing import Any, Iterator, Mapping, NamedTuple, Sequence, Tuple

import numpy as np

from harness.case import ASPECTS, COMPILE, CONFIG, OPTIMIZER, WEIGHTS, Difference, HarnessError, Observation

Array = np.ndarray
Change = Tuple[int, str, str]  # rank, name, problem

# Ranks: cause before effect. Values cannot agree where the names do not.
NAMES, ORDER, SHAPE, DTYPE, VALUE = range(5)

# No tolerance for any aspect.
EXACT: Mapping[str, float] = {}

# Aspects where the order of the names is a fact: `get_weights` and `set_weights` go by it.
ORDERED = frozenset({WEIGHTS})

# Aspects whose JSON floats are settings. Keras keeps some in float32 variables: 1e-5 comes back
# as 9.999999747378752e-06, and is the same setting.
SETTINGS = frozenset({CONFIG, COMPILE, OPTIMIZER})

FEW_ULPS = 16  # up to here a gap is also told in units in the last place: it smells of rounding
CHUNK = 1 << 20  # values looked at in one go: the embedding of a full-size XLM-R has 192 million
WIDTH = 80  # a longer text is cut in a message, never in a comparison


class _Rule(NamedTuple):
    """What one aspect tolerates: a gap between floats, JSON floats rounded to float32, another order."""

    gap: float = 0.0
    rounding: bool = False
    reordering: bool = True


def compare(
    expected: Observation, actual: Observation, tolerance: Mapping[str, float] = EXACT
) -> tuple[Difference, ...]:
    """Find every fact that changed, cause before effect.

    Compares the aspects that both sides could observe (see `unobservable`). Arrays that came back under
    other names are reported as renamed, once, and then compared by position.

    Args:
        expected: The model before it was saved.
        actual: The model after it was reloaded.
        tolerance: aspect -> the largest absolute gap between two floats that is not a difference.

    Raises:
        HarnessError: A tolerance is negative, infinite or NaN.
    """
    for aspect, gap in tolerance.items():
        if not 0 <= gap < math.inf:
            raise HarnessError(f"Invalid tolerance: expected a finite number, at least 0. Received: {aspect}={gap!r}")
    hidden = unobservable(expected, actual)
    differences = []
    for aspect in _aspects(expected, actual):
        if aspect not in hidden:
            rule = _Rule(tolerance.get(aspect, 0.0), rounding=aspect in SETTINGS, reordering=aspect not in ORDERED)
            changes = _changes(expected.facts.get(aspect, {}), actual.facts.get(aspect, {}), rule)
            differences += [Difference(aspect, name, problem) for _, name, problem in changes]
    return tuple(differences)


def unobservable(expected: Observation, actual: Observation) -> dict[str, str]:
    """Say which aspects cannot be compared: aspect -> why, and on which side.

    An aspect without a single fact on either side is one of them: comparing nothing proves nothing.
    """
    reasons = {}
    for aspect in _aspects(expected, actual):
        sides = (("before saving", expected), ("after reload", actual))
        said = [f"{side}: {each.unobservable[aspect]}" for side, each in sides if aspect in each.unobservable]
        if said:
            reasons[aspect] = "; ".join(said)
        elif not expected.facts.get(aspect) and not actual.facts.get(aspect):
            reasons[aspect] = "nothing was observed, before saving or after reload"
    return reasons


def _aspects(*observations: Observation) -> list[str]:
    others = (aspect for each in observations for aspect in (*each.facts, *each.unobservable))
    return list(dict.fromkeys((*ASPECTS, *others)))


def _changes(expected: Mapping[str, Any], actual: Mapping[str, Any], rule: _Rule) -> list[Change]:
    renamed = _renamed(expected, actual)
    known = {renamed.get(name, name): fact for name, fact in actual.items()}
    changes = list(_facts(expected, known, rule))
    if renamed:
        broken = len({name for _, name, _ in changes if name in renamed.values()})
        now, was = next(iter(renamed.items()))
        rest = f"by position, {broken} of them differ" if broken else "shapes, dtypes and values agree by position"
        count = f"{len(renamed)} of {len(expected)} names changed"
        changes.append((NAMES, was, f"{count}, the first {was!r} is now {now!r}; {rest}"))
    if not rule.reordering:
        changes += _order([name for name in expected if name in known], [name for name in known if name in expected])
    return sorted(changes, key=itemgetter(0))


def _renamed(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> dict[str, str]:
    """Pair the arrays whose names do not match, by position: actual name -> expected name.

    Only if there are as many on both sides and most shapes agree. Otherwise some were lost and
    others appeared, and to call it a renaming would be wrong.
    """
    missing = [name for name, fact in expected.items() if name not in actual and _is_array(fact)]
    appeared = [name for name, fact in actual.items() if name not in expected and _is_array(fact)]
    pairs = dict(zip(appeared, missing))
    fitting = sum(actual[now].shape == expected[was].shape for now, was in pairs.items())
    return pairs if len(missing) == len(appeared) and 2 * fitting > len(pairs) else {}


def _order(expected: Sequence[str], actual: Sequence[str]) -> Iterator[Change]:
    moved = [(name, instead) for name, instead in zip(expected, actual) if name != instead]
    if moved:
        name, instead = moved[0]
        count = f"{len(moved)} of {len(expected)} names moved"
        yield ORDER, name, f"comes after {instead!r}, but should come before it; {count}"


def _facts(expected: Mapping[str, Any], actual: Mapping[str, Any], rule: _Rule) -> Iterator[Change]:
    for name in dict.fromkeys((*expected, *actual)):
        if name not in actual:
            yield NAMES, name, "missing after reload"
        elif name not in expected:
            yield NAMES, name, "appeared after reload"
        else:
            yield from _fact(name, expected[name], actual[name], rule)


def _fact(name: str, expected: Any, actual: Any, rule: _Rule) -> Iterator[Change]:
    if _is_array(expected) and _is_array(actual):
        yield from _array(name, np.asarray(expected), np.asarray(actual), rule)
    elif isinstance(expected, float) and isinstance(actual, float):
        yield from _array(name, *_as_arrays(expected, actual, rule), rule)
    elif isinstance(expected, dict) and isinstance(actual, dict):
        yield from _facts(_inside(name, expected), _inside(name, actual), rule)
    elif isinstance(expected, (list, tuple)) and isinstance(actual, (list, tuple)):
        yield from _facts(_inside(name, dict(enumerate(expected))), _inside(name, dict(enumerate(actual))), rule)
    elif _is_array(expected) or _is_array(actual) or _unlike(expected, actual):
        should, instead = _excerpts(expected, actual)
        yield VALUE, name, f"{instead}, but should be {should}"


def _inside(path: str, facts: Mapping[Any, Any]) -> dict[str, Any]:
    """The facts of a JSON object or list by their full path: `layers[2].config['a b']`."""
    plain = {key for key in facts if isinstance(key, str) and key.isidentifier()}
    return {f"{path}.{key}" if key in plain else f"{path}[{key!r}]": fact for key, fact in facts.items()}


def _unlike(expected: Any, actual: Any) -> bool:
    """JSON's inequality: for Python, True is 1."""
    return isinstance(expected, bool) != isinstance(actual, bool) or bool(expected != actual)


def _as_arrays(expected: float, actual: float, rule: _Rule) -> tuple[Array, Array]:
    """Two JSON floats: in float32, if they may have been rounded to it."""
    both = np.array([expected, actual])
    with np.errstate(all="ignore"):
        short = both.astype(np.float32)
    # What overflows or vanishes was not rounded, but lost.
    if rule.rounding and short.all() and np.isfinite(short).all():
        both = short
    return both[0, ...], both[1, ...]


def _array(name: str, expected: Array, actual: Array, rule: _Rule) -> Iterator[Change]:
    if expected.shape != actual.shape:
        yield SHAPE, name, f"shape is {actual.shape}, but should be {expected.shape}"
    if _spelled(expected.dtype) != _spelled(actual.dtype):
        yield DTYPE, name, f"dtype is {_spelled(actual.dtype)}, but should be {_spelled(expected.dtype)}"
    # Floats of two precisions can be laid side by side; a float and an integer cannot.
    if expected.shape == actual.shape and _kind(expected.dtype) == _kind(actual.dtype):
        problem = _values(expected, actual, rule.gap)
        if problem:
            yield VALUE, name, problem


def _values(expected: Array, actual: Array, tolerance: float) -> str:
    flat, other = expected.reshape(-1), actual.reshape(-1)
    differing, place = _differing(flat, other, tolerance)
    if not differing:
        return ""
    was, now = flat[place : place + 1], other[place : place + 1]
    far = _far(was, now, tolerance)
    texts = _digits if _kind(was.dtype) in "fc" else _excerpts
    should, instead = texts(was.tolist()[0], now.tolist()[0])
    if not expected.shape:
        return f"{instead}, but should be {should}{far}"
    where = [int(each) for each in np.unravel_index(place, expected.shape)]
    count = f"{differing} of {flat.size} values differ; the {'worst' if far else 'first'} is"
    return f"{count} {instead} at {where}, but should be {should}{far}"


def _differing(expected: Array, actual: Array, tolerance: float) -> tuple[int, int]:
    """Count the values that differ, and find the worst; the first, where there is no distance."""
    count, place, worst = 0, 0, -1.0
    for start in range(0, expected.size, CHUNK):
        was, now = expected[start : start + CHUNK], actual[start : start + CHUNK]
        if was.dtype == now.dtype and was.tobytes() == now.tobytes():
            continue
        gaps, wrong = _apart(was, now, tolerance)
        places = np.flatnonzero(wrong)
        if len(places):
            count += len(places)
            here = int(places[gaps[places].argmax()])
            if gaps[here] > worst:
                place, worst = start + here, gaps[here]
    return count, place


def _apart(expected: Array, actual: Array, tolerance: float) -> tuple[Array, Array]:
    """Per value: how far apart, and whether that is too far."""
    kind = _kind(expected.dtype)
    if kind in "fc":
        return _floats_apart(_parts(expected), _parts(actual), tolerance)
    if kind in "biu":
        high, low = np.maximum(expected, actual), np.minimum(expected, actual)
        # Exact, because modulo 2**64: no two integers are further apart.
        gaps = high.astype(np.uint64) - low.astype(np.uint64)
    else:
        pairs = zip(expected.tolist(), actual.tolist())
        gaps = np.array([any(_fact("", was, now, _Rule())) for was, now in pairs])
    return gaps, gaps > 0


def _floats_apart(expected: Array, actual: Array, tolerance: float) -> tuple[Array, Array]:
    equal = expected == actual
    with np.errstate(all="ignore"):
        gaps = np.abs(expected - actual)
    gaps[np.isnan(gaps)] = np.inf  # NaN against a number
    gaps[equal | (np.isnan(expected) & np.isnan(actual))] = 0  # also infinity twice
    wrong = gaps > tolerance
    if tolerance == 0:
        wrong |= equal & (np.signbit(expected) != np.signbit(actual))
    return gaps.max(axis=1), wrong.any(axis=1)


def _parts(array: Array) -> Array:
    """The real numbers it is made of, (values, 1) or (values, 2), in a float that holds each exactly."""
    wide = np.promote_types(array.dtype, np.complex128 if array.dtype.kind == "c" else np.float64)
    with np.errstate(all="ignore"):  # a signalling NaN
        values = array.astype(wide)
    return values.view(values.real.dtype).reshape(len(array), -1)


def _far(expected: Array, actual: Array, tolerance: float) -> str:
    """How far apart two values are, and how far they may be; nothing, where there is no distance."""
    kind, gap = _kind(expected.dtype), _apart(expected, actual, tolerance)[0][0]
    if kind in "iu":
        return f" (off by {gap}, allowed 0)"
    if kind not in "fc":
        return ""
    off = f"{gap:.1e}{_ulps(expected, actual, gap)}" if gap else "the sign of zero"
    return f" (off by {off}, allowed {np.format_float_scientific(float(tolerance), trim='-')})"


def _ulps(expected: Array, actual: Array, gap: float) -> str:
    """The gap in units of the last place, the finer one of the two; only if few."""
    if "float" not in expected.dtype.name:  # bfloat16 has units, its sibling int4 has none
        return ""
    try:
        with np.errstate(all="ignore"):
            ulps = gap / min(_parts(np.spacing(np.abs(each)))[0, 0] for each in (expected, actual))
    except TypeError:  # an old bfloat16 does not know its spacing
        return ""
    return f", {ulps:.0f} ULP{'s' if ulps > 1 else ''}" if ulps <= FEW_ULPS else ""


def _is_array(fact: Any) -> bool:
    return isinstance(fact, (np.ndarray, np.generic))


def _kind(dtype: np.dtype[Any]) -> str:
    """The kind of a dtype; numpy calls bfloat16 and its like void, here they are floats."""
    return "f" if dtype.kind == "V" and dtype.type is not np.void else dtype.kind


def _spelled(dtype: np.dtype[Any]) -> str:
    return {"U": "str", "S": "bytes"}.get(dtype.kind) or str(dtype if dtype.isnative else dtype.newbyteorder("="))


def _digits(*numbers: Any) -> list[str]:
    """Floats with as many digits as it takes to tell them apart."""
    plain = [complex(each) if isinstance(each, (complex, np.complexfloating)) else float(each) for each in numbers]
    texts = ([f"{each:.{digits}g}" for each in plain] for digits in (7, 9, 17))
    return next((each for each in texts if len(set(each)) > 1), [str(each) for each in numbers])


def _excerpts(*facts: Any) -> list[str]:
    """Facts as text; of a long one, the part where they part."""
    texts = [_text(each) for each in facts]
    shared = next((at for at, pair in enumerate(zip(*texts)) if len(set(pair)) > 1), min(map(len, texts)))
    start = max(0, shared - WIDTH // 2) if max(map(len, texts)) > WIDTH else 0
    return ["…" * (start > 0) + text[start : start + WIDTH] + "…" * (len(text) > start + WIDTH) for text in texts]


def _text(fact: Any) -> str:
    try:
        return repr(fact).replace("\n", " ")
    except ValueError:  # Python does not print integers of thousands of digits
        return f"a very large {type(fact).__name__}"
