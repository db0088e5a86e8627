from __future__ import annotations

import errno
import json
import os
from dataclasses import replace

import numpy as np
import pytest

from harness.case import HarnessError, InfrastructureError, Observation
from harness.observe import Inputs
from harness.record import About, new_record, open_record

ABOUT = About("recipe", "whole_h5", "model.h5", displaced=("pooler",), versions={"tensorflow": "2.21.0"})
INPUTS = Inputs((np.zeros((2, 3), "int32"), np.array([0, 1])), {"one": {"ids": np.ones((1, 3), "int32")}})
REFERENCE = Observation({"weights": {"b": np.ones(2, "float32"), "a": np.zeros(1)}}, {"config": "none"})


@pytest.fixture
def path(tmp_path):
    with new_record(tmp_path / "recipe" / "whole_h5", ABOUT, INPUTS, REFERENCE) as artifact:
        artifact.write_text("weights")
    return tmp_path / "recipe" / "whole_h5"


def test_a_record_holds_all_that_a_reload_needs(path):
    record = open_record(path)

    assert "weights" == record.artifact.read_text()
    assert {"recipe": "recipe", "format": "whole_h5", "displaced": ("pooler",)}.items() <= vars(record.about).items()
    assert ["b", "a"] == list(record.reference().facts["weights"])
    assert {"config": "none"} == record.reference().unobservable
    assert INPUTS.data[0].tolist() == record.inputs().data[0].tolist()
    assert INPUTS.probes["one"]["ids"].tolist() == record.inputs().probes["one"]["ids"].tolist()


def test_the_size_is_that_of_the_artifact(path):
    assert len("weights") == open_record(path).size


def test_a_failing_save_leaves_nothing_behind(tmp_path):
    with pytest.raises(ValueError, match="refused"), new_record(tmp_path / "record", ABOUT, INPUTS, REFERENCE):
        raise ValueError("refused")

    assert [] == list(tmp_path.iterdir())


def test_a_record_is_replaced_whole(path):
    with new_record(path, replace(ABOUT, recipe="again"), INPUTS, REFERENCE) as artifact:
        artifact.write_text("other")

    assert ("again", "other") == (open_record(path).about.recipe, open_record(path).artifact.read_text())


@pytest.mark.parametrize("name", ["artifact/model.h5", "reference.safetensors", "inputs.json"])
def test_an_altered_file_is_named(path, name):
    with (path / name).open("ab") as file:
        file.write(b" ")

    with pytest.raises(HarnessError, match=rf"the file {name} was altered after the record was written"):
        open_record(path)


def test_a_missing_file_is_named(path):
    (path / "artifact" / "model.h5").unlink()

    with pytest.raises(HarnessError, match=r"the file artifact/model\.h5 of this record is missing"):
        open_record(path)


def test_an_added_file_is_named(path):
    (path / "artifact" / "more").write_text("")

    with pytest.raises(HarnessError, match="the file artifact/more was added after the record was written"):
        open_record(path)


def test_what_is_no_record_is_refused(tmp_path):
    with pytest.raises(HarnessError, match=r"expected a record folder with a readable record\.json"):
        open_record(tmp_path)


def test_a_newer_layout_is_refused(path):
    about = json.loads((path / "record.json").read_text())
    (path / "record.json").write_text(json.dumps({**about, "layout": 99}))

    with pytest.raises(HarnessError, match="a record of layout 99; this harness reads up to 1: update the harness"):
        open_record(path)


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), id="from_the_system"),
        pytest.param(RuntimeError("Unable to write: No space left on device"), id="wrapped_by_a_library"),
    ],
)
def test_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path, error):
    with pytest.raises(InfrastructureError, match="the disk is full; free some space"):  # noqa: SIM117
        with new_record(tmp_path / "record", ABOUT, INPUTS, REFERENCE):
            raise error

    assert [] == list(tmp_path.iterdir())


def test_an_unwritable_folder_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(InfrastructureError, match="cannot be written"):  # noqa: SIM117
        with new_record(tmp_path / "file" / "record", ABOUT, INPUTS, REFERENCE):
            pass
