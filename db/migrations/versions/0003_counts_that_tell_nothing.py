"""Counts that tell nothing.

What is published of counts of people has tables of its own, and so have keyed hashes and their key. A name on the map
is agreed to for each interest; lines of the audit about members' own affairs go.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

OWN_ACTS = (
    "affiliation.record", "network.start", "network.twinning.branch", "plans.close", "plans.post", "proposal.make",
)  # fmt: skip


def upgrade() -> None:
    """Go from the version before to this one."""
    op.create_table(
        "kept_hash",
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("purpose", "digest", name=op.f("pk_kept_hash")),
    )
    op.create_index("ix_kept_hash_until", "kept_hash", ["until"])

    op.create_table(
        "secret",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secret")),
    )
    op.create_table(
        "count_day",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guild.id"], name=op.f("fk_count_day_guild_id_guild"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("guild_id", name=op.f("pk_count_day")),
    )
    op.create_table(
        "published_count",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("family", sa.String(length=80), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guild.id"], name=op.f("fk_published_count_guild_id_guild"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("guild_id", "family", "part", name=op.f("pk_published_count")),
    )
    op.create_table(
        "published_month",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("family", sa.String(length=80), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guild.id"], name=op.f("fk_published_month_guild_id_guild"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("guild_id", "family", "month", name=op.f("pk_published_month")),
    )
    op.create_table(
        "published_person",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("family", sa.String(length=80), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guild.id"], name=op.f("fk_published_person_guild_id_guild"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("guild_id", "family", "user_id", name=op.f("pk_published_person")),
    )
    op.create_index("ix_published_person_user_id", "published_person", ["user_id"])

    op.add_column("consent", sa.Column("asked_again_at", sa.DateTime(timezone=True), nullable=True))

    op.add_column("interest", sa.Column("on_map", sa.Boolean(), server_default=sa.false(), nullable=False))
    audit = sa.table("audit", sa.column("action", sa.String))
    op.execute(audit.delete().where(audit.c.action.in_(OWN_ACTS)))


def downgrade() -> None:
    """Go back to the version before."""
    for table, column in (("interest", "on_map"), ("consent", "asked_again_at")):
        op.drop_column(table, column)
    for table in (
        "published_person",
        "published_month",
        "published_count",
        "count_day",
        "secret",
        "kept_hash",
    ):
        op.drop_table(table)
