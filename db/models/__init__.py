"""All tables, a file for each feature. Mapped classes are the records: no other form of them exists.

Instants are UTC (`Mapped[datetime]`); a local time is kept as wall time and IANA zone, in text.
Relationships say `lazy="raise"`: a forgotten load is an error and never a hidden query.
A column that holds the id of a member is a `MemberId`; db/privacy.py says what export and erase do with it.
"""

from db.base import Base
from db.models.affiliations import Affiliation, Organisation
from db.models.agenda import AgendaItem, Goal, Report
from db.models.calendars import Feed
from db.models.campaigns import Aside, Deed, GuildCampaign, Prompt, PromptMute, PromptPlan, PromptWish
from db.models.checklist import ChecklistItem
from db.models.comms import Contribution, Edition, Publication
from db.models.counting import CountDay, PublishedCount, PublishedMonth, PublishedPerson, SuggestedDates
from db.models.deliveries import Delivery
from db.models.events import Event, EventGoer
from db.models.facts import Fact
from db.models.guidance import HelpCall
from db.models.guilds import Audit, Guild, OrganiserRole, Region
from db.models.interests import Interest, Introduction
from db.models.keydates import KeyDate, KeyDateSetting
from db.models.limits import LimitUse
from db.models.meetings import AccessNeed, Answer, CoHost, Meeting, Waiting
from db.models.network import Contact, Network, NetworkMember, Roadmap, RoadmapStep, Twinning
from db.models.onboarding import Journey, Newcomer, StepAnswer, Welcoming
from db.models.people import Draft, Person
from db.models.plans import Plan, PlanAction, WorkingGroup, WorkingGroupMember
from db.models.polls import Poll, PollOption, PollVote, Proposal
from db.models.privacy import Consent, Departure, Erasure, KeptHash, Secret, Upkeep
from db.models.series import Series
from db.models.showing import Board, Chase, Extras, Interested
from db.models.venues import Venue

__all__ = [
    "AccessNeed",
    "Affiliation",
    "AgendaItem",
    "Answer",
    "Aside",
    "Audit",
    "Base",
    "Board",
    "Chase",
    "ChecklistItem",
    "CoHost",
    "Consent",
    "Contact",
    "Contribution",
    "CountDay",
    "Deed",
    "Delivery",
    "Departure",
    "Draft",
    "Edition",
    "Erasure",
    "Event",
    "EventGoer",
    "Extras",
    "Fact",
    "Feed",
    "Goal",
    "Guild",
    "GuildCampaign",
    "HelpCall",
    "Interest",
    "Interested",
    "Introduction",
    "Journey",
    "KeptHash",
    "KeyDate",
    "KeyDateSetting",
    "LimitUse",
    "Meeting",
    "Network",
    "NetworkMember",
    "Newcomer",
    "Organisation",
    "OrganiserRole",
    "Person",
    "Plan",
    "PlanAction",
    "Poll",
    "PollOption",
    "PollVote",
    "Prompt",
    "PromptMute",
    "PromptPlan",
    "PromptWish",
    "Proposal",
    "Publication",
    "PublishedCount",
    "PublishedMonth",
    "PublishedPerson",
    "Region",
    "Report",
    "Roadmap",
    "RoadmapStep",
    "Secret",
    "Series",
    "StepAnswer",
    "SuggestedDates",
    "Twinning",
    "Upkeep",
    "Venue",
    "Waiting",
    "Welcoming",
    "WorkingGroup",
    "WorkingGroupMember",
]
