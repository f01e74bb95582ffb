"""Somebody with one account who uses the real commands around whatever others do, and a model of what may be seen."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.campaigns.suggesting import LATELY
from bot.domain.counting import TOGETHER
from bot.sandbox.answer import Answer
from bot.sandbox.people import Person
from db import onboarding
from db.membership.models import Network
from tests.cogs.counts import counted, crowd
from tests.cogs.ground import Ground, custom_ids, says
from tests.cogs.interests.test_interests import opens_up, tells
from tests.cogs.panels import newcomers
from tests.domain.test_counting import VIEWER, World, shown

CROWD, COUNTED = 20, 13
"""How many others there are, and how many of them are counted when it begins: seven and six in two networks."""
PLACES = ("#london", "#wales")
CUBA, OTHER = {"issue": ["Cuba"]}, {"issue": ["Palestine"]}
KINDS = ("campaign", "interest", "group")
STANDINGS = ("underway", "finished", "ended")
LONGEST = timedelta(days=80)
"""After this, completed actions leave the counts one by one."""


@dataclass
class Attack:
    """The account, the others, and for each family of counts a model of what was published of it."""

    ground: Ground
    began: datetime
    people: list[Person] = field(default_factory=list[Person])
    """The attacker first: an organiser, who is shown the most."""
    worlds: dict[str, World] = field(default_factory=dict[str, World])
    homes: dict[int, str] = field(default_factory=dict[int, str])
    """Everybody's network, by their place in `people`."""
    networks: dict[str, str] = field(default_factory=dict[str, str])
    """The name of each, by its number."""
    done: dict[int, tuple[Answer, datetime]] = field(default_factory=dict[int, tuple[Answer, datetime]])
    month: str = ""
    grew: int = 0
    fell: int = 0
    """How often a number changed."""

    async def prepare(self) -> None:
        """Have everybody be in a network, and some of them be counted in everything."""
        ground = self.ground
        self.people = [ground.amina, *crowd(ground, CROWD)]
        self.worlds = {name: World() for name in (*KINDS, *STANDINGS)}
        for number, person in enumerate(self.people):
            says(await person.slash(PLACES[number % 2], "network join"))

        def load(session: Session) -> dict[str, str]:
            return {str(one.id): one.name for one in session.scalars(select(Network))}

        self.networks = await ground.running.store.read(load)
        by_name = {name: number for number, name in self.networks.items()}
        self.homes = {number: by_name[("London", "Wales")[number % 2]] for number in range(CROWD + 1)}
        await opens_up(ground, self.people[VIEWER], "#london", **OTHER)
        for what in (*KINDS, "welcome"):
            await self.do("act", what, range(1, COUNTED + 1))
        await self.night()

    # What people do.

    def chosen(self, act: str, what: str, how_many: int, after: int) -> list[int]:
        """Return others to act, from a place in the round on, so that as many wait for a change of a number.

        Those of the attacker's own network, who are in one number with them.
        """
        round_ = [(after + step) % CROWD + 1 for step in range(CROWD)]
        if not what:
            return round_[:how_many]
        world = self.worlds["underway" if what == "welcome" else what]
        if what in ("campaign", "interest"):
            round_ = [one for one in round_ if self.homes[one] == self.homes[VIEWER]]
        published = {one for each in world.family.values() for one in each.people}
        changed = published - world.there.keys() if act == "undo" else world.there.keys() - published
        able = [one for one in round_ if (one in world.there) != (act == "act")]
        return able[: max(0, how_many - len(changed - {VIEWER}))]

    async def do(self, act: str, what: str, numbers: Sequence[int]) -> None:
        """Have people do one thing, over the wire and in the model."""
        for number in dict.fromkeys(numbers):
            if act in ("erase", "move"):
                await getattr(self, act)(number)
            elif what == "welcome":
                # Whether it goes on or is over, the series itself decides: that is asked of the store.
                if act == "act":
                    await self.people[number].slash("#london", "welcome start")
                else:
                    stop = f"series:{self.ground.sandbox.guild().id}:stop"
                    await self.ground.press_old(self.people[number], self.ground.london, stop)
            elif (number in self.worlds[what].there) != (act == "act"):
                await getattr(self, what)(number, act)
                self.worlds[what].do(act, [number], TOGETHER if what == "group" else self.homes[number])

    async def campaign(self, number: int, act: str) -> None:
        """Do something for a campaign, or take it back."""
        person = self.people[number]
        if act == "act":
            answer = await person.slash("#london", "campaign done", campaign="Cuba", action="assembly")
            assert "counted it" in says(answer)
            self.done[number] = answer, self.ground.clock.now()
        else:
            answer, _ = self.done.pop(number)
            (undo,) = (one for one in custom_ids(answer.message) if one.startswith("deed:undo:"))
            says(await person.press(answer, undo))

    async def interest(self, number: int, act: str) -> None:
        """Choose an issue, or another one instead."""
        says(await tells(self.ground, self.people[number], "#london", **(CUBA if act == "act" else OTHER)))

    async def group(self, number: int, act: str) -> None:
        """Join a working group, or leave it."""
        card = await self.people[number].slash("#london", "campaign group", campaign="Cuba")
        says(await self.people[number].press(card, "Join this group" if act == "act" else "Leave this group"))

    async def move(self, number: int) -> None:
        """Leave one's network for another one."""
        person, (one, other) = self.people[number], PLACES
        by_name = {name: each for each, name in self.networks.items()}
        if self.networks.get(self.homes[number]) == "Wales":
            one, other = other, one
        if self.homes[number]:
            says(await person.slash(one, "network leave"))
        says(await person.slash(other, "network join"))
        self.homes[number] = by_name["London" if other == "#london" else "Wales"]
        for what in ("campaign", "interest"):
            self.worlds[what].do("move", [number], self.homes[number])

    async def erase(self, number: int) -> None:
        """Delete everything about oneself."""
        asked = await self.people[number].slash("#london", "privacy erase")
        if "privacy:erase" in custom_ids(asked.message):
            await (await self.people[number].press(asked, "privacy:erase")).final()
        self.homes[number] = TOGETHER
        self.done.pop(number, None)
        for world in self.worlds.values():
            world.do("erase", [number], TOGETHER)

    # Nights.

    async def night(self) -> None:
        """Take a snapshot, and hold what it published against the rule and against what is shown."""
        await counted(self.ground)
        now = self.ground.clock.now()
        over, self.month = bool(self.month) and now.strftime("%Y-%m") > self.month, now.strftime("%Y-%m")
        for number in [each for each, (_, at) in self.done.items() if at <= now - LATELY]:
            self.worlds["campaign"].do("undo", [number], "")
            del self.done[number]
        numbers = {person.id: number for number, person in enumerate(self.people)}
        standing = await self.ground.running.store.read(onboarding.there, self.ground.sandbox.guild().id)
        for name in STANDINGS:
            there = standing.get(name, set())
            self.worlds[name].there = {numbers[one]: TOGETHER for one in there if one in numbers}
        for name, world in self.worlds.items():
            world.look(month_over=over)
            for came, gone in world.changes[-1].values():
                assert not came or len(came - {VIEWER}) >= 5, name
                assert not gone or len(gone - {VIEWER}) >= 5, name
                self.grew, self.fell = self.grew + bool(came), self.fell + bool(gone)

    async def month_over(self) -> None:
        """Let a month pass, if enough time is left."""
        if self.spent < LONGEST - timedelta(days=31):
            self.ground.clock.move(timedelta(days=30))
            await self.night()

    @property
    def spent(self) -> timedelta:
        """How long all of this has gone on."""
        return self.ground.clock.now() - self.began

    # What the attacker sees.

    async def look(self) -> dict[str, str]:
        """Use every command that shows a number of people; a group's own member sees its names, which is agreed to."""
        viewer, seen = self.people[VIEWER], dict[str, str]()
        for of in ({}, {"campaign": "cuba"}, {"campaign": "cuba", "region": "London"}, {"region": "Wales"}):
            seen[f"progress {of}"] = says(await viewer.slash("#london", "campaign progress", **of))
        seen["map"] = says(await viewer.slash("#wales", "interests map", issue="Cuba"))
        seen["welcome"] = says(await newcomers(viewer, "#london"))
        found = await viewer.slash("#london", "interests find")
        if "interests:ask:" in custom_ids(found.message):
            found = await viewer.choose(found, "interests:about:0", ["Cuba"])
            assert "interests:ask:campaign:cuba" in custom_ids(found.message)
            seen["find"] = found.text
        if VIEWER not in self.worlds["group"].there:
            seen["group"] = (await viewer.slash("#london", "campaign group", campaign="Cuba")).text
        return seen

    def holds(self, seen: dict[str, str]) -> None:
        """Hold every number that is seen against what the model published."""
        campaign, interest, group = (shown(self.worlds[name].family) for name in KINDS)
        for text, parts in ((seen["progress {'campaign': 'cuba'}"], campaign), (seen["map"], interest)):
            found = dict(re.findall(r"^- (London|Wales): (\d+)$", text, re.MULTILINE))
            named = {self.networks[part]: str(count) for part, count in parts.items() if part}
            assert found == named, text
        assert _number(r"\*\*(\d+) members\*\*", seen["progress {'campaign': 'cuba'}"]) == sum(
            campaign.values()
        )
        assert _number(r"^- Cuba: (\d+)$", seen["progress {}"]) == sum(campaign.values())
        (wales,) = (number for number, name in self.networks.items() if name == "Wales")
        assert _number(r"^- Cuba: (\d+)$", seen["progress {'region': 'Wales'}"]) == campaign.get(wales, 0)
        assert _number(r"^(\d+) members of this server", seen["map"]) == sum(interest.values())
        if "find" in seen:
            assert _number(r"^- Cuba: (\d+)$", seen["find"]) == sum(interest.values())
        if "group" in seen:
            assert _number(r"^(\d+) members are in it", seen["group"]) == sum(group.values())
        for label, name in (("Taking the steps", "underway"), ("Finished", "finished"), ("Stopped", "ended")):
            count = sum(shown(self.worlds[name].family).values())
            assert _number(rf"\*\*{label}[^*]*:\*\* (\d+)", seen["welcome"]) == count


def _number(pattern: str, text: str) -> int:
    found = re.search(pattern, text, re.MULTILINE)
    return int(found[1]) if found else 0
