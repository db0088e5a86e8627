"""Jobs that end in every way a job can end. Run by fresh processes in test_agent.py."""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import multiprocessing
import os
import signal
import subprocess
import sys
import time


def returns(arguments, progress):
    return arguments


def tells_its_progress(arguments, progress):
    progress({"half": 1})
    progress({"half": 2})


def tells_its_pid(arguments, progress):
    progress(os.getpid())
    time.sleep(60)


def raises(arguments, progress):
    raise ValueError("two\nlines")


def raises_what_cannot_be_pickled(arguments, progress):
    class Unpicklable(Exception):
        lock = open(os.devnull)  # noqa: SIM115

    raise Unpicklable("kept")


def returns_what_is_no_json(arguments, progress):
    return {1, 2}


def segfaults(arguments, progress):
    ctypes.string_at(0)


def kills_itself(arguments, progress):
    os.kill(os.getpid(), signal.SIGKILL)


def exits_without_a_word(arguments, progress):
    os._exit(0)


def exits_with_a_code(arguments, progress):
    sys.exit(3)


def fills_memory_bit_by_bit(arguments, progress):
    kept = []
    while True:
        kept.append(bytearray(600))


def exits_plainly(arguments, progress):
    sys.exit()


def raises_what_has_no_words(arguments, progress):
    class Unspeakable(Exception):
        def __str__(self):
            raise RuntimeError

    raise Unspeakable


def dies_of_a_nameless_signal(arguments, progress):
    os.kill(os.getpid(), 40)


def prints_and_segfaults(arguments, progress):
    print("last words")
    ctypes.string_at(0)


def has_a_child_by_multiprocessing(arguments, progress):
    process = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(0,))
    process.start()
    process.join()
    return process.exitcode


def stops_within_a_message(arguments, progress):
    frame = sys._getframe()
    while "connection" not in frame.f_locals:
        frame = frame.f_back
    os.write(frame.f_locals["connection"].fileno(), b"\0\0\xff\xff{")
    time.sleep(60)


def tells_its_pid_and_hangs_in_c(arguments, progress):
    progress(os.getpid())
    hangs_in_c(arguments, progress)


def tells_what_its_main_has(arguments, progress):
    return sorted(vars(sys.modules["__main__"]))


def hangs(arguments, progress):
    time.sleep(60)


def hangs_in_c(arguments, progress):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    # PyDLL holds the interpreter's lock: no thread of this process runs any more.
    ctypes.PyDLL(None).sleep(60)


def needs_too_much_memory(arguments, progress):
    return len(bytearray(1 << 33))


def prints(arguments, progress):
    print('{"event": "ended", "id": 0}')
    os.write(1, b"noise on the descriptor\n")
    os.write(2, b"noise on the other\n")
    return "said"


def leaves_a_grandchild(arguments, progress):
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]).pid


def tells_its_imports(arguments, progress):
    return sorted({name.partition(".")[0] for name in sys.modules})


def finds(arguments, progress):
    found = []
    for name in arguments["names"]:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
            found.append(name)
    return found


def tells_its_surroundings(arguments, progress):
    """What there is where it works, in its home and among its variables; and what it makes of a set."""
    return {
        "folder": sorted(os.listdir()),
        "home": sorted(os.listdir(os.path.expanduser("~"))),
        "variables": dict(os.environ),
        "path": sys.path,
        "set": [name for name in {"left", "right", "upper", "lower", "front", "back"}],
    }
