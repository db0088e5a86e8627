"""Compare two observations: the model that was saved, and the model that came back.

Every fact that changed is found and named in one phrase; `harness.verdicts.wording` lays the phrases out.

What equal means for arrays is in `harness.verdicts.arrays`. JSON has one number type: 1 is 1.0, and True is neither.
"""

from __future__ import annotations

import math
from operator import itemgetter
from typing import Any, Iterator, Mapping, NamedTuple, Sequence, Tuple

import numpy as np

from harness.nouns import (
    ASPECTS,
    COMPILE,
    CONFIG,
    OPTIMIZER,
    PRECISION,
    RESUME,
    TRAINABLE,
    WEIGHTS,
    Difference,
    HarnessError,
    Observation,
)
from harness.record.arrays_and_json import is_array
from harness.verdicts.arrays import VALUE, Array, excerpts, problems, unlike

Change = Tuple[int, str, str]  # rank, name, problem

# Ranks: cause before effect. Shapes, dtypes and values cannot agree where the names do not.
NAMES, ORDER = range(2)

# No tolerance for any aspect.
EXACT: Mapping[str, float] = {}

# Aspects where the order of the names is a fact: `get_weights` and `set_weights` go by it.
ORDERED = frozenset({WEIGHTS})

# Aspects whose JSON floats are settings. Keras keeps some in float32 variables: 1e-5 comes back
# as 9.999999747378752e-06, and is the same setting.
SETTINGS = frozenset({CONFIG, COMPILE, OPTIMIZER})

# Aspects with facts "kind/NAME", where the name is a weight's or a layer's. That it is another now is
# told once, of the weights and of the names, and not again here.
NAMED_ELSEWHERE = frozenset({OPTIMIZER, PRECISION, RESUME, TRAINABLE})


class _Rule(NamedTuple):
    """What one aspect tolerates: a gap between floats, JSON floats rounded to float32, another order, other names."""

    gap: float = 0.0
    rounding: bool = False
    reordering: bool = True
    renaming: bool = False


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
            rule = _Rule(
                tolerance.get(aspect, 0.0),
                rounding=aspect in SETTINGS,
                reordering=aspect not in ORDERED,
                renaming=aspect in NAMED_ELSEWHERE,
            )
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
    renamed = _renamed(expected, actual, rule)
    known = {renamed.get(name, name): fact for name, fact in actual.items()}
    changes = list(_facts(expected, known, rule))
    if renamed and not rule.renaming:
        broken = len({name for _, name, _ in changes if name in renamed.values()})
        now, was = next(iter(renamed.items()))
        rest = f"by position, {broken} of them differ" if broken else "shapes, dtypes and values agree by position"
        count = f"{len(renamed)} of {len(expected)} names changed"
        changes.append((NAMES, was, f"{count}, the first {was!r} is now {now!r}; {rest}"))
    if not rule.reordering:
        changes += _order([name for name in expected if name in known], [name for name in known if name in expected])
    return sorted(changes, key=itemgetter(0))


def _renamed(expected: Mapping[str, Any], actual: Mapping[str, Any], rule: _Rule) -> dict[str, str]:
    """Pair the facts whose names do not match, by position: actual name -> expected name.

    Only arrays, or what is named elsewhere; only if there are as many on both sides and most fit. Otherwise
    some were lost and others appeared, and to call it a renaming would be wrong.
    """

    def may_be_renamed(name: str, fact: Any) -> bool:
        return "/" in name if rule.renaming else is_array(fact)

    missing = [name for name, fact in expected.items() if name not in actual and may_be_renamed(name, fact)]
    appeared = [name for name, fact in actual.items() if name not in expected and may_be_renamed(name, fact)]
    pairs = dict(zip(appeared, missing))
    fitting = sum(_fit(was, expected[was], now, actual[now]) for now, was in pairs.items())
    return pairs if len(missing) == len(appeared) and 2 * fitting > len(pairs) else {}


def _fit(was: str, expected: Any, now: str, actual: Any) -> bool:
    """Whether two facts can be the same one: arrays of one shape, or plain facts of one kind."""
    if is_array(expected) and is_array(actual):
        return bool(expected.shape == actual.shape)
    return was.partition("/")[0] == now.partition("/")[0]


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
    if is_array(expected) and is_array(actual):
        yield from _array(name, np.asarray(expected), np.asarray(actual), rule)
    elif isinstance(expected, float) and isinstance(actual, float):
        yield from _array(name, *_as_arrays(expected, actual, rule), rule)
    elif isinstance(expected, dict) and isinstance(actual, dict):
        yield from _facts(_inside(name, expected), _inside(name, actual), rule)
    elif isinstance(expected, (list, tuple)) and isinstance(actual, (list, tuple)):
        yield from _facts(_inside(name, dict(enumerate(expected))), _inside(name, dict(enumerate(actual))), rule)
    elif is_array(expected) or is_array(actual) or unlike(expected, actual):
        should, instead = excerpts(expected, actual)
        yield VALUE, name, f"{instead}, but should be {should}"


def _inside(path: str, facts: Mapping[Any, Any]) -> dict[str, Any]:
    """The facts of a JSON object or list by their full path: `layers[2].config['a b']`."""
    plain = {key for key in facts if isinstance(key, str) and key.isidentifier()}
    return {f"{path}.{key}" if key in plain else f"{path}[{key!r}]": fact for key, fact in facts.items()}


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
    return ((rank, name, problem) for rank, problem in problems(expected, actual, rule.gap))
