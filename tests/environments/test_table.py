from __future__ import annotations

from pathlib import Path

import pytest
from places import ROOT

from harness.environments.table import NEEDED, find_rows, read_rows, tomllib
from harness.nouns import InfrastructureError

ROW = """
[tf215]
python = "3.11"
keras = "2"
packages = ["tensorflow==2.15.1", "protobuf<5"]
preload = "transformers"
matrix = "each"
label = "versions"
why = "it is old"
"""


def read(tmp_path, text):
    table = tmp_path / "environments.toml"
    table.write_text(text)
    return read_rows(table)


def test_a_row_says_what_is_pinned_to_one_version(tmp_path):
    row = read(tmp_path, ROW)["tf215"]

    assert {"tensorflow": "2.15.1"} == row.pins
    assert tmp_path / "requirements" / "tf215.txt" == row.requirements


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[tf215]", "[tf215", "environments.toml: expected TOML"),
        ("[tf215]", "[TF_215]", "TF_215: expected small letters, digits and single dashes"),
        (
            'keras = "2"\n',
            "",
            "environments.toml: tf215: expected keras, packages, python and, optionally, also, label, matrix, preload, "
            "why; it has label, matrix, packages, preload, python, why",
        ),
        ('why = "it is old"', 'reason = "old"', "; it has keras, label, matrix, packages, preload, python, reason"),
        ('why = "it is old"', 'also = ["3.10", "4"]', "tf215: python is '4'; expected a version such as 3.11"),
        ('why = "it is old"', 'also = "3.10"', "tf215: also is '3.10'; expected a list of strings"),
        ("[tf215]", 'everywhere = "pytest"\n[tf215]', "everywhere: is 'pytest'; expected a list of requirements"),
        ("[tf215]", 'everywhere = ["py test"]\n[tf215]', "environments.toml: everywhere: "),
        ('preload = "transformers"', 'preload = "torch"', "'torch'; expected transformers or keras-hub or keras"),
        ('keras = "2"', 'keras = "4"', "tf215: keras is '4'; expected 2 or 3"),
        ('label = "versions"', 'label = "all"', "label is 'all', which stands for every row; expected another word"),
        ('python = "3.11"', 'python = "python3"', "python is 'python3'; expected a version such as 3.11"),
        ("tensorflow==2.15.1", "tensorflow", "expected tensorflow==VERSION among its packages"),
        ("protobuf<5", "proto buf<5", "tf215: "),
        ("[tf215]", '[tf215]\nwhy = "twice"', "environments.toml: expected TOML"),
        # A row's folder is its name: two rows can share one neither as written nor where case does not count.
        ("[tf215]", "[tf215]\n[tf215]", "environments.toml: expected TOML"),
        ("[tf215]", "[TF215]", "TF215: expected small letters"),
    ],
)
def test_a_row_that_is_none_is_refused_in_one_sentence(tmp_path, old, new, message):
    with pytest.raises(InfrastructureError, match=r"^[^\n]*$") as error:
        read(tmp_path, ROW.replace(old, new))

    assert message in str(error.value)


def test_rows_are_found_by_name_by_label_or_all(tmp_path):
    rows = read(tmp_path, ROW + ROW.replace("215", "216"))

    assert ["tf216"] == [row.name for row in find_rows("tf216", rows)]
    assert ["tf216", "tf215"] == [row.name for row in find_rows("tf216,versions", rows)]
    assert ["tf215", "tf216"] == [row.name for row in find_rows("all", rows)]
    with pytest.raises(InfrastructureError, match=r"there is no row 'tf9' in environments.toml; it has tf215, tf216"):
        find_rows("tf9", rows)


def test_little_is_enough(tmp_path):
    row = read(tmp_path, '[old]\npython = "3.11"\nkeras = "2"\npackages = ["tensorflow==2.15.1"]')["old"]

    assert ("", "each", "", ()) == (row.preload, row.matrix, row.why, row.also)
    assert ("tensorflow==2.15.1", *NEEDED) == row.asked


def test_what_stands_above_the_rows_is_for_each_of_them(tmp_path):
    rows = read(tmp_path, 'everywhere = ["sentencepiece"]\n' + ROW)

    assert ["tf215"] == list(rows)
    assert ("tensorflow==2.15.1", "protobuf<5", *NEEDED, "sentencepiece") == rows["tf215"].asked


def test_a_table_without_rows_and_one_that_is_not_there_are_one_sentence(tmp_path):
    with pytest.raises(InfrastructureError, match=r"^environments.toml: expected a section for each environment; it"):
        read(tmp_path, 'everywhere = ["sentencepiece"]')
    with pytest.raises(InfrastructureError, match=r"^no.toml: cannot be read \(No such file or directory\); expected "):
        read_rows(Path("no.toml"))


def test_the_harness_needs_what_the_package_depends_on():
    """But for pytest, which runs where the driver is."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert set(NEEDED) == {each for each in project["dependencies"] if not each.startswith("pytest")}


def test_the_table_of_this_repository_can_be_read():
    assert "tf221" in read_rows(ROOT / "environments.toml")
