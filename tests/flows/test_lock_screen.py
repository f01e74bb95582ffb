"""What a locked phone shows of a direct message: of sensitive matters, only that there is something."""

from tests.tree import Tree

SENSITIVE = {
    "meeting.need",
    "interests.ask",
    "interests.met",
    "interests.none",
    "campaign.private",
    "affiliation.nudge",
    "plans.nudge",
    "plans.handed",
    "guidance.admins",
    "guidance.unheard",
    "guidance.unread",
    "guidance.alarm",
}
# What else is sent, for which somebody has decided that its words may stand on a lock screen or reach a channel alone.
PLAIN = {
    "meeting", "goal", "series", "network", "keydates", "checklist", "chase", "mirror", "upcoming", "comms",
    "deliveries", "events", "facts", "region", "privacy", "poll", "proposal", "welcome",
    "campaign.prompt", "campaign.chore", "plans.tend", "plans.hello", "plans.posted", "plans.card", "guidance.help",
}  # fmt: skip
TELLING = (
    "health", "access", "loop", "campaign", "cuba", "palestine", "affiliat", "organisation", "interest", "introduc",
    "meet somebody", "group", "help", "abuse", "{",
)  # fmt: skip


async def test_every_kind_of_message_is_declared_sensitive_or_not(tree: Tree) -> None:
    kinds = tree.bot.sender.kinds
    assert {name for name, kind in kinds.items() if kind.sensitive} == SENSITIVE
    undecided = {
        name for name in kinds.keys() - SENSITIVE if name not in PLAIN and name.partition(".")[0] not in PLAIN
    }
    assert undecided == set()


async def test_what_stands_for_a_sensitive_message_tells_nothing(tree: Tree) -> None:
    for kind in SENSITIVE:
        words = tree.bot.texts(f"deliveries.sealed.{kind}").lower()
        assert "show it" in words
        assert [word for word in TELLING if word in words] == [], kind
