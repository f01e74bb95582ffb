"""Networks: listed, joined and left with their role, whom to ask in them, and what comes next."""

import re

import pytest
from sqlalchemy import select

from bot.sandbox.people import Person
from bot.sandbox.world import Role, building, permissions
from db.membership.models import Network, NetworkMember
from db.models import Audit
from db.network.models import Contact
from tests.cogs.ground import Ground, both, buttons, heads, says
from tests.cogs.panels import listed, role_chosen, standing

REGIONS = 10


async def given(
    ground: Ground, name: str = "London network", powers: int = 0, *, manage: bool = True
) -> Role:
    """Make a role for the members of a network, and let the bot manage roles."""
    world, guild = ground.sandbox.world, ground.sandbox.guild()
    mine = next(role for role in guild.roles.values() if role.bot_id == world.bot.id)
    role = building.role(world, guild, name, powers, position=1)
    kept = mine.permissions & ~permissions.MANAGE_ROLES
    mine.permissions = kept | permissions.MANAGE_ROLES if manage else kept
    building.publish_role(world, guild, mine, "GUILD_ROLE_UPDATE")
    await ground.sandbox.until(lambda: True)
    return role


def holds(ground: Ground, person: Person, role: Role) -> bool:
    return role.id in ground.sandbox.guild().members[person.id].roles


@both
async def test_every_region_is_listed_with_how_it_stands_and_when_it_meets(ground: Ground) -> None:
    await ground.scheduled()
    text = says(await ground.grace.slash("#london", "network list"))
    assert "**London:** established, <#" in text
    assert "Next meeting: Thursday 5 March 2026, 6pm" in text
    assert "**North West:** established" in text
    unknown = next(words for words in text.splitlines() if words.startswith("**Not known yet:**"))
    assert "East Midlands, " in unknown
    assert "Wales (<#" in unknown
    assert "Yorkshire (<#" in unknown
    assert "ask the international team" in unknown
    assert "Humber" not in text
    assert "international@neu.org.uk" in text
    assert await ground.count(Network) == REGIONS
    await ground.grace.slash("#london", "network list")
    assert await ground.count(Network) == REGIONS


async def test_a_region_that_is_set_up_later_is_a_network_too(ground: Ground) -> None:
    await ground.grace.slash("#london", "network list")
    await ground.ruth.slash(
        "#organisers", "setup region", name="Cymru", channel=ground.sandbox.channel("#welcome")
    )
    text = says(await ground.grace.slash("#london", "network list"))
    assert re.search(r"\*\*Not known yet:\*\* .*Cymru \(<#", text)
    assert await ground.count(Network) == REGIONS + 1


@both
async def test_joining_is_stored_and_shown_and_can_be_undone(ground: Ground) -> None:
    await ground.scheduled()
    joined = says(await ground.grace.slash("#london", "network join"))
    assert "Welcome to the London network" in joined
    assert "The next meeting: Spring meeting" in joined
    assert "already in the London network" in says(await ground.grace.slash("#london", "network join"))
    assert "**London:** established, and you are in it" in says(
        await ground.grace.slash("#wales", "network list")
    )
    assert "**London:** established, <#" in says(await ground.tomasz.slash("#wales", "network list"))
    assert "You have left the London network" in says(await ground.grace.slash("#london", "network leave"))
    assert await ground.count(NetworkMember) == 0
    assert "not in the London network" in says(await ground.grace.slash("#london", "network leave"))


async def test_a_region_is_found_by_what_somebody_types(ground: Ground) -> None:
    assert "North West network" in says(
        await ground.grace.slash("#london", "network join", region="north west")
    )
    assert "East Midlands network" in says(
        await ground.grace.slash("#london", "network join", region="east mid")
    )
    offers = await ground.grace.autocomplete("#london", "network join", focus="region", region="wal")
    assert [offer.name for offer in offers] == ["Wales"]
    every = await ground.grace.autocomplete("#london", "network join", focus="region", region="")
    assert len(every) == REGIONS


@pytest.mark.parametrize("name", ["Atlantis", "@everyone", "x" * 300, "🌍"])
async def test_an_unknown_region_is_refused_with_those_there_are(ground: Ground, name: str) -> None:
    answer = await ground.grace.slash("#london", "network join", region=name)
    assert "I can't find the region" in says(answer)
    assert await ground.count(NetworkMember) == 0


async def test_outside_a_regions_channel_the_region_is_asked_for(ground: Ground) -> None:
    assert "Which region do you mean?" in says(await ground.ruth.slash("#organisers", "network join"))


@both
async def test_joining_gives_the_role_and_leaving_takes_it(ground: Ground) -> None:
    role = await given(ground)
    done = await role_chosen(ground.ruth, "#organisers", "London", str(role.id))
    assert f"get the role {role.mention}" in says(done)
    joined = await ground.grace.slash("#london", "network join")
    assert f"You now have the role {role.mention}" in says(joined)
    assert holds(ground, ground.grace, role)
    left = await ground.grace.slash("#london", "network leave")
    assert "I have removed your role" in says(left)
    assert not holds(ground, ground.grace, role)
    await role_chosen(ground.ruth, "#organisers", "London")
    await ground.grace.slash("#london", "network join")
    assert not holds(ground, ground.grace, role)


async def test_a_role_that_can_not_be_given_keeps_nobody_from_joining(ground: Ground) -> None:
    role = await given(ground)
    await role_chosen(ground.ruth, "#organisers", "London", str(role.id))
    role.position = 99
    building.publish_role(ground.sandbox.world, ground.sandbox.guild(), role, "GUILD_ROLE_UPDATE")
    text = says(await ground.grace.slash("#london", "network join"))
    assert "I couldn't give you the role" in text
    assert await ground.count(NetworkMember) == 1


async def test_a_role_with_powers_or_of_organisers_is_given_to_nobody(ground: Ground) -> None:
    organisers = next(role for role in ground.sandbox.guild().roles.values() if role.name == "Organisers")
    powerful = await given(ground, "Moderators", permissions.MANAGE_MESSAGES)
    harmless = await given(ground)
    unmanaged = await role_chosen(ground.ruth, "#organisers", "London", str(organisers.id))
    assert "organisers' role" in says(unmanaged)
    refused = await role_chosen(ground.ruth, "#organisers", "London", str(powerful.id))
    assert "has powers" in says(refused)
    await role_chosen(ground.ruth, "#organisers", "London", str(harmless.id))
    await ground.ruth.slash("#organisers", "setup organisers", role=str(harmless.id), region="London")
    assert "I couldn't give you the role" in says(await ground.grace.slash("#london", "network join"))
    assert not holds(ground, ground.grace, harmless)


async def test_without_the_permission_the_role_is_refused_with_the_remedy(ground: Ground) -> None:
    role = await given(ground, manage=False)
    refused = await role_chosen(ground.ruth, "#organisers", "London", str(role.id))
    assert "let me manage roles" in says(refused)


async def number_of(ground: Ground, name: str) -> int:
    """Return the number of a network, which is made with the first look at the list."""
    says(await ground.ruth.slash("#organisers", "network list"))
    return await ground.running.store.read(
        lambda session: session.scalars(select(Network.id).where(Network.name == name)).one()
    )


@pytest.mark.parametrize("name", ["amina", "cerys"])
async def test_only_admins_choose_roles(ground: Ground, name: str) -> None:
    person: Person = getattr(ground, name)
    number = await number_of(ground, "London")
    assert "Choose its role" not in buttons((await person.slash("#london", "network contacts")).message)
    refused = await ground.press_old(person, ground.london, f"network:role:{number}")
    assert "Manage Server" in says(refused)


async def test_organisers_say_how_their_own_network_stands(ground: Ground) -> None:
    done = await standing(ground.gareth, "#north-west", "North West", "developing")
    assert "now listed as: developing" in says(done)
    assert "**North West:** developing" in says(await ground.grace.slash("#london", "network list"))
    number = await number_of(ground, "North West")
    refused = await ground.press_old(
        ground.imran, ground.sandbox.channel("#north-west"), f"network:status:{number}"
    )
    assert "Only organisers of North West" in says(refused)


async def test_what_comes_next_is_that_of_ones_own_networks(ground: Ground) -> None:
    await ground.scheduled()
    await ground.scheduled("Cardiff meeting", "friday 7pm", "#wales")
    assert "You haven't joined a network yet" in says(await ground.ruth.slash("#organisers", "network next"))
    assert "Cardiff meeting" in says(await ground.cerys.slash("#wales", "network next"))
    await ground.grace.slash("#london", "network join")
    await ground.grace.slash("#yorkshire", "network join")
    text = says(await ground.grace.slash("#wales", "network next"))
    assert "Spring meeting" in text
    assert "Cardiff" not in text
    assert "I know of no meetings coming up in Yorkshire" in text
    mine = await ground.grace.slash("#london", "network next")
    wales = await ground.grace.choose(mine, "Another region", ["Wales"])
    assert "Cardiff meeting" in says(wales)
    empty = await ground.grace.choose(wales, "Another region", ["North West"])
    assert "I know of no meetings coming up in North West" in says(empty)
    private = await ground.grace.slash("dm", "network next")
    assert "Spring meeting" in private.text
    assert "Cardiff meeting" in (await ground.grace.choose(private, "Another region", ["Wales"])).text


@both
async def test_representatives_are_listed_with_their_terms_and_free_seats(ground: Ground) -> None:
    added = await listed(
        ground.amina,
        "#london",
        "representative",
        "London",
        member=ground.grace,
        begins="September 2025",
        ends="31/8/2027",
        reach="grace@union.example",
    )
    assert f"{ground.grace.mention} is now listed for London" in says(added)
    await listed(ground.amina, "#london", "representative", "London", name="Rosa *Lane*")
    text = says(await ground.tomasz.slash("#london", "network contacts"))
    assert "representatives** (2 of 4)" in text
    assert f"- {ground.grace.mention}, grace@union.example, from Monday 1 September 2025 until" in text
    assert "31 August 2027" in text
    assert "- Rosa \\*Lane\\*" in text
    assert "Nobody is listed here for 2 seats" in text
    assert "District Secretary" in text
    assert "international@neu.org.uk" in text
    wales = says(await ground.cerys.slash("#wales", "network contacts"))
    assert "(0 of 2)" in wales
    assert "Nobody is listed here for" in wales
    every = says(await ground.ruth.slash("#organisers", "network contacts"))
    assert f"- London: Rosa \\*Lane\\*, {ground.grace.mention}" in every
    assert "- Wales: nobody listed" in every


async def test_whoever_is_listed_hears_of_it_and_can_take_themselves_off(ground: Ground) -> None:
    await listed(ground.amina, "#london", "representative", "London", member=ground.grace)
    await ground.settled()
    (news,) = ground.grace.dms
    assert "You are listed as a contact" in news.text
    assert "for London, as representative in the Organising Forum" in news.text
    await ground.restart()
    forged = await ground.press_old(ground.tomasz, ground.london, "contact:off:1")
    assert "That contact is no longer listed" in says(forged)
    off = await ground.grace.press(news, "Take me off the list")
    assert "You are no longer listed" in off.text
    assert await ground.count(Contact) == 0
    await ground.settled()
    organisers = ground.sandbox.channel("#organisers").messages
    assert "In London, nobody is listed here for 4 of 4 seats" in organisers[-1].text
    assert ground.grace.mention not in organisers[-1].text


async def test_the_organisers_hear_a_month_before_a_term_ends_and_when_the_seat_is_free(
    ground: Ground,
) -> None:
    await listed(ground.amina, "#london", "representative", "London", member=ground.grace, ends="31 May 2026")
    channel = ground.sandbox.channel("#organisers")
    await ground.go_to(ground.wall("2026-05-02T08:59"))
    assert channel.messages == []
    await ground.go_to(ground.wall("2026-05-02T09:01"))
    assert "a representative's term ends on Sunday 31 May 2026" in channel.messages[-1].text
    await ground.go_to(ground.wall("2026-06-01T09:01"))
    assert "nobody is listed here for 4 of 4 seats" in channel.messages[-1].text
    assert len(channel.messages) == 2
    assert "(0 of 4)" in says(await ground.tomasz.slash("#london", "network contacts"))


async def test_a_seat_that_is_taken_again_is_not_announced_as_free(ground: Ground) -> None:
    for name, begins, ends in (("One", None, "31 May 2026"), ("Two", "1 June 2026", None)):
        terms = {"begins": begins, "ends": ends}
        await listed(
            ground.ruth,
            "#wales",
            "representative",
            "Wales",
            name=name,
            **{key: value for key, value in terms.items() if value},
        )
    await listed(ground.ruth, "#wales", "representative", "Wales", name="Three")
    await ground.go_to(ground.wall("2026-06-01T10:00"))
    messages = ground.sandbox.channel("#organisers").messages
    assert [head for head in heads(messages) if "seat" in head.lower()] == []


async def test_a_seat_holds_one_at_a_time(ground: Ground) -> None:
    for name in ("One", "Two"):
        await listed(ground.ruth, "#wales", "representative", "Wales", name=name)
    refused = await listed(ground.ruth, "#wales", "representative", "Wales", name="Three")
    assert "has 2 seats" in says(refused)
    again = await listed(ground.ruth, "#wales", "representative", "Wales", name="One")
    assert "already listed there" in says(again)
    assert await ground.count(Contact) == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "choose a member"),
        ({"name": "One", "member": "grace"}, "choose a member"),
        ({"name": "One", "begins": "soon"}, "couldn't read soon"),
        ({"name": "One", "begins": "1/1/2027", "ends": "1/1/2026"}, "end before it starts"),
        ({"name": "One", "ends": "30 February 2027"}, "couldn't read 30 February 2027"),
    ],
)
async def test_what_is_no_contact_is_refused(ground: Ground, options: dict[str, str], words: str) -> None:
    values = {key: getattr(ground, value) if key == "member" else value for key, value in options.items()}
    answer = await listed(ground.ruth, "#wales", "representative", "Wales", **values)
    assert words in says(answer)
    assert await ground.count(Contact) == 0


async def test_contacts_are_removed_by_organisers_of_the_region_alone(ground: Ground) -> None:
    await listed(ground.ruth, "#wales", "representative", "North West", name="Rosa Lane")
    there = ground.sandbox.channel("#north-west")
    for region in (None, "Yorkshire"):
        if region is not None:
            says(await ground.ruth.slash("#organisers", "setup organisers", role=region, region=region))
        refused = await ground.press_old(ground.imran, there, "contact:remove:1")
        assert "Only organisers of North West" in says(refused)
    assert "That contact is no longer listed" in says(
        await ground.press_old(ground.gareth, there, "contact:remove:99")
    )
    card = await ground.gareth.slash(there, "network contacts")
    asked = await ground.gareth.choose(card, "Take someone off the list", ["Rosa Lane"])
    assert "Take Rosa Lane off the list for North West?" in says(asked)
    gone = await ground.gareth.press(asked, "Take them off the list")
    assert "Rosa Lane is no longer listed" in says(gone)
    assert "Nobody is listed here for" in gone.text
    actions = await ground.running.store.read(
        lambda session: [each.action for each in session.scalars(select(Audit).order_by(Audit.id))]
    )
    assert actions[-1] == "network.representative.remove"
    assert "listed a representative" in says(await ground.ruth.slash("#organisers", "admin audit"))


async def test_districts_have_contacts(ground: Ground) -> None:
    await listed(
        ground.amina,
        "#london",
        "district",
        "London",
        district="Hackney",
        member=ground.tomasz,
        duty="District Secretary",
    )
    await ground.settled()
    assert "as contact for Hackney" in ground.tomasz.dms[-1].text
    text = says(await ground.grace.slash("#london", "network contacts"))
    assert f"- Hackney: {ground.tomasz.mention}, District Secretary" in text
    card = await ground.amina.slash("#london", "network contacts")
    asked = await ground.amina.choose(card, "Take someone off the list", ["1"])
    says(await ground.amina.press(asked, "Take them off the list"))
    assert "Hackney" not in says(await ground.grace.slash("#london", "network contacts"))


async def test_members_list_nobody(ground: Ground) -> None:
    card = await ground.grace.slash("#london", "network contacts")
    assert buttons(card.message) == []
    number = await number_of(ground, "London")
    for kind in ("representative", "district"):
        refused = await ground.press_old(ground.grace, ground.london, f"contact:add:{number}:{kind}")
        assert "Only organisers of London" in says(refused)
    form = (await ground.press_old(ground.amina, ground.london, f"contact:add:{number}:representative")).modal
    own = (await ground.press_old(ground.grace, ground.london, "settings:times")).modal
    forged = ground.forged(own, form.custom_id)
    assert "Only organisers of London" in says(await ground.grace.submit(forged))
    assert await ground.count(Contact) == 0


async def test_when_a_representative_is_erased_the_seat_is_told_and_nobody_named(ground: Ground) -> None:
    await listed(ground.amina, "#london", "representative", "London", member=ground.grace)
    await ground.settled()
    asked = await ground.grace.slash("#london", "privacy erase")
    await (await ground.grace.press(asked, "Delete everything about me")).final()
    await ground.settled()
    news = ground.sandbox.channel("#organisers").messages[-1]
    assert "nobody is listed here for 4 of 4 seats" in news.text
    assert str(ground.grace.id) not in news.text


async def test_networks_of_one_server_are_not_anothers(ground: Ground) -> None:
    await listed(ground.ruth, "#organisers", "representative", "Wales", name="Rosa Lane")
    ground.second_guild()
    assert "/setup start" in says(await ground.ruth.slash("#branch", "network list"))
    assert "/setup start" in says(await ground.grace.slash("#branch", "network join", region="London"))
    assert "/setup start" in says(await ground.ruth.slash("#branch", "network contacts"))
    branch = ground.sandbox.channel("#branch", guild=next(reversed(ground.sandbox.world.guilds.values())))
    assert "/setup start" in says(await ground.press_old(ground.ruth, branch, "contact:remove:1"))


async def test_all_of_it_still_works_after_a_restart(ground: Ground) -> None:
    await ground.grace.slash("#london", "network join")
    await listed(ground.amina, "#london", "representative", "London", name="Rosa Lane")
    await ground.restart()
    assert "and you are in it" in says(await ground.grace.slash("#london", "network list"))
    assert "Rosa Lane" in says(await ground.grace.slash("#london", "network contacts"))
    added = await listed(ground.amina, "#london", "district", "London", district="Hackney", name="Ann")
    assert "Ann is now listed" in says(added)
