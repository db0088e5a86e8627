"""A cluster on this machine, of real processes: what Ray does in `harness.cluster.on_ray` without Ray."""

from __future__ import annotations

import os
import signal
import time

from places import PYTHONPATH, ROOT

from harness.cluster.link import NodeProcess
from harness.cluster.messages import KINDS, Gone
from harness.wire import Lines, encode


class LocalLink:
    def __init__(self, name, module, variables, cores):
        self.name, self.cores, self.open = name, cores, True
        self.process, self._unread = NodeProcess(module, variables), Lines(KINDS)

    def send(self, message):
        self.process.send(encode(message))

    def drop(self):
        self.open = False
        self.process.close(0)

    def kill(self):
        """As the kernel ends a process."""
        os.kill(self.process.pid, signal.SIGKILL)

    def said(self, seconds):
        data, why = self.process.hear(seconds)
        self.open = self.open and why is None
        return [*self._unread.feed(data), *([Gone(why)] if why is not None else [])]


class LocalCluster:
    """So many nodes; more come with `more`."""

    def __init__(self, count, module="kills.placed", cores=2, **variables):
        path = os.pathsep.join([str(ROOT), PYTHONPATH])
        self._start = lambda name: LocalLink(name, module, {**os.environ, "PYTHONPATH": path, **variables}, cores)
        self.links, self._new = [], []
        self.more(count)

    def more(self, count):
        for number in range(count):
            self._new.append(self._start(f"node-{len(self.links) + number + 1}"))

    def joined(self):
        new, self._new = self._new, []
        self.links += new
        return new

    def heard(self, seconds):
        end = time.monotonic() + seconds
        while True:
            heard = [(link, message) for link in self.links if link.open for message in link.said(0.01)]
            if heard or time.monotonic() > end:
                return heard

    def close(self, seconds):
        for link in (*self.links, *self._new):
            link.process.close(seconds)
