"""The process of a node, from outside: started, told, heard and ended. It ends when its stdin closes."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from typing import Mapping, Sequence

#: The program of a node, as a module; its path is that of whoever starts it.
NODE = "harness.cluster.node"

_RUN = 'import runpy; runpy.run_module("{module}", run_name="__main__", alter_sys=True)'
#: Seconds in which it ends what it does.
PATIENCE = 20.0
#: Of what it prints, lines that are kept.
_LAST = 20


class NodeProcess:
    """A node that is at work on this machine, in a session of its own.

    Args:
        module: Its program.
        variables: All that it finds.
    """

    def __init__(self, module: str = NODE, variables: Mapping[str, str] | None = None) -> None:
        self._process: subprocess.Popen[bytes] = subprocess.Popen(
            [sys.executable, "-c", _RUN.format(module=module)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=variables,
            start_new_session=True,
        )
        self._heard = threading.Condition()
        self._said: list[bytes] = []
        self._why: str | None = None
        self._errors: deque[str] = deque(maxlen=_LAST)
        self._listening = [threading.Thread(target=each, daemon=True) for each in (self._listen, self._keep_errors)]
        for each in self._listening:
            each.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, line: bytes) -> None:
        """Hand over a message; one that has ended hears nothing."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError, ValueError):
            self._process.stdin.write(line)
            self._process.stdin.flush()

    def hear(self, seconds: float) -> tuple[bytes, str | None]:
        """What it has said since the last time, and why nothing more comes; None while something may.

        Waits for either, and no longer than so.
        """
        with self._heard:
            self._heard.wait_for(lambda: self._said or self._why is not None, seconds)
            said, self._said = b"".join(self._said), []
            return said, self._why

    def close(self, seconds: float = PATIENCE) -> None:
        """End it, and all that it does; returns when it is gone."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)  # its agents end by themselves, and clear up
            self._process.wait()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._heard:
                self._said.append(line)
                self._heard.notify_all()
        code = self._process.wait()
        self._listening[1].join(1)
        with self._heard:
            self._why = f"its process ended with code {code}: {self._last_words()}"
            self._heard.notify_all()

    def _keep_errors(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._errors.append(line.decode(errors="replace").strip())

    def _last_words(self) -> str:
        said: Sequence[str] = [each for each in self._errors if each]
        return said[-1] if said else "it said nothing"
