"""`check`: put one's own model, and one's own save and load, under the harness."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.entry.artifact import Artifact, check_artifact
from harness.entry.asked import Limits, Output, Wanted
from harness.entry.check import has_packaging_code, logs_in, prepared, run_check
from harness.entry.limits import check_hash_seed, check_seconds
from harness.entry.options import AS_EXPECTED, DIFFERENCES, NAMES, OPTIONS, writable
from harness.entry.recipes import functions_of, recipe_of
from harness.environment import Environment
from harness.formats import PACKAGED
from harness.nouns import HarnessError
from harness.report.checked import ALL, ANY, REQUIRED, Checked
from harness.report.colours import BAD, paint_on, painted
from harness.scripts.folder import check_folder, write_scripts
from harness.scripts.package import LEFT, LOAD, SAVE, packaging
from harness.scripts.source import source_of

_DESCRIPTION = """\
MODULE is a Python file with build(), which returns a compiled Keras model, and data(), which returns (x, y) as numpy
arrays. Optional: save(model, path) and load(path), your packaging code, which is then what is tried; FILENAME, the name
of what it writes; train(model, x, y); probes(); custom_objects(); tokenizer(), which returns the transformers tokenizer
that is packaged with it, and texts() for it; probe(model, x, y), which returns JSON values that must survive too.

With --artifact there is a file in place of a module: a model as it is. It is inspected, loaded by a process with
limits, and saved, reloaded and compared with inputs that are made up as its signature says, or with those of --data."""

_EPILOG = """\
A way is a format and a loader. With --format, --loader or packaging code of its own, all of them must keep what is
required; without, everything is tried, and any of them is enough. --require-ways says it otherwise.

exit codes: 0 kept, 1 not kept, or a way stopped, 2 what was given cannot be used, 3 infrastructure

examples:
  python -m harness check my_model.py
  python -m harness check my_model.py --format dot_keras --loader bare
  python -m harness check --format dot_keras,savedmodel --loader bare,code --require weights,optimizer my_model.py
  python -m harness check my_model.py --format dot_keras,whole_h5 --require-ways any
  python -m harness check my_model.py --baseline roundtrip.toml
  python -m harness check --artifact model.h5 --data inputs.npz
"""


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "check",
        help="put your own model, and your own save and load, under the harness",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("module", nargs="?", default="", metavar="MODULE", help="path of the file")
    parser.add_argument(
        "--artifact",
        type=Path,
        metavar="PATH",
        help="a .keras archive, an HDF5 file or a SavedModel, in place of MODULE",
    )
    parser.add_argument(
        "--data",
        type=Path,
        metavar="FILE",
        help="with --artifact: an .npz file of inputs by name, and perhaps y and sample_weight (default: made up)",
    )
    parser.add_argument(
        "--allow", **NAMES, help="with --artifact: kinds of danger that do not stop a load; `inspect --help` has them"
    )
    parser.add_argument("--format", **NAMES, help="formats to try (default: all)")
    parser.add_argument("--loader", **NAMES, help="loaders to try (default: all)")
    parser.add_argument("--require", **NAMES, help=f"aspects that must be kept (default: {','.join(REQUIRED)})")
    parser.add_argument(
        "--require-ways",
        choices=(ALL, ANY),
        default="",
        help="how many of the ways that are tried must keep them (default: all of those that are named; any, where "
        "neither a format nor a loader is)",
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="show each difference, and the lines of every way")
    parser.add_argument("--json", action="store_true", help="print JSON: all of it")
    parser.add_argument("--keras", **OPTIONS["--keras"])
    parser.add_argument("--seconds", **OPTIONS["--seconds"])
    parser.add_argument("--hash-seed", **OPTIONS["--hash-seed"])
    parser.add_argument("--no-mends", action="store_true", help="do not try what is known against the cause of a loss")
    parser.add_argument("--results", default="", metavar="FILE", help="write the verdicts there, a line of JSON each")
    parser.add_argument(
        "--baseline",
        default="",
        metavar="FILE",
        help="what this model is known to lose; the check fails on whatever is other, lost or kept",
    )
    parser.add_argument("--update-baseline", action="store_true", help="make FILE say what is found")
    parser.add_argument("--records", **OPTIONS["--records"])
    parser.add_argument(
        "--sign",
        type=Path,
        metavar="KEY",
        help="sign these records with a private key (PEM, of an elliptic curve); needs roundtrip-harness[signing]",
    )
    parser.add_argument(
        "--write",
        default="",
        metavar="DIR",
        help=f"write {SAVE} and {LOAD} there, of the simplest way that keeps what is required",
    )
    parser.set_defaults(command=_check)


def _check(options: argparse.Namespace) -> int:
    check_seconds(options.seconds, "--seconds")
    check_hash_seed(options.hash_seed, "--hash-seed")
    if bool(options.module) == bool(options.artifact):
        raise HarnessError(
            "expected MODULE, a Python file, or --artifact PATH, a file that a model was saved to; one of them"
        )
    if options.module and (options.data or options.allow):
        raise HarnessError("--data and --allow go with --artifact; a module has data() of its own, and is trusted")
    if options.artifact and options.write:
        raise HarnessError("--write goes with a module: of an artifact there is nothing to build the model by")
    asked = Wanted(
        tuple(options.format), tuple(options.loader), tuple(options.require) or REQUIRED, options.require_ways
    )
    output = Output(
        Path(options.results) if options.results else None,
        writable(options.records) if options.records else None,
        Path(options.baseline) if options.baseline else None,
        options.update_baseline,
        options.sign,
    )
    if options.artifact:
        return _check_artifact(options, asked, output)
    checked = _check_module(options, asked, output)
    code = _told(checked, options)
    if options.write:
        print(_written(Path(options.write), Path(options.module), checked, options.keras), file=sys.stderr)
    return code


def _check_artifact(options: argparse.Namespace, asked: Wanted, output: Output) -> int:
    artifact = Artifact(options.artifact, options.data, frozenset(options.allow))
    with logs_in(None) as logs:
        limits = Limits(options.seconds, logs=logs, hash_seed=options.hash_seed, mends=False)
        done = check_artifact(artifact, asked, Environment(keras=options.keras), limits, output)
    for danger in done.dangers:
        told = f"not loaded: {danger}; --allow {danger.kind} loads it all the same"
        print(paint_on(sys.stdout)(told, BAD))
    if done.checked is None:
        return DIFFERENCES
    code = _told(done.checked, options)
    for note in done.notes:
        print(note, file=sys.stderr)
    return code


def _check_module(options: argparse.Namespace, asked: Wanted, output: Output) -> Checked:
    recipe, packages = recipe_of(Path(options.module))
    environment = prepared(Environment(keras=options.keras), [Path(options.module)], asked)
    if options.write:
        check_folder(Path(options.write), LEFT)
        source_of(Path(options.module), ())  # before anything is run: whether a script can import it
    with logs_in(None) as logs:
        limits = Limits(options.seconds, logs=logs, hash_seed=options.hash_seed, mends=not options.no_mends)
        if packages is None and not options.format:
            packages = has_packaging_code(recipe, environment, limits)
        if options.write and packages and not options.format:
            raise HarnessError(f"{options.module} has save() and load() of its own: --write has nothing to add to it")
        wanted = asked if options.format or not packages else replace(asked, formats=(PACKAGED,))
        return run_check(recipe, wanted, environment, limits, output=output, lines=True)


def _told(checked: Checked, options: argparse.Namespace) -> int:
    told = checked.full() if options.verbose else str(checked)
    shown = painted(told, bool(checked), paint_on(sys.stdout))
    print(json.dumps(checked.json(), indent=1) if options.json else shown)
    return AS_EXPECTED if checked else DIFFERENCES


def _written(folder: Path, module: Path, checked: Checked, keras: str) -> str:
    """Write the simplest way; what became of that, in a sentence."""
    if not checked.ways:
        return f"nothing written to {folder}: no way that was tried keeps what is required"
    way = checked.ways[0]
    lost = f"lost {', '.join(way.lost)}" if way.lost else "lost nothing that could be seen"
    versions = ", ".join(f"{package} {version}" for package, version in checked.verdicts[0].versions.items())
    about = f"{way.format}, {way.loader}: kept {', '.join(way.kept)}; {lost}. Tried with {versions}."
    texts = packaging(way.save, way.load, way.loader, source_of(module, functions_of(module)), about, keras)
    write_scripts(folder, texts)
    return f"written: {folder / SAVE}, {folder / LOAD} ({way.format}, {way.loader})"
