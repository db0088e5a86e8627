"""What follows from environments.toml: pinned requirement files, tox's environments, the CI matrix."""

from __future__ import annotations

import argparse
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Iterable, Mapping, Sequence

from dev import ROOT
from dev.markers import replace_between
from harness.environments.make import complaint, uv, uv_binary
from harness.environments.table import Row, read_rows
from harness.nouns import InfrastructureError

TABLE = ROOT / "environments.toml"
TOX = ROOT / "tox.ini"
WORKFLOW = ROOT / ".github" / "workflows" / "rows.yml"

#: What runs on every row; the default row runs the harness's own tests as well.
_CELLS = "cases/test_roundtrip.py cases/test_gold.py"


def header(row: Row) -> str:
    """The first lines of a requirement file: what it was compiled from."""
    pythons = ", ".join(sorted((row.python, *row.also), key=_minor))
    asked = "".join(f"#   {each}\n" for each in row.asked)
    return f"# {row.name}, Python {pythons}. Written by `python -m dev.environments`, from\n{asked}"


def compile_requirements(row: Row, upgrade: bool = False) -> str:
    """The requirement file of a row: every package that it comes to, pinned.

    A row of several Pythons gets one file with markers. What the file that is there pins stays, where it can.

    Raises:
        InfrastructureError: Its pins cannot be met together, or the index is out of reach.
    """
    python = min((row.python, *row.also), key=_minor)
    arguments = ["pip", "compile", "-", "--quiet", "--no-header", "--no-annotate", "--python-version", python]
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "requirements.txt")
        if row.requirements.exists():
            output.write_text(row.requirements.read_text(encoding="utf-8"), encoding="utf-8")
        options = [*(["--universal"] if row.also else []), *(["--upgrade"] if upgrade else [])]
        done = uv([*arguments, *options, "--output-file", str(output)], given="\n".join(row.asked))
        if done.returncode:
            raise InfrastructureError(f"{row.name}: its packages cannot be pinned: {complaint(done.stderr)}")
        return header(row) + output.read_text(encoding="utf-8")


def is_compiled(row: Row) -> bool:
    """Whether the requirement file that is there was compiled from what the row says now."""
    return row.requirements.exists() and row.requirements.read_text(encoding="utf-8").startswith(header(row))


def tox_environments(rows: Iterable[Row]) -> str:
    """The sections of tox.ini, one for each row."""
    return "\n".join(
        f"[testenv:{row.name}]\n"
        f"description = {_description(row)}\n"
        f"{_base_python(row)}"
        f"labels = {row.label}\n"
        f"deps =\n    -r requirements/{row.name}.txt\n    -e .\n{_for_tests(row)}"
        f"commands =\n"
        f"    pytest --row={row.name} --results=.harness/{row.name}/results.jsonl {{posargs:{_selection(row)}}}\n"
        for row in rows
    )


def _for_tests(row: Row) -> str:
    """What the harness's own tests need besides, which the default row runs: the schema of results.jsonl is held to."""
    return "    jinja2>=3.1\n    jsonschema>=4.18\n" if row.matrix == "default" else ""


def ci_matrix(rows: Iterable[Row]) -> str:
    """The list of a GitHub workflow's matrix, one entry for each row."""
    indent = " " * 10
    return "".join(f'{indent}- {{row: {row.name}, python: "{row.python}"}}\n' for row in rows) + indent


def texts(rows: Mapping[str, Row]) -> dict[Path, str]:
    """tox.ini and the workflow as they should be."""
    blocks = {TOX: tox_environments(rows.values()), WORKFLOW: ci_matrix(rows.values())}
    return {
        path: replace_between(path.read_text(encoding="utf-8"), "# rows\n", "# /rows\n", block, path.name)
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
        for row, text in zip(stale, pool.map(lambda row: compile_requirements(row, upgrade), stale)):
            path = row.requirements
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
                done.append(f"requirements/{path.name}: written")
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        if path.stem not in rows:
            path.unlink()
            done.append(f"requirements/{path.name}: deleted, there is no such row")
    for path, text in texts(rows).items():
        if path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            done.append(f"{path.relative_to(ROOT)}: written")
    return done


def _minor(python: str) -> int:
    return int(python.partition(".")[2])


def _base_python(row: Row) -> str:
    """A row of several Pythons runs on that of tox itself."""
    return "" if row.also else f"base_python = py{row.python.replace('.', '')}\n"


def _description(row: Row) -> str:
    libraries = [f"{name} {row.pins[name]}" for name in ("keras-hub", "transformers") if name in row.pins]
    return ", ".join([f"TensorFlow {row.pins['tensorflow']} with Keras {row.keras}", *libraries])


def _selection(row: Row) -> str:
    if row.matrix == "default":
        return "tests cases explorer"
    # Where further packages are, so are the damages that need them.
    damages = "tests/test_damage.py " if row.matrix == "packaging" else ""
    return f"{damages}{_CELLS} --matrix={row.matrix}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m dev.environments",
        description="Write what follows from environments.toml: requirements/*.txt, tox.ini, the CI matrix. What is as "
        "the table says stays as it is.",
        epilog="examples:\n  python -m dev.environments\n  python -m dev.environments --upgrade",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--upgrade", action="store_true", help="pin newer releases of what the table does not pin")
    options = parser.parse_args(arguments)
    try:
        done = update(read_rows(TABLE), options.upgrade)
    except InfrastructureError as error:
        print(f"environments: {error}", file=sys.stderr)
        return 3
    print("\n".join(done) if done else f"all is as {TABLE.name} says")
    return 0


if __name__ == "__main__":
    sys.exit(main())
