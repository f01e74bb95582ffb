"""Write the first migration anew from the models: `python -m db.migrations.regenerate`.

Only while nothing is released: afterwards a database out there has this version, and a change of the models
gets a migration of its own, `alembic revision --autogenerate --rev-id 0002 -m "what"`.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.operations import MigrationScript
from alembic.operations.ops import CreateIndexOp, CreateTableOp, DropTableOp, MigrateOperation

from db.base import Base, told_to_postgresql
from db.sqlite import writing_engine
from db.upgrade import MIGRATIONS

NAME = "0001_initial.py"


def everything(_context: object, _revision: object, scripts: list[MigrationScript]) -> None:
    """Fill the script with all tables and indexes; comparing would leave out indexes on expressions."""
    told_to_postgresql(Base.metadata)
    (script,) = scripts
    assert script.upgrade_ops is not None  # noqa: S101 - autogenerate made both
    assert script.downgrade_ops is not None  # noqa: S101
    up: list[MigrateOperation] = []
    down: list[MigrateOperation] = [*map(DropTableOp.from_table, reversed(Base.metadata.sorted_tables))]
    for table in Base.metadata.sorted_tables:
        up.append(CreateTableOp.from_table(table))
        up += [
            CreateIndexOp.from_index(index)
            for index in sorted(table.indexes, key=lambda index: str(index.name))
        ]
    script.upgrade_ops.ops = up
    script.downgrade_ops.ops = down


def main() -> None:
    """Replace the first migration by one that makes the tables of `db/models/`."""
    versions = MIGRATIONS / "versions"
    later = [path.name for path in versions.glob("[0-9]*_*.py") if path.name != NAME]
    if later:
        sys.exit(f"There are later migrations ({', '.join(later)}): write a new one instead.")
    (versions / NAME).unlink(missing_ok=True)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    with (
        tempfile.TemporaryDirectory() as folder,
        writing_engine(Path(folder) / "empty.db").connect() as connection,
    ):
        config.attributes["connection"] = connection
        command.revision(
            config, "initial", autogenerate=True, rev_id="0001", process_revision_directives=everything
        )
    if ruff := shutil.which("ruff", path=Path(sys.executable).parent):
        subprocess.run([ruff, "format", "--quiet", str(versions / NAME)], check=True)  # noqa: S603 - our own
        subprocess.run([ruff, "check", "--fix", "--quiet", str(versions / NAME)], check=True)  # noqa: S603 - our own


if __name__ == "__main__":
    main()
