from __future__ import annotations

import errno
import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from harness.nouns import HarnessError, InfrastructureError, Recipe
from harness.observation import Hidden, Observation
from harness.record.about import LAYOUT, OLDEST, About
from harness.record.batches import Inputs
from harness.record.record import Draft, Reference, open_record, read_record

RECIPE = Recipe("recipe", "subject:of", {"size": 1})
ABOUT = About(RECIPE, "whole_h5", "model.h5", hash_seed="7", versions={"tensorflow": "2.21.0"})
INPUTS = Inputs((np.zeros((2, 3), "int32"), np.array([0, 1])), {"one": {"ids": np.ones((1, 3), "int32")}}, ("a text",))
REFERENCE = Observation({"weights": {"b": np.ones(2, "float32"), "a": np.zeros(1)}}, {"config": Hidden("none")})


class Tokenizer:
    def save_pretrained(self, folder):
        Path(folder).mkdir()
        Path(folder, "vocabulary").write_text("words")


def recorded(path, text, about=ABOUT):
    draft = Draft(path, about)
    draft.write(lambda artifact: artifact.write_text(text), Tokenizer().save_pretrained)
    return finished(draft)


def finished(*drafts, inputs=INPUTS):
    with Reference.written(drafts[0].path.parent, inputs, REFERENCE) as reference:
        paths = [draft.finish(reference) for draft in drafts]
    return paths[0]


def refuse(artifact):
    raise ValueError("refused")


@pytest.fixture
def path(tmp_path):
    return recorded(tmp_path / "recipe" / "whole_h5", "weights")


def test_a_record_holds_all_that_a_reload_needs(path):
    record = open_record(path)

    assert "weights" == record.artifact.read_text()
    assert (RECIPE, "whole_h5", "7") == (record.about.recipe, record.about.format, record.about.hash_seed)
    assert ["b", "a"] == list(record.reference().facts["weights"])
    assert {"config": Hidden("none")} == record.reference().hidden
    assert "words" == (record.tokenizer / "vocabulary").read_text()
    assert ("a text",) == record.inputs().texts
    assert INPUTS.data[0].tolist() == record.inputs().data[0].tolist()
    assert INPUTS.probes["one"]["ids"].tolist() == record.inputs().probes["one"]["ids"].tolist()


def test_text_comes_back_as_objects_which_every_keras_takes(tmp_path):
    draft = Draft(tmp_path / "recipe" / "whole_h5", ABOUT)
    draft.write(lambda artifact: artifact.write_text("weights"))
    texts = {"text": np.array(["good", "cold"], dtype=object)}
    record = open_record(finished(draft, inputs=Inputs((texts, np.zeros(2)), {"one": np.array(["new"])})))

    (x, y), probes = record.inputs().data, record.inputs().probes
    assert (object, ["good", "cold"]) == (x["text"].dtype, x["text"].tolist())
    assert (object, ["new"]) == (probes["one"].dtype, probes["one"].tolist())
    assert np.float64 == y.dtype


def test_the_size_is_that_of_the_artifact(path):
    assert len("weights") == open_record(path).size


def test_a_failing_save_leaves_nothing_behind(tmp_path):
    with pytest.raises(ValueError, match="refused"):
        Draft(tmp_path / "record", ABOUT).write(refuse)

    assert [] == list(tmp_path.iterdir())


def test_a_draft_that_is_given_up_leaves_nothing_behind_and_a_finished_one_stays(tmp_path):
    Draft(tmp_path / "record", ABOUT).discard()
    assert [] == list(tmp_path.iterdir())

    draft = Draft(tmp_path / "record", ABOUT)
    finished(draft)
    draft.discard()
    assert [tmp_path / "record"] == list(tmp_path.iterdir())


def test_a_record_is_replaced_whole(path):
    recorded(path, "other", replace(ABOUT, recipe=Recipe("again", "")))

    assert ("again", "other") == (open_record(path).about.recipe.id, open_record(path).artifact.read_text())


@pytest.mark.parametrize("name", ["artifact/model.h5", "reference.safetensors", "inputs.json", "tokenizer/vocabulary"])
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


def test_what_the_records_of_one_training_are_judged_by_is_written_once(tmp_path):
    drafts = [Draft(tmp_path / "recipe" / name, replace(ABOUT, format=name)) for name in ("one", "other")]
    for draft in drafts:
        draft.write(lambda artifact: artifact.write_text("model"))
    finished(*drafts)
    one, other = (tmp_path / "recipe" / name / "reference.safetensors" for name in ("one", "other"))

    assert one.samefile(other)
    assert ["one", "other"] == sorted(each.name for each in (tmp_path / "recipe").iterdir())
    assert (
        REFERENCE.facts["weights"]["b"].tolist() == open_record(other.parent).reference().facts["weights"]["b"].tolist()
    )


def test_a_file_system_without_links_gets_copies(tmp_path, monkeypatch):
    def refuse(*paths):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr("os.link", refuse)

    assert "weights" == open_record(recorded(tmp_path / "record", "weights")).artifact.read_text()


def test_an_artifact_lies_in_another_folder_when_it_is_loaded_with_what_was_written_beside_it(tmp_path):
    def save(artifact):
        artifact.write_text("weights")
        artifact.with_name("beside").write_text("words")

    draft = Draft(tmp_path / "recipe" / "whole_h5", ABOUT)
    draft.write(save)
    record = open_record(finished(draft))
    (tmp_path / "loads").mkdir()
    with record.moved(tmp_path / "loads") as artifact:
        assert ("model.h5", "weights") == (artifact.name, artifact.read_text())
        assert "words" == artifact.with_name("beside").read_text()
        assert record.path not in artifact.parents

    assert [] == os.listdir(tmp_path / "loads")
    assert "weights" == record.artifact.read_text()


def test_a_record_of_layout_3_is_read(path):
    """As the weights that had been displaced stood in it."""
    about = json.loads((path / "record.json").read_text())
    del about["hash_seed"]
    (path / "record.json").write_text(json.dumps({**about, "layout": 3, "displaced": ["pooler"]}))

    assert "" == read_record(path).about.hash_seed


def test_a_record_of_layout_2_is_read(path):
    """As the gold archives have it: the recipe in three fields, and what raised told by its first word."""
    about = json.loads((path / "record.json").read_text())
    old = {**about, "layout": 2, "recipe": "recipe", "subject": "subject:of", "arguments": {"size": 1}}
    (path / "record.json").write_text(json.dumps(old))
    observed = json.loads((path / "reference.json").read_text())
    unobservable = {"config": "none", "weights": "raised TypeError: no"}
    (path / "reference.json").write_text(json.dumps({"facts": observed["facts"], "unobservable": unobservable}))
    record = read_record(path)

    assert RECIPE == record.about.recipe
    assert {"config": Hidden("none"), "weights": Hidden("TypeError: no", raised=True)} == record.reference().hidden
    assert () == record.reference().said


def test_what_is_no_record_is_refused(tmp_path):
    with pytest.raises(HarnessError, match=r"expected a record folder with a readable record\.json"):
        open_record(tmp_path)


@pytest.mark.parametrize(("layout", "do"), [(99, "update the harness"), (1, "train and save again")])
def test_another_layout_is_refused(path, layout, do):
    about = json.loads((path / "record.json").read_text())
    (path / "record.json").write_text(json.dumps({**about, "layout": layout}))

    with pytest.raises(
        HarnessError, match=f"a record of layout {layout}; this harness reads {OLDEST} to {LAYOUT}: {do}"
    ):
        open_record(path)


def rewritten(path, change):
    """The record's record.json after a change of it as JSON, with the digest that goes with it."""
    about = json.loads((path / "record.json").read_text())
    changed = change(about)
    said = json.dumps(about if changed is None else changed).encode()
    (path / "record.json").write_bytes(said)
    (path / "record.json.sha256").write_text(f"{hashlib.sha256(said).hexdigest()}  record.json\n")


MALFORMED = {
    "no_object": (lambda about: [], "expected an object. Received: list"),
    "layout": (lambda about: about.update(layout="5"), "layout: expected a whole number. Received: '5'"),
    "missing": (lambda about: {"layout": LAYOUT}, "the field recipe is missing"),
    "unknown": (lambda about: about.update(more=1), "there is no field more"),
    "recipe": (lambda about: about.update(recipe="recipe"), "recipe: expected an object. Received: 'recipe'"),
    "arguments": (lambda about: about["recipe"].update(arguments=[]), r"recipe\.arguments: expected an object"),
    "no_needs": (lambda about: about["recipe"].update(needs="x"), r"recipe\.needs: expected a list. Received: 'x'"),
    "needs": (lambda about: about["recipe"].update(needs=["=="]), r"recipe\.needs\[0\]: expected a PEP 508"),
    "name": (lambda about: about["recipe"].update(id="../../up"), r"recipe\.id: expected a name, without a slash"),
    "format": (lambda about: about.update(format="a/b"), "format: expected a name, without a slash"),
    "clues": (lambda about: about.update(clues=[{"cause": "x"}]), r"the field clues\[0\]\.where is missing"),
    "versions": (lambda about: about["versions"].update(numpy=2), r"versions\.numpy: expected text. Received: 2"),
    "absolute": (lambda about: about.update(artifact="/etc/passwd"), "artifact: expected a path within the record"),
    "above": (lambda about: about.update(artifact="../../x.h5"), "artifact: expected a path within the record"),
    "nothing": (lambda about: about.update(artifact=""), "artifact: expected a path within the record"),
    "digest": (lambda about: about["files"].update(x=["00"]), r"files\.x: expected a list of 2"),
    "size": (lambda about: about["files"].update(x=["00", True]), r"files\.x\[1\]: expected a whole number"),
    "elsewhere": (lambda about: about["files"].update({"../x": ["00", 1]}), r"files\.\.\./x: expected a path within"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_field_is_named(path, name):
    change, said = MALFORMED[name]
    rewritten(path, change)

    with pytest.raises(HarnessError, match=rf"record\.json is damaged: {said}"):
        open_record(path)


@pytest.mark.parametrize("text", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'"' * 3])
def test_what_is_no_json_is_told(path, text):
    (path / "record.json").write_bytes(text)

    with pytest.raises(HarnessError, match=r"record\.json is damaged: expected JSON"):
        open_record(path)


def test_a_record_that_was_written_again_with_its_digest_is_read(path):
    """The control of the tests above."""
    rewritten(path, lambda about: about.update(processor="another"))

    assert "another" == open_record(path).about.processor


def test_a_change_of_what_a_record_says_of_itself_is_noticed(path):
    text = (path / "record.json").read_text()
    (path / "record.json").write_text(text.replace("2.21.0", "2.20.0"))

    with pytest.raises(HarnessError, match=r"record\.json was altered after the record was written"):
        read_record(path)


def test_a_digest_that_is_missing_or_does_not_belong_to_the_layout_is_named(path):
    digest = (path / "record.json.sha256").read_bytes()
    (path / "record.json.sha256").unlink()
    with pytest.raises(HarnessError, match=r"the file record\.json\.sha256 of this record is missing"):
        open_record(path)

    about = json.loads((path / "record.json").read_text())
    (path / "record.json").write_text(json.dumps({**about, "layout": 4}))
    assert 4 == open_record(path).about.layout
    (path / "record.json.sha256").write_bytes(digest)
    with pytest.raises(HarnessError, match=r"the file record\.json\.sha256 was added"):
        open_record(path)


@pytest.mark.parametrize("name", ["record.json", "record.json.sha256", "artifact/model.h5", "reference.json"])
@pytest.mark.parametrize(("make", "kind"), [(os.mkfifo, "a FIFO"), (lambda it: it.symlink_to("/dev/zero"), "a link")])
def test_what_is_no_file_is_neither_waited_for_nor_followed(path, name, make, kind):
    (path / name).unlink()
    make(path / name)

    with pytest.raises(HarnessError, match=f"{name}: expected (a file|files and folders); this is {kind}"):
        open_record(path)


def test_a_folder_is_not_followed_either(path, tmp_path):
    (path / "artifact").rename(tmp_path / "elsewhere")
    (path / "artifact").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(HarnessError, match="artifact: expected files and folders; this is a link"):
        open_record(path)


def test_a_record_of_a_terabyte_is_not_read(path):
    os.truncate(path / "record.json", 1 << 40)

    with pytest.raises(HarnessError, match=r"record\.json: expected at most 67108864 bytes; this has 1099511627776"):
        open_record(path)


def test_what_a_save_links_to_is_in_the_record(tmp_path):
    (tmp_path / "cache").write_text("weights")

    def save(artifact):
        artifact.symlink_to(tmp_path / "cache")

    draft = Draft(tmp_path / "recipe" / "whole_h5", ABOUT)
    draft.write(save)
    record = open_record(finished(draft))

    assert not record.artifact.is_symlink()
    assert "weights" == record.artifact.read_text()


DAMAGED = {
    "reference.json": b"{",
    "reference.safetensors": b"\x08",
    "inputs.json": b'{"data": {"$tuple": [1]}, "probes": {}, "texts": []}',
    "inputs.safetensors": b"",
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_reference_is_told_apart_from_a_damaged_artifact(path, name):
    (path / name).write_bytes(DAMAGED[name])
    record = read_record(path)
    kind = name.partition(".")[0]

    with pytest.raises(
        HarnessError, match=rf"{kind}\.json and .* are damaged \(.*\); of the artifact that says nothing"
    ):
        record.reference() if kind == "reference" else record.inputs()


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ([], "expected an object. Received: \\[\\]"),
        ({"hidden": {}}, "the field facts is missing"),
        ({"facts": {"weights": []}}, r"facts\.weights: expected an object"),
        ({"facts": {}, "hidden": {"config": "none"}}, r"hidden\.config: expected an object. Received: 'none'"),
        ({"facts": {}, "said": [1]}, r"said\[0\]: expected text. Received: 1"),
        ({"facts": {}, "calls": {"x": [{}]}}, r"the field calls\.x\[0\]\.layer is missing"),
        ({"facts": {}, "unobservable": 1}, "unobservable: expected an object of texts"),
    ],
)
def test_a_malformed_field_of_a_reference_is_named(path, stored, said):
    (path / "reference.json").write_text(json.dumps(stored))

    with pytest.raises(HarnessError, match=rf"are damaged \({said}"):
        read_record(path).reference()


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), id="from_the_system"),
        pytest.param(RuntimeError("Unable to write: No space left on device"), id="wrapped_by_a_library"),
    ],
)
def test_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path, error):
    def save(artifact):
        raise error

    with pytest.raises(InfrastructureError, match="the disk is full; free some space"):
        Draft(tmp_path / "record", ABOUT).write(save)

    assert [] == list(tmp_path.iterdir())


def test_an_unwritable_folder_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(InfrastructureError, match="cannot be written"):
        Draft(tmp_path / "file" / "record", ABOUT)
