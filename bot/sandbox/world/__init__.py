"""Everything in the local Discord, apart from its protocols."""

from bot.sandbox.world.channels import Channel, Overwrite
from bot.sandbox.world.commands import Command
from bot.sandbox.world.events import Event, Listener, Payload
from bot.sandbox.world.guilds import Guild, Member, Role, ScheduledEvent
from bot.sandbox.world.messages import Message, Pinged, Upload
from bot.sandbox.world.users import User
from bot.sandbox.world.world import World
