"""Every kind of message: in a channel its content suffices, in private its times are the reader's."""

import re

from db import people
from tests.cogs.common.test_lock_screen import sent
from tests.cogs.ground import Ground, buttons
from tests.cogs.lock_screen import CASES, Case, case_of, seeded, told

DAY = re.compile(r"\b\d{1,2} (?:January|February|March|April)\b")
HUSHED = ("plans.hello", "plans.posted", "plans.handed")
ABOUT = {
    "campaign.prompt": "campaign", "comms.call": "publication", "events.announce": "event",
    "keydates.prompt": "key_date",
    "meeting.announce": "meeting", "meeting.reported": "meeting", "network.finished": "network",
    "network.stalled": "network", "network.started": "network", "network.vacancy": "network",
    "poll.announce": "poll", "poll.remind": "poll",
}  # fmt: skip
"""What each kind in a channel is about; of the others it tells nothing of what people typed."""


def kinds(ground: Ground, *, private: bool) -> dict[str, Case]:
    """Return how each kind is tried that is posted."""
    found = {name: case_of(name, kind) for name, kind in ground.running.sender.kinds.items() if not kind.job}
    return {name: case for name, case in found.items() if case.posts and case.private is private}


async def test_content_alone_says_what_it_is_about_and_when_in_a_channel(ground: Ground) -> None:
    wrong: dict[str, str] = {}
    for name, case in kinds(ground, private=False).items():
        _, message = await sent(ground, name, case, await seeded(ground))
        assert message is not None, name
        words, embed = message.content, "".join(one.get("description", "") for one in message.embeds)
        about = ABOUT.get(name)
        if not words or len(words.splitlines()[0]) > 150 or (about and about not in told(words)):
            wrong[name] = words
        elif DAY.search(embed) and not DAY.search(words) and name not in HUSHED:
            wrong[name] = f"{words} || {embed}"
        elif embed and not buttons(message) and len(embed) > 400:
            wrong[name] = f"no button: {words} || {embed}"
    assert not wrong, "\n\n".join(f"{name}: {words}" for name, words in wrong.items())
    assert set(ABOUT) <= set(CASES)


async def test_a_direct_message_tells_its_reader_their_own_time_or_names_the_zone(ground: Ground) -> None:
    wrong: dict[str, str] = {}
    for name, case in kinds(ground, private=True).items():
        made = await seeded(ground)
        await ground.running.store.write(
            lambda session: people.choose(session, ground.grace.id, zone="Asia/Kolkata", quiet_from=None)
        )
        _, message = await sent(ground, name, case, made)
        assert message is not None, name
        # Everything seeded is at 6pm in London, which is 11.30pm in Kolkata.
        for line in message.content.splitlines():
            if re.search(r"\b6pm\b(?!.*\(UK time)", line):
                wrong[name] = line
        first = message.content.splitlines()[0]
        if "6pm" in message.content and DAY.search(first) and "11.30pm your time" not in first:
            wrong[name] = message.content
    assert not wrong, "\n\n".join(f"{name}: {words}" for name, words in wrong.items())
