"""Loads a module on first use: libraries import it for things that this bot does not do."""

import sys
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

PLUGINS = "importlib.metadata"
"""SQLAlchemy's reflection of foreign databases: 0.9 MiB."""


class _Later(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if self.__spec__ is None or self.__spec__.loader is None:
            raise AttributeError(name)
        object.__setattr__(self, "__class__", ModuleType)
        self.__spec__.loader.exec_module(self)
        return getattr(self, name)


def load_later(name: str = PLUGINS) -> None:
    """Make a module importable, and load it on first use (Python's LazyLoader mistakes another import for one)."""
    if name not in sys.modules and (spec := find_spec(name)) is not None:
        sys.modules[name] = module = module_from_spec(spec)
        module.__class__ = _Later
        package, _, own = name.rpartition(".")
        setattr(sys.modules[package], own, module)
