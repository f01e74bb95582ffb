"""Each person's phone: which messages make it ring, what the lock screen shows, what is unread."""

from bot.sandbox.phone.phones import Phone, Phones, Unread
from bot.sandbox.world.notifications import ChannelSettings, Level, Notification, ServerSettings
