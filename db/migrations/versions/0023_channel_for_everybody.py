"""What concerns everybody is posted once, in a channel that the set-up names.

Of what was enqueued for the channel of each region, one is kept. A server that had left out all of its regions goes on
getting nothing.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast

import sqlalchemy as sa
from alembic import op

from db.base import UTCDateTime

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ONCE = ("campaign.prompt", "comms.call", "events.deadline", "keydates.prompt")
"""What was enqueued for each region."""
DELIVERY = sa.table(
    "delivery",
    *(sa.column(name, sa.String()) for name in ("key", "kind", "subject", "status", "reason")),
    *(sa.column(name, sa.BigInteger()) for name in ("id", "guild_id", "target_id")),
    *(sa.column(name, UTCDateTime()) for name in ("due_at", "settled_at")),
    sa.column("data", sa.JSON()),
)
GUILD = sa.table("guild", *(sa.column(name, sa.BigInteger()) for name in ("id", "welcome_channel_id")))
REGION = sa.table(
    "region",
    *(sa.column(name, sa.BigInteger()) for name in ("id", "guild_id", "channel_id")),
    sa.column("name", sa.String()),
)
MUTE = sa.table("prompt_mute", sa.column("region_id", sa.Integer()))
PLAN = sa.table("prompt_plan", sa.column("guild_id"), sa.column("enabled", sa.Boolean()))
DATES = sa.table(
    "key_date_setting",
    sa.column("guild_id"), sa.column("prompts", sa.Boolean()), sa.column("muted", sa.JSON()),
)  # fmt: skip
PROMPT = sa.table(
    "prompt",
    *(sa.column(name, sa.BigInteger()) for name in ("id", "region_id", "channel_id")),
    sa.column("scheduled", sa.Boolean()),
)
OF_A_REGION = {
    "comms.call": ("publication:", "publication"),
    "events.deadline": ("event:", "event"),
    "keydates.prompt": ("keydate:", "key_date"),
}
"""What the subject of each kind begins with, and the table that says which region it is of."""


def upgrade() -> None:
    """Go from the version before to this one."""
    op.add_column("guild", sa.Column("common_channel_id", sa.BigInteger(), nullable=True))
    bind = op.get_bind()
    regions: dict[int, dict[int, int]] = {}
    for region in bind.execute(sa.select(REGION).order_by(REGION.c.name)):
        regions.setdefault(region.guild_id, {})[region.id] = region.channel_id
    _stay_silent(bind, regions)
    welcome = {row.id: row.welcome_channel_id for row in bind.execute(sa.select(GUILD))}
    for guild_id, channels in regions.items():
        _once(bind, guild_id, welcome.get(guild_id) or next(iter(channels.values())), set(channels.values()))
    op.drop_table("prompt_mute")


def _stay_silent(bind: sa.Connection, regions: dict[int, dict[int, int]]) -> None:
    muted = set(bind.scalars(sa.select(MUTE.c.region_id)))
    dates: dict[int, Any] = {row.guild_id: row.muted for row in bind.execute(sa.select(DATES))}
    for guild_id, channels in regions.items():
        if muted >= channels.keys():
            bind.execute(sa.update(PLAN).where(PLAN.c.guild_id == guild_id).values(enabled=False))
        given = dates.get(guild_id)
        if isinstance(given, list) and channels.keys() <= set(cast("list[int]", given)):
            bind.execute(sa.update(DATES).where(DATES.c.guild_id == guild_id).values(prompts=False))


def _once(bind: sa.Connection, guild_id: int, common: int, channels: set[int]) -> None:
    regional: set[str] = set()
    for begin, name in OF_A_REGION.values():
        table = sa.table(name, sa.column("id", sa.Integer()), sa.column("region_id", sa.Integer()))
        numbers = bind.scalars(sa.select(table.c.id).where(table.c.region_id.is_not(None)))
        regional |= {f"{begin}{number}" for number in numbers}
    query = sa.select(DELIVERY).where(
        DELIVERY.c.guild_id == guild_id, DELIVERY.c.kind.in_(ONCE), DELIVERY.c.status == "pending"
    )
    kept: set[tuple[str, str, datetime]] = set()
    # What stands for that channel already is kept there.
    for row in sorted(bind.execute(query).all(), key=lambda one: (one.target_id != common, one.id)):
        if row.subject in regional or row.target_id not in channels | {common}:
            continue
        if row.kind == "campaign.prompt" and not _planned(bind, row, common):
            continue  # an organiser wants it there
        what, key = (row.kind, row.subject, row.due_at), row.key
        if row.target_id != common:
            key = row.key.replace(f":channel:{row.target_id}", f":channel:{common}")
        values: dict[str, Any] = {"target_id": common, "key": key}
        taken = key != row.key and bind.scalar(sa.select(DELIVERY.c.id).where(DELIVERY.c.key == key))
        if what in kept or taken:
            values = {"status": "suppressed", "reason": "for_everybody", "settled_at": datetime.now(UTC)}
        kept.add(what)
        bind.execute(sa.update(DELIVERY).where(DELIVERY.c.id == row.id).values(**values))


def _planned(bind: sa.Connection, row: sa.Row[Any], common: int) -> bool:
    """Have a planned prompt be for everybody; returns whether it is planned."""
    planned = (PROMPT.c.id == int(row.data["prompt"]), PROMPT.c.scheduled.is_(sa.true()))
    moved = sa.update(PROMPT).where(*planned).values(channel_id=common, region_id=None)
    return bool(bind.execute(moved).rowcount)


def downgrade() -> None:
    """Go back to the version before."""
    op.create_table(
        "prompt_mute",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id"], ["region.id"], name=op.f("fk_prompt_mute_region_id_region"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("region_id", name=op.f("pk_prompt_mute")),
    )
    op.drop_column("guild", "common_channel_id")
