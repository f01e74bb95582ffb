"""Who hosts: a member, or the organisers of the region where the host has left and nobody shared the job."""

from sqlalchemy.orm import Session

from bot.domain.meetings import ORGANISERS
from db.membership.models import Departure
from db.models import Guild


def asked_of(host_id: int, guild: Guild) -> tuple[int, bool]:
    """Return where goes what is meant for a host, and whether in private; 0 for nowhere.

    What is meant for the organisers goes to their channel.
    """
    return (host_id, True) if host_id > ORGANISERS else (guild.organisers_channel_id or 0, False)


def host_now(session: Session, guild_id: int, user_id: int) -> int:
    """Return a member who is to host something, the organisers in place of one who has left or was erased."""
    gone = user_id <= ORGANISERS or session.get(Departure, (guild_id, user_id)) is not None
    return ORGANISERS if gone else user_id
