"""Commands that have another name now: those who use or look up the old one are told the new one, until July 2028."""

from typing import Any

from discord import app_commands

RENAMED = {
    "admin retry": "admin deliveries",
    "affiliation organisation add": "affiliation list",
    "affiliation organisation remove": "affiliation list",
    "affiliation remove": "affiliation list",
    "campaign add": "campaign manage",
    "campaign aside": "campaign act",
    "campaign edit": "campaign manage",
    "campaign order": "campaign manage",
    "campaign prompt": "campaign manage",
    "campaign switch": "campaign manage",
    "comms add": "comms desk",
    "comms compile": "comms desk",
    "comms items": "comms desk",
    "comms remove": "comms desk",
    "comms set": "comms desk",
    "events change": "events show",
    "events remove": "events show",
    "interests clear": "interests set",
    "keydates prompts": "keydates list",
    "keydates remove": "keydates list",
    "keydates show": "keydates list",
    "keydates switch": "keydates list",
    "meeting chase": "meeting manage",
    "meeting checklist": "meeting manage",
    "meeting host": "meeting manage",
    "meeting propose": "meeting schedule",
    "network district add": "network contacts",
    "network district remove": "network contacts",
    "network goals": "meeting goals",
    "network representative add": "network contacts",
    "network representative remove": "network contacts",
    "network role": "network contacts",
    "network status": "network contacts",
    "network twinning add": "network twinning",
    "network twinning list": "network twinning",
    "network twinning match": "network twinning",
    "network twinning remove": "network twinning",
    "network twinning union": "network twinning",
    "privacy request": "admin former member",
    "setup campaigns": "setup change",
    "setup channels": "setup change",
    "setup facts": "setup change",
    "setup features": "setup change",
    "setup proposals": "setup change",
    "setup reminders": "setup change",
    "setup terms": "setup change",
    "venue check": "venue show",
    "venue remove": "venue show",
    "welcome pace": "setup change",
    "welcome pause": "welcome start",
    "welcome progress": "organise figures",
    "welcome resume": "welcome start",
    "welcome stop": "welcome start",
}
"""By their old whole names; one whose old command still exists is not used yet."""


def now_called(tree: app_commands.CommandTree[Any], name: str) -> str | None:
    """Return what a command of before is called now; None where it is none, or was never renamed."""
    names = {command.qualified_name for command in tree.walk_commands()}
    new = RENAMED.get(name)
    return new if new in names and name not in names else None
