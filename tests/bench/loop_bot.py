"""The usual way to send reminders: read what is due, send one after the other, mark each as sent.

Started by the bench as `python -m tests.bench.loop_bot`, its table filled by the bench.
"""

import os

import discord
from discord.ext import commands
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from tests.bench.bare_bot import connect_to


class Base(DeclarativeBase):
    """The table."""


class Reminder(Base):
    """Whom to write to, and whether that was done."""

    __tablename__ = "reminder"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    words: Mapped[str]
    sent: Mapped[bool] = mapped_column(index=True)


class Loop(commands.Bot):
    """Sends once it is connected."""

    sessions: async_sessionmaker[AsyncSession]

    async def setup_hook(self) -> None:
        """Open the database, and have the commands registered: the bench waits for that."""
        engine = create_async_engine(os.environ["ISO_BOT_DATABASE__URL"])
        self.sessions = async_sessionmaker(engine, expire_on_commit=False)

        @self.tree.command(name="hello", description="Says hello")
        async def hello(interaction: discord.Interaction[discord.Client]) -> None:  # pyright: ignore[reportUnusedFunction]
            await interaction.response.send_message("Hello", ephemeral=True)

        await self.tree.sync()

    async def on_ready(self) -> None:
        """Send all that is due."""
        async with self.sessions() as session:
            due = (await session.scalars(select(Reminder).where(Reminder.sent.is_(False)))).all()
            for reminder in due:
                channel = await self.create_dm(discord.Object(reminder.user_id))
                await channel.send(reminder.words)
                reminder.sent = True
                await session.commit()


def main() -> None:
    """Run until killed."""
    token = os.environ["ISO_BOT_DISCORD__TOKEN"]
    connect_to(os.environ["ISO_BOT_DISCORD__API_BASE"], token)
    intents = discord.Intents(guilds=True, members=True)
    Loop(command_prefix="!", intents=intents, chunk_guilds_at_startup=False).run(token, log_handler=None)


if __name__ == "__main__":
    main()
