"""The command line: its parser, and the exit code of whatever a command comes to."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import traceback
from contextlib import contextmanager
from typing import Iterator, Sequence

from harness.entry.commands import (
    bisect,
    check,
    cross,
    diff,
    environments,
    explain,
    formats,
    gate,
    inspect,
    known_failures,
    list,
    matrix,
    report,
    repro,
    run,
    verify,
)
from harness.entry.options import INFRASTRUCTURE, USAGE
from harness.nouns import HarnessError, InfrastructureError

_EPILOG = """\
exit codes: 0 as expected, 1 differences, 2 usage, 3 infrastructure

examples:
  python -m harness check my_model.py --require weights,predictions,optimizer
  python -m harness check my_model.py --format dot_keras,savedmodel --loader bare
  python -m harness explain my_model.py --format dot_keras --loader bare
  python -m harness repro my_model.py --format dot_keras --loader bare
  python -m harness gate results.jsonl --base main.jsonl
  python -m harness verify RECORD --loader bare
  python -m harness inspect model.keras

in a folder with a suite of cells:
  python -m harness run --only format=savedmodel,loader=bare
  python -m harness run 'example_*-bare'
  python -m harness list --matrix=full --only head=mean_pool | wc -l
  python -m harness known-failures --update
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code is one of the four that --help names."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # what a terminal cannot show is no reason to end
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    try:
        with _ended_as_by_ctrl_c():
            code: int = options.command(options)
        sys.stdout.flush()
        return code
    except HarnessError as error:
        print(f"harness: {error}", file=sys.stderr)
        return USAGE
    except InfrastructureError as error:
        print(f"harness: {error}", file=sys.stderr)
        return INFRASTRUCTURE
    except KeyboardInterrupt:
        print("harness: stopped", file=sys.stderr)
        return INFRASTRUCTURE
    except BrokenPipeError:  # whoever read the output has seen enough, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INFRASTRUCTURE
    except Exception as error:
        traceback.print_exc()
        print(
            f"harness: {type(error).__name__} is a fault of the harness itself; please report it with the lines above",
            file=sys.stderr,
        )
        return INFRASTRUCTURE


@contextmanager
def _ended_as_by_ctrl_c() -> Iterator[None]:
    """SIGTERM is heard as Ctrl-C is, so that what has begun is ended and removed."""
    if threading.current_thread() is not threading.main_thread():  # Python lets nobody else
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="harness",
        description="Will the process that loads a Keras model tomorrow get the model that was saved today?",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    every = (
        *(check, explain, repro, gate, report, verify, inspect, diff, cross, bisect, environments),
        *(run, list, matrix, known_failures, formats),
    )
    for command in every:
        command.add(commands)
    return parser
