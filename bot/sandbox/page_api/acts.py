"""What a person does in the page."""

from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox.core import Core
from bot.sandbox.interactions import Interaction, Refused, commands, modals
from bot.sandbox.page_api.guard import PageError
from bot.sandbox.page_api.phone import PhoneActs
from bot.sandbox.people import Person, newcomer
from bot.sandbox.shapes import items
from bot.sandbox.world import Channel, Command, Guild, Payload, ScheduledEvent, World

NEWCOMERS = (
    "Robin Okafor",
    "Sam Whitfield",
    "Noor Aziz",
    "Jo Bennett",
    "Alex Novak",
    "Priya Nair",
    "Dylan Rees",
)
MOST_FILE_BYTES = 10 * 1024 * 1024

Files = Mapping[str, tuple[str, bytes]]


class Acts:
    """Turns the body of POST /sandbox/act into what `people` and `interactions` do."""

    def __init__(self, sandbox: Core) -> None:
        self._sandbox = sandbox
        self._world: World = sandbox.world
        self._phone = PhoneActs(sandbox, self.channel, self._guild)

    async def do(self, body: Payload) -> Payload:
        """Do it and return the answer for the page.

        Raises:
            PageError: 404 for something that does not exist, 400 for a request that makes no sense.
            Refused: Discord's client would not let the person.
        """
        try:
            return await self._do(body)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise PageError(400, f"The request makes no sense: {error!r}.") from error

    async def _do(self, body: Payload) -> Payload:
        kind = body.get("do")
        if kind == "join":
            return self._join(body)
        person = self.person(body.get("as"))
        begin: dict[Any, Callable[[Person, Payload], Interaction]] = {
            "command": self._command,
            "component": self._component,
            "modal": self._modal,
        }
        if kind in begin:
            return await self._answered(begin[kind](person, body))
        if kind in self._phone.acts:
            return self._phone.do(person, body)
        if kind == "autocomplete":
            return await self._autocomplete(person, body)
        if kind == "message":
            said = person.say(self._channel(body), str(body.get("content", "")))
            return {"ok": True, "id": str(said.id)}
        if kind == "leave":
            person.leave(self._guild(body))
            return {"ok": True}
        if kind == "interested":
            person.interested(self._event(body), going=bool(body.get("going")))
            return {"ok": True}
        if kind == "dms":
            person.user.dms_open = bool(body.get("open"))
            self._world.publish("SANDBOX_PERSON", {"id": str(person.id)})
            return {"ok": True}
        raise PageError(400, f"There is nothing called {kind!r} to do.")

    def person(self, given: Any) -> Person:
        """Return who acts; by default the first person."""
        if given in {None, ""}:
            first = next((user for user in self._world.users.values() if not user.bot), None)
        else:
            first = self._world.users.get(_number(given))
        if first is None or first.bot:
            raise PageError(404, "There is no such person.")
        return Person(self._sandbox, first)

    def channel(self, given: Any) -> Channel:
        """Return a channel by its id."""
        found = self._world.channels.get(_number(given))
        if found is None:
            raise PageError(404, "There is no such channel.")
        return found

    def _channel(self, body: Payload) -> Channel:
        return self.channel(body.get("channel"))

    def _guild(self, body: Payload) -> Guild:
        found = self._world.guilds.get(_number(body.get("guild")))
        if found is None:
            raise PageError(404, "There is no such server.")
        return found

    def _event(self, body: Payload) -> ScheduledEvent:
        number = _number(body.get("event"))
        for guild in self._world.guilds.values():
            if number in guild.events:
                return guild.events[number]
        raise PageError(404, "There is no such event any more.")

    def _usable(self, person: Person, body: Payload) -> tuple[Channel, Command]:
        channel = self._channel(body)
        command = self._world.commands.get(_number(body.get("command")))
        if command is None:
            raise PageError(404, "There is no such command any more: the bot changed them.")
        hidden = commands.why_hidden(self._world, command, person.id, channel)
        if hidden is not None:
            raise Refused(hidden)
        return channel, command

    def _command(self, person: Person, body: Payload) -> Interaction:
        channel, command = self._usable(person, body)
        target = _number(body["target"]) if body.get("target") else None
        options = _with_files(body.get("options") or [], _files(body))
        return self._sandbox.interactions.command(person.id, channel, command, options, target=target)

    async def _autocomplete(self, person: Person, body: Payload) -> Payload:
        channel, command = self._usable(person, body)
        desk = self._sandbox.interactions
        interaction = desk.autocomplete(person.id, channel, command, body.get("options") or [])
        failure = await desk.acknowledged(interaction)
        return {"choices": interaction.choices} if failure is None else {"choices": [], "error": failure}

    def _component(self, person: Person, body: Payload) -> Interaction:
        key = _number(body.get("message"))
        places = [self._channel(body)] if body.get("channel") else list(self._world.channels.values())
        message = next((place.history[key] for place in places if key in place.history), None)
        if message is None:
            raise PageError(404, "The message is gone.")
        for item in message.walk():
            if item.get("custom_id") == body.get("custom_id") and not item.get("disabled"):
                return self._sandbox.interactions.component(
                    person.id, message, item, body.get("values") or ()
                )
        raise PageError(404, "The message has no such button or menu any more.")

    def _modal(self, person: Person, body: Payload) -> Interaction:
        desk = self._sandbox.interactions
        opener = desk.get(_number(body.get("interaction")))
        if opener is None or opener.modal is None or opener.user_id != person.id:
            raise PageError(404, "The form is not open any more.")
        files = _files(body)
        values = modals.by_custom_id(body.get("components") or [])
        uploads = modals.upload_fields(opener.modal)
        for name in uploads & values.keys():
            values[name] = [_file(files, given) for given in items(values[name])]
        return desk.modal(opener.modal, values)

    async def _answered(self, interaction: Interaction) -> Payload:
        failure = await self._sandbox.interactions.acknowledged(interaction)
        return {"interaction": str(interaction.id), "ok": failure is None, "error": failure}

    def _join(self, body: Payload) -> Payload:
        guild = self._guild(body)
        if body.get("as"):
            person = self.person(body["as"])
        else:
            person = newcomer(self._sandbox, self._free_name(str(body.get("name") or "").strip()[:32]))
            person.user.about = "just joined"
        person.join(guild)
        return {"ok": True, "person": str(person.id)}

    def _free_name(self, wanted: str) -> str:
        taken = {user.name for user in self._world.users.values()}
        if wanted:
            return wanted
        for name in NEWCOMERS:
            if name not in taken:
                return name
        return f"Newcomer {len(taken)}"


def _number(given: Any) -> int:
    text = str(given)
    if not text.isdecimal():
        raise PageError(400, f"{given!r} is not an id.")
    return int(text)


def _files(body: Payload) -> Files:
    files: dict[str, tuple[str, bytes]] = {}
    for file in items(body.get("files")):
        data = b64decode(file["data"])
        if len(data) > MOST_FILE_BYTES:
            raise PageError(400, f"{file['filename']} is larger than 10 MB.")
        files[str(file["id"])] = (str(file["filename"]), data)
    return files


def _file(files: Files, given: Any) -> tuple[str, bytes]:
    if str(given) not in files:
        raise PageError(400, "A file did not come along.")
    return files[str(given)]


def _with_files(options: list[Payload], files: Files) -> list[Payload]:
    """Replace file ids with the uploaded files."""
    replaced: list[Payload] = []
    for option in options:
        if option.get("type") == 11:
            replaced.append({**option, "value": _file(files, option.get("value"))})
        elif "options" in option:
            replaced.append({**option, "options": _with_files(option["options"], files)})
        else:
            replaced.append(option)
    return replaced
