"""The application and how to reach the gateway."""

from bot.sandbox.gateway import intents
from bot.sandbox.rest.route import Answer, Call, Route
from bot.sandbox.world import Payload, permissions

# The application's flags by the privileged intents that are switched on: GATEWAY_..._LIMITED, for few guilds.
LIMITED = {intents.GUILD_PRESENCES: 1 << 13, intents.GUILD_MEMBERS: 1 << 15, intents.MESSAGE_CONTENT: 1 << 19}


async def application(call: Call) -> Answer:
    """Return the bot's application, owned by the first guild's owner."""
    return describe(call)


def describe(call: Call) -> Payload:
    """Return Discord's application object."""
    world = call.world
    owner = next((world.users[guild.owner_id] for guild in world.guilds.values()), call.bot)
    guilds = sum(call.bot.id in guild.members for guild in world.guilds.values())
    allowed = call.sandbox.gateway.allowed_intents
    flags = sum(flag for intent, flag in LIMITED.items() if allowed & intent)
    return {
        "id": str(call.bot.id),
        "name": call.bot.username,
        "icon": None,
        "description": "A bot in the sandbox",
        "summary": "",
        "type": None,
        "bot": call.bot.payload(),
        "is_monetized": False,
        "is_verified": False,
        "is_discoverable": False,
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": flags,
        "flags_new": str(flags),
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": [],
        "approximate_user_authorization_count": 0,
        "hook": True,
        "storefront_available": False,
        "integration_types_config": {"0": {"oauth2_install_params": {"scopes": ["bot"], "permissions": "0"}}},
        "approximate_guild_count": guilds,
        "approximate_user_install_count": 0,
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "redirect_uris": [],
        "rpc_origins": [],
        "owner": owner.payload(),
        "team": None,
        "install_params": {
            "scopes": ["bot", "applications.commands"],
            "permissions": str(permissions.VIEW_CHANNEL),
        },
    }


async def edit_application(call: Call) -> Answer:
    """Accept changes of the application without storing them."""
    return describe(call)


async def gateway(call: Call) -> Answer:
    """Return the gateway's address."""
    return {"url": call.sandbox.gateway_url}


async def gateway_bot(call: Call) -> Answer:
    """Return the gateway's address, the recommended shards (1 for every 1,000 guilds) and the identifies left."""
    guilds = sum(call.bot.id in guild.members for guild in call.world.guilds.values())
    return {
        "url": call.sandbox.gateway_url,
        "shards": call.sandbox.shards or max(1, -(-guilds // 1000)),
        "session_start_limit": {
            "total": 1000,
            "remaining": max(0, 1000 - call.sandbox.gateway.identifies),
            "reset_after": 86_400_000,
            "max_concurrency": 1,
        },
    }


ROUTES = (
    Route("GET", "/gateway", gateway, token=False),
    Route("GET", "/gateway/bot", gateway_bot),
    Route("GET", "/applications/@me", application),
    Route("PATCH", "/applications/@me", edit_application),
    Route("GET", "/oauth2/applications/@me", application),
    Route("GET", "/applications/{application_id}", application),
)
