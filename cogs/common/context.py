"""What a command, button or form gets: who uses it, where, with what rights, and how to store and answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self, TypeVar, cast
from zoneinfo import ZoneInfo

import discord
from discord import ui
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.delivery import Outgoing
from bot.domain.rights import organises
from bot.domain.terms import terms_of
from bot.domain.when import Terms
from bot.errors import NeedsSetup, Refused, UserError
from bot.known import role_ids
from bot.texts import Markup, Texts
from cogs.common.pick import pick
from cogs.common.report import STORED, Problem, replace, reply
from db import guilds
from db.limits import counted
from db.models import Guild, Region
from db.setup import channels
from db.supplied import supplied

Result = TypeVar("Result")
Used = discord.Interaction[Any]


@dataclass(frozen=True, slots=True)
class Context:
    """Who uses something and where, with what rights; the texts, the store, and the answer.

    Attributes:
        interaction: what Discord sent.
        bot: the bot.
        record: the server's stored record; None without a server, or before it is set up.
        region: the channel's region, if it has one.
        role_ids: the user's roles in the server.
        admin: whether they may manage the server.
        languages: the language of their Discord ('fr'), nothing for English; for dates that are not English.
    """

    interaction: Used
    bot: Bot
    record: Guild | None
    region: Region | None = None
    role_ids: frozenset[int] = frozenset()
    admin: bool = False
    languages: tuple[str, ...] = ()

    @classmethod
    async def of(cls, interaction: Used) -> Self:
        """Return the context of something used in a server that is set up, or done by a button in a direct message.

        Raises:
            UserError: in a direct message, where there is no server.
            NeedsSetup: the server has not been set up.
        """
        if interaction.guild_id is None:
            if "doing" in interaction.extras:
                return await cls.personal(interaction)
            raise UserError("errors.only_in_server")
        ctx = await cls.anywhere(interaction)
        _ = ctx.guild
        return ctx

    @classmethod
    async def personal(cls, interaction: Used) -> Self:
        """Return the context of something used in a server, or in a direct message about one.

        Raises:
            UserError: there is no server, or it is unclear which.
            NeedsSetup: the server has not been set up.
        """
        if interaction.guild_id is not None:
            return await cls.of(interaction)
        bot = cast("Bot", interaction.client)
        record = await bot.hooks.server(interaction)
        standing = await bot.standings.of(record.id, interaction.user.id)
        if standing is None:
            raise UserError("errors.not_here")
        ctx = cls(
            interaction, bot, record, None, standing.role_ids, standing.admin, languages_of(interaction)
        )
        _ = ctx.guild
        return ctx

    @classmethod
    async def anywhere(cls, interaction: Used) -> Self:
        """Return the context of something used in a direct message, or in a server that may not be set up yet."""
        bot = cast("Bot", interaction.client)
        record = await bot.guild_record(interaction.guild_id) if interaction.guild_id is not None else None
        return cls.at(interaction, record)

    @classmethod
    def at(cls, interaction: Used, guild: Guild | None) -> Self:
        """Return the context of something used in a server whose record is known."""
        channel = interaction.channel
        ids = {interaction.channel_id}
        if isinstance(channel, discord.Thread):
            ids.add(channel.parent_id)
        regions = guild.regions if guild is not None else ()
        # Not the cached roles: Discord may not have delivered the server, or an event was missed.
        return cls(
            interaction,
            cast("Bot", interaction.client),
            guild,
            next((region for region in regions if region.channel_id in ids), None),
            role_ids(interaction.user),
            interaction.permissions.manage_guild,
            languages_of(interaction),
        )

    @property
    def guild(self) -> Guild:
        """The server's stored record. Raises NeedsSetup: the server has not been set up."""
        if self.record is None or self.record.set_up_at is None:
            raise NeedsSetup("errors.needs_setup")
        return self.record

    @property
    def guild_id(self) -> int:
        """The id of the server that this acts on: where it was used, or in a DM, whose member was admitted.

        Raises:
            UserError: there is no server.
        """
        if self.interaction.guild_id is not None:
            return self.interaction.guild_id
        if self.record is None:
            raise UserError("errors.only_in_server")
        return self.record.id

    @property
    def in_server(self) -> bool:
        """Whether it was used in a server rather than in a direct message."""
        return self.interaction.guild_id is not None

    @property
    def user_id(self) -> int:
        """The user's id."""
        return self.interaction.user.id

    @property
    def now(self) -> datetime:
        """The time, in UTC."""
        return self.bot.clock.now()

    @property
    def texts(self) -> Texts:
        """The bot's texts."""
        return self.bot.texts

    def text(self, key: str, /, **fields: Any) -> Markup:
        """Return a text of the content, filled in."""
        return self.bot.texts(key, **fields)

    async def read(self, verb: Callable[..., Result], /, *args: Any, **fields: Any) -> Result:
        """Run a short, indexed query; server and time are supplied where the verb takes them by name."""
        return await self.bot.store.read(verb, *args, **self._with(verb, fields))

    async def read_cached(self, verb: Callable[..., Result], /, *args: Any, **fields: Any) -> Result:
        """Do as `read` does, cached for identical questions; nothing is supplied, and arguments must be hashable."""
        return await self.bot.store.read_cached(verb, *args, **fields)

    async def read_in_thread(self, verb: Callable[..., Result], /, *args: Any, **fields: Any) -> Result:
        """Run a long query as `read` does, without delaying short ones."""
        return await self.bot.store.read_in_thread(verb, *args, **self._with(verb, fields))

    async def write(self, verb: Callable[..., Result], /, *args: Any, **fields: Any) -> Result:
        """Run a verb in a transaction of its own; server, actor and time are supplied where it takes them by name.

        Raises:
            Busy: too much is waiting already.
            StoreError: it could not be stored.
        """
        done = await self.bot.store.write(verb, *args, **self._with(verb, fields))
        self.interaction.extras[STORED] = True
        return done

    async def write_limited(
        self, limit: str, verb: Callable[..., Result], /, *args: Any, about: str = "", **fields: Any
    ) -> Result:
        """Do as `write` does, and count it against `limit` (db/limits.py), for the object `about`.

        Raises:
            TooOften: the user has reached the limit.
        """
        rest = {name: value for name, value in fields.items() if name not in ("guild", "actor_id", "now")}
        done = await self.bot.store.write(
            counted,
            limit,
            verb,
            *args,
            guild=self.guild,
            actor_id=self.user_id,
            now=self.now,
            about=about,
            **rest,
        )
        self.interaction.extras[STORED] = True
        return done

    def _with(self, verb: Callable[..., Any], fields: dict[str, Any]) -> dict[str, Any]:
        wanted = supplied(verb) - fields.keys()
        return {name: self._value(name) for name in wanted} | fields

    def _value(self, name: str) -> Any:
        if name == "guild":
            return self.guild
        if name == "guild_id":
            return self.guild_id
        return self.now if name == "now" else self.user_id

    async def set_up(
        self,
        then: Callable[..., Result],
        /,
        *args: Any,
        settings: Mapping[str, Any] | None = None,
        **fields: Any,
    ) -> Result:
        """Change a server's settings (fields of `Guild`), known or not; run `then` with it, as `write` does."""
        guild_id, actor_id, now = self.must_manage(), self.user_id, self.now
        more = self._with(then, fields)

        def store(session: Session) -> Result:
            zone = self.bot.settings.language.zone
            guild = guilds.ensure(session, guild_id, zone=zone, now=now, admin_id=actor_id)
            common = guilds.common_channel(guild)
            guilds.change(session, guild_id, actor_id=actor_id, now=now, **(settings or {}))
            session.flush()
            channels.follow_common(session, guild, common, now=now)
            return then(session, *args, **more)

        done = await self.bot.store.write(store)
        self.interaction.extras[STORED] = True
        self.bot.forget_guild(guild_id)
        return done

    async def reply(self, card: ui.LayoutView) -> None:
        """Answer privately, replacing the private card that was pressed or whose form was sent."""
        await reply(self.interaction, card)

    async def replace(self, card: ui.LayoutView) -> None:
        """Answer as `reply` does; in a direct message replace what was pressed, so that its buttons disappear."""
        response = self.interaction.response
        if not self.in_server and self.interaction.message is not None and not response.is_done():
            guild_id = self.record.id if self.record is not None else 0
            names = await self.bot.naming.of(guild_id, Outgoing(card).said)
            await replace(self.interaction, card, names)
        else:
            await self.reply(card)

    async def open(self, form: ui.Modal) -> None:
        """Open a form."""
        await self.interaction.response.send_modal(form)

    @property
    def zone(self) -> ZoneInfo:
        """The server's zone."""
        return ZoneInfo(self.guild.zone)

    @property
    def today(self) -> date:
        """The day in the server's local time."""
        return self.now.astimezone(self.zone).date()

    @property
    def terms(self) -> Terms | None:
        """The server's school terms, None when none are set."""
        return terms_of(self.guild.terms)

    def region_of(self, region_id: int | None) -> Region | None:
        """Return the server's region with that id, or None."""
        return next((region for region in self.guild.regions if region.id == region_id), None)

    @property
    def organises_all(self) -> bool:
        """Whether the user organises the whole server, and so every future region."""
        roles = self.guild.organiser_roles
        return self.admin or any(one.region_id is None and one.role_id in self.role_ids for one in roles)

    def may_organise(self, region: Region | None) -> bool:
        """Whether the user organises `region` (None: any region)."""
        roles = [(role.role_id, role.region_id) for role in self.guild.organiser_roles]
        return organises(self.role_ids, roles, region_id=region.id if region else None, admin=self.admin)

    def must_organise(self, region: Region | None) -> None:
        """Refuse those who do not organise `region`, and say who does.

        Raises:
            Refused: naming the region and the organisers' roles.
        """
        if not self.may_organise(region):
            raise Refused("errors.organisers_only", region=region.name if region else "your region")

    def must_manage(self) -> int:
        """Return the server's id for somebody who may manage it; it need not be set up.

        Raises:
            Refused: they may not; says who can.
            UserError: there is no server.
        """
        guild_id = self.guild_id
        if not self.admin:
            raise Refused("errors.admins_only")
        return guild_id

    def must_organise_for(self, region: Region | None) -> None:
        """Refuse those who do not organise `region` or, if None, every region.

        Raises:
            Refused: naming a region that is not theirs.
        """
        for one in [region] if region is not None or not self.guild.regions else self.guild.regions:
            self.must_organise(one)

    def which(self, key: str, regions: Sequence[str]) -> Problem:
        """Return the question which region is meant, with a menu that continues the request."""
        menu = self.bot.hooks.choose(self.interaction, "region", [(name, name) for name in regions])
        return Problem(key, *menu, regions=", ".join(regions))

    def the_region(self, words: str | None) -> Region:
        """Return the named region, or that of this channel.

        Raises:
            NeedsSetup: no region is set up at all.
            UserError: no such region (with the nearest names), or none named outside a region's channel.
        """
        if not self.guild.regions:
            raise NeedsSetup("errors.no_regions_yet")
        if words is None:
            if self.region is not None:
                return self.region
            if len(self.guild.regions) == 1:
                return self.guild.regions[0]
            raise self.which("errors.which_region", [one.name for one in self.guild.regions])
        return pick(words, self.guild.regions, self.texts, "region")


def nothing(_session: Session) -> None:
    """Store nothing besides the settings."""


async def server_meant(interaction: Used) -> int:
    """Return the id of the server where something is used, or that a direct message is about."""
    if interaction.guild_id is not None:
        return interaction.guild_id
    return (await cast("Bot", interaction.client).hooks.server(interaction)).id


def languages_of(interaction: discord.Interaction[Any]) -> tuple[str, ...]:
    """Return the language of the member's Discord ('fr'), nothing for English."""
    language = interaction.locale.value.partition("-")[0]
    return () if language == "en" else (language,)
