"""Imported by a fork server before anything else: it ends with its agent, even while it imports what hangs.

It collects no garbage; its children do (`harness.processes.child`).
"""

from __future__ import annotations

import gc
import os

from harness.processes.lifeline import end_with_parent

#: Where a fork server finds the number of its agent's process.
AGENT = "ROUNDTRIP_AGENT"

if AGENT in os.environ:
    gc.disable()  # a fifth of TensorFlow's import goes into looking for garbage among what stays
    end_with_parent(int(os.environ.pop(AGENT)))
