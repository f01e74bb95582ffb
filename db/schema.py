"""All tables at once: importing this module fills the metadata of `Base`."""

from db.affiliations import models as affiliations
from db.base import Base
from db.campaigns import models as campaigns
from db.comms import models as comms
from db.digest import models as digest
from db.events import models as events
from db.groups import models as groups
from db.guidance import models as guidance
from db.interests import models as interests
from db.keydates import models as keydates
from db.meetings import models as meetings
from db.meetings import poll_models
from db.membership import models as membership
from db.network import models as network
from db.onboarding import models as onboarding
from db.privacy import models as privacy

__all__ = [
    "Base",
    "affiliations",
    "campaigns",
    "comms",
    "digest",
    "events",
    "groups",
    "guidance",
    "interests",
    "keydates",
    "meetings",
    "membership",
    "network",
    "onboarding",
    "poll_models",
    "privacy",
]
