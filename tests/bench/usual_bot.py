"""The usual stateful bot: each command does one SELECT and one INSERT and a COMMIT before it answers.

SQLAlchemy 2.1 async on aiosqlite, WAL, or on asyncpg, as its documentation writes it.
Started by the bench as `python -m tests.bench.usual_bot` with the same environment as the real bot.
"""

import os
from typing import Any

import discord
from discord.ext import commands
from sqlalchemy import BigInteger, event, func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from tests.bench.bare_bot import connect_to


class Base(DeclarativeBase):
    """The tables."""


class Answer(Base):
    """Who answered."""

    __tablename__ = "answer"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, index=True)
    answer: Mapped[str]


def pragmas(connection: Any, _: Any) -> None:
    """Set the pragmas with which a SQLite file loses nothing that was committed."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


class Usual(commands.Bot):
    """One command with a database."""

    sessions: async_sessionmaker[AsyncSession]

    async def setup_hook(self) -> None:
        """Open the database and register the command."""
        engine = create_async_engine(os.environ["ISO_BOT_DATABASE__URL"])

        if engine.dialect.name == "sqlite":
            event.listen(engine.sync_engine, "connect", pragmas)
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        self.sessions = async_sessionmaker(engine, expire_on_commit=False)

        @self.tree.command(name="hello", description="Says hello")
        async def hello(interaction: discord.Interaction[Any]) -> None:  # pyright: ignore[reportUnusedFunction]
            async with self.sessions.begin() as session:
                count = await session.scalar(
                    select(func.count()).where(Answer.user_id == interaction.user.id, Answer.answer == "no")
                )
                session.add(Answer(user_id=interaction.user.id, answer="yes"))
            await interaction.response.send_message(f"Hello, {count}", ephemeral=True)
            # Two messages, as for a press on 'Going': the card, and beside it what was answered.
            await interaction.followup.send("That is noted.", ephemeral=True)

        await self.tree.sync()


def main() -> None:
    """Run until killed."""
    token = os.environ["ISO_BOT_DISCORD__TOKEN"]
    connect_to(os.environ["ISO_BOT_DISCORD__API_BASE"], token)
    intents = discord.Intents(guilds=True, members=True)
    Usual(command_prefix="!", intents=intents, chunk_guilds_at_startup=False).run(token, log_handler=None)


if __name__ == "__main__":
    main()
