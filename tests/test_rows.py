from __future__ import annotations

import pytest

from harness.environments.table import find_rows, read_rows
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
    assert "requirements/tf215.txt" == row.requirements


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[tf215]", "[tf215", "environments.toml: expected TOML"),
        ("[tf215]", "[TF_215]", "TF_215: expected small letters, digits and single dashes"),
        ('why = "it is old"', "", "tf215: expected keras, label, matrix, packages, preload, python, why; it has keras"),
        ('keras = "2"', 'keras = "4"', "tf215: keras is '4'; expected 2 or 3"),
        ('label = "versions"', 'label = "all"', "label is 'all'; expected versions or transformers"),
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


def test_the_table_of_this_repository_can_be_read():
    assert "tf221" in read_rows()
