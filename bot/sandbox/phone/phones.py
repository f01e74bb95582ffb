"""Everybody's phones: they listen to the world, ring, and keep notifications until the person opens the channel."""

from dataclasses import dataclass

from bot.sandbox.phone import rules
from bot.sandbox.phone.wording import notification
from bot.sandbox.world import Channel, Event, Guild, Message, World
from bot.sandbox.world.notifications import ChannelSettings, Level, Notification, PhoneState, ServerSettings
from bot.sandbox.world.world import EPOCH, MILLISECOND

MOST_SHOWN = 200
"""How many notifications a lock screen keeps, the newest."""


@dataclass(frozen=True, slots=True)
class Unread:
    """What a channel list shows for a channel: the white dot, and the number on the red badge."""

    dot: bool
    mentions: int


class Phone:
    """One person's phone, locked in their pocket."""

    def __init__(self, world: World, state: PhoneState, heard: list[Notification]) -> None:
        self._world = world
        self.state = state
        # Everything that rang since the sandbox started, oldest first, even if the lock screen no longer shows it.
        self.heard = heard

    @property
    def lock_screen(self) -> list[Notification]:
        """What is on the lock screen, oldest first; cleared once its channel is opened."""
        return list(self.state.lock_screen)

    @property
    def unread(self) -> dict[int, Unread]:
        """What the channel list shows for each channel with something unread, by channel id."""
        found = {channel.id: self.unread_in(channel) for channel in self._channels()}
        return {channel_id: unread for channel_id, unread in found.items() if unread.dot or unread.mentions}

    @property
    def badge(self) -> int:
        """The number on the app's icon: mentions and direct messages."""
        return sum(self.unread_in(channel).mentions for channel in self._channels())

    def unread_in(self, channel: Channel) -> Unread:
        """Return what the channel list shows for a channel; a muted one has no white dot unless it mentions them."""
        mentions, last = self.state.mentions.get(channel.id, 0), channel.last_message_id or 0
        return Unread(mentions > 0 or (last > self.last_read(channel) and not self.mutes(channel)), mentions)

    def mutes(self, channel: Channel) -> bool:
        """Whether they muted a channel or anything containing it."""
        if channel.guild_id is None:
            return self.state.channel(channel.id).muted
        return rules.is_muted(self._world.guilds[channel.guild_id], channel, self.state)

    def open(self, channel: Channel) -> None:
        """Open a channel in the app: its messages are read, and its notifications leave the lock screen."""
        self.read(channel)
        kept = [shown for shown in self.state.lock_screen if shown.channel_id != channel.id]
        if len(kept) < len(self.state.lock_screen):
            self.state.lock_screen[:] = kept
            self._tell()

    def read(self, channel: Channel) -> None:
        """Read a channel elsewhere, while the phone stays locked."""
        last = channel.last_message_id
        if last is None or self.state.read.get(channel.id) == last:
            return
        self.state.read[channel.id] = last
        self.state.mentions.pop(channel.id, None)
        self._tell()

    def clear(self) -> None:
        """Clear the lock screen, without reading anything."""
        if self.state.lock_screen:
            self.state.lock_screen.clear()
            self._tell()

    def set_server(
        self,
        guild: Guild,
        *,
        level: Level | None = None,
        muted: bool | None = None,
        suppress_everyone: bool | None = None,
        suppress_roles: bool | None = None,
        mobile_push: bool | None = None,
    ) -> ServerSettings:
        """Change the settings for a server; None keeps a value, INHERIT restores its default."""
        own = self.state.servers.setdefault(guild.id, ServerSettings())
        own.level = own.level if level is None else level
        own.muted = own.muted if muted is None else muted
        own.suppress_everyone = own.suppress_everyone if suppress_everyone is None else suppress_everyone
        own.suppress_roles = own.suppress_roles if suppress_roles is None else suppress_roles
        own.mobile_push = own.mobile_push if mobile_push is None else mobile_push
        self._tell()
        return own

    def set_channel(
        self, channel: Channel, *, level: Level | None = None, muted: bool | None = None
    ) -> ChannelSettings:
        """Change the settings for a channel, category, thread or DM; None keeps a value."""
        own = self.state.channels.setdefault(channel.id, ChannelSettings())
        own.level = own.level if level is None else level
        own.muted = own.muted if muted is None else muted
        self._tell()
        return own

    def _channels(self) -> list[Channel]:
        world, me = self._world, self.state.user_id
        return [
            channel
            for channel in world.channels.values()
            if channel.last_message_id is not None
            and world.can_view(channel, me)
            and (not channel.is_thread or me in channel.thread_members)
        ]

    def last_read(self, channel: Channel) -> int:
        """Return the last message read in a channel; messages from before somebody joined count as read."""
        if (read := self.state.read.get(channel.id)) is not None:
            return read
        member = self._world.member(channel.guild_id or 0, self.state.user_id)
        since = channel.thread_members.get(self.state.user_id) or (member.joined_at if member else EPOCH)
        return ((since - EPOCH) // MILLISECOND << 22) - 1

    def _tell(self) -> None:
        told = frozenset({self.state.user_id})
        self._world.publish("SANDBOX_PHONE", {"id": str(self.state.user_id)}, users=told)


class Phones:
    """The phones of everybody in a world, which ring while listening to it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._heard: dict[int, list[Notification]] = {}

    def of(self, user_id: int) -> Phone:
        """Return somebody's phone."""
        state = self._world.phones.get(user_id) or PhoneState(user_id)
        self._world.phones[user_id] = state
        return Phone(self._world, state, self._heard.setdefault(user_id, []))

    def happened(self, event: Event) -> None:
        """Handle an event: only a new message makes a phone ring, never an edit."""
        if event.name == "MESSAGE_CREATE":
            channel = self._world.channels[int(event.data["channel_id"])]
            self._posted(channel, channel.history[int(event.data["id"])])
        elif event.name == "INTERACTION_CREATE":
            # Anybody who presses something, or types a command, has the channel open.
            person = event.data.get("user") or event.data["member"]["user"]
            if (channel := self._world.channels.get(int(event.data["channel_id"]))) is not None:
                self.of(int(person["id"])).open(channel)

    def _posted(self, channel: Channel, message: Message) -> None:
        world = self._world
        if message.seen_by is not None:
            return
        shown: Notification | None = None
        for user_id in tuple(rules.concerned(world, channel, message)):
            if user_id not in world.users or world.users[user_id].bot:
                continue
            state = world.phones.get(user_id) or PhoneState(user_id)
            rings = rules.rings(world, channel, message, state)
            if rules.counts(world, channel, message, state):
                state.mentions[channel.id] = state.mentions.get(channel.id, 0) + 1
            elif not rings:
                continue
            phone = self.of_state(state)
            if rings:
                shown = shown or notification(world, channel, message)
                phone.state.lock_screen.append(shown)
                del phone.state.lock_screen[:-MOST_SHOWN]
                phone.heard.append(shown)
            told = frozenset({user_id})
            world.publish("SANDBOX_PHONE", {"id": str(user_id)}, users=told)
        author = world.users[message.author_id]
        if not author.bot:
            # Anybody who writes in a channel has read it.
            self.of(author.id).open(channel)

    def of_state(self, state: PhoneState) -> Phone:
        """Return the phone with this state, and keep that state."""
        self._world.phones[state.user_id] = state
        return self.of(state.user_id)
