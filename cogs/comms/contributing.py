"""Sending something in: the form, what is wrong with it, and the question to whoever wrote a message."""

import re
from typing import Any

import discord
from discord import ui

from bot.app import Bot
from bot.domain.comms import LONGEST, LONGEST_CREDIT
from bot.domain.free_text import clean, one_line
from bot.domain.links import LONGEST as LONGEST_LINK
from bot.domain.links import read_link
from bot.domain.seals import seal
from bot.errors import UserError
from bot.texts import Markup, Texts, plain_lines
from cogs.common.audience import acting_in
from cogs.common.base import ONESELF, Action, Card, Form, line, members_of, number_in, reply, row
from cogs.common.report import Problem
from cogs.common.standings import is_member
from db import comms, drafts
from db.comms.models import Contribution, Publication

DRAFT = "comms"
FIELDS = {"words": LONGEST, "link": LONGEST_LINK, "credit": LONGEST_CREDIT}
QUOTED = 900


class Contribute(Action, template=r"comms:write:(?P<publication>\d{1,9}):(?P<draft>\d{1,9})"):
    """'Send something in': the form, filled in with what was typed before."""

    audience = members_of(Publication, "publication_id")

    def __init__(self, publication_id: int, label: Markup, draft_id: int = 0) -> None:
        super().__init__(
            f"comms:write:{publication_id}:{draft_id}",
            Markup(label[:80]),
            style=discord.ButtonStyle.primary,
        )

    def read(self, match: re.Match[str]) -> None:
        """Take the publication and the draft out of the custom_id."""
        self.publication_id, self.draft_id = int(match["publication"]), int(match["draft"])

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Open the form."""
        draft = await bot.store.read(drafts.find, self.draft_id, user_id=interaction.user.id)
        typed = dict(draft.fields) if draft is not None and draft.form == DRAFT else {}
        await open_form(interaction, bot, self.publication_id, typed)


async def open_form(
    interaction: discord.Interaction[Any], bot: Bot, publication_id: int, typed: dict[str, Any]
) -> None:
    """Open the form of a publication.

    Raises:
        UserError: there is no such publication for this person.
    """
    found = await _for(interaction, bot, publication_id)
    await interaction.response.send_modal(ContributeForm(bot.texts, str(found.id), typed, found.name))


async def _for(interaction: discord.Interaction[Any], bot: Bot, publication_id: int) -> Publication:
    return await bot.store.read(comms.publication, publication_id, guild_id=acting_in(interaction))


class ContributeForm(Form):
    """What is to be published, a link, and how its author is named."""

    audience = members_of(Publication, "about")

    name = "comms"

    def __init__(
        self, texts: Texts, state: str, typed: dict[str, Any] | None = None, title: str | None = None
    ) -> None:
        super().__init__(Markup((title or texts("comms.form.modal"))[:45]), state)
        self.inputs: dict[str, ui.TextInput[Any]] = {}
        for name, most in FIELDS.items():
            self.inputs[name] = self.ask(
                name,
                texts(f"comms.form.{name}.label"),
                texts(f"comms.form.{name}.hint"),
                most=most,
                required=name == "words",
                long=name == "words",
                typed=str((typed or {}).get(name) or ""),
            )

    @classmethod
    def rebuilt(cls, texts: Texts, state: str) -> "ContributeForm":
        """Build the form again.

        Raises:
            UserError: the state is none of ours.
        """
        return cls(texts, number_in(state))

    async def submitted(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Store it, or say what is wrong with it and keep what was typed."""
        typed = {name: item.value for name, item in self.inputs.items()}
        await send_in(interaction, bot, int(self.state), typed)


async def send_in(
    interaction: discord.Interaction[Any], bot: Bot, publication_id: int, typed: dict[str, str]
) -> None:
    """Store a contribution and thank for it.

    Raises:
        Problem: something is wrong with it; what was typed is kept, and a button opens the form with it.
    """
    found = await _for(interaction, bot, publication_id)
    try:
        sent = await _stored(interaction, bot, found, typed)
    except UserError as error:
        draft = await bot.store.write(
            drafts.keep,
            guild_id=found.guild_id,
            user_id=interaction.user.id,
            form=DRAFT,
            fields={name: typed[name] for name in FIELDS},
            now=bot.clock.now(),
        )
        again = Contribute(found.id, bot.texts("meetings.redo.button"), draft.id)
        raise Problem(error.key, again, **error.fields) from error
    texts = bot.texts
    await reply(
        interaction,
        Card(
            texts(
                "comms.contribute.thanks" if found.editor_id else "comms.contribute.thanks_no_editor",
                name=found.name,
            ),
            quoted(sent, texts),
            texts("comms.contribute.next", command=bot.mention("comms mine")),
        ),
    )


async def _stored(
    interaction: discord.Interaction[Any], bot: Bot, found: Publication, typed: dict[str, str]
) -> Contribution:
    words = clean(typed["words"])
    if not words:
        raise UserError("comms.contribute.empty")
    if len(words) > LONGEST:
        raise UserError("comms.contribute.long", most=LONGEST, count=len(words))
    link = read_link(typed["link"]) if typed["link"].strip() else ""
    if link is None:
        raise UserError("comms.contribute.link", link=typed["link"].strip()[:100])
    credit = one_line(typed["credit"])
    if len(credit) > LONGEST_CREDIT:
        raise UserError("comms.contribute.credit", most=LONGEST_CREDIT)
    return await bot.store.write(
        comms.contribute,
        found.id,
        guild_id=found.guild_id,
        by=interaction.user.id,
        words=words,
        link=link,
        credit=credit,
        now=bot.clock.now(),
    )


def quoted(sent: Contribution, texts: Texts, *, most: int = QUOTED) -> Markup:
    """Return what was sent in as a quotation, with its link and how its author is named."""
    shown = sent.words if len(sent.words) <= most else sent.words[: most - 1].rstrip() + "…"
    return line(
        Markup("> " + plain_lines(shown).replace("\n", "\n> ")),
        texts("comms.items.link", link=sent.link) if sent.link else None,
        texts("comms.items.credit", credit=sent.credit) if sent.credit else None,
    )


class Consent(
    Action, template=r"comms:agree:(?P<contribution>\d{1,9}):(?P<answer>yes|no)(?::(?P<seen>[0-9a-f]{8}))?"
):
    """'Yes, send it in' or 'No, leave it out', under the question to whoever wrote a message."""

    audience = members_of(Contribution, "contribution_id")

    def __init__(self, asked: Contribution, answer: str, texts: Texts) -> None:
        super().__init__(
            f"comms:agree:{asked.id}:{answer}:{seal(asked.words)}",
            texts(f"comms.ask.{answer}.button"),
            style=discord.ButtonStyle.success if answer == "yes" else discord.ButtonStyle.secondary,
        )

    def read(self, match: re.Match[str]) -> None:
        """Take contribution and answer out of the custom_id."""
        self.contribution_id, self.answer, self.seen = (
            int(match["contribution"]),
            match["answer"],
            match["seen"],
        )
        if self.answer == "no":
            self.audience = ONESELF  # whoever left is not kept from refusing

    async def act(self, interaction: discord.Interaction[Any], bot: Bot) -> None:
        """Store the answer."""
        user_id, now, texts = interaction.user.id, bot.clock.now(), bot.texts
        if self.answer == "no":
            await bot.store.write(comms.refuse, self.contribution_id, user_id, now=now)
            await reply(interaction, Card(texts("comms.ask.no.done")))
            return
        wording = texts("comms.ask.wording")
        message = interaction.message
        await bot.store.write(
            comms.agree,
            self.contribution_id,
            user_id,
            wording=wording,
            now=now,
            seen=self.seen,
            shown_at=message.created_at if message is not None else None,
        )
        await reply(interaction, Card(texts("comms.ask.yes.done", command=bot.mention("comms mine"))))


def ask_card(asked: Contribution, found: Publication, server: str, texts: Texts) -> Card:
    """Return the question to whoever wrote a message; who suggested it is not said."""
    return Card(
        texts("comms.ask.title", name=found.name),
        texts("comms.ask.words", name=found.name, server=server),
        quoted(asked, texts),
        texts("comms.ask.wording"),
        row(Consent(asked, "yes", texts), Consent(asked, "no", texts)),
    )


async def suggest(
    interaction: discord.Interaction[Any], bot: Bot, message: discord.Message, found: Publication
) -> None:
    """Suggest a message: one's own opens the form filled in, of anybody else's the author is asked first.

    Raises:
        UserError: nobody can be asked, or there are no words in it.
    """
    author = message.author
    words = clean(message.content)[:LONGEST]
    if author.bot or message.webhook_id is not None:
        raise UserError("comms.suggest.bot")
    if not words:
        raise UserError("comms.suggest.empty")
    if author.id == interaction.user.id:
        await open_form(interaction, bot, found.id, {"words": words})
        return
    if not await is_member(bot, found.guild_id, author.id):
        raise UserError("comms.suggest.left")
    await bot.store.write(
        comms.suggest,
        found.id,
        guild_id=found.guild_id,
        author_id=author.id,
        by=interaction.user.id,
        message_id=message.id,
        words=words,
        now=bot.clock.now(),
    )
    await reply(interaction, Card(bot.texts("comms.suggest.asked", name=found.name)))
