"""A message before it is posted."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.sandbox.world.events import Payload
from bot.sandbox.world.messages import Upload


@dataclass(slots=True)
class Draft:
    """A checked message body, ready for `posting.post` or `posting.edit`; `given` are the fields it names.

    `attachments` are the request's file entries (id or n of files[n], description), None when not given.
    """

    content: str = ""
    embeds: list[Payload] = field(default_factory=list[Payload])
    components: list[Payload] = field(default_factory=list[Payload])
    flags: int = 0
    attachments: list[Payload] | None = None
    uploads: Sequence[Upload] = ()
    allowed_mentions: Payload | None = None
    nonce: str | int | None = None
    enforce_nonce: bool = False
    tts: bool = False
    reference: Payload | None = None
    poll: Payload | None = None
    given: frozenset[str] = frozenset()
