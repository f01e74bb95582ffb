"""What is asked often is found by an index, however long a server has lived."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PARTIAL = (
    ("ix_delivery_open", "settled_at is null", ["kind", "guild_id"]),
    (
        "ix_delivery_notes",
        "kind in ('guidance.help', 'guidance.admins', 'guidance.unheard', 'guidance.unread', 'guidance.alarm')",
        ["kind", "settled_at"],
    ),
)
INTRODUCTION = (
    ("ix_introduction_guild_id", ["guild_id"], ["guild_id", "asked_at"]),
    ("ix_introduction_asker_id", ["asker_id", "state"], ["asker_id", "guild_id", "state"]),
    ("ix_introduction_asked_id", ["asked_id", "state"], ["asked_id", "guild_id", "state"]),
)
UNTOLD = sa.text("status = 'failed' and told_at is null")


def upgrade() -> None:
    """Go from the version before to this one."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CLOSE ALL"
        )  # 0002 reads deliveries by a cursor, which holds the table until the transaction ends
    op.drop_index("ix_delivery_untold", table_name="delivery")
    _untold("guild_id", "told_at", "settled_at")
    op.drop_index("ix_delivery_guild_id_settled_at", table_name="delivery")
    op.create_index("ix_delivery_guild_id_settled_at", "delivery", ["guild_id", "settled_at", "status"])
    for name, where, columns in PARTIAL:
        op.create_index(
            name, "delivery", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
        )
    for name, _, after in INTRODUCTION:
        op.drop_index(name, table_name="introduction")
        op.create_index(name, "introduction", after)
    op.create_index("ix_introduction_twinning_id", "introduction", ["twinning_id"])
    op.create_index("ix_contribution_message_id", "contribution", ["message_id"])
    op.create_index("ix_prompt_region_id", "prompt", ["region_id"])


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_index("ix_prompt_region_id", table_name="prompt")
    op.drop_index("ix_contribution_message_id", table_name="contribution")
    op.drop_index("ix_introduction_twinning_id", table_name="introduction")
    for name, before, _ in INTRODUCTION:
        op.drop_index(name, table_name="introduction")
        op.create_index(name, "introduction", before)
    for name, _, _ in PARTIAL:
        op.drop_index(name, table_name="delivery")
    op.drop_index("ix_delivery_guild_id_settled_at", table_name="delivery")
    op.create_index("ix_delivery_guild_id_settled_at", "delivery", ["guild_id", "settled_at"])
    op.drop_index("ix_delivery_untold", table_name="delivery")
    _untold("guild_id", "settled_at")


def _untold(*columns: str) -> None:
    op.create_index(
        "ix_delivery_untold", "delivery", list(columns), sqlite_where=UNTOLD, postgresql_where=UNTOLD
    )
