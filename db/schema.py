"""All tables at once: importing this module fills the metadata of `Base`."""

from importlib import import_module
from pathlib import Path

from db.base import Base

__all__ = ["Base"]

for path in sorted(Path(__file__).parent.glob("*/*models.py")):
    import_module(f"db.{path.parent.name}.{path.stem}")
