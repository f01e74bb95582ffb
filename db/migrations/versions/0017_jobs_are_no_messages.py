"""Jobs, which send nothing to anybody, are counted with no message and end as done."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

RENAMED = {
    "campaign.chore": "campaign.plan",
    "comms.chore": "comms.deadline",
    "keydates.chore": "keydates.plan",
    "meeting.chore": "meeting.places",
    "poll.chore": "poll.check",
    "proposal.chore": "proposal.check",
    "series.chore": "series.check",
}
OTHERS = ("chase.run", "comms.lapse", "mirror.sync", "plans.tend", "privacy.out", "upcoming.board")
BEFORE = "status in ('pending', 'sending', 'sent', 'late', 'expired', 'suppressed', 'failed')"
AFTER = "status in ('pending', 'sending', 'sent', 'late', 'expired', 'suppressed', 'failed', 'done')"
INDEX = ("ix_delivery_guild_id_settled_at", "delivery", ["guild_id", "settled_at", "status"])
DELIVERY = sa.table(
    "delivery",
    *(sa.column(name, sa.String) for name in ("kind", "status", "reason")),
    sa.column("job", sa.Boolean),
)


def upgrade() -> None:
    """Go from the version before to this one."""
    op.drop_index(INDEX[0], table_name=INDEX[1])
    with op.batch_alter_table("delivery", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.add_column(sa.Column("job", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.drop_constraint(op.f("ck_delivery_status"), type_="check")
        table.create_check_constraint(op.f("ck_delivery_status"), AFTER)
    op.create_index(INDEX[0], INDEX[1], [*INDEX[2], "job"])
    rows = DELIVERY.update()
    op.execute(rows.where(DELIVERY.c.kind.in_([*RENAMED, *OTHERS])).values(job=True))
    for before, after in RENAMED.items():
        op.execute(rows.where(DELIVERY.c.kind == before).values(kind=after))
    done = sa.or_(DELIVERY.c.status.in_(("sent", "late")), DELIVERY.c.reason == "chore")
    op.execute(rows.where(DELIVERY.c.job, done).values(status="done", reason=None))


def downgrade() -> None:
    """Go back to the version before."""
    rows = DELIVERY.update()
    op.execute(rows.where(DELIVERY.c.status == "done").values(status="suppressed", reason="chore"))
    for before, after in RENAMED.items():
        op.execute(rows.where(DELIVERY.c.kind == after).values(kind=before))
    op.drop_index(INDEX[0], table_name=INDEX[1])
    with op.batch_alter_table("delivery", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_constraint(op.f("ck_delivery_status"), type_="check")
        table.drop_column("job")
        table.create_check_constraint(op.f("ck_delivery_status"), BEFORE)
    op.create_index(*INDEX)
