"""What a post adds to its own news, once a channel has had its posts of the week (db/deliveries/weekly_limit.py)."""

import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from discord import ui

from bot.core import Core
from bot.delivery.outgoing import Kind, Outgoing, Skip
from bot.texts import Markup
from db import deliveries
from db.models import Delivery


async def bundled(
    bot: Core,
    kinds: Mapping[str, Kind],
    delivery: Delivery,
    outgoing: Outgoing,
    speak_for: Callable[[int], Awaitable[None]],
) -> None:
    """Add to a rendered post the sentence of each delivery bundled with it that still applies."""
    if "along" not in delivery.data:
        return
    said: list[Markup] = []
    for one in await bot.store.read(deliveries.along, delivery):
        with contextlib.suppress(Skip):
            made = await kinds[one.kind].rendered(one, speak_for)
            if isinstance(made, Outgoing) and made.push is not None:
                said.append(bot.texts("deliveries.also.entry", words=made.push))
    if said:
        words = Markup("\n".join((bot.texts("deliveries.also.title"), *said)))
        outgoing.view.add_item(ui.TextDisplay[Any](words))
