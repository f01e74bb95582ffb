"""What has already happened in a new demo: past meetings, places, people's networks, and actions."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.domain.local_time import local_time_of
from bot.domain.names import normalize
from db import campaigns, snapshots
from db.campaigns.models import CompletedAction
from db.meetings.models import Answer, Goal, Meeting, Report, Venue
from db.models import Delivery, Guild, Region
from db.network import networks

HELD = (
    ("London", "Monthly network meeting", 33, "Hamilton House", 7, "We write to the council about twinning."),
    ("London", "Palestine film evening", 19, "Hamilton House", 12, "We show the film again at two schools."),
    ("North West", "Planning day", 12, "Mechanics' Institute", 5, "Manchester looks for a partner union."),
)
"""Region, title, days ago, place, how many came, what was decided."""
PLACES = {
    "Hamilton House": (
        "Mabledon Place, London",
        "Yes, from the street",
        "Yes",
        "Ground floor",
        "Euston, 5 minutes",
    ),
    "Mechanics' Institute": (
        "Princess Street, Manchester",
        "Lift at the back",
        "",
        "Ground floor",
        "St Peter's Square",
    ),
}
JOINED = ("grace", "tomasz")
DONE = ("assembly", "twinning", "motion")


def happen(
    session: Session,
    guild: Guild,
    people: Mapping[str, int],
    regions: Mapping[str, str],
    *,
    now: datetime,
    wordings: Mapping[str, str],
) -> None:
    """Store what has happened in a server that is set up; `regions` are those of the people, by their names."""
    zone = ZoneInfo(guild.zone)
    there = {region.name: region for region in guild.regions}
    for name, (address, step_free, loop, toilets, transport) in PLACES.items():
        known = {"address": address, "step_free": step_free, "hearing_loop": loop, "toilets": toilets}
        session.add(
            Venue(
                guild_id=guild.id,
                name=name,
                folded=normalize(name),
                transport=transport,
                checked_by=people["amina"],
                checked_at=now - timedelta(days=20),
                **known,
            )
        )
    for region, title, ago, venue, came, decided in HELD:
        begins = (
            (now - timedelta(days=ago)).astimezone(zone).replace(hour=18, minute=0, second=0, microsecond=0)
        )
        host = people["amina" if region == "London" else "gareth"]
        meeting = _held(session, there[region], title, begins, zone, venue=venue, host=host)
        coming = [user_id for name, user_id in people.items() if regions.get(name) == region]
        meeting.going = len(coming)
        for user_id in coming:
            session.add(Answer(meeting_id=meeting.id, user_id=user_id, choice="going", answered_at=begins))
        closed = begins + timedelta(days=1)
        session.add(
            Report(meeting_id=meeting.id, by_id=host, attendance=came, decided=decided, closed_at=closed)
        )
        session.add(
            Goal(
                guild_id=guild.id,
                region_id=meeting.region_id,
                meeting_id=meeting.id,
                words=f"Ask the branch for a speaker, as agreed at {title}",
                owner_id=coming[0],
                made_at=closed,
            )
        )
    session.flush()
    members = {network.name: network for network in networks.of_guild(session, guild.id)}
    for place, (name, user_id) in enumerate(people.items()):
        home = there.get(regions.get(name, ""))
        # A network's figure is shown from six people on; people in no network are counted together.
        if home is not None and home.name in members and name in JOINED:
            networks.join(session, members[home.name].id, user_id, now=now)
        action, region_id = DONE[place % len(DONE)], home.id if home is not None else None
        new = CompletedAction(region_id=region_id, campaign="cuba", action=action, note="")
        then = now - timedelta(days=2)
        campaigns.done(session, new, user_id, guild_id=guild.id, zone=zone, now=then)
    # People who did something that long ago have had the receipt for it.
    session.execute(delete(Delivery).where(Delivery.key.startswith("receipt:")))
    snapshots.take(session, guild.id, wordings=wordings, now=now)


def _held(
    session: Session, region: Region, title: str, begins: datetime, zone: ZoneInfo, *, venue: str, host: int
) -> Meeting:
    meeting = Meeting(
        guild_id=region.guild_id,
        region_id=region.id,
        title=title,
        wall=local_time_of(begins, zone),
        zone=zone.key,
        starts_at=begins,
        minutes=90,
        venue=venue,
        host_id=host,
        created_by=host,
        created_at=begins - timedelta(days=14),
        channel_id=region.channel_id,
    )
    session.add(meeting)
    session.flush()
    return meeting
