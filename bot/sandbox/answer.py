"""What a person gets in response to a command, a press or a form."""

import asyncio

from bot.sandbox.core import Core
from bot.sandbox.interactions import Interaction, Modal
from bot.sandbox.interactions.record import DEFERRED_MESSAGE, DEFERRED_UPDATE
from bot.sandbox.world import Message

FINAL_WITHIN = 10.0
"""Real seconds to wait for the end of a deferred answer."""


class Answer:
    """The bot's answer so far; `message`, `text` and the like always show the present state.

    `failed` is what the client shows when no answer came within three seconds, None when one did.
    """

    def __init__(self, sandbox: Core, interaction: Interaction, failed: str | None) -> None:
        self._sandbox = sandbox
        self.interaction = interaction
        self.failed = failed
        source = self._stored(interaction.message_id)
        self._edited_before = source.edited_at if source is not None else None

    def __repr__(self) -> str:
        return f"<Answer failed={self.failed!r} text={self.text!r}>"

    def _stored(self, message_id: int | None) -> Message | None:
        return self._sandbox.world.message(self.interaction.channel_id, message_id) if message_id else None

    @property
    def acknowledged_after(self) -> float | None:
        """Real seconds until the first answer, None if none came."""
        return self.interaction.answered_after

    @property
    def deferred(self) -> bool:
        """Whether it is a "thinking ..." that is not filled yet."""
        return self.interaction.answered == DEFERRED_MESSAGE and self.interaction.loading

    @property
    def messages(self) -> list[Message]:
        """The first message (for a press that changed its message, that one) and the followups, as they are now."""
        ids = [self.interaction.original_id, *self.interaction.followups]
        return [message for message in map(self._stored, ids) if message is not None]

    @property
    def message(self) -> Message:
        """The message the person sees: the answer or the changed message; after a silent acknowledgement, the followup.

        Raises:
            LookupError: there is no message.
        """
        found = self.messages
        if not found:
            raise LookupError(self.failed or "the answer has no message (a form, or it was deleted)")
        silent = self.interaction.answered == DEFERRED_UPDATE and self.interaction.followups
        return found[-1] if silent else found[0]

    @property
    def text(self) -> str:
        """All readable text: of the form if one opened, else of the message and its followups; or `failed`."""
        if self.interaction.modal is not None:
            return self.interaction.modal.text
        if self.failed is not None or not self.messages:
            return self.failed or ""
        first = self.message
        followups = map(self._stored, self.interaction.followups)
        later = [message.text for message in followups if message is not None and message is not first]
        return "\n".join((first.text, *later))

    @property
    def ephemeral(self) -> bool:
        """Whether only this person sees it."""
        return bool(self.messages) and self.message.ephemeral

    @property
    def has_modal(self) -> bool:
        """Whether a form opened."""
        return self.interaction.modal is not None

    @property
    def modal(self) -> Modal:
        """The form that opened.

        Raises:
            LookupError: none did.
        """
        if self.interaction.modal is None:
            raise LookupError(f"no form opened, but: {self.text}")
        return self.interaction.modal

    async def final(self, *, timeout: float = FINAL_WITHIN) -> "Answer":  # noqa: ASYNC109 - a test's bound, not a cancellation scope
        """Wait until a deferred answer is filled, followed up or deleted; return itself.

        Raises:
            TimeoutError: after `timeout` real seconds; names what was awaited.
        """
        if self.failed is not None:
            return self
        try:
            if self.interaction.answered == DEFERRED_UPDATE:
                await self._sandbox.until(self._touched, timeout=timeout)
            else:
                async with asyncio.timeout(timeout):
                    while self.interaction.loading:
                        self.interaction.progressed.clear()
                        await self.interaction.progressed.wait()
        except TimeoutError:
            name = self.interaction.name or self.interaction.data.get("custom_id")
            raise TimeoutError(f"{name!r} was deferred and not answered within {timeout:g} s") from None
        return self

    async def until_followups(self, number: int, *, timeout: float = FINAL_WITHIN) -> "Answer":  # noqa: ASYNC109 - as above
        """Wait until so many followups have come; return itself.

        Raises:
            TimeoutError: after `timeout` real seconds.
        """
        async with asyncio.timeout(timeout):
            while len(self.interaction.followups) < number:
                self.interaction.progressed.clear()
                await self.interaction.progressed.wait()
        return self

    def _touched(self) -> bool:
        source = self._stored(self.interaction.message_id)
        edited = source is None or source.edited_at != self._edited_before
        return edited or self.interaction.edits > 0 or bool(self.interaction.followups)
