"""Every name of a library that the product uses and nobody promises to keep, with the shape that is relied on.

Those that begin with an underscore, those of modules and classes that discord.py's documentation does not name, and
words that the library writes and the product looks for. How a shape is written, `private_uses.shape` says; a new
release that changes one fails tests/test_library_names.py, and shows what has to be looked at.
"""

NAMES: dict[str, str] = {
    "aiohttp.client.ClientSession._retry_connection": "= True",
    "aiosqlite.core.Connection._conn": "property",
    "aiosqlite.core.Connection._execute": "(self, fn, *args, **kwargs)",
    "aiosqlite.core.Connection._thread": "= Thread(target=_connection_worker_thread, args=(self._tx,))",
    "dataclasses._frozen_get_del_attr": "(cls, fields, globals)",
    "dataclasses._repr_fn": "(fields, globals)",
    "discord.app_commands.commands.Command._invoke_with_namespace": "(self, interaction, namespace)",
    "discord.app_commands.commands.Command._params": (
        "= _extract_parameters_from_callback(callback, callback.__globals__)"
    ),
    "discord.client.Client._connection": "= self._get_state(intents=intents, **options)",
    "discord.client.Client._handle_ready": "(self)",
    "discord.client.Client._handlers": "= {'ready': self._handle_ready}",
    "discord.client.Client._hooks": "= {'before_identify': self._call_before_identify_hook}",
    "discord.client.Client.before_identify_hook": "(self, shard_id, *, initial=...)",
    "discord.gateway.DiscordClientWebSocketResponse": "class",
    "discord.gateway.DiscordWebSocket": "class",
    "discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY": "a URL",
    "discord.gateway.DiscordWebSocket._keep_alive": (
        "= None | KeepAliveHandler(ws=self, interval=interval, shard_id=self.shard_id)"
    ),
    "discord.gateway.DiscordWebSocket._rate_limiter": "= GatewayRatelimiter()",
    "discord.gateway.DiscordWebSocket.close": "(self, code=...)",
    "discord.gateway.DiscordWebSocket.open": "property",
    "discord.gateway.DiscordWebSocket.received_message": "(self, msg, /)",
    "discord.gateway.DiscordWebSocket.send_heartbeat": "(self, data)",
    "discord.gateway.GatewayRatelimiter": "class",
    "discord.gateway.GatewayRatelimiter.__init__": "(self, count=..., per=...)",
    "discord.gateway.GatewayRatelimiter.block": "(self)",
    "discord.gateway.GatewayRatelimiter.is_ratelimited": "(self)",
    "discord.gateway.KeepAliveHandler._last_ack": "= time.perf_counter() | ack_time",
    "discord.gateway.KeepAliveHandler._last_recv": "= time.perf_counter()",
    "discord.gateway.KeepAliveHandler._last_send": "= time.perf_counter()",
    "discord.gateway.ReconnectWebSocket": "class",
    "discord.gateway.ReconnectWebSocket.__init__": "(self, shard_id, *, resume=...)",
    "discord.http.HTTPClient": "class",
    "discord.http.HTTPClient._HTTPClient__session": (
        "= MISSING | aiohttp.ClientSession(connector=self.connector, "
        "ws_response_class=DiscordClientWebSocketResponse, trace_configs=None if self.http_trace is None"
        " else [self.http_trace], cookie_jar=aiohttp.DummyCookieJar())"
    ),
    "discord.http.HTTPClient.add_user_to_thread": "(self, channel_id, user_id)",
    "discord.http.HTTPClient.bulk_upsert_global_commands": "(self, application_id, payload)",
    "discord.http.HTTPClient.close": "(self)",
    "discord.http.HTTPClient.connector": "= connector or MISSING | aiohttp.TCPConnector(limit=0)",
    "discord.http.HTTPClient.create_guild_scheduled_event": "(self, guild_id, *, reason=..., **payload)",
    "discord.http.HTTPClient.delete_scheduled_event": (
        "(self, guild_id, guild_scheduled_event_id, *, reason=...)"
    ),
    "discord.http.HTTPClient.edit_channel": "(self, channel_id, *, reason=..., **options)",
    "discord.http.HTTPClient.edit_scheduled_event": (
        "(self, guild_id, guild_scheduled_event_id, *, reason=..., **payload)"
    ),
    "discord.http.HTTPClient.get_active_threads": "(self, guild_id)",
    "discord.http.HTTPClient.get_bot_gateway": "(self)",
    "discord.http.HTTPClient.get_channel": "(self, channel_id)",
    "discord.http.HTTPClient.get_global_commands": "(self, application_id)",
    "discord.http.HTTPClient.get_guild": "(self, guild_id, *, with_counts=...)",
    "discord.http.HTTPClient.get_guilds": "(self, limit, before=..., after=..., with_counts=...)",
    "discord.http.HTTPClient.get_member": "(self, guild_id, member_id)",
    "discord.http.HTTPClient.get_members": "(self, guild_id, limit, after)",
    "discord.http.HTTPClient.get_message": "(self, channel_id, message_id)",
    "discord.http.HTTPClient.get_scheduled_event_users": (
        "(self, guild_id, guild_scheduled_event_id, limit, with_member, before=..., after=...)"
    ),
    "discord.http.HTTPClient.get_scheduled_events": "(self, guild_id, with_user_count)",
    "discord.http.HTTPClient.remove_role": "(self, guild_id, user_id, role_id, *, reason=...)",
    "discord.http.HTTPClient.remove_user_from_thread": "(self, channel_id, user_id)",
    "discord.http.HTTPClient.request": "(self, route, *, files=..., form=..., **kwargs)",
    "discord.http.HTTPClient.start_private_message": "(self, user_id)",
    "discord.http.HTTPClient.start_thread_without_message": (
        "(self, channel_id, *, name, auto_archive_duration, type, invitable=..., "
        "rate_limit_per_user=..., reason=...)"
    ),
    "discord.http.HTTPClient.static_login": "(self, token)",
    "discord.http.HTTPClient.token": "= None | token | old_token",
    "discord.http.HTTPClient.user_agent": (
        "= user_agent.format(__version__, sys.version_info, aiohttp.__version__)"
    ),
    "discord.http.HTTPClient.ws_connect": "(self, url, *, compress=...)",
    "discord.http.MultipartParameters": "class",
    "discord.http.MultipartParameters.files": "a _tuplegetter",
    "discord.http.MultipartParameters.multipart": "a _tuplegetter",
    "discord.http.MultipartParameters.payload": "a _tuplegetter",
    "discord.http.Route": "class",
    "discord.http.Route.__init__": "(self, method, path, *, metadata=..., **parameters)",
    "discord.http.Route.channel_id": "= parameters.get('channel_id')",
    "discord.http.Route.guild_id": "= parameters.get('guild_id')",
    "discord.http.Route.key": "property",
    "discord.http.Route.major_parameters": "property",
    "discord.http.Route.method": "= method",
    "discord.http.Route.path": "= path",
    "discord.http.Route.url": "= url",
    "discord.http.Route.webhook_id": "= parameters.get('webhook_id')",
    "discord.http.Route.webhook_token": "= parameters.get('webhook_token')",
    "discord.member.Member._roles": (
        "= utils.SnowflakeList(map(int, data['roles'])) | utils.SnowflakeList(member._roles, is_sorted=True)"
    ),
    "discord.shard.AutoShardedClient._get_state": "(self, **options)",
    "discord.shard.AutoShardedClient.launch_shard": "(self, gateway, shard_id, *, initial=...)",
    "discord.shard.AutoShardedClient.launch_shards": "(self)",
    "discord.shard.Shard.ws": "= ws | await asyncio.wait_for(coro, timeout=60.0)",
    "discord.shard.ShardInfo._parent": "= parent",
    "discord.state.AutoShardedConnectionState": "class",
    "discord.state.AutoShardedConnectionState._delay_shard_ready": "(self, shard_id)",
    "discord.state.AutoShardedConnectionState._ready_states": "= {}",
    "discord.state.AutoShardedConnectionState.parse_ready": "(self, data)",
    "discord.state.AutoShardedConnectionState.shard_ids": "= []",
    "discord.state.ConnectionState": "class",
    "discord.state.ConnectionState._get_guild": "(self, guild_id)",
    "discord.state.ConnectionState._remove_guild": "(self, guild)",
    "discord.state.ConnectionState._update_references": "(self, ws)",
    "discord.state.ConnectionState._view_store": "= ViewStore(self)",
    "discord.state.ConnectionState.clear": "(self, *, views=...)",
    "discord.state.ConnectionState.dispatch": "= dispatch",
    "discord.state.ConnectionState.guild_ready_timeout": "= options.get('guild_ready_timeout', 2.0)",
    "discord.state.ConnectionState.guilds": "property",
    "discord.state.ConnectionState.http": "= http",
    "discord.state.ConnectionState.parse_guild_delete": "(self, data)",
    "discord.state.ConnectionState.parse_guild_member_update": "(self, data)",
    "discord.state.ConnectionState.parse_interaction_create": "(self, data)",
    "discord.state.ConnectionState.parsers": "= {}",
    "discord.state.ConnectionState.shard_count": "= None",
    "discord.ui.modal.Modal._dispatch_submit": "(self, interaction, components, resolved)",
    "discord.ui.select.BaseSelect": "class",
    "discord.ui.view.ViewStore": "class",
    "discord.ui.view.ViewStore._dynamic_items": "= {}",
    "discord.ui.view.ViewStore.add_task": "(self, task)",
    "discord.ui.view.ViewStore.dispatch_dynamic_items": "(self, component_type, custom_id, interaction)",
    "discord.ui.view.ViewStore.schedule_dynamic_item_call": (
        "(self, component_type, factory, interaction, custom_id, match)"
    ),
    "discord.voice_client.VoiceClient.warn_dave": "a bool",
    "discord.voice_client.VoiceClient.warn_nacl": "a bool",
    "discord.webhook.async_.AsyncWebhookAdapter": "class",
    "discord.webhook.async_.AsyncWebhookAdapter.create_interaction_response": (
        "(self, interaction_id, token, *, session, proxy=..., proxy_auth=..., params)"
    ),
    "discord.webhook.async_.AsyncWebhookAdapter.request": (
        "(self, route, session, *, payload=..., multipart=..., proxy=..., proxy_auth=..., files=..., "
        "reason=..., auth_token=..., params=...)"
    ),
    "discord.webhook.async_.async_context": "a ContextVar",
    "sqlalchemy.event.base._Dispatch._for_instance": "(self, instance)",
    "sqlalchemy.orm.base.DEFAULT_STATE_ATTR": "'_sa_instance_state'",
    "sqlalchemy.orm.base.instance_dict": "operator.attrgetter('__dict__')",
}

WORDS: dict[str, tuple[str, ...]] = {
    "discord.app_commands.tree": ("name='CommandTree-invoker'",),
    "discord.gateway": ("ws.shard_id = shard_id",),
    "discord.http": ("'/gateway/bot'",),
    "discord.shard": ("'Attempting a reconnect",),
    "discord.ui.modal": ("name=f'discord-ui-modal-",),
    "discord.ui.view": ("name=f'discord-ui-view-dispatch-", "name=f'discord-ui-dynamic-"),
    "discord.webhook.async_": (
        "'/interactions/{webhook_id}/{webhook_token}/callback'",
        "'/webhooks/{webhook_id}/{webhook_token}'",
    ),
    "sqlalchemy.event.base": ('hasattr(obj, "_slots_dispatch")',),
    "sqlalchemy.util.langhelpers": ('f"_memoized_attr_{key}"',),
}
"""What has to stand in the source of a module, since the product knows tasks, log lines or routes by it."""
