"""How a network stands is 'unknown' until somebody says.

A region was said to have no network where nobody had said anything. Whether an organiser ever did is in the audit.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from db import numbering

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NUMBERED = {"sqlite_autoincrement": True}
WITH_UNKNOWN = "status in ('established', 'developing', 'none', 'unknown')"
WITHOUT = "status in ('established', 'developing', 'none')"
NEVER_SAID = """
    UPDATE network SET status = 'unknown' WHERE status = 'none' AND NOT EXISTS (
        SELECT 1 FROM audit WHERE audit.guild_id = network.guild_id
        AND audit.action = 'network.change' AND audit.subject = 'network:' || CAST(network.id AS VARCHAR(20))
    )
"""


def upgrade() -> None:
    """Go from the version before to this one."""
    _allow(WITH_UNKNOWN)
    op.execute(NEVER_SAID)


def downgrade() -> None:
    """Go back to the version before."""
    op.execute("UPDATE network SET status = 'none' WHERE status = 'unknown'")
    _allow(WITHOUT)


def _allow(statuses: str) -> None:
    """Have the table allow these: https://www.sqlite.org/lang_altertable.html#otheralter for a file."""
    connection = op.get_bind()
    numbers = numbering.given(connection)
    with op.batch_alter_table("network", table_kwargs=NUMBERED) as table:
        table.drop_constraint(op.f("ck_network_status"), type_="check")
        table.create_check_constraint(op.f("ck_network_status"), sa.text(statuses))
    numbering.go_on_after(connection, numbers)
