"""Bad input by chance: what somebody, or a modified client, could send to any command, form, button or select.

Everything is drawn from what the running bot has registered (its commands as Discord lists them, the patterns of its
buttons, the names of its forms), so that a new command is covered by being there.
"""

import itertools
import random
import re._parser as sre  # type: ignore[import-not-found]
import string
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar, cast

from hypothesis import strategies as st

from bot.sandbox.answer import Answer
from bot.sandbox.interactions import Modal, Refused
from bot.sandbox.people import Person
from bot.sandbox.world import Channel, Event, Message, building, membership
from tests.cogs.ground import Ground

T = TypeVar("T")

SUBCOMMAND, GROUP = 1, 2
BUTTON, SELECTS = 2, (3, 5, 6, 7, 8)
HIDDEN = "zqhidden7"
"""Stands in what one server has stored, and is never typed: whoever of the other server reads it reads across."""
LONG = "LONG"
"""Stands for 4,000 letters, so that an example can be read."""
NASTY = (
    "", " ", "0", "1", "2", "-1", "99", "999999999999999999999", "1.5", "NaN", "None", "null", "true", "1e400",
    "@everyone", "@here", "<@1>", "<@&2>", "<#3>", "</meeting list:1>", "[x](https://evil.example)", "||x||",
    "**x**", "# x", "> x", "```x", "{title}", "{0}", "%s", "%(x)s", "'; DROP TABLE meeting; --", '"', "\\", "\x00",
    "\u202e", "\u200b", "\u0301" * 50, "\ufdfd", "\U0001f469\u200d\U0001f469\u200d\U0001f467", LONG, "\n" * 50,
    "London", "Wales", "Alpha", "Spring", "thursday 6pm", "thursday at 9", "friday 13:00 to 12:00", "29 february",
    "yesterday", "every second tuesday", "weekly", "this month", "1 day, 2 hours", "21:00-08:00", "Europe/London",
    "Mars/Olympus", "2026-13-45", "31/12/9999", "1/1/1", "00:00", "24:00", "Cuba", "Palestine", "https://x.example",
    "javascript:alert(1)", "user@example.org", "../../etc/passwd", "\ud7ff", "ß", "İ", "ﬁ", "ٱ",
)  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.lists(st.sampled_from(NASTY), min_size=2, max_size=4).map(" ".join),
)
NUMBERS = st.lists(st.integers(0, 2**16), min_size=60, max_size=60)
WORDS = st.lists(TEXTS, min_size=12, max_size=12)


class Drawn:
    """What hypothesis drew for one act, used up in order: what there is to choose from changes from act to act."""

    def __init__(self, numbers: list[int], words: list[str]) -> None:
        self._numbers = itertools.cycle(numbers)
        self._words = itertools.cycle(words)

    def pick(self, things: Sequence[T]) -> T:
        """Return one of `things`."""
        return things[next(self._numbers) % len(things)]

    def within(self, least: int, most: int) -> int:
        """Return a number between these two."""
        return least + next(self._numbers) % (most - least + 1)

    def some(self, things: Sequence[T], least: int, most: int) -> list[T]:
        """Return some of `things`, none twice."""
        left = list(things)
        wanted = self.within(min(least, len(left)), min(most, len(left)))
        return [left.pop(next(self._numbers) % len(left)) for _ in range(wanted)]

    def maybe(self, one_in: int = 2) -> bool:
        """Return True one time in so many."""
        return next(self._numbers) % one_in == 0

    def text(self) -> str:
        """Return words."""
        return next(self._words).replace(LONG, "x" * 4000)

    def shaped(self, pattern: str) -> str:
        """Return a text that a pattern of a custom_id matches."""
        return "".join(self._shaped(cast("Any", sre.parse(pattern))))

    def _shaped(self, parts: Iterable[tuple[Any, Any]]) -> Iterator[str]:
        for kind, what in parts:
            match str(kind):
                case "LITERAL":
                    yield chr(what)
                case "NOT_LITERAL" | "ANY":
                    yield self.pick("aZ0:-é")
                case "SUBPATTERN":
                    yield from self._shaped(what[-1])
                case "BRANCH":
                    yield from self._shaped(self.pick(what[1]))
                case "MAX_REPEAT" | "MIN_REPEAT":
                    least, most, inner = what
                    for _ in range(self.within(least, min(int(most), least + 8))):
                        yield from self._shaped(inner)
                case "IN":
                    yield self._one_of(what)
                case _:
                    yield ""

    def _one_of(self, classes: list[tuple[Any, Any]]) -> str:
        kind, what = self.pick(classes)
        match str(kind):
            case "LITERAL":
                return chr(what)
            case "RANGE":
                return chr(self.within(*what))
            case "CATEGORY":
                return self.pick("0123456789" if "DIGIT" in str(what) else "abcXYZ_09")
            case _:
                return self.pick("aZ0")


class Field:
    """What there is to be used, and what the bot did."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.people: list[Person] = []
        self.places: list[Channel] = []
        self.cards: list[tuple[Person | None, Message]] = []
        self.modals: list[Modal] = []
        self.posted: list[Message] = []
        self.tried: Counter[str] = Counter()
        self.last = ""

    async def prepare(self) -> None:
        """Two servers with something in each, and people who are in one of them, in the other, or in both."""
        ground, world = self.ground, self.ground.sandbox.world
        other = ground.second_guild()
        stranger = building.user(world, "boris", "Boris")
        membership.join(world, other, stranger)
        await ground.scheduled(f"Alpha {HIDDEN}", "12/03/2026 18:00", venue=HIDDEN, access=HIDDEN)
        await ground.scheduled("Spring meeting", "thursday 6pm", repeat="weekly")
        self.people = [
            ground.grace,
            ground.siobhan,
            ground.amina,
            ground.ruth,
            Person(ground.sandbox, stranger),
        ]
        self.places = [
            ground.london,
            ground.sandbox.channel("#organisers"),
            ground.sandbox.channel("#welcome"),
            ground.sandbox.channel("#branch", guild=other),
        ]
        self.cards = [(None, message) for message in ground.london.messages]
        world.subscribe(self._see)

    def _see(self, event: Event) -> None:
        world = self.ground.sandbox.world
        if event.name in ("MESSAGE_CREATE", "MESSAGE_UPDATE"):
            message = world.message(int(event.data["channel_id"]), int(event.data["id"]))
            if message is not None and message.author_id == world.bot.id:
                self.posted.append(message)

    def note(self, person: Person, answer: Answer) -> None:
        """Keep what can be pressed or filled in next."""
        if answer.has_modal:
            self.modals = [*self.modals[-9:], answer.modal]
        for message in answer.messages:
            if any(part["type"] in (BUTTON, *SELECTS) for part in message.walk()):
                self.cards = [*self.cards[-29:], (person if message.ephemeral else None, message)]

    def commands(self) -> list[tuple[list[str], dict[str, Any] | None]]:
        """Return every slash command as its path with its options."""
        found: list[tuple[list[str], dict[str, Any] | None]] = []
        for command in self.ground.sandbox.world.commands.values():
            if command.type == 1:
                found += _leaves([command.name], command.options)
        return sorted(found, key=lambda leaf: leaf[0])

    def menus(self) -> list[str]:
        """Return the names of the menus under messages."""
        return sorted(one.name for one in self.ground.sandbox.world.commands.values() if one.type == 3)

    def templates(self) -> list[str]:
        """Return the patterns of all buttons and selects."""
        return self.ground.running.views.patterns

    def forms(self) -> list[str]:
        """Return the names of all forms."""
        return sorted(self.ground.running.forms.names)


def _leaves(path: list[str], options: list[dict[str, Any]]) -> Iterator[tuple[list[str], Any]]:
    inner = [option for option in options if option["type"] in (SUBCOMMAND, GROUP)]
    if not inner:
        yield path, {option["name"]: option for option in options}
    for option in inner:
        yield from _leaves([*path, option["name"]], option.get("options") or [])


def value(drawn: Drawn, place: Field, spec: dict[str, Any]) -> Any:
    """Return a value for an option, such as Discord's client lets through."""
    if spec.get("choices"):
        return drawn.pick([choice["value"] for choice in spec["choices"]])
    match spec["type"]:
        case 3:
            return (drawn.text() or "x")[: spec.get("max_length", 6000)].ljust(spec.get("min_length", 1), "x")
        case 4:
            least, most = int(spec.get("min_value", -(2**53))), int(spec.get("max_value", 2**53))
            return drawn.pick([least, most, drawn.within(max(least, -2), min(most, max(least, -2) + 12))])
        case 5:
            return drawn.maybe()
        case 10:
            return drawn.pick([spec.get("min_value", -1e9), spec.get("max_value", 1e9), 1.5])
        case 11:
            return drawn.pick(["x.txt", "x.png", "../x", "x" * 200, "ü.ics"]), drawn.text().encode()[:200]
        case _:
            guild, world = place.ground.sandbox.guild(), place.ground.sandbox.world
            ids = {6: guild.members, 8: guild.roles, 7: guild.channels, 9: guild.members}[spec["type"]]
            return drawn.pick([*ids, *([world.bot.id] if spec["type"] == 6 else [])])


async def command(drawn: Drawn, place: Field, person: Person, where: Channel | str) -> Answer | None:
    """Use any command with any options, or only begin to type."""
    path, options = drawn.pick(place.commands())
    options = options or {}
    given = {
        name: value(drawn, place, spec)
        for name, spec in options.items()
        if spec.get("required") or drawn.maybe()
    }
    typed = [name for name, spec in options.items() if spec.get("autocomplete")]
    if typed and drawn.maybe():
        focus = drawn.pick(typed)
        offered = await person.autocomplete(
            where, " ".join(path), focus=focus, **{**given, focus: drawn.text()}
        )
        assert len(offered) <= 25
        assert all(0 < len(choice.name) <= 100 for choice in offered)
        inside = where if isinstance(where, Channel) else None
        if inside is not None and inside.guild_id != place.ground.sandbox.guild().id:
            assert not any(HIDDEN in choice.name for choice in offered)
        return None
    return await person.slash(where, " ".join(path), **given)


async def press(drawn: Drawn, place: Field, person: Person, where: Channel | str) -> Answer | None:
    """Press or choose something that stands somewhere."""
    cards = [message for owner, message in place.cards if owner is None or owner.id == person.id]
    parts = [
        (message, part)
        for message in cards
        for part in message.walk()
        if part["type"] in (BUTTON, *SELECTS) and part.get("custom_id") and not part.get("disabled")
    ]
    if not parts:
        return None
    message, part = drawn.pick(parts)
    if part["type"] == BUTTON:
        return await person.press(message, part["custom_id"])
    least, most = part.get("min_values", 1), part.get("max_values", 1)
    if part["type"] == 3:
        offered = [option["value"] for option in part["options"]]
    else:
        guild = place.ground.sandbox.guild()
        offered = sorted(
            {5: guild.members, 6: guild.roles, 7: guild.members, 8: guild.channels}[part["type"]]
        )
    return await person.choose(message, part["custom_id"], drawn.some(offered, least, most))


async def forge(drawn: Drawn, place: Field, person: Person, where: Channel | str) -> Answer | None:
    """Press a button with a custom_id of the right shape and any content, or cut short, or of no shape at all."""
    if not isinstance(where, Channel):
        return None
    custom_id = (drawn.text() if drawn.maybe(4) else drawn.shaped(drawn.pick(place.templates())))[:100]
    if drawn.maybe(3):
        custom_id = custom_id[: drawn.within(0, len(custom_id))]
    return await place.ground.press_old(person, where, custom_id or "x")


async def submit(drawn: Drawn, place: Field, person: Person, where: Channel | str) -> Answer | None:
    """Send a form that is open, filled in with anything, now and then under another form's name."""
    modals = [modal for modal in place.modals if modal.interaction.user_id == person.id]
    if not modals:
        return None
    modal = drawn.pick(modals)
    if drawn.maybe(4):
        name = drawn.pick([*place.forms(), "", "x", "meeting"])
        state = drawn.pick(["", "1", "schedule.1", "9" * 20, "1.1.1", "x" * 40, drawn.text()])
        modal = place.ground.forged(modal, f"form:{name}:{state}"[:100])
    values: dict[str, Any] = {}
    for component in modal.components:
        inner: dict[str, Any] = component.get("component") or {}
        if inner.get("type") == 4 and drawn.maybe():
            words = drawn.text()[: inner.get("max_length") or 4000]
            values[inner["custom_id"]] = words
    return await person.submit(modal, values)


async def menu(drawn: Drawn, place: Field, person: Person, where: Channel | str) -> Answer | None:
    """Use a menu under a message."""
    channel = where if isinstance(where, Channel) else place.ground.london
    known = [message for message in channel.messages[-5:] if message.seen_by is None]
    if not known or not place.menus():
        return None
    return await person.menu(drawn.pick(known), drawn.pick(place.menus()))


ACTS = (command, command, command, command, press, press, forge, forge, submit, submit, menu)


async def act(drawn: Drawn, place: Field) -> tuple[Person, Answer | None]:
    """Have somebody do something somewhere; None where Discord's client would not let them."""
    person, what = drawn.pick(place.people), drawn.pick(ACTS)
    theirs = [channel for channel in place.places if place.ground.sandbox.world.can_view(channel, person.id)]
    where = drawn.pick([*place.places, "dm"] if drawn.maybe(6) else theirs)
    try:
        answer = await what(drawn, place, person, where)
    except Refused:
        place.tried[f"{what.__name__}: not let through by the client"] += 1
        return person, None
    place.tried[what.__name__] += 1
    spot = where if isinstance(where, str) else where.name
    place.last = f"{person.user.username} in {spot}: {answer.interaction.data if answer else what.__name__}"[
        :2000
    ]
    if answer is not None:
        place.note(person, answer)
    return person, answer


def mutated(words: str, chance: random.Random) -> str:
    """Return a text as an editor's slip could leave it: lines gone or doubled, characters changed, cut short."""
    lines = words.splitlines(keepends=True) or [""]
    at = chance.randrange(len(lines))
    match chance.randrange(6):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[chance.randrange(len(lines))])
        case 2:
            spot = chance.randrange(len(lines[at]) + 1)
            lines[at] = (
                lines[at][:spot] + chance.choice(string.printable + "é{}[]\x00\ufeff") + lines[at][spot:]
            )
        case 3:
            spot = chance.randrange(len(lines[at]) + 1)
            lines[at] = lines[at][:spot] + lines[at][spot + chance.randrange(1, 9) :]
        case 4:
            lines = lines[:at]
        case _:
            lines[at] = lines[at].replace(chance.choice("\"'=#-:{}[]."), chance.choice("\"'=#-:{}[]. "), 1)
    return "".join(lines)
