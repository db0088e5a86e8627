"""Every kind of danger is found by content, harmless artifacts pass in silence, and nothing is loaded meanwhile."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict

import pytest
from hostile import CANARY, DENSE, HARMLESS, LAMBDA, SAMPLES, dot_keras, graph, model, record_of, savedmodel, written
from places import ROOT

from harness.entry.command_line import main
from harness.inspection import hdf5
from harness.inspection.apart import inspect_apart, read_apart
from harness.inspection.danger import KINDS
from harness.inspection.inspect import inspect
from harness.nouns import HarnessError


@pytest.fixture(autouse=True)
def no_canary(tmp_path, monkeypatch):
    monkeypatch.setenv(CANARY, str(tmp_path / "canary"))
    yield
    assert not (tmp_path / "canary").exists()


def without_h5py(name):
    return pytest.importorskip("h5py") if "h5" in name or "hdf5" in name else None


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_dangerous_is_named(tmp_path, name):
    without_h5py(name)
    _, kind, write = SAMPLES[name]
    found = inspect(written(tmp_path, write))

    assert {kind} == {each.kind for each in found.dangers}
    assert all(each.where.startswith("artifact") for each in found.dangers)


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_harmless_passes_in_silence(tmp_path, name):
    without_h5py(name)
    found = inspect(written(tmp_path, HARMLESS[name]))

    assert ((), ()) == (found.dangers, found.unread)
    assert found.containers


def test_every_kind_has_a_sample():
    assert set(KINDS) == {kind for _, kind, _ in SAMPLES.values()}


def test_the_page_has_every_kind():
    page = (ROOT / "docs" / "security.md").read_text()

    assert [] == [kind for kind, what in KINDS.items() if f"| {kind} | {what} |" not in page]


def test_the_path_inside_is_told(tmp_path):
    found = inspect(written(tmp_path, dot_keras(model(DENSE, model(LAMBDA)))))

    assert ["artifact:config.json.config.layers[1].config.layers[0]"] == [each.where for each in found.dangers]
    assert "a layer or function of class 'Lambda'; loading it runs Python code that the artifact brings" in str(
        found.dangers[0]
    )


def test_versions_are_told(tmp_path):
    assert {"keras": "3.15.1"} == inspect(written(tmp_path, dot_keras(model()))).containers[0].written_by


def test_of_a_record_the_artifact_is_inspected_and_what_is_beside_it(tmp_path):
    record = record_of(tmp_path / "record", "dot_keras", "model.keras", dot_keras(model(LAMBDA)))
    found = inspect(record)

    assert "record of hostile in dot_keras" == found.containers[0].kind
    assert ["lambda"] == [each.kind for each in found.dangers]


@pytest.mark.parametrize("data", [b"PK\x03\x04 and no more", b"\x89HDF\r\n\x1a\n", b"{", b"[" * 100_000])
def test_what_is_damaged_is_told(tmp_path, data):
    without_h5py("h5") if data[1:4] == b"HDF" else None
    path = tmp_path / "artifact"
    path.write_bytes(data)

    (said,) = inspect(path).unread
    assert said.startswith("artifact: is ")


@pytest.mark.parametrize("data", [b"", b"\xff", b"\x12\xff\xff\xff\xff\x0f", graph()[:-3]])
def test_a_damaged_graph_is_told(tmp_path, data):
    (said,) = inspect(written(tmp_path, savedmodel(data))).unread
    assert said.startswith("artifact/saved_model.pb: is no ")


def test_a_link_is_told_and_not_gone_after(tmp_path):
    """A FIFO at its end would be waited for."""
    h5py = pytest.importorskip("h5py")
    os.mkfifo(tmp_path / "pipe")
    with h5py.File(tmp_path / "artifact", "w") as file:
        file["model_weights"] = h5py.ExternalLink(str(tmp_path / "pipe"), "/")
    found = inspect_apart(tmp_path / "artifact", seconds=30)

    assert ["external"] == [each.kind for each in found.dangers]


def test_without_h5py_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "h5py", None)
    with open(os.devnull, "rb") as file:
        (said,) = hdf5.inspect_hdf5(file, "model.h5").unread

    assert "model.h5: is HDF5, and there is no h5py to look into it; pip install 'roundtrip-harness[inspect]'" == said


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [("lambda", [], 1), ("lambda", ["--allow", "lambda"], 0), ("lambda", ["--allow", "bomb,path"], 1)],
)
def test_the_exit_code_says_whether_it_is_dangerous(tmp_path, capsys, name, arguments, code):
    path = str(written(tmp_path, SAMPLES[name][2]))

    assert code == main(["inspect", path, *arguments])
    assert "lambda: artifact:config.json" in capsys.readouterr().out


def test_the_command_of_what_is_harmless_is_damaged_or_is_not_there(tmp_path, capsys):
    assert 0 == main(["inspect", str(written(tmp_path, HARMLESS["dense"]))])
    (tmp_path / "artifact").write_bytes(b"PK\x03\x04")
    assert 2 == main(["inspect", str(tmp_path / "artifact")])
    assert "not read: artifact: is a damaged zip archive" in capsys.readouterr().out
    (tmp_path / "artifact").write_bytes(b"nothing")
    assert 2 == main(["inspect", str(tmp_path / "artifact")])
    assert "nothing that a loader of models reads" in capsys.readouterr().out
    assert 2 == main(["inspect", str(tmp_path / "none")])
    assert "expected a record or an artifact; there is none" in capsys.readouterr().err
    assert 2 == main(["inspect", str(tmp_path / "none"), "--allow", "all"])
    assert "there is no kind of danger 'all'; expected one of lambda, code, " in capsys.readouterr().err


def test_all_that_was_found_is_json(tmp_path, capsys):
    path = written(tmp_path, SAMPLES["lambda"][2])

    assert 1 == main(["inspect", str(path), "--json"])
    assert json.loads(json.dumps(asdict(inspect(path)))) == json.loads(capsys.readouterr().out)


def test_apart_it_finds_the_same(tmp_path):
    path = written(tmp_path, SAMPLES["lambda"][2])

    assert inspect(path) == inspect_apart(path)


def test_apart_a_process_that_ends_or_hangs_is_one_sentence(tmp_path, monkeypatch):
    path = written(tmp_path, HARMLESS["dense"])
    with pytest.raises(HarnessError, match=r"looking into it took more than 0\.01 s"):
        inspect_apart(path, seconds=0.01)
    monkeypatch.setattr("harness.inspection.apart.sys.executable", "/bin/false")
    with pytest.raises(HarnessError, match="looking into it ended with 1: no word"):
        inspect_apart(path)


def test_a_record_is_read_apart_and_what_is_wrong_with_it_is_told_as_ever(tmp_path):
    record = record_of(tmp_path / "record", "dot_keras", "model", HARMLESS["dense"])
    read_apart(record)
    (record / "more").write_text("")

    with pytest.raises(HarnessError, match="record: the file more was added after the record was written"):
        read_apart(record)


def test_a_file_that_takes_for_ever_to_read_is_one_sentence(tmp_path):
    record = record_of(tmp_path / "record", "dot_keras", "model", HARMLESS["dense"])
    with (record / "artifact" / "model").open("r+b") as file:
        file.truncate(1 << 40)

    with pytest.raises(HarnessError, match="record: reading it took more than 3 s"):
        read_apart(record, seconds=3)
