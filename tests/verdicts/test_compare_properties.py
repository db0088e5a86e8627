"""Whatever a model shows, a copy is equal, one change is found and named, and nothing raises."""

from __future__ import annotations

import copy

import numpy as np
from comparing import INF, NAN, differences, problems
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps

from harness.nouns import ASPECTS, WEIGHTS
from harness.observation import Observation
from harness.verdicts.compare import EXACT, compare

CHEAP = settings(derandomize=True, max_examples=100, deadline=None, database=None)

ELEMENTS = st.one_of(
    nps.boolean_dtypes(),
    nps.integer_dtypes(endianness="?"),
    nps.unsigned_integer_dtypes(endianness="?"),
    nps.floating_dtypes(endianness="?", sizes=(16, 32, 64)),
    nps.complex_number_dtypes(endianness="?", sizes=(64, 128)),
    nps.unicode_string_dtypes(max_len=3),
    nps.byte_string_dtypes(max_len=3),
)
SHAPES = nps.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)
NUMPY_ARRAYS = st.tuples(ELEMENTS, SHAPES).flatmap(lambda drawn: nps.arrays(*drawn))


@st.composite
def arrays(draw):
    """Also what numpy itself has no strategy for: bfloat16, and strings as objects."""
    array = draw(NUMPY_ARRAYS)
    if array.dtype.kind == "S" and draw(st.booleans()):
        return array.astype(object)
    try:
        from ml_dtypes import bfloat16
    except ImportError:
        return array
    with np.errstate(all="ignore"):
        return array.astype(bfloat16) if array.dtype == "float32" and draw(st.booleans()) else array


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5))
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
FACTS = st.dictionaries(st.text(max_size=4), arrays() | JSON, max_size=3)
OBSERVATIONS = st.dictionaries(st.sampled_from(list(ASPECTS)), FACTS, max_size=3).map(Observation)


@CHEAP
@given(OBSERVATIONS)
@example(Observation({"weights": {}, "trainable": {"weight/head": np.array([], bool)}}))  # a record may say anything
def test_a_copy_is_equal(observation):
    assert () == compare(observation, copy.deepcopy(observation))


@CHEAP
@given(OBSERVATIONS, OBSERVATIONS, st.sampled_from([EXACT, dict.fromkeys(ASPECTS, 0.5)]))
def test_it_never_raises_and_both_sides_agree_that_there_is_a_difference(one, other, tolerance):
    # What one of them never looked at is no difference from its side: an old record.
    both = set(one.facts) & set(other.facts)
    one, other = one.only(both), other.only(both)
    forth, back = compare(one, other, tolerance), compare(other, one, tolerance)

    assert bool(forth) == bool(back)
    assert not any("\n" in str(each) for each in forth)


@CHEAP
@given(
    st.sampled_from(list(ASPECTS)),
    st.lists(st.sampled_from([0, 1, 0.0, -0.0, NAN, True, None, "", [], {}]), max_size=2),
)
def test_both_sides_agree_about_values_that_are_nearly_equal(aspect, pair):
    one, other = (pair * 2)[:2] or (0, 0)

    assert bool(problems(one, other, aspect=aspect)) == bool(problems(other, one, aspect=aspect))
    assert bool(problems([one], [other], aspect=aspect)) == bool(problems([other], [one], aspect=aspect))


@CHEAP
@given(st.data(), arrays(), st.text(max_size=4), st.sampled_from(list(ASPECTS)))
def test_one_changed_value_is_found_and_named(data, expected, name, aspect):
    assume(expected.size)
    index = tuple(data.draw(st.integers(0, side - 1)) for side in expected.shape)
    actual = expected.copy()
    actual[index] = _another(data, expected[index], expected.dtype)

    [(found, problem)] = differences({name: expected, "other": 1}, {name: actual, "other": 1}, aspect=aspect)

    assert name == found
    if index:
        assert problem.startswith(f"1 of {expected.size} values differ; the ")
        assert f" at {list(index)}, but should be " in problem


@CHEAP
@given(
    st.dictionaries(st.text(max_size=4), arrays(), min_size=1, max_size=5), st.data(), st.sampled_from(list(ASPECTS))
)
def test_every_planted_difference_is_named_and_nothing_else(facts, data, aspect):
    planted = data.draw(st.sets(st.sampled_from([name for name, fact in facts.items() if fact.size] or [""])))
    assume("" not in planted or facts.get("", np.empty(0)).size)
    actual = dict(facts)
    for name in planted:
        actual[name] = facts[name].copy()
        index = tuple(data.draw(st.integers(0, side - 1)) for side in facts[name].shape)
        actual[name][index] = _another(data, facts[name][index], facts[name].dtype)

    assert planted == {name for name, _ in differences(facts, actual, aspect=aspect)}
    assert planted == {name for name, _ in differences(actual, facts, aspect=aspect)}


def _another(data, value, dtype):
    if dtype.kind == "O":
        return value + b"!"
    values = st.sampled_from([0.0, -0.0, 1.0, INF, NAN]) if dtype.kind == "V" else nps.from_dtype(dtype)
    return data.draw(values.filter(lambda each: not _same(np.array(each, dtype), np.array(value, dtype))))


def _same(one, other):
    return one.tobytes() == other.tobytes() or bool(one != one and other != other)


@CHEAP
@given(st.data(), JSON, st.lists(st.integers(0, 2) | st.text(max_size=3), max_size=4))
def test_one_changed_json_value_is_found_at_its_path(data, sibling, keys):
    was, now = data.draw(st.tuples(SCALARS, SCALARS).filter(lambda pair: str(pair[0]) != str(pair[1])))
    assume(not (isinstance(was, (int, float)) and was == now and isinstance(was, bool) == isinstance(now, bool)))
    path = "root"
    for key in keys:
        path += f".{key}" if isinstance(key, str) and key.isidentifier() else f"[{key!r}]"
    for key in reversed(keys):
        was, now = (_wrapped(key, each, sibling) for each in (was, now))

    assert [path] == [name for name, _ in differences({"root": was}, {"root": now})]


def _wrapped(key, value, sibling):
    return [*[sibling] * key, value, sibling] if isinstance(key, int) else {"a sibling": sibling, key: value}


@CHEAP
@given(
    st.dictionaries(st.text(max_size=4), arrays() | JSON, min_size=1, max_size=4),
    st.data(),
    st.sampled_from(list(ASPECTS)),
)
def test_one_lost_fact_is_found_and_named(facts, data, aspect):
    lost = data.draw(st.sampled_from(sorted(facts)))
    rest = {name: fact for name, fact in facts.items() if name != lost}

    assert [(lost, "missing after reload")] == differences(facts, rest, aspect=aspect)
    assert [(lost, "appeared after reload")] == differences(rest, facts, aspect=aspect)


@CHEAP
@given(st.dictionaries(st.text(max_size=4), arrays(), min_size=1, max_size=4))
def test_renaming_everything_is_one_difference(facts):
    renamed = {f"elsewhere/{name}": fact for name, fact in facts.items()}
    assume(not set(renamed) & set(facts))
    [(name, problem)] = differences(facts, renamed, aspect=WEIGHTS)

    assert next(iter(facts)) == name
    assert problem.startswith(f"{len(facts)} of {len(facts)} names changed, the first {name!r} is now ")
    assert problem.endswith("; shapes, dtypes and values agree by position")


@CHEAP
@given(arrays(), st.data())
def test_a_changed_shape_or_dtype_is_found(expected, data):
    assert ["shape"] == [each.split()[0] for each in problems(expected, expected[np.newaxis])]

    if expected.dtype.kind in "biuf" and expected.dtype.itemsize < 8:
        assert "dtype" == problems(expected, expected.astype("complex128"))[0].split()[0]


@CHEAP
@given(nps.arrays("float64", SHAPES, elements=st.floats(-1e6, 1e6)), st.floats(1e-6, 1e6))
def test_a_gap_is_found_just_beyond_the_tolerance_and_not_within(expected, gap):
    assume(expected.size)
    actual = expected + gap
    sizes = np.maximum(np.minimum(np.abs(expected), np.abs(actual)), 1)
    worst = float((np.abs(expected - actual) / sizes).max())

    assert [] == problems(expected, actual, tolerance=worst * (1 + 1e-9))
    assert 1 == len(problems(expected, actual, tolerance=worst * (1 - 1e-9)))
