"""Private answers: cards, and for any error what to do or a reference to quote."""

import io
import logging
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, cast

import aiohttp
import discord
from discord import app_commands, ui

from bot.app import Bot
from bot.delivery.message import plain
from bot.delivery.naming import Names
from bot.discord_client import command_line, fenced
from bot.discord_client.errors import GONE, REQUEST_FAILED, NotAnswered, transient
from bot.errors import Busy, NeedsSetup, UserError, reference
from bot.texts import Markup
from cogs.common.pick import IN_A_SENTENCE, Unclear
from cogs.common.renamed import outdated
from db.errors import StoreError, StoreUnsureError

log = logging.getLogger(__name__)

STORED = "stored"
"""The extra of an interaction that says that something was stored for it."""

DISCORDS = (discord.DiscordException, aiohttp.ClientError, ConnectionError, TimeoutError)
# Out of the 4,000 characters that a message may have.
LONGEST = 3_900


class Problem(UserError):
    """A UserError that comes with buttons: the way out is one press away."""

    def __init__(self, key: str, *buttons: ui.Item[Any], **fields: Any) -> None:
        super().__init__(key, **fields)
        self.buttons = buttons


@contextmanager
def way_back(*buttons: ui.Item[Any]) -> Generator[None]:
    """Add buttons that lead back to what was typed to any refusal raised inside."""
    try:
        yield
    except Problem:
        raise
    except UserError as error:
        raise Problem(error.key, *buttons, **error.fields) from error


def unwrap(error: BaseException) -> BaseException:
    """Return the original error inside discord.py's wrappers."""
    while True:
        if isinstance(error, app_commands.CommandInvokeError):
            error = error.original
        elif isinstance(error, app_commands.TransformerError) and error.__cause__ is not None:
            error = error.__cause__
        else:
            return error


def _unusable(
    interaction: discord.Interaction[Any], error: app_commands.TransformerError, bot: Bot
) -> Markup:
    """Return why the value of an option can't be used."""
    # Discord offers people who have left, and accepts anybody's id.
    if error.type in (discord.AppCommandOptionType.user, discord.AppCommandOptionType.mentionable):
        return bot.texts("errors.not_a_member")
    if interaction.guild_id is not None and bot.known.server_or_none(interaction.guild_id) is None:
        return bot.texts("errors.not_known_yet")
    return bot.texts("errors.option_unused", given=str(error.value)[:80])


async def report(
    interaction: discord.Interaction[Any], error: BaseException, again: tuple[ui.Item[Any], ...] = ()
) -> None:
    """Answer `interaction` with what went wrong, ephemerally; never raises.

    `again` is the button that reopens what was typed, unless the error has its own.
    """
    bot = cast("Bot", interaction.client)
    error = unwrap(error)
    buttons: tuple[ui.Item[Any], ...] = ()
    if isinstance(error, UserError) and error.key in bot.texts:
        unsure = isinstance(error, Busy) and STORED in interaction.extras
        words = bot.texts("errors.unsure" if unsure else error.key, **error.fields)
        bot.observe(interaction, "busy" if isinstance(error, Busy) else "refused")
        if isinstance(error, Problem):
            buttons = error.buttons
        elif isinstance(error, Unclear):
            buttons = bot.hooks.choose(interaction, "", error.offers, typed=str(error.fields["words"]))
            if buttons and len(error.offers) > IN_A_SENTENCE:
                words = bot.texts(f"{error.key}_of", **error.fields)
        if isinstance(error, NeedsSetup) and interaction.permissions.manage_guild:
            buttons = bot.setup_buttons()
            bot.hooks.keep(interaction)
        if error.key == "errors.only_in_server":
            again = await bot.hooks.ways(interaction)
    elif isinstance(error, app_commands.NoPrivateMessage):
        words, again = bot.texts("errors.only_in_server"), await bot.hooks.ways(interaction)
        bot.observe(interaction, "refused")
    elif isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        words = outdated(interaction, bot)
        bot.observe(interaction, "refused")
    elif isinstance(error, app_commands.TransformerError):
        words = _unusable(interaction, error, bot)
        bot.observe(interaction, "refused")
    elif isinstance(error, NotAnswered) or (isinstance(error, discord.HTTPException) and error.code == GONE):
        # The 3 seconds are over, so nobody can be answered. In a flood of these, tracebacks would make it worse.
        log.warning("an interaction could not be answered in time (%s)", error)
        bot.observe(interaction, "missed")
        return
    elif isinstance(error, StoreError) and error.passes:
        ref = reference()
        # It may affect everybody at once, and its name says everything.
        log.warning("not stored [%s]: %s", ref, type(error).__name__, extra={"reference": ref})
        bot.observe(interaction, "failed")
        words = bot.texts(_unstored(error, interaction), reference=ref)
    elif isinstance(error, DISCORDS) and transient(error):
        log.warning("Discord refused to finish an interaction (%s)", type(error).__name__)
        bot.observe(interaction, "failed")
        words = bot.texts("errors.discord")
    else:
        ref = reference()
        key = _unstored(error, interaction) if isinstance(error, StoreError) else "errors.ours"
        log.error("interaction failed [%s]", ref, exc_info=error, extra={"reference": ref})
        bot.observe(interaction, "failed")
        words = bot.texts(key, reference=ref)
    # A button that opens all of it in a form is better.
    kept = any(getattr(button, "label", None) == bot.texts("errors.typed.button") for button in buttons)
    await _answer(
        interaction,
        words,
        buttons if isinstance(error, Problem | Unclear) and buttons else buttons + again,
        line=not kept,
    )
    await bot.beside(interaction)


def _unstored(error: StoreError, interaction: discord.Interaction[Any]) -> str:
    """Return what is known of a change that ended in an error of the store."""
    unsure = isinstance(error, StoreUnsureError) or STORED in interaction.extras
    return "errors.unsure_store" if unsure else "errors.store"


async def _answer(
    interaction: discord.Interaction[Any], words: Markup, buttons: tuple[ui.Item[Any], ...], *, line: bool
) -> None:
    texts = cast("Bot", interaction.client).texts
    typed = (
        command_line(cast("dict[str, Any]", interaction.data or {}))
        if line and _is_command(interaction)
        else ""
    )
    back = f"{texts('errors.typed.command')}\n{fenced(typed)}" if typed else ""
    fits = len(words[:LONGEST]) + len(back) <= LONGEST
    view = ui.LayoutView(timeout=None)
    items: list[ui.Item[Any]] = [ui.TextDisplay[Any](words[:LONGEST])]
    if back and fits:
        items.append(ui.TextDisplay[Any](back))
    if buttons:
        items.append(ui.ActionRow[Any](*buttons))
    view.add_item(ui.Container[Any](*items, accent_colour=discord.Colour(0xA33A3A)))
    try:
        if _chosen_from_menu(interaction):
            # Its card and its choices stay, which an edit would lose.
            await interaction.response.send_message(view=view, ephemeral=interaction.guild_id is not None)
        else:
            await reply(interaction, view)
        if back and not fits:
            file = discord.File(io.BytesIO(typed.encode()), texts("errors.typed.file"))
            await interaction.followup.send(
                texts("errors.typed.command"), file=file, ephemeral=interaction.guild_id is not None
            )
    except REQUEST_FAILED as problem:
        log.warning("could not show an error to the person (%s)", type(problem).__name__)


def _is_command(interaction: discord.Interaction[Any]) -> bool:
    return interaction.type is discord.InteractionType.application_command


def _chosen_from_menu(interaction: discord.Interaction[Any]) -> bool:
    kind = cast("dict[str, Any]", interaction.data or {}).get("component_type")
    chosen = (
        interaction.type is discord.InteractionType.component and kind != discord.ComponentType.button.value
    )
    return chosen and not interaction.response.is_done()


async def reply(interaction: discord.Interaction[Any], card: ui.LayoutView) -> None:
    """Answer privately, replacing the private card that was pressed or whose form was sent."""
    message = interaction.message
    if message is not None and message.flags.ephemeral and not interaction.response.is_done():
        await interaction.response.edit_message(view=card)
    elif interaction.response.is_done():
        await interaction.followup.send(view=card, ephemeral=True)
    else:
        await interaction.response.send_message(view=card, ephemeral=interaction.guild_id is not None)


async def replace(
    interaction: discord.Interaction[Any], card: ui.LayoutView, names: Names | None = None
) -> None:
    """Replace the pressed message with a card, in that message's format; `names` are those of mentioned members."""
    message = interaction.message
    if message is None or message.flags.components_v2:
        await interaction.response.edit_message(view=card)
    else:
        shown = plain(card, private=interaction.guild_id is None, names=names).shown
        await interaction.response.edit_message(**shown)
