"""Twinning: the form to add a branch or union, matches, and the request to meet a contact."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from discord import ui
from sqlalchemy.orm import Session

from bot.domain.interests import ASK_LIVES, LANGUAGE_LENGTH, LANGUAGES, read_languages
from bot.errors import UserError
from bot.texts import Markup, Texts, plain
from cogs.common.base import MEANT, Card, fitting, line, row
from cogs.common.buttons import Button, Id, PagedMenu, ask_first
from cogs.common.context import Context
from cogs.common.forms import Form, Line, OneOf
from cogs.common.interests import choices, name_of, names, offered
from db import interests
from db.network import twinnings
from db.network.models import Twinning

NAME_LENGTH, TEXT_LENGTH = 100, 200


class TwinningForm(Form, name="twinning", words="network.twinning.form"):
    """The form for a branch looking for a partner union, or a union looking for a branch."""

    audience = MEANT

    kind: Literal["branch", "union"]

    def lines(self) -> Iterable[Line | OneOf]:
        """Return the fields: a union says how to reach it, a branch what it hopes for."""
        union, campaigns = self.kind == "union", offered("campaign", self.texts)
        yield Line(NAME_LENGTH, name="name")
        yield OneOf(offers=choices("world", self.texts), name="world")
        yield OneOf(offers=campaigns, required=False, most=len(campaigns), name="topics")
        yield Line(LANGUAGES * LANGUAGE_LENGTH, required=False, name="language")
        yield Line(TEXT_LENGTH, required=union, long=True, name="reach" if union else "hopes")

    def put(self, texts: Texts, name: str, item: ui.Item[Any]) -> None:
        """Add a field; a union's name has words of its own."""
        super().put(texts, "union" if name == "name" and self.kind == "union" else name, item)

    async def send(self, ctx: Context) -> None:
        """Store the entry, and show its matches."""
        texts, union = ctx.texts, self.kind == "union"
        if union:
            ctx.must_organise(None)
        try:
            languages = read_languages(self.typed["language"])
        except ValueError:
            raise UserError("interests.languages.unread") from None
        said = self.typed["reach" if union else "hopes"].strip()
        new = Twinning(
            kind=self.kind,
            name=" ".join(self.typed["name"].split())[:NAME_LENGTH],
            world=self.typed["world"],
            topics=self.menus["topics"].values,
            languages=languages,
            hopes="" if union else said,
            reach=said if union else "",
            contact_id=None if union else ctx.user_id,
        )
        seeking = await ctx.write(twinnings.add, new)
        saved = texts(f"network.twinning.{'saved_union' if union else 'saved'}", name=seeking.name)
        found = await ctx.read(twinnings.matches, seeking)
        await ctx.reply(match_card(ctx, seeking, found, title=saved))


async def show(ctx: Context) -> None:
    """Show who is looking for a partner, and what to do about it."""
    texts = ctx.texts
    found = await ctx.read(twinnings.of_guild, ctx.guild_id)
    own = [each for each in found if each.contact_id == ctx.user_id]
    offers = [(each.name, str(each.id)) for each in (*own, *(each for each in found if each not in own))]
    union = ctx.may_organise(None)
    await ctx.reply(
        Card(
            texts("network.twinning.title"),
            fitting([entry(each, texts) for each in found], texts, between="\n\n")
            or texts("network.twinning.none"),
            row(
                OpenForm(label=texts("network.twinning.look.button"), kind="branch"),
                OpenForm(label=texts("network.twinning.add_union.button"), kind="union") if union else None,
            ),
            *PickTwinning.rows(texts("network.twinning.pick.label"), offers),
        )
    )


class OpenForm(Button, name="twinning:open"):
    """'Look for a partner', 'Add a union'."""

    audience = MEANT

    kind: Literal["branch", "union"]

    async def press(self, ctx: Context) -> None:
        """Open the form, with the presser's branch if they have one."""
        if self.kind == "union":
            ctx.must_organise(None)
        mine, typed = (
            await ctx.read(twinnings.of_contact, ctx.user_id, guild_id=ctx.guild.id),
            dict[str, Any](),
        )
        if self.kind == "branch" and len(mine) == 1:
            typed = {name: getattr(mine[0], name) for name in ("name", "world", "topics", "hopes")}
            typed["language"] = ", ".join(mine[0].languages)
        await ctx.open(TwinningForm(ctx.texts, kind=self.kind, typed=typed))


class PickTwinning(PagedMenu, name="twinning:pick"):
    """The menu of those looking for a partner, to show one's matches."""

    audience = MEANT

    async def press(self, ctx: Context) -> None:
        """Show its matches. Raises UserError: it is no longer on the list."""
        seeking = await ctx.read(twinnings.find, self.the_number(), guild_id=ctx.guild.id)
        await ctx.reply(match_card(ctx, seeking, await ctx.read(twinnings.matches, seeking)))


class TakeOff(Button, name="twinning:remove"):
    """'Take it off the list', and its confirmation."""

    audience = MEANT

    twinning: Id
    sure: Literal["ask", "yes"]

    async def press(self, ctx: Context) -> None:
        """Ask for confirmation, or do it. Raises UserError: it is somebody else's, and they are not an organiser."""
        seeking = await ctx.read(twinnings.find, self.twinning, guild_id=ctx.guild.id)
        if not _theirs(ctx, seeking):
            raise UserError("network.twinning.not_yours")
        if self.sure == "ask":
            yes, back = self.but(sure="yes"), "network twinning"
            await ask_first(ctx, "network.twinning.remove.ask", yes, back, name=seeking.name)
            return
        await ctx.write(twinnings.remove, self.twinning)
        await ctx.reply(Card(ctx.text("network.twinning.removed", name=seeking.name)))


def _theirs(ctx: Context, seeking: Twinning) -> bool:
    return seeking.contact_id == ctx.user_id or ctx.may_organise(None)


def entry(seeking: Twinning, texts: Texts) -> Markup:
    """Return what an entry is looking for."""
    topics = Markup(", ".join(name_of("campaign", topic, texts) for topic in seeking.topics))
    spoken = Markup(", ".join(plain(language) for language in seeking.languages))
    return line(
        texts(
            f"network.twinning.{seeking.kind}",
            name=seeking.name,
            number=seeking.id,
            world=name_of("world", seeking.world, texts),
            topics=texts("network.twinning.topics", topics=topics) if topics else "",
        ),
        texts("network.twinning.languages", languages=spoken) if spoken else None,
        texts("network.twinning.hopes", hopes=seeking.hopes) if seeking.hopes else None,
        texts("network.twinning.reach", reach=seeking.reach) if seeking.reach else None,
    )


def match_card(
    ctx: Context,
    seeking: Twinning,
    found: Sequence[tuple[Twinning, Sequence[str]]],
    *,
    title: Markup | None = None,
) -> Card:
    """Return the matches with reasons and, for branches, the button to meet their contact."""
    texts = ctx.texts
    remove = (
        row(TakeOff(label=texts("network.twinning.remove.button"), twinning=seeking.id, sure="ask"))
        if _theirs(ctx, seeking)
        else None
    )
    if not found:
        none = texts("network.twinning.no_match", command=ctx.bot.mention("network twinning"))
        return Card(title or texts("network.twinning.matches", name=seeking.name), none, remove)
    entries: list[Markup] = []
    for other, reasons in found:
        same = other.kind == seeking.kind
        kind = "kind_union" if other.kind == "union" else "kind_branch" if same else "kind_other"
        entries.append(
            line(
                texts(
                    "network.twinning.match",
                    name=other.name,
                    kind=texts(f"network.twinning.{kind}"),
                    number=other.id,
                    reasons=names(reasons, texts),
                ),
                texts("network.twinning.reach", reach=other.reach) if other.reach else None,
            )
        )
    meets = [
        MeetBranch(label=texts("network.twinning.ask.button", name=Markup(other.name)), twinning=other.id)
        for other, _ in found
        if other.contact_id is not None
    ]
    return Card(
        title,
        texts("network.twinning.matches", name=seeking.name),
        fitting(entries, texts, between="\n\n", room=2_000),
        row(*meets) if meets else None,
        remove,
    )


class MeetBranch(Button, name="twinning:meet"):
    """'Meet Hackney': asks a branch's contact, who is not named to anybody before they agree."""

    audience = MEANT

    twinning: Id

    async def press(self, ctx: Context) -> None:
        """Send the request to its contact."""
        guild_id, user_id, now = ctx.guild.id, ctx.user_id, ctx.now

        def store(session: Session) -> Twinning:
            seeking = twinnings.find(session, self.twinning, guild_id=guild_id)
            if seeking.contact_id is None:
                raise UserError("network.twinning.no_contact", name=seeking.name)
            if seeking.contact_id == user_id:
                raise UserError("network.twinning.yourself", name=seeking.name)
            if twinnings.asked_before(session, seeking.id, user_id):
                raise UserError("network.twinning.asked_before", name=seeking.name)
            interests.must_not_pester(session, user_id, guild_id=guild_id, now=now)
            interests.put(
                session,
                user_id,
                seeking.contact_id,
                guild_id=guild_id,
                topics=[f"world:{seeking.world}", *(f"campaign:{topic}" for topic in seeking.topics)],
                now=now,
                twinning_id=seeking.id,
            )
            return seeking

        seeking = await ctx.write(store)
        await ctx.reply(Card(ctx.text("network.twinning.asked", name=seeking.name, days=ASK_LIVES.days)))
