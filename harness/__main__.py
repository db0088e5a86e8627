"""`python -m harness`, which is the command `harness` as well."""

from __future__ import annotations

import sys


def main() -> int:
    """Run a command, which is imported here: that takes a moment, in which Ctrl-C is heard already."""
    try:
        from harness.entry import command_line

        return command_line.main()
    except KeyboardInterrupt:
        print("harness: stopped", file=sys.stderr)
        return 3  # INFRASTRUCTURE of harness.entry.options, which may not be imported yet


if __name__ == "__main__":
    sys.exit(main())
