"""Access needs: entered by members, read only by hosts."""

from typing import Any

import discord

from bot.delivery import Outgoing, Skip
from bot.domain.meetings import ORGANISERS
from cogs.common.base import Card, fitting, row
from cogs.common.buttons import named
from cogs.common.context import Context
from cogs.common.forms import Line
from cogs.common.notice import Sending, notice
from cogs.common.people import host_of, who
from cogs.meetings.options import MEETING, MeetingArgument
from cogs.meetings.subjects import FormOfMeeting, MeetingButton, OfMeeting, Why
from db.meetings import needs

MOST = 500


class SayNeeds(MeetingButton, name="needs"):
    """'Access needs': opens a form whose words only the hosts see."""

    async def press(self, ctx: Context) -> None:
        """Open the form."""
        await open_needs(ctx, self.meeting)


async def open_needs(ctx: Context, meeting_id: int) -> None:
    """Open the form, filled in with what the member typed before."""
    said = await ctx.read(needs.need_of, meeting_id, ctx.user_id)
    await ctx.open(NeedsForm(ctx.texts, meeting=meeting_id, typed={"words": said}))


class NeedsForm(FormOfMeeting, name="needs", words="answering.needs"):
    """The form for what somebody needs to take part."""

    said = Line(MOST, required=False, long=True, name="words")

    async def send(self, ctx: Context) -> None:
        """Store it and say who will read it."""
        words = self.said.value.strip()
        meeting = await ctx.write(needs.say, self.meeting, user_id=ctx.user_id, words=words)
        key = "answering.needs.said" if words else "answering.needs.gone"
        await ctx.reply(Card(ctx.text(key, title=meeting.title, host=host_of(meeting, ctx.texts))))


@MEETING.command(name="needs")
async def needs_(interaction: discord.Interaction[Any], meeting: MeetingArgument) -> None:
    """Say what you need or, as a host, read what others need (as an organiser, if the host has left)."""
    ctx = await Context.of(interaction)
    free, texts = meeting.host_id <= ORGANISERS, ctx.texts
    if not (ctx.user_id in meeting.hosts or (free and ctx.may_organise(meeting.region))):
        await open_needs(ctx, meeting.id)
        return
    said = await ctx.read(needs.needs_of, meeting.id)
    shown = [texts("answering.needs.entry", member=who(one.user_id, texts), words=one.words) for one in said]
    words = fitting(shown, texts) if shown else texts("answering.needs.none")
    manage = named("manage", label=texts("manage.show.button"), meeting=meeting.id, do="show")
    await ctx.reply(Card(texts("answering.needs.title", title=meeting.title), words, row(manage)))


@notice(needs.NEED, sensitive=True)
class NeedSaid(OfMeeting):
    """What somebody needs, sent to each host; without hosts, the organisers learn only that there is something."""

    user: int

    async def render(self, ctx: Sending) -> Outgoing:
        """Return what they need, if they still do and the recipient should know."""
        meeting = await self.find(ctx)
        words = await ctx.read(needs.need_of, meeting.id, self.user)
        if not words:
            raise Skip(Why.NEED_WITHDRAWN)
        if ctx.delivery.target_id not in meeting.hosts and (ctx.private or meeting.host_id > ORGANISERS):
            raise Skip(Why.HOSTS_CHANGED)
        if not ctx.private:
            return Outgoing(Card(ctx.texts("answering.needs.channel", title=meeting.title)))
        about = {"title": meeting.title, "member": who(self.user, ctx.texts)}
        return Outgoing(Card(ctx.texts("answering.needs.news", **about, words=words)))
