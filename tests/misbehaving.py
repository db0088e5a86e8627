"""Jobs that end in every way a job can end. Run by fresh processes in test_agent.py."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from harness.processes import attempts


def returns(arguments, progress):
    return arguments


def collects_garbage(arguments, progress):
    return gc.isenabled()


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


def exits_with_words(arguments, progress):
    sys.exit("the corpus\nis gone")


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


def _pipe():
    """What the process answers by."""
    frame = sys._getframe()
    while "connection" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["connection"].fileno()


def stops_within_a_message(arguments, progress):
    os.write(_pipe(), b"\0\0\xff\xff{")
    time.sleep(60)


def writes_into_the_pipe(arguments, progress):
    os.write(_pipe(), b"rubbish\n")
    time.sleep(60)


def floods_its_log(arguments, progress):
    """100 MB, of which the first and the last line are told apart."""
    print("the first line")
    for number in range(100):
        os.write(1, b"%15d\n" % number * 65536)
    print("the last line")
    return "done"


def writes_bytes(arguments, progress):
    os.write(1, bytes(range(256)) * 4)
    ctypes.string_at(0)


def tries_to_write_elsewhere(arguments, progress):
    """In every way that there is a word for, and where it may; what of it was noted, or an exception at last."""
    folder = arguments["folder"]
    with open("own", "w") as file:
        file.write("as it may")
    os.rename("own", "moved")
    with open(os.path.join(folder, "there")) as file:  # to read is not to write
        file.read()
    for attempt in (
        lambda: Path(folder, "new").write_text("x"),
        lambda: os.open(os.path.join(folder, "there"), os.O_RDWR),
        lambda: os.mkdir(os.path.join(folder, "made")),
        lambda: os.remove(os.path.join(folder, "..", os.path.basename(folder), "gone")),
        lambda: os.rename("moved", os.path.join(folder, "arrived")),
        lambda: socket.create_connection(("127.0.0.1", 9), 5),
    ):
        with contextlib.suppress(OSError):
            attempt()
    if arguments["raises"]:
        raise ValueError("no")
    return list(attempts.seen())


def works_in_threads_and_forks(arguments, progress):
    """Threads that never end, a child that never ends, and another folder."""
    for _ in range(20):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    os.chdir("/")
    child = os.fork()
    if not child:
        time.sleep(60)
    return child


def leaves_a_daemon(arguments, progress):
    """A process in a session of its own, whose parent has ended."""
    told, tell = os.pipe()
    child = os.fork()
    if not child:
        os.setsid()
        daemon = os.fork()
        if daemon:
            os.write(tell, b"%d" % daemon)
            os._exit(0)
        time.sleep(60)
    os.waitpid(child, 0)
    return int(os.read(told, 20))


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
