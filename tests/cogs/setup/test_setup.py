"""Setting a server up: one form, and commands for each part of it."""

from bot.sandbox.people import Person
from bot.sandbox.world import building, permissions
from db import guilds
from db.models import Guild, Region
from tests.cogs.ground import Ground, both, buttons, says
from tests.cogs.panels import set_up


async def record(ground: Ground) -> Guild:
    found = await ground.running.store.read(guilds.load, ground.sandbox.guild().id)
    assert found is not None
    return found


def channel_ids(ground: Ground, *names: str) -> list[str]:
    return [str(ground.sandbox.channel(name).id) for name in names]


def role_id(ground: Ground, name: str) -> str:
    return next(str(role.id) for role in ground.sandbox.guild().roles.values() if role.name == name)


@both
async def test_an_admin_whose_command_comes_before_set_up_does_it_in_two_clicks(fresh: Ground) -> None:
    answer = await fresh.ruth.slash("#london", "meeting list")
    assert "I haven't been set up in this server yet" in says(answer)
    assert buttons(answer.message) == ["Set up now"]
    form = (await fresh.ruth.press(answer, "Set up now")).modal
    done = await fresh.ruth.submit(form)
    assert says(done).startswith("## All set")
    assert "**Everything is in order.**" in done.text
    await fresh.scheduled()


async def test_a_member_whose_command_comes_before_set_up_is_told_who_can_do_it(fresh: Ground) -> None:
    for command, more in (
        ("meeting list", {}),
        ("meeting schedule", {"title": "x", "when": "thursday 6pm"}),
    ):
        answer = await fresh.grace.slash("#london", command, **more)
        assert "Anyone who can manage the server can do it" in says(answer)
        assert buttons(answer.message) == []


async def test_the_form_is_filled_in_with_what_names_suggest(fresh: Ground) -> None:
    form = (await fresh.ruth.slash("#welcome", "setup start")).modal
    assert form.title == "Set up iso-bot"
    assert form.values() == {
        "Where do organisers talk?": channel_ids(fresh, "#organisers"),
        "Who are the organisers?": [role_id(fresh, "Organisers")],
        "Which channels belong to regions?": channel_ids(
            fresh, "#london", "#north-west", "#yorkshire", "#wales"
        ),
        "Where are newcomers welcomed? (optional)": channel_ids(fresh, "#welcome"),
        "Where else should meetings appear? (optional)": ["events", "upcoming"],
    }


@both
async def test_the_form_stores_what_was_chosen(fresh: Ground) -> None:
    form = (await fresh.ruth.slash("#welcome", "setup start")).modal
    done = await fresh.ruth.submit(
        form,
        {
            "Where do organisers talk?": ["#welcome"],
            "Who are the organisers?": ["London", "Wales"],
            "Which channels belong to regions?": ["#london", "#north-west"],
            "Where are newcomers welcomed? (optional)": [],
        },
    )
    assert says(done).startswith("## All set")
    found = await record(fresh)
    assert found.organisers_channel_id == fresh.sandbox.channel("#welcome").id
    assert found.welcome_channel_id is None
    assert found.admin_id == fresh.ruth.id
    assert [region.name for region in found.regions] == ["London", "North West"]
    held = {str(role.role_id) for role in found.organiser_roles}
    assert held == {role_id(fresh, "London"), role_id(fresh, "Wales")}


async def test_a_form_opened_before_a_restart_stores_after_it(fresh: Ground) -> None:
    form = (await fresh.ruth.slash("#welcome", "setup start")).modal
    await fresh.restart()
    assert says(await fresh.ruth.submit(form)).startswith("## All set")


async def test_the_form_comes_again_with_what_is_set(ground: Ground) -> None:
    says(await ground.ruth.slash("#welcome", "setup region", name="Greater London", channel="#london"))
    shown = await ground.ruth.slash("#welcome", "setup change", section="channels")
    again = await ground.ruth.press(shown, "Change organisers, regions, welcome")
    for form in ((await ground.ruth.slash("#welcome", "setup start")).modal, again.modal):
        values = form.values()
        assert values["Where do organisers talk?"] == channel_ids(ground, "#organisers")
        assert set(values["Which channels belong to regions?"]) == set(
            channel_ids(ground, "#london", "#north-west", "#yorkshire", "#wales")
        )
        done = says(await ground.ruth.submit(form))
        assert "**Greater London** meets in" in done


async def test_a_channel_made_after_the_set_up_can_become_a_region(ground: Ground) -> None:
    bristol = building.channel(ground.sandbox.world, ground.sandbox.guild(), "bristol-and-bath")
    form = (await ground.ruth.slash("#welcome", "setup start")).modal
    chosen = [*form.values()["Which channels belong to regions?"], str(bristol.id)]
    done = says(await ground.ruth.submit(form, {"Which channels belong to regions?": chosen}))
    assert f"**Bristol and Bath** meets in {bristol.mention}" in done


async def test_a_region_that_is_unticked_goes_unless_it_has_meetings(ground: Ground) -> None:
    await ground.scheduled("Book club", "thursday 6pm")
    form = (await ground.ruth.slash("#welcome", "setup start")).modal
    done = says(
        await ground.ruth.submit(
            form, {"Which channels belong to regions?": channel_ids(ground, "#wales", "#yorkshire")}
        )
    )
    assert "Not removed, because they have meetings: London." in done
    assert "**North West** meets in" not in done
    assert "**London** meets in" in done
    assert says(await ground.ruth.slash("#welcome", "admin audit")).count("removed a region") == 1


async def test_a_channel_named_in_emoji_becomes_a_region_of_that_name(ground: Ground) -> None:
    hearts = building.channel(ground.sandbox.world, ground.sandbox.guild(), "💙")
    form = (await ground.ruth.slash("#welcome", "setup start")).modal
    done = says(await ground.ruth.submit(form, {"Which channels belong to regions?": [str(hearts.id)]}))
    assert f"**💙** meets in {hearts.mention}" in done
    assert "Coming up in 💙" in says(await ground.grace.slash("#welcome", "meeting list", region="💙"))


@both
async def test_a_region_is_named_and_commands_in_its_channel_mean_it(ground: Ground) -> None:
    bristol = building.channel(ground.sandbox.world, ground.sandbox.guild(), "bristol")
    answer = await ground.ruth.slash("#welcome", "setup region", name="South West", channel=bristol)
    assert f"South West now meets in {bristol.mention}" in says(answer)
    await ground.scheduled(place="#bristol")
    assert "Meeting of the South West network" in bristol.messages[0].text


async def test_a_region_keeps_its_meetings_when_its_channel_or_name_changes(ground: Ground) -> None:
    await ground.scheduled()
    hall = building.channel(ground.sandbox.world, ground.sandbox.guild(), "hall")
    says(await ground.ruth.slash("#welcome", "setup region", name="London", channel=hall))
    says(await ground.ruth.slash("#welcome", "setup region", name="Greater London", channel=hall))
    listed = says(await ground.tomasz.slash(hall, "meeting list"))
    assert listed.startswith("## Coming up in Greater London\n**Spring meeting** (number 1)")
    assert await ground.count(Region) == 4


async def test_a_channel_that_belongs_to_another_region_is_refused(ground: Ground) -> None:
    answer = await ground.ruth.slash("#welcome", "setup region", name="London", channel="#yorkshire")
    assert "That channel already belongs to Yorkshire" in says(answer)


async def test_a_region_without_a_usable_name_is_refused(ground: Ground) -> None:
    for name in ("   ", "x" * 81, "x" * 2000):
        answer = await ground.ruth.slash("#welcome", "setup region", name=name, channel="#welcome")
        assert "A region's name needs" in says(answer)


async def test_a_region_in_a_channel_the_bot_may_not_post_in_is_refused(ground: Ground) -> None:
    ground.deny(ground.sandbox.channel("#welcome"), permissions.SEND_MESSAGES)
    answer = await ground.ruth.slash("#london", "setup region", name="Kent", channel="#welcome")
    assert "Send Messages" in says(answer)
    assert await ground.count(Region) == 4


@both
async def test_a_role_becomes_organiser_of_a_region_or_of_all(ground: Ground) -> None:
    guild = ground.sandbox.guild()
    role = building.role(ground.sandbox.world, guild, "Reps")
    answer = await ground.ruth.slash("#welcome", "setup organisers", role=role.name, region="wales")
    assert f"{role.mention} is now an organiser of Wales" in says(answer)
    answer = await ground.ruth.slash("#welcome", "setup organisers", role=role.name)
    assert f"{role.mention} is now an organiser of all regions" in says(answer)
    assert not answer.message.pinged


async def test_everyone_can_not_be_made_organisers(ground: Ground) -> None:
    everyone = ground.sandbox.guild().roles[ground.sandbox.guild().id]
    answer = await ground.ruth.slash("#welcome", "setup organisers", role=everyone.name)
    assert "would make every member an organiser" in says(answer)


async def test_everyone_can_not_be_made_organisers_by_the_form_either(fresh: Ground) -> None:
    form = (await fresh.ruth.slash("#welcome", "setup start")).modal
    everyone = fresh.sandbox.guild().id
    answer = await fresh.ruth.submit(form, {"Who are the organisers?": [str(everyone)]})
    assert "would make every member an organiser" in says(answer)
    assert (await record(fresh)).set_up_at is None


async def test_an_organisers_role_for_an_unknown_region_is_refused(ground: Ground) -> None:
    answer = await ground.ruth.slash("#welcome", "setup organisers", role="Wales", region="Atlantis")
    assert "I can't find the region Atlantis" in says(answer)


async def test_lead_times_that_are_none_are_refused_with_examples(ground: Ground) -> None:
    for words in ("soon", "1,2,3", "90 days", "1d 2d 3d 4d 5d 6d", "0 minutes", "x" * 100):
        answer = await set_up(ground.ruth, "#welcome", "reminders", before=words)
        assert "Write for example: 7 days, 1 day, 1 hour" in says(answer)
    assert (await record(ground)).leads == [10080, 1440, 60]
    assert "no reminders" in says(await set_up(ground.ruth, "#welcome", "reminders", before="none"))


async def test_the_check_names_what_is_wrong_and_how_to_mend_it(ground: Ground) -> None:
    assert "**Everything is in order.**" in says(await ground.ruth.slash("#welcome", "setup check"))
    ground.deny(ground.london, permissions.EMBED_LINKS | permissions.SEND_MESSAGES)
    ground.delete(ground.sandbox.channel("#wales"))
    text = says(await ground.ruth.slash("#welcome", "setup check"))
    assert "**3 things need fixing:**" in text
    assert f"In {ground.london.mention} I'm missing the permission Send Messages" in text
    assert f"In {ground.london.mention} I'm missing the permission Embed Links" in text
    assert "no longer exists. Choose another with" in text


async def test_the_check_of_a_server_with_many_long_regions_stays_within_what_discord_shows(
    ground: Ground,
) -> None:
    guild = ground.sandbox.guild()
    for number in range(21):
        channel = building.channel(ground.sandbox.world, guild, f"r{number}")
        name = f"{number:02}" + "*" * 78
        says(await ground.ruth.slash("#welcome", "setup region", name=name, channel=channel))
        ground.deny(channel, permissions.SEND_MESSAGES)
    assert "And " in says(await ground.ruth.slash("#welcome", "setup check"))
    assert "Which region" in says(
        await ground.amina.slash("#welcome", "meeting schedule", title="x", when="thursday 6pm")
    )


async def test_before_set_up_the_check_says_to_set_up(fresh: Ground) -> None:
    assert "Nothing is set up in this server yet" in says(await fresh.ruth.slash("#london", "setup check"))


async def test_two_servers_are_set_up_apart(ground: Ground) -> None:
    other = ground.second_guild()
    branch = ground.sandbox.channel("#branch", guild=other)
    role = building.role(ground.sandbox.world, other, "Organisers")
    grace: Person = ground.grace
    assert "haven't been set up" in says(await grace.slash(branch, "meeting list"))
    form = (await ground.ruth.slash(branch, "setup start")).modal
    done = await ground.ruth.submit(
        form,
        {
            "Where do organisers talk?": [str(branch.id)],
            "Who are the organisers?": [str(role.id)],
            "Which channels belong to regions?": [str(branch.id)],
        },
    )
    assert "**Branch** meets in" in says(done)
    assert "London**" not in done.text
    assert [region.name for region in (await record(ground)).regions] == [
        "London",
        "North West",
        "Wales",
        "Yorkshire",
    ]


async def test_what_was_typed_before_the_set_up_goes_on_after_it(fresh: Ground) -> None:
    typed = {"title": "First meeting", "when": "thursday 6pm", "venue": "Room 1"}
    answer = await fresh.ruth.slash("#london", "meeting schedule", **typed)
    assert "title:First meeting" in says(answer)
    form = (await fresh.ruth.press(answer, "Set up now")).modal
    done = await fresh.ruth.submit(form)
    scheduled = await fresh.ruth.press(done, "Go on with /meeting schedule")
    assert says(scheduled).startswith("## Scheduled\n**First meeting**")
    await fresh.settled()
    assert "Room 1" in fresh.sandbox.channel("#london").messages[-1].text
