"""All rows of the domain, so that metadata of the schema is whole."""

from importlib import import_module
from pathlib import Path

import domain


def import_rows() -> None:
    """Import the rows of every area."""
    root = Path(domain.__file__).parent
    for path in sorted(root.glob("*/rows.py")):
        import_module(f"domain.{path.parent.name}.rows")
