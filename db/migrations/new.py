"""Write the next migration from what the models have and the migrations don't: `python -m db.migrations.new "what"`.

Look through what it wrote. It must run on both engines and keep every row:

- A column that is added has a `server_default` or is nullable; `op.add_column` is enough on both.
- What SQLite can't alter is rebuilt, `with op.batch_alter_table(name, table_kwargs=NUMBERED) as table:`, where
  NUMBERED is `{"sqlite_autoincrement": True}` for a table with numbers of its own and `{}` for others. Foreign keys
  are off meanwhile and looked through afterwards; the numbers go on where they were (both in
  db/engine/upgrade.py).
- A migration outlives the code around it: it names tables and columns and imports no models.
- It is never changed once it is in a release: databases out there have it behind them.

`tests/db/test_migrations.py` upgrades a filled database of every release in `tests/db/released/` on both engines.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from db.base import Base, told_to_postgresql
from db.engine.sqlite_file import writing_engine
from db.engine.upgrade import MIGRATIONS, migrate, versions


def main() -> None:
    """Write `db/migrations/versions/00NN_what.py`."""
    if len(sys.argv) != 2:
        sys.exit('Say what changes: python -m db.migrations.new "meetings have a colour"')
    told_to_postgresql(Base.metadata)
    number = f"{int(versions()[-1]) + 1:04}"
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    with (
        tempfile.TemporaryDirectory() as folder,
        writing_engine(Path(folder) / "newest.db", foreign_keys=False).connect() as connection,
        connection.begin(),
    ):
        migrate(connection)
        config.attributes["connection"] = connection
        command.revision(config, sys.argv[1], autogenerate=True, rev_id=number)
    (written,) = (MIGRATIONS / "versions").glob(f"{number}_*.py")
    if ruff := shutil.which("ruff", path=Path(sys.executable).parent):
        subprocess.run([ruff, "format", "--quiet", str(written)], check=True)  # noqa: S603 - our own
    print(written)  # noqa: T201 - a command line's answer


if __name__ == "__main__":
    main()
