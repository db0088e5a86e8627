"""A record that this run did not make: nothing that it names is imported or called, nothing dangerous is loaded."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hostile import CANARY, HARMLESS, SAMPLES, record_of

from harness.driver.settings import Place, Settings
from harness.entry import strangers
from harness.entry import verify as verifying
from harness.entry.command_line import main
from harness.entry.trust import Trust, loads
from harness.entry.verify import Verified, verify
from harness.environment import Environment
from harness.formats import FORMATS
from harness.inspection.danger import KINDS
from harness.inspection.inspect import inspect
from harness.messages import Confinement
from harness.nouns import BARE, CODE, LIBRARY, REBUILD, HarnessError, Recipe
from harness.record.record import open_record
from harness.verdict import Verdict

HERE = Environment({"tensorflow": "2.15.0", "python": "3.11.7"})


@pytest.fixture(autouse=True)
def no_canary(tmp_path, monkeypatch):
    monkeypatch.setenv(CANARY, str(tmp_path / "canary"))
    monkeypatch.chdir(tmp_path)
    yield
    assert not (tmp_path / "canary").exists()


@pytest.fixture
def ran(monkeypatch):
    """What would be run: no process is started, for inspecting neither."""
    runs = []
    monkeypatch.setattr(strangers, "inspect_apart", inspect)
    monkeypatch.setattr(verifying, "read_apart", lambda path: None)
    monkeypatch.setattr(verifying, "lacking", list)

    class Run:
        def __init__(self, plans, environment, settings):
            runs.append((plans, settings))

        def __enter__(self):
            return []

        def __exit__(self, *error):
            pass

    monkeypatch.setattr(verifying, "Run", Run)
    return runs


def record(tmp_path, format="dot_keras", recipe=None, write=HARMLESS["dense"]):
    return record_of(tmp_path / "record", format, "model", write, recipe)


OS_SYSTEM = Recipe("hostile", "os:system", {"command": "touch canary"})


def test_code_that_a_record_names_is_left_out_in_one_sentence(tmp_path, ran):
    done = verify(record(tmp_path, recipe=OS_SYSTEM), [], HERE)
    ((plan,), _) = ran[0]

    assert [BARE, LIBRARY] == [case.loader for case in plan.records]
    assert (
        "left out: code and rebuild would run 'os:system', which the record names and this run did not make; "
        "give --subject my_module.py to run your own code, or --trust to run that"
    ) in done.notes


@pytest.mark.parametrize(("format", "loaders"), [("weights_h5", []), ("dot_keras", [CODE]), ("own", [])])
def test_where_nothing_else_was_asked_for_it_is_refused(tmp_path, ran, format, loaders):
    with pytest.raises(HarnessError, match="would run 'os:system', which the record names"):
        verify(record(tmp_path, format, OS_SYSTEM), loaders, HERE)
    assert [] == ran


def test_code_of_ones_own_is_run_in_its_place_and_what_is_trusted_as_it_is(tmp_path, ran):
    (tmp_path / "mine.py").write_text("def build(): ...\ndef data(): ...\n")
    kept = open_record(record(tmp_path, recipe=OS_SYSTEM))
    own = loads(kept, [], Trust(subject=Path("mine.py")))
    trusted = loads(kept, [], Trust(record=True))

    assert {str(tmp_path / "mine.py")} == {case.recipe.subject for case in own.cases}
    assert {"hostile"} == {case.recipe.id for case in own.cases}
    assert [{}] * 4 == [case.recipe.arguments for case in own.cases]
    assert {OS_SYSTEM} == {case.recipe for case in trusted.cases}
    assert [BARE, LIBRARY, CODE, REBUILD] == [case.loader for case in trusted.cases]
    assert ("", "") == (own.left_out, trusted.left_out)


def test_a_format_is_imported_only_of_a_record_that_is_trusted(tmp_path, ran, monkeypatch):
    (tmp_path / "evil.py").write_text("from harness.formats import FORMATS\nF = FORMATS['whole_h5']\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    kept = record(tmp_path, "evil:F")

    with pytest.raises(HarnessError, match=r"there is no format 'evil:F'; expected one of savedmodel, .*--trust to"):
        verify(kept, [], HERE)
    assert "evil" not in sys.modules
    assert 4 == len(loads(open_record(kept), [], Trust(record=True)).cases)
    monkeypatch.delitem(sys.modules, "evil")


@pytest.mark.parametrize("name", [name for name, each in FORMATS.items() if each.danger])
def test_a_format_that_runs_what_it_reads_is_refused_whatever_its_bytes_are(tmp_path, ran, name):
    kept, danger = record(tmp_path, name), FORMATS[name].danger

    with pytest.raises(HarnessError) as error:
        verify(kept, [BARE], HERE, trust=Trust(allow=frozenset({"lambda"})))
    assert (
        f"{kept}: {name} {KINDS[danger]}, and this run did not write it; "
        f"give --allow {danger} to read it in a process with limits, or --trust"
    ) == str(error.value)
    assert [] == ran
    for trust in (Trust(allow=frozenset({danger})), Trust(record=True)):
        verify(kept, [BARE], HERE, trust=trust)
    assert 2 == len(ran)


@pytest.mark.parametrize("name", ["none", "none:F", "json:F"])
def test_a_format_that_is_not_there_is_one_sentence(tmp_path, name):
    for trust in (Trust(), Trust(record=True)):
        with pytest.raises(HarnessError, match=f"there is no format '{name}'"):
            loads(open_record(record(tmp_path, name)), [], trust)


@pytest.mark.parametrize("name", sorted(set(SAMPLES) - {"fifo", "link", "folder_link"}))
def test_what_is_dangerous_is_not_loaded_and_is_named(tmp_path, ran, name):
    if "h5" in name:
        pytest.importorskip("h5py")
    format, kind, write = SAMPLES[name]
    kept = record_of(tmp_path / "record", format, FORMATS[format].artifact, write)

    assert {kind} == {each.kind for each in verify(kept, [BARE], HERE).dangers}
    assert [] == ran
    assert () == verify(kept, [BARE], HERE, trust=Trust(allow=frozenset({kind}))).dangers
    assert 1 == len(ran)


def test_what_is_trusted_is_loaded_uninspected_and_without_limits(tmp_path, ran):
    kept = record(tmp_path, write=SAMPLES["lambda"][2])

    assert Verified() == verify(kept, [BARE], HERE, trust=Trust(record=True))
    ((_, settings),) = ran
    assert (None, None) == (settings.memory, settings.file_size)


def test_what_cannot_be_looked_into_is_not_loaded(tmp_path, ran):
    kept = record(tmp_path, write=lambda path: path.write_bytes(b"PK\x03\x04"))

    with pytest.raises(HarnessError, match="not loaded, since it cannot be looked into: artifact/model: is a damaged"):
        verify(kept, [], HERE)
    assert [] == ran


def test_a_load_of_what_is_not_trusted_has_limits(tmp_path, ran):
    verify(record(tmp_path), [BARE], HERE)
    ((_, settings),) = ran
    job = Place(settings, tmp_path, HERE).job("a:b", None, "name", with_code=False)

    assert job.memory > 12 << 30
    assert Confinement(settings.file_size, (str(tmp_path),)) == job.confinement
    assert settings.file_size >= 1 << 30


def test_a_run_of_ones_own_has_none(tmp_path):
    job = Place(Settings(tmp_path), tmp_path, HERE).job("a:b", None, "name", with_code=False)

    assert (None, None) == (job.memory, job.confinement)


def test_what_this_system_cannot_limit_is_said(tmp_path, ran, monkeypatch):
    monkeypatch.setattr(verifying, "lacking", lambda: ["network (Operation not permitted)"])
    said = "not limited: this system cannot keep a process from the network (Operation not permitted)"

    assert (said,) == verify(record(tmp_path), [BARE], HERE).notes


def test_logs_are_never_written_into_the_record(tmp_path, ran, monkeypatch):
    kept = record(tmp_path)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    for folder in (kept, kept / "artifact"):
        monkeypatch.chdir(folder)
        verify(kept, [BARE], HERE)
    monkeypatch.chdir(tmp_path)
    verify(kept, [BARE], HERE)

    *inside, outside = [settings.logs for _, settings in ran]
    assert {tmp_path / "temporary"} == {each.parents[3] for each in inside}
    assert Path(".harness", "runs") == outside.parents[1]


def test_the_command_says_what_it_did_not_load_and_how_to(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("harness.entry.commands.verify.Environment", lambda keras: HERE)
    kept = str(record(tmp_path, write=SAMPLES["lambda"][2]))

    assert 1 == main(["verify", kept])
    said = capsys.readouterr().out
    assert said.startswith("not loaded: lambda: artifact/model:config.json.config.layers[1]: a layer or function of cl")
    assert "--allow lambda loads it all the same\nleft out: code and rebuild would run 'os:system'" in said
    assert 2 == main(["verify", kept, "--allow", "everything"])
    assert 2 == main(["verify", kept, "--loader", "code"])


def test_the_command_passes_on_what_is_trusted(tmp_path, monkeypatch):
    given = []

    def verified(path, loaders, environment, trust):
        given.append(trust)
        return Verified((Verdict(loads(open_record(path), [BARE], Trust()).cases[0]),))

    monkeypatch.setattr("harness.entry.commands.verify.verify", verified)
    arguments = ["verify", str(record(tmp_path)), "--subject", "mine.py", "--allow", "lambda,code", "--trust"]

    assert 0 == main(arguments)
    assert [Trust(Path("mine.py"), True, frozenset({"lambda", "code"}))] == given
