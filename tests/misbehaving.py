"""Jobs that end in every way a job can end. Run by fresh processes in test_agent.py."""

from __future__ import annotations

import ctypes
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
