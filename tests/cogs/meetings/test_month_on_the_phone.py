"""A month of meetings on one locked phone: a member with the network's role, in a server on 'only @mentions'."""

from datetime import timedelta

from bot.sandbox.phone import Level
from tests.cogs.ground import Ground, both, says
from tests.cogs.meeting_panels import use
from tests.cogs.meetings.test_mentions import chosen
from tests.cogs.meetings.test_polls import asked, vote

LONGEST = 150
"""Characters of the sentence on a lock screen."""


class Pocket:
    """Tomasz's phone: what it showed since it was looked at last."""

    def __init__(self, ground: Ground) -> None:
        self.ground, self.seen = ground, 0

    def news(self) -> list[tuple[str, str]]:
        """Return where each new notification comes from and its first sentence, by the time."""
        fresh = self.ground.tomasz.phone.heard[self.seen :]
        self.seen += len(fresh)
        return [(one.channel, one.body.splitlines()[0]) for one in fresh]


@both
async def test_a_month_is_followed_on_a_locked_phone(ground: Ground) -> None:
    ground.sandbox.guild().default_notifications = Level.ONLY_MENTIONS
    await ground.written_to(before=False)
    await chosen(ground, "London", "London", reminders=True)
    pocket, tomasz, amina = Pocket(ground), ground.tomasz, ground.amina

    # A meeting is announced; he answers, and the receipt is there at once.
    card = await ground.scheduled("Forum", "12/03/2026 18:00", venue="Town hall")
    assert pocket.news() == [("#london", "London meeting: Forum, Thursday 12 March, 6pm, Town hall.")]
    await tomasz.press(card, "Going")
    await ground.settled()
    assert pocket.news() == [("DM", "You are going: Forum, Thursday 12 March, 6pm, Town hall.")]

    # A poll, which he answers, and whose result is settled.
    await ground.go_to(ground.wall("2026-03-03T10:00"))
    poll = await asked(ground, "17/03/2026 18:00, 19/03/2026 19:00", closes="05/03/2026 12:00")
    question = ("#london", "Which time suits you? Spring meeting, open until Thursday 5 March, 12 noon.")
    assert pocket.news() == [question]
    await vote(tomasz, poll, t2="I can come")
    await ground.go_to(ground.wall("2026-03-04T13:00"))
    assert pocket.news() == [question]
    await ground.go_to(ground.wall("2026-03-05T13:00"))
    assert pocket.news() == []
    await amina.press(amina.dms[-1], "Schedule: Thursday 19 March 2026, 7pm")
    await ground.later()
    settled = "Spring meeting, Thursday 19 March, 7pm, place to be decided."
    assert sorted(pocket.news()) == [
        ("#london", f"London meeting: {settled}"),
        ("DM", f"The time is set: {settled}"),
    ]

    # The place changes, then the time. Each is heard once in the channel and once by DM.
    await ground.go_to(ground.wall("2026-03-06T10:00"))
    assert pocket.news() == [("DM", "In 7 days: Forum, Thursday 12 March, 6pm, Town hall.")]
    for change, begins in (
        (("meeting edit", {"venue": "Library"}), "Changed: Forum, Thursday 12 March, 6pm, Library."),
        (("meeting move", {"when": "13/03/2026 19:00"}), "Moved: Forum, now Friday 13 March, 7pm, Library."),
    ):
        at = ground.clock.now()
        says(await use(amina, "#london", change[0], meeting="Forum", **change[1]))
        await ground.later(timedelta(minutes=5))
        assert tomasz.phone.heard[-1].at - at < timedelta(minutes=5)
        assert sorted(pocket.news()) == [("#london", begins), ("DM", begins)]

    # Reminders: at his lead times by DM, in the channel the last one.
    forum = "Forum, Friday 13 March, 7pm, Library."
    for moment, ahead in (
        ("2026-03-07T10:00", "7 days"),
        ("2026-03-12T20:00", "1 day"),
        ("2026-03-13T18:59", "1 hour"),
    ):
        await ground.go_to(ground.wall(moment))
        channel = [("#london", f"In {ahead}: {forum}")] * (ahead == "1 hour")
        assert [one for one in sorted(pocket.news()) if "Forum" in one[1]] == [
            *channel,
            ("DM", f"In {ahead}: {forum}"),
        ]

    # A full meeting: he waits, is offered the place that comes free, takes it, and it is cancelled.
    await ground.go_to(ground.wall("2026-03-20T10:00"))
    pocket.news()
    film = await ground.scheduled("Film night", "30/03/2026 18:00", capacity=1)
    assert pocket.news() == [
        ("#london", "London meeting: Film night, Monday 30 March, 6pm, place to be decided.")
    ]
    await ground.grace.press(film, "Going")
    await tomasz.press(film, "Going")
    await ground.settled()
    assert pocket.news() == []
    await ground.grace.press(film, "Can't come")
    await ground.settled()
    ((place, offer),) = pocket.news()
    assert place == "DM"
    assert offer.startswith("A place is free: Film night, Monday 30 March, 6pm.")
    await tomasz.press(tomasz.dms[-1], "Going")
    await ground.go_to(ground.wall("2026-03-22T10:00"))
    assert pocket.news() == []
    says(await use(amina, "#london", "meeting cancel", meeting="Film night"))
    await ground.settled()
    gone = "Cancelled: Film night, Monday 30 March, 6pm."
    assert sorted(pocket.news()) == [("#london", gone), ("DM", gone)]

    # Nothing more comes of it, and nothing was too long for a lock screen.
    await ground.go_to(ground.wall("2026-04-02T10:00"))
    assert pocket.news() == []
    assert max(len(one.body.splitlines()[0]) for one in tomasz.phone.heard) <= LONGEST
