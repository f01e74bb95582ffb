"""Discord's requirements for embeds: https://docs.discord.com/developers/resources/message#embed-object-embed-limits."""

from bot.sandbox.errors import Problems
from bot.sandbox.shapes import items, obj
from bot.sandbox.world import Payload

MOST_EMBEDS = 10
MOST_TEXT = 6000


def embeds(given: object, problems: Problems) -> list[Payload]:
    """Return the checked embeds, each with `type` "rich"; all their texts together have at most 6,000 characters."""
    listed = items(given)
    problems.length(("embeds",), listed, MOST_EMBEDS)
    total = 0
    checked: list[Payload] = []
    for index, item in enumerate(listed):
        embed = {"type": "rich"} | obj(item)
        total += _one(embed, ("embeds", index), problems)
        checked.append(embed)
    if total > MOST_TEXT:
        problems.add(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
    return checked


def _one(embed: Payload, path: tuple[str | int, ...], problems: Problems) -> int:
    """Check one embed; return how many characters it has."""
    texts: list[str] = []

    def text(
        holder: object, name: str, at: tuple[str | int, ...], most: int, *, needed: bool = False
    ) -> None:
        value = obj(holder).get(name)
        if value is None or value == "":
            if needed:
                problems.required((*at, name))
            return
        problems.length((*at, name), str(value), most)
        texts.append(str(value))

    text(embed, "title", path, 256)
    text(embed, "description", path, 4096)
    text(embed.get("footer"), "text", (*path, "footer"), 2048)
    text(embed.get("author"), "name", (*path, "author"), 256)
    fields = items(embed.get("fields"))
    problems.length((*path, "fields"), fields, 25)
    for index, field in enumerate(map(obj, fields)):
        field.setdefault("inline", False)
        at = (*path, "fields", index)
        text(field, "name", at, 256, needed=True)
        text(field, "value", at, 1024, needed=True)
    for holder, name, at in (
        (embed, "url", path),
        (embed.get("image"), "url", (*path, "image")),
        (embed.get("thumbnail"), "url", (*path, "thumbnail")),
    ):
        url = obj(holder).get(name)
        if url and not str(url).startswith(("http://", "https://", "attachment://")):
            message = "Scheme must be one of ('http', 'https')."
            problems.add(
                (*at, name),
                "URL_TYPE_INVALID_SCHEME",
                f'Scheme "{str(url).partition(":")[0]}" is not supported. {message}',
            )
    if not texts and not embed.get("image") and not embed.get("thumbnail"):
        problems.required((*path, "description"))
    return sum(map(len, texts))
