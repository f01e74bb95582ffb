"""Every kind of message is sent, full of what people typed, and a locked phone shows nothing that tells of them."""

from dataclasses import MISSING, fields
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.delivery import Outgoing
from bot.delivery.notice import Stored
from bot.sandbox.world import Message
from bot.texts import Markup
from cogs.common.base import Card
from cogs.common.notice import general_words, sealed
from db import deliveries
from db.deliveries import NewDelivery
from db.models import Delivery
from tests.cogs.ground import Ground
from tests.cogs.lock_screen import CASES, MEETING, NEVER, Case, case_of, marker, push, seeded, told
from tests.tree import Tree

TELLING = (
    "health", "access", "loop", "campaign", "cuba", "palestine", "affiliat", "organisation", "interest", "introduc",
    "meet someone", "group", "help", "abuse", "{",
)  # fmt: skip


async def test_every_kind_is_declared_as_sensitive_or_with_a_reason_why_not(tree: Tree) -> None:
    kinds = tree.kinds()
    assert set(CASES) <= set(kinds), "tests/cogs/lock_screen.py declares what there is"
    assert {name for name, case in CASES.items() if case.sensitive} == {
        name for name, kind in kinds.items() if kind.sensitive and name in CASES
    }
    assert all(case.why for case in CASES.values())
    assert [name for name, case in CASES.items() if case.private and case.shows & NEVER] == []


def data_of(made: dict[str, dict[str, Any]], case: Case, ground: Ground) -> dict[str, Any]:
    """Return the numbers of all that is seeded, by every name by which a kind looks for one."""
    numbers = {name: row["id"] for name, row in made.items() if "id" in row}
    about = {
        "call": "help_call", "group": "working_group", "action": "plan_action", "item": "checklist_item",
        "date": "key_date",
    }  # fmt: skip
    numbers |= {name: numbers[table] for name, table in about.items()}
    given: dict[str, Any] = {
        "do": "x", "turn": 1, "day": "2026-03-05", "slot": "2026-03-12T18:00", "user": ground.grace.id, "step": 1,
        "hosted": False, "anew": True, "was": "2026-03-11T18:00", "message": 5, "asked": 0,
        "deadline": "2026-03-05T18:00:00+00:00", "threads": [], "roles": [],
    }  # fmt: skip
    found: dict[str, Any] = numbers | given | dict(case.data)
    if "handed" in case.data:
        host = [{"meeting": numbers["meeting"], "host": ground.tomasz.id}]
        jobs = {"series": [numbers["series"]], "publications": [numbers["publication"]]}
        found |= {"meetings": host, "items": 1, "steps": 1, "erased": False} | jobs
    return found


def stored_as(kind: str) -> dict[str, Any]:
    """Return a value for each field that a notice of a kind must have, for what is no number of anything seeded."""
    found: list[type[Stored[Any]]] = [Stored]
    for one in found:
        found += one.__subclasses__()
    declared = [one for one in found if vars(one).get("kind") == kind]
    needed = [field for one in declared for field in fields(one) if field.default is MISSING]  # pyright: ignore[reportArgumentType] - the decorator makes a dataclass of it
    return {field.name: 1 if field.type is int else "x" for field in needed}


async def sent(
    ground: Ground, kind: str, case: Case, made: dict[str, dict[str, Any]]
) -> tuple[Delivery | None, Message | None]:
    """Send one delivery of a kind, and return its stored row and the message that came of it."""
    guild, now = ground.sandbox.guild(), ground.clock.now()
    place = ground.sandbox.channel("#organisers") if kind == "guidance.help" else ground.london
    data = stored_as(kind) | data_of(made, case, ground)
    words = {
        "me": ground.grace.id,
        "other": ground.tomasz.id,
        "region": made["region"]["id"],
        "meeting": made["meeting"]["id"],
    }
    words |= {
        "now": now.replace(tzinfo=None).isoformat(" "),
        "soon": MEETING.replace(tzinfo=None).isoformat(" "),
    }

    def store(session: Session) -> int:
        for statement in case.sql:
            session.execute(text(statement.format(**words)))
        target = ground.grace.id if case.private else place.id
        key = (case.key or "tried:{kind}").format(kind=kind, **words)
        new_delivery = NewDelivery(
            key=key, kind=kind, guild_id=guild.id, target_id=target, private=case.private, subject="tried",
            due_at=now, data=data,
        )  # fmt: skip
        deliveries.enqueue(session, [new_delivery])
        return session.scalars(select(Delivery.id).where(Delivery.key == key)).one()

    number = await ground.running.store.write(store)
    ground.running.forget_guild(guild.id)
    await ground.settled()
    row = await ground.running.store.read(lambda session: session.get(Delivery, number))
    posted = ground.grace.dms if case.private else place.messages
    return row, next((one for one in posted if row is not None and one.id == row.message_id), None)


async def seen(ground: Ground, kind: str, case: Case) -> str | None:
    """Send one message of a kind, and return what is wrong with it."""
    row, message = await sent(ground, kind, case, await seeded(ground))
    if not case.posts:
        shown = push(message) if message is not None else ""
        ended = row is None or row.status in {"suppressed", "sent"}
        return None if ended and not shown else f"shows {shown}"
    if row is None or row.status != "sent" or message is None:
        return f"is not sent: {row.status}, {row.reason}" if row is not None else "is gone"
    if more := told(push(message)) - case.shows:
        return f"shows {sorted(more)}: {push(message)}"
    # All of a direct message can be read by whoever has the phone.
    hidden = [marker(*each.split(".")) for each in case.hides.split()]
    if any(one in message.text for one in hidden):
        return f"says {message.text}"
    if case.sensitive:
        if message.text.partition("\n")[0] != general_words(kind, ground.texts, private=case.private):
            return f"begins with other words: {message.text}"
        if case.private and told(message.text):
            return f"says {message.text}"
    if not case.private or not (case.flows or hidden):
        return None
    opened = await ground.opened(ground.grace, message)
    shown = case.flows in told(opened.text) if case.flows else all(one in opened.text for one in hidden)
    return None if shown else f"tries nothing: {opened.text}"


async def test_a_locked_phone_shows_nothing_that_tells_of_anybody(ground: Ground) -> None:
    """Whatever people could type and choose is stored when one message of each kind is sent."""
    declared = {kind: case_of(kind, one) for kind, one in ground.running.sender.kinds.items() if not one.job}
    wrong = {kind: await seen(ground, kind, case) for kind, case in declared.items()}
    assert {kind: why for kind, why in wrong.items() if why is not None} == {}


async def test_what_stands_for_a_sensitive_message_tells_nothing(tree: Tree) -> None:
    kinds = [name for name, case in CASES.items() if case.sensitive]
    for kind, private in (*((kind, CASES[kind].private) for kind in kinds), ("of no own words", False)):
        words = general_words(kind, tree.bot.texts, private=private).lower()
        assert ("show it" in words) is private
        assert [word for word in TELLING if word in words] == [], kind


def test_in_a_channel_too_the_general_words_come_before_what_a_member_wrote(tree: Tree) -> None:
    delivery = Delivery(id=1, kind="guidance.help", private=False)
    card = Outgoing(Card(Markup("My head teacher shouts at me"), Markup("From <@5>")))
    first, *rest = sealed(delivery, card, tree.bot.texts).view.to_components()
    assert first["type"] == 10
    assert first["content"] == "There is a private note for the organisers of this server."
    assert "My head teacher" in str(rest)
