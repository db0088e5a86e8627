"""Compare two observations: the model that was saved, and the model that came back.

Every fact that changed is found and named in one phrase; `harness.verdicts.wording` lays the phrases out.

What equal means for arrays is in `harness.verdicts.arrays`. JSON has one number type: 1 is 1.0, and True is neither.
Variables are compared by position. That one has come back under another name is a difference of `names`.
"""

from __future__ import annotations

import math
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Iterator, Mapping, NamedTuple, Sequence

import numpy as np

from harness.nouns import ASPECTS, NAMES, TRAINABLE, WEIGHT, WEIGHTS, Aspect, HarnessError
from harness.observation import Observation
from harness.record.arrays_and_json import is_array
from harness.verdict import Difference, Unseen
from harness.verdicts.arrays import Array, Rank, excerpts, problems, unlike


class Change(NamedTuple):
    """One fact that changed, without its aspect."""

    rank: Rank
    name: str
    problem: str


#: No tolerance for any aspect.
EXACT: Mapping[str, float] = {}

#: An aspect that the table does not have: a subject's own probe.
_PLAIN = Aspect("")


class _Rule(NamedTuple):
    """What is no difference in an aspect.

    Attributes:
        gap: Between floats.
        aspect: What it says of itself.
        variables: Other names of variables.
        flags: Variable -> whether it was trainable, and whether it is now, where that is not the same.
    """

    gap: float
    aspect: Aspect
    variables: Mapping[str, str]
    flags: Mapping[str, tuple[bool, bool]] = MappingProxyType({})


def compare(
    expected: Observation, actual: Observation, tolerance: Mapping[str, float] = EXACT
) -> tuple[Difference, ...]:
    """Find every fact that changed, cause before effect.

    Compares the aspects that both sides could observe (see `unseen`). Arrays that came back under
    other names are reported as renamed, once, and then compared by position.

    Args:
        expected: The model before it was saved.
        actual: The model after it was reloaded.
        tolerance: aspect -> the largest gap between two floats that is not a difference (see `arrays.allowed`).

    Raises:
        HarnessError: A tolerance is negative, infinite or NaN.
    """
    for aspect, gap in tolerance.items():
        if not 0 <= gap < math.inf:
            raise HarnessError(f"Invalid tolerance: expected a finite number, at least 0. Received: {aspect}={gap!r}")
    hidden = unseen(expected, actual)
    differences: dict[str, list[Difference]] = {aspect: [] for aspect in aspects(expected, actual)}
    variables: dict[str, str] = {}
    for aspect in differences:
        if aspect not in hidden:
            rule = _Rule(tolerance.get(aspect, 0.0), ASPECTS.get(aspect, _PLAIN), variables)
            was, now = expected.facts.get(aspect, {}), actual.facts.get(aspect, {})
            renamed = _renamed(was, now, rule)
            if aspect == WEIGHTS:
                variables.update({_plain(after): _plain(before) for after, before in renamed.items()})
                rule = rule._replace(flags={} if TRAINABLE in hidden else _flags(expected, actual, renamed))
            known = {renamed.get(name, name): fact for name, fact in now.items()}
            changes = _changes(was, known, rule)
            differences[aspect] += [Difference(aspect, each.name, each.problem) for each in changes]
            if renamed and not rule.aspect.named_elsewhere:
                # A variable that comes back under another name has lost its name, and is still the same weight.
                about = NAMES if aspect == WEIGHTS else aspect
                differences[about].insert(0, _names_changed(about, was, renamed, changes))
    return tuple(each for found in differences.values() for each in found)


def unseen(expected: Observation, actual: Observation) -> dict[str, Unseen]:
    """Say which aspects cannot be compared, and why.

    An aspect that a record never looked at is one of them, and so is one without a single fact on either side:
    comparing nothing proves nothing. But that a model has no weights is what there is to say of them.
    """
    found = {}
    for aspect in aspects(expected, actual):
        if aspect in expected.hidden:
            found[aspect] = Unseen(expected.hidden[aspect].why, True, expected.hidden[aspect].raised)
        elif aspect not in expected.facts:
            found[aspect] = Unseen("nobody looked at it then")
        elif aspect in actual.hidden:
            found[aspect] = Unseen(actual.hidden[aspect].why, False, actual.hidden[aspect].raised)
        elif not expected.facts[aspect] and not actual.facts.get(aspect) and aspect != WEIGHTS:
            found[aspect] = Unseen("nothing was observed, before saving or after reload")
    return found


def aspects(*observations: Observation) -> list[str]:
    """All aspects, those that only these observations have last."""
    others = (aspect for each in observations for aspect in (*each.facts, *each.hidden))
    return list(dict.fromkeys((*ASPECTS, *others)))


def _changes(expected: Mapping[str, Any], actual: Mapping[str, Any], rule: _Rule) -> list[Change]:
    changes = list(_facts(expected, actual, rule))
    if rule.aspect.ordered:
        changes += _order(
            [name for name in expected if name in actual], [name for name in actual if name in expected], rule.flags
        )
    return sorted(changes, key=attrgetter("rank"))


def _names_changed(
    aspect: str, expected: Mapping[str, Any], renamed: Mapping[str, str], changes: Sequence[Change]
) -> Difference:
    broken = len({each.name for each in changes if each.name in renamed.values()})
    now, was = next(iter(renamed.items()))
    rest = f"by position, {broken} of them differ" if broken else "shapes, dtypes and values agree by position"
    count = f"{len(renamed)} of {len(expected)} names changed"
    return Difference(aspect, was, f"{count}, the first {was!r} is now {now!r}; {rest}")


def _renamed(expected: Mapping[str, Any], actual: Mapping[str, Any], rule: _Rule) -> dict[str, str]:
    """Pair the facts that came back under another name, by position: actual name -> expected name.

    Where every array agrees by position, the names are all that can have changed. Otherwise only arrays without a
    counterpart of their name are paired, or what is named elsewhere; and only if there are as many on both sides and
    most fit. Else some were lost and others appeared, and to call it a renaming would be wrong. What is named after a
    variable that has another name now goes by that first: slots need not come in one order.
    """
    if rule.aspect.ordered and list(expected) != list(actual) and _agree_by_position(expected, actual):
        return {now: was for now, was in zip(actual, expected) if now != was}

    def may_be_renamed(name: str, fact: Any) -> bool:
        return "/" in name if rule.aspect.named_elsewhere else is_array(fact)

    missing = [name for name, fact in expected.items() if name not in actual and may_be_renamed(name, fact)]
    appeared = [name for name, fact in actual.items() if name not in expected and may_be_renamed(name, fact)]
    followed = _named_after(appeared, missing, rule.variables) if rule.aspect.named_elsewhere else {}
    missing = [name for name in missing if name not in followed.values()]
    appeared = [name for name in appeared if name not in followed]
    pairs = dict(zip(appeared, missing))
    fitting = sum(_fit(was, expected[was], now, actual[now]) for now, was in pairs.items())
    return {**followed, **(pairs if len(missing) == len(appeared) and 2 * fitting > len(pairs) else {})}


def _named_after(appeared: Sequence[str], missing: Sequence[str], variables: Mapping[str, str]) -> dict[str, str]:
    """Actual name -> expected name, of what has the name of a renamed variable in its own: "VARIABLE/m:0"."""
    wanted = set(missing)
    found = {}
    for name in appeared:
        for now in sorted((each for each in variables if each in name), key=len, reverse=True):
            was = name.replace(now, variables[now], 1)
            if was in wanted:
                found[name] = was
                wanted.discard(was)
                break
    return found


def _plain(name: str) -> str:
    """A variable's name without what TensorFlow puts behind it: "dense/kernel:0" is "dense/kernel"."""
    return name.partition(":")[0]


def _agree_by_position(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> bool:
    pairs = zip(expected.values(), actual.values())
    return len(expected) == len(actual) and all(
        is_array(was) and is_array(now) and not any(problems(np.asarray(was), np.asarray(now), 0.0))
        for was, now in pairs
    )


def _fit(was: str, expected: Any, now: str, actual: Any) -> bool:
    """Whether two facts can be the same one: arrays of one shape, or plain facts of one kind."""
    if is_array(expected) and is_array(actual):
        return bool(expected.shape == actual.shape)
    return was.partition("/")[0] == now.partition("/")[0]


def _flags(expected: Observation, actual: Observation, renamed: Mapping[str, str]) -> dict[str, tuple[bool, bool]]:
    was = _flags_of_weights(expected)
    now = {renamed.get(name, name): flag for name, flag in _flags_of_weights(actual).items()}
    return {name: (flag, now[name]) for name, flag in was.items() if now.get(name, flag) != flag}


def _flags_of_weights(observation: Observation) -> dict[str, bool]:
    """Variable -> whether it is trainable; a record may say anything, and then says nothing of it."""
    facts = observation.facts.get(TRAINABLE, {})
    return {
        name[len(WEIGHT) :]: flag for name, flag in facts.items() if name.startswith(WEIGHT) and isinstance(flag, bool)
    }


def _order(expected: Sequence[str], actual: Sequence[str], flags: Mapping[str, tuple[bool, bool]]) -> Iterator[Change]:
    """That names have moved; not where Keras, which lists what is trainable first, has moved those with other flags.

    These are told as that. They go together: what has moved among them has moved by itself.
    """
    moved = [(name, instead) for name, instead in zip(expected, actual) if name != instead]
    if moved and any(
        [name for name in expected if flags.get(name) == each] != [name for name in actual if flags.get(name) == each]
        for each in (None, *flags.values())
    ):
        name, instead = moved[0]
        count = f"{len(moved)} of {len(expected)} names moved"
        yield Change(Rank.ORDER, name, f"comes after {instead!r}, but should come before it; {count}")


def _facts(expected: Mapping[str, Any], actual: Mapping[str, Any], rule: _Rule) -> Iterator[Change]:
    for name in dict.fromkeys((*expected, *actual)):
        if name not in actual:
            yield Change(Rank.NAME, name, "missing after reload")
        elif name not in expected:
            yield Change(Rank.NAME, name, "appeared after reload")
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
        yield Change(Rank.VALUE, name, f"{instead}, but should be {should}")


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
    if rule.aspect.settings and short.all() and np.isfinite(short).all():
        both = short
    return both[0, ...], both[1, ...]


def _array(name: str, expected: Array, actual: Array, rule: _Rule) -> Iterator[Change]:
    return (Change(rank, name, problem) for rank, problem in problems(expected, actual, rule.gap))
