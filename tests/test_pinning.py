"""What is committed is what environments.toml says."""

from __future__ import annotations

from packaging.requirements import Requirement

from harness.environments.pinning import header, is_compiled, texts
from harness.environments.table import ROOT, read_rows

ROWS = read_rows()


def test_every_requirement_file_was_compiled_from_its_row():
    assert [] == [name for name, row in ROWS.items() if not is_compiled(row)]
    assert set(ROWS) == {path.stem for path in (ROOT / "requirements").glob("*.txt")}


def test_every_requirement_file_pins_what_its_row_pins():
    for row in ROWS.values():
        lines = (ROOT / row.requirements).read_text().splitlines()
        pinned = dict(line.split("==") for line in lines if not line.startswith("#"))

        assert row.pins.items() <= pinned.items(), row.name


def test_tox_and_the_workflow_have_every_row():
    for path, text in texts(ROWS).items():
        assert text == (ROOT / path).read_text(), f"{path}: run python -m harness environments --update"


def test_a_row_that_goes_takes_its_environment_and_its_line_with_it():
    fewer = texts({name: row for name, row in ROWS.items() if name != "tf217"})

    for path, text in texts(ROWS).items():
        gone = set(text.splitlines()) - set(fewer[path].splitlines())

        assert gone, path
        assert all("217" in line or "2.17" in line for line in gone), path
    assert "tf217" not in "".join(fewer.values())


def test_a_row_that_changes_wants_another_requirement_file():
    row = ROWS["tf221"]
    changed = type(row)(**{**vars(row), "packages": (*row.packages, "rich")})

    assert header(row) != header(changed)
    assert not is_compiled(changed)


def test_the_default_row_is_what_the_readme_installs():
    import harness.environments.pinning as pinning

    project = pinning.tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    installed = {each.name: str(each.specifier) for each in map(Requirement, project["default"])}
    pins = {name: f"=={version}" for name, version in ROWS["tf221"].pins.items()}

    assert {name: pins.get(name, installed[name]) for name in installed} == installed


def test_rows_of_every_keras_2_release_from_2_5_on_and_of_keras_3_are_there():
    releases = {(row.keras, ".".join(row.pins["tensorflow"].split(".")[:2])) for row in ROWS.values()}

    assert {("2", f"2.{minor}") for minor in range(5, 22)} | {("3", f"2.{m}") for m in (16, 19, 21)} <= releases
