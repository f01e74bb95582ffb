"""Rules of what admins see: that something failed, and who changed what for everybody; nothing of members' own affairs.

Each kind of delivery and each act of the audit is declared here. An undeclared kind is shown without its recipient.
"""

from enum import Enum

RECIPIENT_SHOWN = frozenset(
    {
        "checklist.back",
        "checklist.nudge",
        "checklist.yours",
        "comms.closing",
        "comms.inbox",
        "deliveries.closed",
        "deliveries.failed",
        "goal.nudge",
        "meeting.cancelled",
        "meeting.host",
        "meeting.moved",
        "meeting.remind",
        "meeting.report",
        "meeting.restored",
        "mirror.blocked",
        "network.listed",
        "network.nudge",
        "network.term",
        "poll.result",
        "privacy.handed",
        "privacy.server",
        "proposal.asked",
        "region.channel_gone",
        "series.ask",
        "series.held",
        "series.terms",
    }
)
"""Sent to members because of what the whole server sees of them: hosts, organisers, contacts, answers on cards."""

RECIPIENT_HIDDEN = frozenset(
    {
        "meeting.receipt",
        "settings.receipt",
        "affiliation.nudge",
        "campaign.private",
        "chase.ask",
        "comms.ask",
        "comms.decided",
        "digest.week",
        "events.deadline",
        "events.eve",
        "events.link",
        "events.report",
        "guidance.admins",
        "guidance.alarm",
        "guidance.unheard",
        "guidance.unread",
        "interests.ask",
        "interests.met",
        "interests.none",
        "meeting.changed",
        "meeting.correct",
        "meeting.need",
        "meeting.offer",
        "plans.handed",
        "plans.nudge",
        "poll.chosen",
        "proposal.told",
        "welcome.hello",
        "welcome.step",
    }
)
"""Sent to members because of what they agreed to, asked for or keep to themselves."""

TO_CHANNELS = frozenset(
    {
        "campaign.prompt",
        "comms.call",
        "events.announce",
        "facts.ask",
        "guidance.help",
        "keydates.prompt",
        "meeting.announce",
        "meeting.card",
        "meeting.reported",
        "network.finished",
        "network.stalled",
        "network.started",
        "network.vacancy",
        "plans.card",
        "plans.hello",
        "plans.posted",
        "poll.announce",
        "poll.card",
        "poll.remind",
        "proposal.card",
        "setup.hello",
        "upcoming.no_pin",
        "welcome.desk",
        "welcome.raid",
    }
)
"""Sent to a channel; if one goes to a member, that is not shown."""


def shows_recipient(kind: str) -> bool:
    """Whether admins may see which member got a delivery of this kind."""
    return kind in RECIPIENT_SHOWN


class Whose(Enum):
    """What kind of act a line of the audit is about."""

    OFFICE = "office"
    """Done for everybody, by somebody entitled to: kept, with who did it."""
    OWN = "own"
    """A member's own affair: never recorded or shown."""


ACTS = {
    **dict.fromkeys(
        (
            "affiliation.record",
            "network.start",
            "network.twinning.branch",
            "plans.close",
            "plans.post",
            "proposal.make",
        ),
        Whose.OWN,
    ),
    **dict.fromkeys(
        (
            "affiliation.organisation.add",
            "affiliation.organisation.remove",
            "affiliation.remove",
            "campaign.add",
            "campaign.edit",
            "campaign.order",
            "campaign.prompt",
            "campaign.prompts",
            "campaign.switch",
            "checklist.add",
            "checklist.assign",
            "checklist.done",
            "checklist.due",
            "checklist.not_needed",
            "checklist.open",
            "comms.accepted",
            "comms.add",
            "comms.compile",
            "comms.declined",
            "comms.held",
            "comms.remove",
            "comms.set",
            "delivery.retry",
            "events.add",
            "events.change",
            "events.remove",
            "keydates.add",
            "keydates.prompts",
            "keydates.remove",
            "keydates.switch",
            "meeting.cancel",
            "meeting.chase",
            "meeting.edit",
            "meeting.host",
            "meeting.move",
            "meeting.restore",
            "meeting.no_report",
            "region.checked",
            "meeting.report",
            "meeting.schedule",
            "network.change",
            "network.district.add",
            "network.district.remove",
            "network.finish",
            "network.representative.add",
            "network.representative.remove",
            "network.twinning.remove",
            "network.twinning.union",
            "poll.close",
            "poll.put",
            "poll.reopen",
            "poll.schedule",
            "poll.withdraw",
            "privacy.erase",
            "privacy.export",
            "privacy.server_unheard",
            "proposal.approved",
            "proposal.declined",
            "series.begin",
            "series.edit",
            "series.end",
            "series.hold",
            "series.move",
            "series.resume",
            "series.terms",
            "setup",
            "setup.facts",
            "setup.features",
            "setup.organisers",
            "setup.pings",
            "setup.region",
            "setup.region_dropped",
            "venue.check",
            "venue.remove",
            "welcome.pace",
        ),
        Whose.OFFICE,
    ),
}
"""Every act of the audit, and whose it is."""

OWN_ACTS = frozenset(act for act, whose in ACTS.items() if whose is Whose.OWN)
