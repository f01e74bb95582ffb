"""The editor's desk: what came in for a publication, decided one by one; and a member's own contributions."""

import re
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import discord
from discord import ui

from bot.app import Bot
from bot.domain.comms import LONGEST_REASON
from bot.domain.free_text import one_line
from bot.errors import UserError
from bot.texts import Markup, Texts, plain
from cogs.common.audience import acting_in
from cogs.common.base import ONESELF, Action, Card, Form, fitting, line, members_of, number_in, reply, row
from cogs.common.mention import who
from cogs.common.times import spoken, written
from cogs.comms.contributing import Consent, quoted
from cogs.comms.publications import must_edit
from db import comms
from db.comms.models import Contribution, Publication
from db.models import Guild

VERBS = {"accept": "accepted", "hold": "held", "decline": "declined"}
SHORT = 80
SHOWN_MINE = 5


class Desk(Action, template=r"comms:desk:(?P<publication>\d{1,9}):(?P<after>\d{1,9})"):
    """'Look at them' and 'Next one': what came in for a publication, from after a number on."""

    audience = members_of(Publication, "publication_id")

    def __init__(self, publication_id: int, label: Markup, after: int = 0) -> None:
        super().__init__(f"comms:desk:{publication_id}:{after}", label)

    def read(self, match: re.Match[str]) -> None:
        """Take the publication and the number out of the custom_id."""
        self.publication_id, self.after = int(match["publication"]), int(match["after"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Show the next one."""
        found = await bot.store.read(comms.publication, self.publication_id, guild_id=acting_in(interaction))
        guild = await must_edit(interaction, bot, found)
        await reply(interaction, await desk_card(bot, guild, found, after=self.after))


class Decide(Action, template=r"comms:item:(?P<contribution>\d{1,9}):(?P<verb>accept|hold|decline)"):
    """'Accept', 'Hold over' or 'Decline' under a contribution."""

    audience = members_of(Contribution, "contribution_id")

    def __init__(self, contribution_id: int, verb: str, texts: Texts, *, disabled: bool = False) -> None:
        super().__init__(
            f"comms:item:{contribution_id}:{verb}",
            texts(f"comms.items.{verb}.button"),
            style=discord.ButtonStyle.success if verb == "accept" else discord.ButtonStyle.secondary,
            disabled=disabled,
        )

    def read(self, match: re.Match[str]) -> None:
        """Take contribution and verb out of the custom_id."""
        self.contribution_id, self.verb = int(match["contribution"]), match["verb"]

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Store the decision and show the next one; for declining, ask why first."""
        if self.verb == "decline":
            await _of(interaction, bot, self.contribution_id)
            await interaction.response.send_modal(DeclineForm(bot.texts, str(self.contribution_id)))
            return
        await decide(interaction, bot, self.contribution_id, VERBS[self.verb], "")


class DeclineForm(Form):
    """Why something is declined: its author reads it."""

    audience = members_of(Contribution, "about")

    name = "comms-decline"

    def __init__(self, texts: Texts, state: str) -> None:
        super().__init__(texts("comms.decline.modal"), state)
        label, hint = texts("comms.decline.label"), texts("comms.decline.hint")
        self.reason = self.ask("reason", label, hint, most=LONGEST_REASON, long=True)

    @classmethod
    def rebuilt(cls, texts: Texts, state: str) -> "DeclineForm":
        """Build the form again.

        Raises:
            UserError: the state is none of ours.
        """
        return cls(texts, number_in(state))

    async def submitted(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Decline it."""
        reason = one_line(self.reason.value)
        if not reason:
            raise UserError("comms.decline.why")
        await decide(interaction, bot, int(self.state), "declined", reason)


async def _of(
    interaction: discord.Interaction[Any], bot: Bot, contribution_id: int
) -> tuple[Guild, Publication, Contribution]:
    sent = await bot.store.read(comms.find, contribution_id, guild_id=acting_in(interaction))
    found = await bot.store.read(comms.publication, sent.publication_id)
    return await must_edit(interaction, bot, found), found, sent


async def decide(
    interaction: discord.Interaction[Any], bot: Bot, contribution_id: int, state: str, reason: str
) -> None:
    """Store what an editor decides, and show what is to be decided next.

    Raises:
        UserError: there is nothing such for this person, or it is in an edition already.
    """
    guild, found, sent = await _of(interaction, bot, contribution_id)
    await bot.store.write(
        comms.decide,
        sent.id,
        state,
        guild_id=found.guild_id,
        reason=reason,
        by=interaction.user.id,
        now=bot.clock.now(),
    )
    said = bot.texts(f"comms.items.{state}.done", number=sent.id)
    await reply(interaction, await desk_card(bot, guild, found, after=sent.id, said=said))


async def desk_card(
    bot: Bot,
    guild: Guild,
    found: Publication,
    *,
    after: int = 0,
    item: int | None = None,
    said: Markup | None = None,
) -> Card:
    """Return what came in: one in full (`item`, else the next that is undecided), the others in a line each."""
    texts, now = bot.texts, bot.clock.now()
    items = await bot.store.read(comms.of_publication, found.id)
    tally = await bot.store.read(comms.tally, found.id)
    deadline = comms.next_deadline(found, guild, now=now)
    zone = ZoneInfo(guild.zone)
    if item is not None:
        chosen = await bot.store.read(comms.find, item, guild_id=guild.id)
        if chosen.publication_id != found.id:
            raise UserError("comms.items.gone")
    else:
        chosen = _next(items, after)
    head = line(
        said,
        texts("comms.items.title", name=found.name),
        texts(
            "comms.items.tally",
            new=tally.get("new", 0),
            accepted=tally.get("accepted", 0),
            held=tally.get("held", 0),
        ),
        texts("comms.items.deadline", when=spoken(deadline, zone)) if deadline is not None else None,
    )
    if chosen is None:
        return Card(head, texts("comms.items.none"))
    others = [_line(one, texts) for one in items if one.id != chosen.id]
    more = [one for one in items if one.id != chosen.id and one.state in ("new", "held")]
    buttons = [
        Decide(chosen.id, verb, texts, disabled=chosen.state in (state, "used"))
        for verb, state in VERBS.items()
    ]
    return Card(
        head,
        line(
            texts(
                "comms.items.each",
                number=chosen.id,
                who=who(chosen.by_id, texts),
                when=written(chosen.made_at, zone),
                state=texts(f"comms.states.{chosen.state}"),
            ),
            quoted(chosen, texts),
            texts("comms.items.reason", reason=chosen.reason) if chosen.reason else None,
        ),
        row(*buttons, Desk(found.id, texts("comms.items.next.button"), chosen.id) if more else None),
        line(texts("comms.items.others"), fitting(others, texts, room=500)) if others else None,
    )


def _next(items: Sequence[Contribution], after: int) -> Contribution | None:
    """Return what is to be decided next: what is new, from `after` on and round again, then what was held over."""
    for state in ("new", "held", "accepted"):
        waiting = [one for one in items if one.state == state]
        later = [one for one in waiting if one.id > after]
        if later or waiting:
            return (later or waiting)[0]
    return None


def _line(one: Contribution, texts: Texts) -> Markup:
    words = _shortened(one.words, SHORT)
    return texts("comms.items.line", number=one.id, words=words, state=texts(f"comms.states.{one.state}"))


def _shortened(words: str, most: int) -> str:
    words = " ".join(words.split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


class Withdraw(Action, template=r"comms:withdraw:(?P<contribution>\d{1,9})"):
    """'Take it back' under one's own contribution."""

    audience = ONESELF

    def __init__(self, contribution_id: int, texts: Texts) -> None:
        super().__init__(
            f"comms:withdraw:{contribution_id}", texts("comms.mine.withdraw.button", number=contribution_id)
        )

    def read(self, match: re.Match[str]) -> None:
        """Take the contribution out of the custom_id."""
        self.contribution_id = int(match["contribution"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Delete it."""
        gone = await bot.store.write(
            comms.withdraw, self.contribution_id, interaction.user.id, now=bot.clock.now()
        )
        key = "comms.mine.withdrawn_late" if gone.state == "used" else "comms.mine.withdrawn"
        await reply(interaction, Card(bot.texts(key, number=gone.id)))


def mine_card(found: Sequence[tuple[Contribution, Publication]], texts: Texts) -> Card:
    """Return a member's own contributions and what became of each; what they are asked about comes first."""
    if not found:
        return Card(texts("comms.mine.title"), texts("comms.mine.none"))
    ordered = sorted(found, key=lambda pair: pair[0].state != "asked")
    blocks: list[ui.Item[Any] | Markup | None] = [texts("comms.mine.title")]
    for one, publication in ordered[:SHOWN_MINE]:
        state = texts(f"comms.states.{one.state}")
        blocks.append(
            line(
                texts("comms.mine.each", number=one.id, name=publication.name, state=state),
                Markup(f"> {plain(_shortened(one.words, 150))}"),
                texts("comms.items.reason", reason=_shortened(one.reason, 150)) if one.reason else None,
            )
        )
        asked = one.state == "asked"
        answers = [Consent(one, "yes", texts), Consent(one, "no", texts)]
        blocks.append(row(*answers) if asked else row(Withdraw(one.id, texts)))
    rest = [_line(one, texts) for one, _ in ordered[SHOWN_MINE:]]
    return Card(*blocks, fitting(rest, texts, room=600) if rest else None)
