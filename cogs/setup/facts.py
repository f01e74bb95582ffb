"""`/setup change`, Facts: facts that age, who checked them for a server, and the yearly question."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from enum import auto

from sqlalchemy.orm import Session

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.facts import (
    LONGEST,
    PUBLICATIONS,
    SECTIONS,
    UNTIL_CHECKED,
    Section,
    is_due,
    kept,
    read_publication,
    read_seats,
)
from bot.errors import UserError
from bot.texts import Facts, Markup, Texts
from bot.texts.facts import published, rhythms_of
from cogs.common.base import Card, line, row
from cogs.common.buttons import Button
from cogs.common.context import Context
from cogs.common.forms import Form, Line
from cogs.common.notice import Notice, Reason, Sending, notice
from cogs.common.people import who
from db import comms, facts, guilds
from db.models import Fact
from db.network import networks

log = logging.getLogger(__name__)

AHEAD = "facts.ahead"
AT = time(4, 40, tzinfo=UTC)
"""After the nightly erasures and counts, at an hour when hardly anybody waits for an answer."""


class CheckFacts(Button, name="facts"):
    """'Check the helplines'."""

    section: Section

    async def press(self, ctx: Context) -> None:
        """Open the form of a section, filled in with the present facts."""
        ctx.must_manage()
        await ctx.open(
            FactsForm(
                ctx.texts,
                section=self.section,
                typed={name: ctx.texts.fact(name) for name in SECTIONS[self.section]},
            )
        )


class FactsForm(Form, name="facts", words="facts"):
    """The form for the facts of one section; sending it means having checked them."""

    section: Section

    @property
    def modal(self) -> str:
        """The key of the title."""
        return f"setup.facts.{self.section}.modal"

    def lines(self) -> Iterable[Line]:
        """Return a field for each fact of the section."""
        return [Line(LONGEST, required=False, name=name) for name in SECTIONS[self.section]]

    async def send(self, ctx: Context) -> None:
        """Store the checked facts, and show them."""
        guild_id, texts, now, actor_id = ctx.must_manage(), ctx.texts, ctx.now, ctx.user_id
        values = {name: kept(name, words, texts.default(name)) for name, words in self.typed.items()}
        _must_be_read(values, texts)
        rhythms = _new_rhythms(values, texts)

        def store(session: Session) -> None:
            zone = ctx.bot.settings.language.zone
            guild = guilds.ensure(session, guild_id, zone=zone, now=now, admin_id=actor_id)
            facts.keep(session, guild_id, values, actor_id=actor_id, now=now)
            if "forum_seats" in values:
                networks.reseat(session, guild_id, values["forum_seats"] or texts.default("forum_seats"))
            comms.follow(session, guild, rhythms, actor_id=actor_id, now=now)

        await ctx.write(store)
        ctx.bot.facts.forget(guild_id)
        await ctx.bot.facts.speak_for(guild_id)
        await ctx.reply(await facts_card(ctx.bot, guild_id))


def _must_be_read(values: Mapping[str, str | None], texts: Texts) -> None:
    """Refuse facts that the bot has to parse, and can't.

    Raises:
        UserError: says how to write them.
    """
    if (seats := values.get("forum_seats")) is not None and not read_seats(seats):
        raise UserError("setup.facts.seats_unread", words=seats)
    for name, words in values.items():
        if (
            name in SECTIONS["publications"]
            and words is not None
            and not read_publication(words, rhythms_of(texts))
        ):
            rhythms = ", ".join(rhythms_of(texts).values())
            raise UserError("setup.facts.publication_unread", words=words, rhythms=rhythms)


def _new_rhythms(values: Mapping[str, str | None], texts: Texts) -> dict[str, str]:
    """Return the rhythm of each publication where the form differs from the present facts."""
    found: dict[str, str] = {}
    for name in PUBLICATIONS:
        if (field := f"{name}_about") in values:
            said = read_publication(values[field] or texts.default(field), rhythms_of(texts))
            if said is not None and said.cadence != published(name, texts).cadence:
                found[name] = said.cadence
    return found


async def facts_card(bot: Bot, guild_id: int, *, title: Markup | None = None) -> Card:
    """Return all facts of a server, who checked each when, and the buttons to check them."""
    texts, now = bot.texts, bot.clock.now()
    looked: Sequence[Fact] = await bot.store.read(facts.of, guild_id)
    known = {fact.name: fact for fact in looked}
    blocks: list[Markup] = []
    for section, names in SECTIONS.items():
        lines = [_line(name, known.get(name), texts) for name in names]
        blocks.append(line(texts(f"setup.facts.{section}.title"), *lines))
    asked = any(is_due(known[name].checked_at if name in known else None, now) for name in UNTIL_CHECKED)
    return Card(
        title or texts("setup.facts.title"),
        *blocks,
        texts("setup.facts.unchecked") if asked else None,
        row(
            *[
                CheckFacts(label=texts(f"setup.facts.{section}.button"), section=section)
                for section in SECTIONS
            ]
        ),
    )


def _line(name: str, fact: Fact | None, texts: Texts) -> Markup:
    if fact is None:
        checked = texts("setup.facts.source", source=texts(f"facts.{name}.source"))
    elif fact.checked_by is None:
        checked = texts("setup.facts.on", day=Markup(f"<t:{int(fact.checked_at.timestamp())}:D>"))
    else:
        checked = texts(
            "setup.facts.by",
            who=who(fact.checked_by, texts),
            day=Markup(f"<t:{int(fact.checked_at.timestamp())}:D>"),
        )
    return texts(
        "setup.facts.line",
        label=texts(f"facts.{name}.label"),
        value=texts.fact(name) or texts("setup.facts.none"),
        checked=checked,
    )


class Why(Reason):
    """Why nobody is asked about facts."""

    FACTS_CHECKED = auto()


@notice(facts.ASK)
class StillRight(Notice):
    """The yearly question whether helplines and addresses are right."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Ask, if nobody has checked them since."""
        texts = ctx.texts
        if not await ctx.read(facts.due, ctx.guild_id, ctx.now):
            raise Skip(Why.FACTS_CHECKED)
        push = ctx.push("setup.facts.push")
        if not ctx.private:
            title = texts("setup.facts.question")
            return Outgoing(await facts_card(ctx.bot, ctx.guild_id, title=title), silent=True, push=push)
        server = ctx.bot.get_guild(ctx.guild_id)
        words = texts(
            "setup.facts.question_private", server=server.name if server else texts("setup.facts.your_server")
        )
        return Outgoing(Card(words), silent=True, push=push)


def next_day(now: datetime) -> datetime:
    """Return when servers are next checked."""
    today = datetime.combine(now.astimezone(UTC).date(), AT)
    return today if today > now else today + timedelta(days=1)


def register(bot: Bot) -> None:
    """Let texts use facts, and schedule the questions about them."""

    def names(_session: Session, _guild_id: int, found: Facts) -> Facts:
        changed = ((name, found.changed.get(f"{name}_about")) for name in PUBLICATIONS)
        said = ((name, read_publication(words, rhythms_of(bot.texts))) for name, words in changed if words)
        return found.also({name: each.name for name, each in said if each is not None})

    async def ahead() -> None:
        log.info(
            "questions about facts enqueued: %d", await bot.store.write(facts.ask_ahead, now=bot.clock.now())
        )

    bot.facts.follow(names)
    bot.maintenance.add(AHEAD, ahead, due_after=next_day)
