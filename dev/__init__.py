"""What writes this repository: pins, tox.ini, the CI matrix, tables in pages, gold records. Not part of the package.

python -m dev.environments    requirements/*.txt, tox.ini and the CI matrix, from environments.toml
python -m dev.pages           tables between markers in Markdown files
python -m dev.gold            the gold records of rows
python -m dev.own_models      docs/own-models.md
"""

from __future__ import annotations

from pathlib import Path

#: The repository.
ROOT = Path(__file__).resolve().parent.parent
