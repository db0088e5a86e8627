"""Compare two arrays: what differs, how much, and where, in one phrase each.

Equal are arrays of the same shape, dtype and values: no value is dropped, 0.0 is not -0.0, and NaN
equals NaN in the same place, whatever its payload. Byte order and the width of a string array
(`<U5`) are how numpy stores values, not facts.
"""

from __future__ import annotations

import enum
from typing import Any, Iterator, Tuple

import numpy as np

Array = np.ndarray


class Rank(enum.IntEnum):
    """Cause before effect: values cannot agree where shapes do not, nor shapes where names do not."""

    NAME, ORDER, SHAPE, DTYPE, VALUE = range(5)


Problem = Tuple[Rank, str]

FEW_ULPS = 16  # up to here a gap is also told in units in the last place: it smells of rounding
CHUNK = 1 << 20  # values looked at in one go: the embedding of a full-size XLM-R has 192 million
WIDTH = 80  # a longer text is cut in a message, never in a comparison


def problems(expected: Array, actual: Array, tolerance: float) -> Iterator[Problem]:
    """Find what differs between two arrays, cause before effect.

    Args:
        expected: Any shape, any dtype; bfloat16 and text included.
        actual: The same.
        tolerance: The largest gap between two floats that is not a difference (see `allowed`).
    """
    if expected.shape != actual.shape:
        yield Rank.SHAPE, f"shape is {actual.shape}, but should be {expected.shape}"
    if _spelled(expected.dtype) != _spelled(actual.dtype):
        yield Rank.DTYPE, f"dtype is {_spelled(actual.dtype)}, but should be {_spelled(expected.dtype)}"
    # Floats of two precisions can be laid side by side; a float and an integer cannot.
    if expected.shape == actual.shape and _kind(expected.dtype) == _kind(actual.dtype):
        problem = _values(expected, actual, tolerance)
        if problem:
            yield Rank.VALUE, problem


def _values(expected: Array, actual: Array, tolerance: float) -> str:
    flat, other = expected.reshape(-1), actual.reshape(-1)
    differing, place = _differing(flat, other, tolerance)
    if not differing:
        return ""
    was, now = flat[place : place + 1], other[place : place + 1]
    far = _far(was, now, tolerance)
    texts = _digits if _kind(was.dtype) in "fc" else excerpts
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
        gaps = np.array([unlike(was, now) for was, now in pairs])
    return gaps, gaps > 0


def _floats_apart(expected: Array, actual: Array, tolerance: float) -> tuple[Array, Array]:
    equal = expected == actual
    with np.errstate(all="ignore"):
        gaps = np.abs(expected - actual)
    gaps[np.isnan(gaps)] = np.inf  # NaN against a number
    gaps[equal | (np.isnan(expected) & np.isnan(actual))] = 0  # also infinity twice
    wrong = gaps > allowed(expected, actual, tolerance)
    if tolerance == 0:
        wrong |= equal & (np.signbit(expected) != np.signbit(actual))
    return gaps.max(axis=1), wrong.any(axis=1)


def allowed(expected: Array, actual: Array, tolerance: float) -> Array:
    """How far apart two floats may be: the tolerance between numbers up to 1, of larger ones as large a part.

    What is computed in another order is rounded otherwise, and the more of it the larger it is.
    """
    sizes = np.minimum(np.abs(expected), np.abs(actual))
    return tolerance * np.where(np.isfinite(sizes), np.maximum(sizes, 1), 1)


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
    most = float(allowed(_parts(expected), _parts(actual), tolerance).max())
    return f" (off by {off}, allowed {np.format_float_scientific(most, precision=1, trim='-')})"


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


def unlike(expected: Any, actual: Any) -> bool:
    """Whether two plain values differ. For Python True is 1, and NaN is not NaN."""
    if isinstance(expected, bool) != isinstance(actual, bool):
        return True
    return bool(expected != actual) and not (expected != expected and actual != actual)


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


def excerpts(*facts: Any) -> list[str]:
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
