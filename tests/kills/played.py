"""Has the cells of cells.py run in their own environment, by whoever imports this: a process that does nothing else."""

from __future__ import annotations

from harness.cluster import node, on_ray
from harness.entry import machines
from kills.cells import HERE, SUITE, cases

__all__ = ["HERE", "SUITE", "cases"]

machines.environment = lambda options: HERE
# The same on the nodes of a cluster, whose program imports this module.
node.own = lambda keras: HERE
node.made = lambda pinned, folder: HERE
on_ray.NODE = "kills.placed"
