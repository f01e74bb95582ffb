"""Former commands and options: people who use or look one up are told its replacement, until July 2028."""

from typing import Any, cast

import discord
from discord import app_commands

from bot.app import Bot
from bot.discord_client import command_path, unknown_options
from bot.texts import Markup, Texts

FORMER = {
    "admin deliveries": ("retry",),
    "affiliation list": ("organisation add", "organisation remove", "remove"),
    "campaign act": ("aside",),
    "campaign manage": ("add", "edit", "order", "prompt", "switch"),
    "comms desk": ("add", "compile", "items", "remove", "set"),
    "events show": ("change", "remove"),
    "interests set": ("clear",),
    "keydates list": ("prompts", "remove", "show", "switch"),
    "meeting manage": ("chase", "checklist", "host"),
    "meeting schedule": ("propose",),
    "network contacts": (
        *("district add", "district remove", "representative add", "representative remove"),
        *("role", "status"),
    ),
    "network twinning": tuple(f"twinning {one}" for one in ("add", "list", "match", "remove", "union")),
    "setup change": ("campaigns", "channels", "facts", "features", "proposals", "reminders", "terms"),
    "venue show": ("check", "remove"),
    "welcome start": ("pause", "progress", "resume", "stop"),
}
"""What was a command of the same group before, by the command that replaces it."""

RENAMED = {f"{new.partition(' ')[0]} {old}": new for new, olds in FORMER.items() for old in olds} | {
    "network goals": "meeting goals",
    "privacy request": "admin former",
    "welcome pace": "setup change",
}
"""By their old full names; one whose old command still exists is not used yet."""

PLACES = {
    "affiliation list organisation": "affiliations.list.label",
    "affiliation organisation add": "affiliations.organisation.add.button",
    "affiliation organisation remove": "affiliations.organisation.remove.button",
    "affiliation record weeks": "affiliations.when.button",
    "affiliation remove": "affiliations.remove.button",
    "admin retry": "deliveries.retry.button",
    "interests clear": "interests.clear.button",
    "interests find about": "interests.find.about.label",
    "interests map about": "commands.interests.map.issue.hint",
    "welcome pause": "onboarding.step.pause.button",
    "welcome progress": "onboarding.progress.button",
    "welcome resume": "onboarding.step.resume.button",
    "welcome stop": "onboarding.step.stop.button",
    "campaign act place": "campaigns.act.fits.label",
    "campaign act time": "campaigns.act.fits.label",
    "campaign add": "campaigns.manage.add.button",
    "campaign aside": "campaigns.act.not_for_me.button",
    "campaign edit": "campaigns.manage.words.button",
    "campaign mine private": "campaigns.private.start.button",
    "campaign order": "campaigns.manage.place.button",
    "campaign prompt": "campaigns.manage.post.button",
    "campaign switch": "campaigns.manage.off.button",
    "comms add": "comms.desk.add.button",
    "comms compile": "comms.desk.draft.button",
    "comms items": "comms.items.label",
    "comms remove": "comms.desk.remove.button",
    "comms set": "comms.desk.setup.button",
    "events add about": "events.form.about.label",
    "events add apply": "events.form.apply.label",
    "events add everywhere": "events.form.everywhere.button",
    "events add kind": "events.form.kind.label",
    "events add link": "events.form.link.label",
    "events add place": "events.form.place.label",
    "events add title": "events.form.title.label",
    "events add when": "events.form.when.label",
    "events change": "events.change.button",
    "events remove": "events.remove.button",
    "keydates add campaign": "keydates.form.campaign.label",
    "keydates add do": "keydates.form.note.label",
    "keydates add region": "keydates.form.region.label",
    "keydates prompts": "keydates.prompts.show.button",
    "keydates remove": "keydates.remove.button",
    "keydates show": "keydates.list.see.label",
    "keydates switch": "keydates.switch_off.button",
    "network next region": "network.next.region.label",
    "network district add": "network.contact.add.district.button",
    "network district remove": "network.contact.pick.label",
    "network representative add": "network.contact.add.representative.button",
    "network representative remove": "network.contact.pick.label",
    "network role": "network.role.button",
    "network status": "network.standing.label",
    "network twinning add": "network.twinning.look.button",
    "network twinning match": "network.twinning.pick.label",
    "network twinning remove": "network.twinning.pick.label",
    "network twinning union": "network.twinning.add_union.button",
    **{f"setup {one}": f"commands.setup.change.section.{one}.choice" for one in FORMER["setup change"]},
    "welcome pace": "commands.setup.change.section.welcome.choice",
    "meeting agenda remove": "agenda.off.label",
    "meeting cancel which": "meetings.sure.later.button",
    "meeting chase": "manage.chase.button",
    "meeting checklist": "manage.checklist.button",
    "meeting edit access": "meetings.form.access.label",
    "meeting edit capacity": "meetings.edit.more.button",
    "meeting edit duration": "meetings.form.duration.label",
    "meeting edit host": "manage.show.button",
    "meeting edit note": "meetings.edit.more.button",
    "meeting edit online": "meetings.form.online.label",
    "meeting edit title": "meetings.form.title.label",
    "meeting edit venue": "meetings.form.venue.label",
    "meeting edit which": "meetings.sure.later.button",
    "meeting goals change": "report.goal.pick.label",
    "meeting goals goal": "report.goal.pick.label",
    "meeting host": "manage.hosts.button",
    "meeting move which": "meetings.sure.later.button",
    "meeting poll closes": "polls.preview.details.button",
    "meeting poll duration": "polls.preview.details.button",
    "meeting poll online": "polls.preview.details.button",
    "meeting poll region": "polls.preview.region.label",
    "meeting poll venue": "polls.preview.details.button",
    "meeting propose": "proposals.instead_yes.button",
    "settings mine dms": "settings.dms.label",
    "settings mine quiet": "settings.times.button",
    "settings mine reminders": "settings.times.button",
    "settings mine zone": "settings.times.button",
    "venue check": "venues.do.0.button",
    "venue remove": "venues.off.button",
}
"""By an old full name, or a command and its old option: the key of the button, menu or field that does it now."""


def now_called(tree: app_commands.CommandTree[Any], name: str) -> str | None:
    """Return the new name of a former command; None if it is unknown or was never renamed."""
    names = {command.qualified_name for command in tree.walk_commands()}
    new = RENAMED.get(name)
    return new if new in names and name not in names else None


def place_of(name: str, texts: Texts) -> Markup | None:
    """Return the label of the button, menu or field that replaces an old command or option."""
    key = PLACES.get(name)
    return texts("errors.place", place=texts(key)) if key is not None and key in texts else None


def outdated(interaction: discord.Interaction[Any], bot: Bot) -> Markup:
    """Return what to use instead of an outdated command that Discord still shows."""
    name, _ = command_path(cast("dict[str, Any]", interaction.data or {}))
    command, texts = interaction.command, bot.texts
    if (now := now_called(bot.tree, name)) is not None:
        there = place_of(name, texts)
        said = texts("errors.command_moved", was=name, command=bot.mention(now))
        return Markup(f"{said} {texts('errors.moved_there', place=there)}") if there is not None else said
    if isinstance(command, app_commands.Command) and (gone := unknown_options(interaction, command)):
        places = dict.fromkeys(place_of(f"{name} {option}", texts) for option in gone)
        options = ", ".join(f"`{option}`" for option in gone)
        said = texts("errors.options_moved", options=Markup(options), command=bot.mention(name))
        there = Markup(", ".join(place for place in places if place is not None))
        return Markup(f"{said} {texts('errors.moved_there', place=there)}") if there else said
    return texts("errors.command_changed")
