"""Across environments, with small models; the environments are the one that runs the tests, by several names."""

from __future__ import annotations

from dataclasses import replace

import pytest
from places import TOYS

from harness.driver.settings import Settings
from harness.environment import Environment
from harness.environments.cross import Crossing, loads_uncompiled
from harness.environments.table import Row
from harness.nouns import CODE, REBUILD, SERVING, Case, InfrastructureError, Recipe
from harness.verdict import Unseen

HERE = Environment()
RECIPE = Recipe("toy", str(TOYS / "toy.py"))
CASES = [Case(RECIPE, "whole_h5", CODE), Case(RECIPE, "weights_h5", REBUILD)]

needs_tensorflow = pytest.mark.skipif("tensorflow" not in HERE.versions, reason="TensorFlow is not installed")


def row(name):
    return Row(name, "3.11", "2", ("tensorflow==2.21.0",), "keras", "each", "versions", "")


@needs_tensorflow
def test_every_record_is_loaded_by_every_environment_and_a_broken_one_costs_only_itself(tmp_path):
    def environment_of(wanted):
        if wanted.name == "gone":
            raise InfrastructureError("gone needs Python 3.5, which is not on this machine")
        if wanted.name == "broken":
            return replace(HERE, python="/no/such/python", library="keras")
        return replace(HERE, library="keras")

    said = []
    # As where no --records are asked for: the folder outlives the processes that have saved.
    settings = Settings(tmp_path / "logs", tmp_path / "records", orphans=(tmp_path / "records",))
    crossing = Crossing(CASES, settings, environment_of, said.append)
    crossed = crossing.run([row("one"), row("gone")], [row("one"), row("two"), row("broken")])

    assert {"gone", "broken"} == set(crossed.broken)
    assert "gone: left out: gone needs Python 3.5, which is not on this machine" in said
    seen = {(each.producer, each.consumer, each.verdict.case.format, each.compiled): each for each in crossed.loads}
    assert {("one", "one", "whole_h5", True), ("one", "two", "whole_h5", False)} < set(seen)
    assert 6 == len(seen), "weights are not compiled"
    assert [] == [each for each in crossed.loads if each.verdict.stage or each.verdict.broken]
    optimizer = seen["one", "two", "whole_h5", False].verdict.findings["optimizer"]
    assert Unseen("the model is not compiled", before=False) == optimizer


def test_without_any_environment_there_is_nothing_to_do(tmp_path):
    def environment_of(wanted):
        raise InfrastructureError("no disk")

    with pytest.raises(InfrastructureError, match="no environment can be used: no disk"):
        Crossing(CASES, Settings(tmp_path, tmp_path), environment_of, lambda line: None).run([row("a")], [row("b")])


def test_compile_false_is_tried_where_load_model_loads():
    tried = [(format, loader) for format in ("whole_h5", "weights_h5", "export") for loader in (CODE, REBUILD, SERVING)]

    assert [("whole_h5", CODE)] == [each for each in tried if loads_uncompiled(Case(RECIPE, *each))]
