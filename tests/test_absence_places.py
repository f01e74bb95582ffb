"""Absence is not proof: every place that looks into what Discord delivered, or acts on who is gone, says why it may.

A new place fails here until it stands in the table. What the cache lacks is unknown (`bot.known` asks); only Discord's
own code for what is gone, or a departure that is recorded, may end, cancel, suppress, refuse or erase something.
"""

import ast
from collections import defaultdict

from tests.uses import ROOT

OTHERS = {"UNKNOWN_EVERY", "UNKNOWN_LANGUAGE"}
"""Names that begin like those of Discord's codes and are none."""
CACHES = {"get_guild", "get_channel", "get_channel_or_thread", "get_role", "get_member", "get_user"}
LISTS = {"guilds", "roles", "members", "channels", "threads"}
REFUSALS = {"NotFound", "Forbidden"}
CLOCKS = {"left_at", "absent_since", "absent_at", "is_in", "delivered_servers"}
VERBS = {
    "erase_guild",
    "forget",
    "left_many",
    "let_go",
    "undeliverable",
    "cancel_private",
    "refused",
    "depart",
}

CACHED = "counts or tells others of what is there; nothing follows from what is not"
PRESENT = "acts on what is there; who is not is looked at when they are delivered"
CODE = "Discord's own code for the thing alone, else it is raised"
ASKS = "the one place that asks, and says unknown where nobody can say"
CLOCK = "verbs on the clock itself: presence ends it, two answers on two days erase"
RECORDED = "a departure that is recorded, on an event or a definite answer"
OWN = "the answer says itself what is there: asked of Discord, not of the cache"
DEFINITE = "a definite answer of Discord's: not in the whole list, and refused when asked for"
PAUSED = "nothing new is begun after a definite answer, and nothing is taken away"
SUGGESTED = "suggestions in a form that the admin reads before sending it"
TRANSLATES = "makes or hands on Discord's refusals; lasting codes alone become these"

REASONS: dict[str, str] = {
    "bot/core.py Core.delivered_servers": PRESENT,
    "bot/core.py Core.is_in": "a server that is not there is asked about or waited for",
    "bot/app.py Bot.on_first_ready": CACHED,
    "bot/discord_client/interaction_responses.py InteractionResponses._call_back": CODE,
    "bot/discord_client/retry.py _had_worked": "a deletion that was sent twice and finds nothing has worked",
    "bot/discord_client/errors.py refusal": TRANSLATES,
    "bot/discord_client/state.py State.parse_guild_member_update": "one that the cache lacks is told of all the same",
    "bot/discord_client/state.py State.parse_ready": "keeps what a new READY names as unavailable",
    "bot/delivery/sender.py Sender._after": "on 10003 alone, and what is owed waits for another channel",
    "bot/domain/readers.py strangers": "what was handed to the rule; who asks has made sure that all roles are known",
    "bot/facts.py FactBook.shared": "servers to ask beside the stored ones; each says itself who is a member",
    "bot/cli/live.py _faults": OWN,
    "bot/cli/demo.py Demo.furnish": "the local Discord's own people and their roles",
    "bot/delivery/naming.py Naming._ask": "words alone: where nobody says a name, the mention stands by itself",
    "cogs/common/servers.py Servers._name": "words alone: what a button says of a server that is not delivered yet",
    "cogs/common/servers.py Servers.meant": PAUSED,
    "cogs/privacy/leavers.py TakeOut._take_out": PRESENT,
    "bot/known.py Known._asked": ASKS,
    "bot/known.py Known.channel": ASKS,
    "bot/known.py Known.is_member": ASKS,
    "bot/known.py Known.member": ASKS,
    "bot/known.py Known.role": ASKS,
    "bot/known.py Known.server_or_none": ASKS,
    "bot/known.py _roles_known": "a role that the cache lacks makes permissions unknown",
    "bot/delivery/membership.py Membership.has_left": "not in the server: nothing can be asked, what is stored counts",
    "bot/service/metrics.py Metrics._of_gateway": CACHED,
    "cogs/common/audience.py admit": DEFINITE,
    "cogs/guidance/readers.py _is_one_of_them": CODE,
    "cogs/guidance/readers.py audience_of": "what is not known makes it unknown who reads: Busy",
    "cogs/network/joining.py _role": "says that the role could not be given; the membership stands",
    "cogs/onboarding/walking.py server": DEFINITE,
    "bot/standings.py Standings._ask": OWN,
    "cogs/common/people.py members_called": "suggestions while somebody types; without, what is typed is read",
    "cogs/common/people.py members_with": "names beside mentions; without, the mention stands alone",
    "cogs/privacy/erasing.py _forget": "by themselves, or by an admin after Discord said they are not there",
    "cogs/privacy/erasing.py heirs": PRESENT,
    "cogs/setup/form.py Likely.__init__": SUGGESTED,
    "cogs/setup/form.py Likely.organisers": SUGGESTED,
    "cogs/setup/form.py Likely.organisers_channel": SUGGESTED,
    "cogs/setup/form.py Likely.regions": SUGGESTED,
    "cogs/setup/form.py Likely.welcome": SUGGESTED,
    "cogs/setup/form.py SetupForm.send": "takes off only what the form showed; what is not known stays",
    "cogs/setup/form.py open_form": SUGGESTED,
    "cogs/privacy/leavers.py TakeOut._leave_thread": OWN,
    "cogs/meetings/mirror.py Mirror.keep": "on codes for a missing permission alone",
    "cogs/meetings/mirror.py Mirror._repair": PRESENT,
    "cogs/meetings/mirror.py Mirror._send": CODE,
    "bot/delivery/outgoing.py _edit": CODE,
    "cogs/privacy/erasing.py ServerWord.render": RECORDED,
    "cogs/setup/facts.py StillRight.render": "the name alone: without it the words say your server",
    "bot/delivery/wording.py Wording.worded": "a message says what it says where no button can show it",
    "cogs/onboarding/cog.py ": CODE,
    "cogs/onboarding/cog.py Onboarding._begin": PRESENT,
    "cogs/onboarding/cog.py Onboarding._installed_at": "since when the bot is there; without, who joined is greeted",
    "cogs/onboarding/cog.py Onboarding._list": "whether the bot asks for the members intent; without, there is no list",
    "cogs/onboarding/cog.py Onboarding._look_at_all": PRESENT,
    "cogs/onboarding/cog.py Onboarding._saw_all": PRESENT,
    "cogs/groups/threads.py ": CODE,
    "cogs/groups/threads.py opened": CODE,
    "cogs/groups/threads.py TendThread._tend": "one whom Discord refuses keeps nobody else out; organisers are told",
    "cogs/privacy/presence.py Presence._ask_about": DEFINITE,
    "cogs/privacy/presence.py Presence._here": "keeps a server from being let go of before two answers",
    "cogs/privacy/presence.py Presence._look_daily": PRESENT,
    "cogs/privacy/presence.py Presence._refuses": CODE,
    "cogs/privacy/presence.py Presence._store_members": "on an event of leaving, or on 10007 or 10013 about the member",
    "cogs/privacy/presence.py Presence._store_servers": PRESENT,
    "cogs/privacy/leavers.py MembershipChecks._at_all": PRESENT,
    "cogs/privacy/presence.py Presence.on_events_missed": "they are looked at again, all of them",
    "cogs/privacy/presence.py Presence.look_at_servers": DEFINITE,
    "cogs/privacy/cog.py FormerMember.offers": RECORDED,
    "cogs/privacy/cog.py Privacy._erase_members": "each is asked about once more; unknown means another day",
    "cogs/privacy/cog.py Privacy.sweep": CLOCK,
    "cogs/meetings/channels.py _delete": "a list that is replaced; where it can't be deleted it stays",
    "cogs/meetings/channels.py _edit": CODE,
    "cogs/meetings/channels.py _pin": "the list stands unpinned, and the organisers are told what is missing",
    "cogs/meetings/channels.py Channels.on_first_ready": PRESENT,
    "db/facts.py ask_ahead": "nothing is asked about a server that is known to be gone",
    "db/campaigns/planning.py enqueue_next": PAUSED,
    "db/campaigns/planning.py unplanned": PAUSED,
    "db/campaigns/prompting.py attend": PAUSED,
    "db/comms/calling.py call": PAUSED,
    "db/facts.py servers_of": "words alone: a server that was left has none of its own to say",
    "db/keydates/__init__.py outdated": PAUSED,
    "db/privacy/erasing.py erase_again": "erased before; a restored copy had brought it back",
    "db/privacy/departing.py depart": RECORDED,
    "db/privacy/leaving.py departed": RECORDED,
    "db/privacy/leaving.py left_many": RECORDED,
    "db/privacy/servers.py abandoned": CLOCK,
    "db/privacy/servers.py clocks_among": CLOCK,
    "db/privacy/servers.py gone": CLOCK,
    "db/privacy/servers.py present": CLOCK,
    "db/privacy/servers.py refused": CLOCK,
    "db/privacy/servers.py unheard": "writes into the audit that nobody could be told, and takes nothing away",
    "db/privacy/servers.py warn": CLOCK,
    "db/privacy/leaving.py take_out": "asked for by themselves",
}


def places() -> dict[str, set[str]]:
    """Return every place, as file and function, with what it uses."""
    found: defaultdict[str, set[str]] = defaultdict(set)

    def walk(node: ast.AST, path: str, scope: tuple[str, ...]) -> None:
        for child in ast.iter_child_nodes(node):
            inner = scope
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                inner = (*scope, child.name)
            if (used := uses(child)) is not None:
                found[f"{path} {'.'.join(inner)}"].add(used)
            walk(child, path, inner)

    for top in ("bot", "cogs", "db"):
        for path in sorted((ROOT / top).rglob("*.py")):
            if not {"sandbox", "migrations"} & set(path.parts):
                walk(ast.parse(path.read_text()), path.relative_to(ROOT).as_posix(), ())
    return dict(found)


def uses(node: ast.AST) -> str | None:
    """Return the name by which a node looks into a cache, handles a refusal or acts on an absence."""
    if isinstance(node, ast.Attribute):
        if node.attr in CACHES | REFUSALS | CLOCKS:
            return node.attr
        # `groups.members` is a verb of our own.
        module = isinstance(node.value, ast.Name) and node.value.id in ("plans", "groups")
        if node.attr in LISTS and isinstance(node.ctx, ast.Load) and not module:
            return node.attr
        if node.attr in VERBS and isinstance(node.value, ast.Name) and node.value.id in MODULES:
            return node.attr
    if isinstance(node, ast.keyword) and node.arg in CLOCKS:
        return node.arg
    if isinstance(node, ast.Name) and _refusal(node):
        return node.id
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in VERBS:
        return node.func.id
    return None


def _refusal(node: ast.Name) -> bool:
    # The other is how often addresses of feeds that are not known are looked up.
    code = node.id.startswith("UNKNOWN_") and node.id not in OTHERS and isinstance(node.ctx, ast.Load)
    return code or node.id in REFUSALS


MODULES = {"privacy", "servers", "channels", "deliveries", "bot"}


def test_every_place_that_looks_for_what_may_be_absent_says_why_it_may() -> None:
    found = places()
    new = {place: sorted(found[place]) for place in found.keys() - REASONS.keys()}
    assert new == {}, "say in the table why absence proves nothing there, or ask bot.known"
    assert REASONS.keys() - found.keys() == set(), "these places are gone"


def test_a_new_place_is_found() -> None:
    for words in ("bot.get_guild(1)", "guild.roles", "discord.NotFound", "privacy.left_many", "forget(1)"):
        assert any(uses(node) for node in ast.walk(ast.parse(words))), words
