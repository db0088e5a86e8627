"""A folder that has this package and nothing else, from which any interpreter can import it; beside it an empty home.

What stands beside the package is the driver's: in a wheel's site-packages a process of another environment would
import the driver's numpy, and take the driver's versions for its own.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import harness


class PackageFolder:
    """A temporary folder with one link, to the package; `close` removes it.

    Attributes:
        whole: The temporary folder.
        path: What goes on a path of imports.
        home: An empty folder.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="harness-")
        self.whole = Path(self._folder.name)
        self.path, self.home = self.whole / "path", self.whole / "home"
        self.path.mkdir()
        self.home.mkdir()
        package = Path(harness.__file__).resolve().parent
        (self.path / package.name).symlink_to(package, target_is_directory=True)

    def close(self) -> None:
        self._folder.cleanup()

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *exception: object) -> None:
        self.close()
