"""What a bot loads later is there as it would be, and loaded at its first use."""

import subprocess
import sys

from tests.uses import ROOT

CODE = """
import sys
from bot.cli.later import PLUGINS, load_later
load_later()
import importlib.metadata
from importlib import metadata
import sqlalchemy
print(type(metadata).__name__, 'zipfile' in sys.modules, metadata is importlib.metadata is sys.modules[PLUGINS])
print(importlib.metadata.version('sqlalchemy') == sqlalchemy.__version__)
print(type(metadata).__name__, 'zipfile' in sys.modules, hasattr(metadata, 'nothing'))
load_later()
print(metadata is sys.modules[PLUGINS])
"""


def test_a_module_is_loaded_when_it_is_used() -> None:
    ran = subprocess.run([sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.split("\n")[:-1] == ["_Later False True", "True", "module True False", "True"]
