"""The command line loads the file of the command that is called, and of no other."""

import ast
import subprocess
import sys

from bot.cli import named
from tests.uses import ROOT


def test_what_does_each_command_is_there() -> None:
    tree = ast.parse((ROOT / "bot" / "cli" / "commandline.py").read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = [
        ast.literal_eval(c.args[0]) for c in calls if isinstance(c.func, ast.Name) and c.func.id == "named"
    ]
    assert len(names) == 16
    assert all(callable(named(name)) for name in names)


def test_help_and_one_command_load_nothing_of_the_others() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from bot.cli.commandline import app; "
        "shown = CliRunner().invoke(app, ['--help']).output; "
        "ran = CliRunner().invoke(app, ['when'], input='').exit_code; "
        "print('demo' in shown, ran, sorted(one for one in sys.modules if one.startswith('bot.cli.')), "
        "'discord' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "True 0 ['bot.cli.commandline', 'bot.cli.when'] False"
