"""Interactions: commands, components, forms and autocomplete, on their way to the bot and back."""

from bot.sandbox.interactions.desk import Interactions
from bot.sandbox.interactions.record import DID_NOT_RESPOND, Interaction, Modal, Refused
