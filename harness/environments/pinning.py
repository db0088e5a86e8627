"""What is made from environments.toml: pinned requirement files, tox's environments, the CI matrix.

python -m harness environments --update
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Iterable, Mapping

from harness.environments.make import complaint, uv, uv_binary
from harness.environments.table import ROOT, Row
from harness.nouns import InfrastructureError
from harness.report.tables import replaced

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TOX = Path("tox.ini")
WORKFLOW = Path(".github", "workflows", "tests.yml")

#: What runs on every row; the default row runs the harness's own tests as well.
_CELLS = "cases/test_roundtrip.py cases/test_gold.py"

#: What the suite and the tests need besides what a row names and what the package itself depends on.
_TESTS = ("sentencepiece", "hypothesis")


def inputs(row: Row) -> list[str]:
    """What a row asks for: its packages, and what every row needs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [*row.packages, *project["dependencies"], *_TESTS]


def header(row: Row) -> str:
    """The first lines of a requirement file: what it was compiled from."""
    asked = "".join(f"#   {each}\n" for each in inputs(row))
    return f"# {row.name}, Python {row.python}. Written by `python -m harness environments --update`, from\n{asked}"


def compiled(row: Row) -> str:
    """The requirement file of a row: every package that it comes to, pinned.

    Raises:
        InfrastructureError: Its pins cannot be met together, or the index is out of reach.
    """
    done = uv(
        ["pip", "compile", "-", "--quiet", "--no-header", "--no-annotate", "--python-version", row.python],
        given="\n".join(inputs(row)),
    )
    if done.returncode:
        raise InfrastructureError(f"{row.name}: its packages cannot be pinned: {complaint(done.stderr)}")
    return header(row) + done.stdout


def is_compiled(row: Row) -> bool:
    """Whether the requirement file that is there was compiled from what the row says now."""
    path = ROOT / row.requirements
    return path.exists() and path.read_text(encoding="utf-8").startswith(header(row))


def tox_environments(rows: Iterable[Row]) -> str:
    """The sections of tox.ini, one for each row."""
    return "\n".join(
        f"[testenv:{row.name}]\n"
        f"description = {_description(row)}\n"
        f"base_python = py{row.python.replace('.', '')}\n"
        f"labels = {row.label}\n"
        f"deps =\n    -r {row.requirements}\n    -e .\n"
        f"commands =\n"
        f"    pytest --row={row.name} --results=.harness/{row.name}/results.jsonl {{posargs:{_selection(row)}}}\n"
        for row in rows
    )


def ci_matrix(rows: Iterable[Row]) -> str:
    """The list of a GitHub workflow's matrix, one entry for each row."""
    indent = " " * 10
    return "".join(f'{indent}- {{row: {row.name}, python: "{row.python}"}}\n' for row in rows) + indent


def texts(rows: Mapping[str, Row]) -> dict[Path, str]:
    """tox.ini and the workflow as they should be, by path from the repository's root."""
    blocks = {TOX: tox_environments(rows.values()), WORKFLOW: ci_matrix(rows.values())}
    return {
        path: replaced((ROOT / path).read_text(encoding="utf-8"), "# rows\n", "# /rows\n", block, str(path))
        for path, block in blocks.items()
    }


def update(rows: Mapping[str, Row], upgrade: bool = False) -> list[str]:
    """Write everything that is not as the table says; returns what was written or deleted, a line each.

    Args:
        rows: The table.
        upgrade: Compile every requirement file anew, for newer releases of what is not pinned by the table.

    Raises:
        InfrastructureError: A row's packages cannot be pinned; nothing of that row is written.
    """
    done = []
    stale = [row for row in rows.values() if upgrade or not is_compiled(row)]
    uv_binary()  # not for the first time in threads: sysconfig, which it asks, is not ready for that
    with ThreadPoolExecutor(4) as pool:
        for row, text in zip(stale, pool.map(compiled, stale)):
            path = ROOT / row.requirements
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
                done.append(f"{row.requirements}: written")
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        if path.stem not in rows:
            path.unlink()
            done.append(f"requirements/{path.name}: deleted, there is no such row")
    for path, text in texts(rows).items():
        if (ROOT / path).read_text(encoding="utf-8") != text:
            (ROOT / path).write_text(text, encoding="utf-8")
            done.append(f"{path}: written")
    return done


def _description(row: Row) -> str:
    libraries = [f"{name} {row.pins[name]}" for name in ("keras-hub", "transformers") if name in row.pins]
    return ", ".join([f"TensorFlow {row.pins['tensorflow']} with Keras {row.keras}", *libraries])


def _selection(row: Row) -> str:
    return "tests cases" if row.matrix == "default" else f"{_CELLS} --matrix={row.matrix}"
