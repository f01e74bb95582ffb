"""Campaigns over the wire: lists and pages, one thing to do, and what organisers change."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.sandbox.answer import Answer
from bot.texts import Markup
from cogs.common.campaigns import all_campaigns
from db import campaigns
from db.campaigns.models import CompletedAction, Dismissal, GuildCampaign
from db.models import Draft
from tests.cogs.campaigns.steps import ASSEMBLY, deeds, done, fitting, managed, switched
from tests.cogs.ground import Ground, buttons, custom_ids, says

ASSEMBLY_ID = "assembly"

# What there is.


async def test_the_list_has_the_priorities_in_order_and_the_pillars(ground: Ground) -> None:
    listed = await ground.grace.slash("#london", "campaign list")
    assert says(listed).splitlines()[2:6] == [
        "1. **Cuba**",
        "2. **Palestine**",
        "3. **Quality Education for All**",
        "4. **Human and Trade Union Rights**",
    ]
    pillars = says(await ground.grace.press(listed, "See the four pillars"))
    assert [line[:5] for line in pillars.splitlines() if line[:1].isdigit()] == [
        "1. **",
        "2. **",
        "3. **",
        "4. **",
    ]


@pytest.mark.parametrize("words", ["cuba", "Cuba", "CUBA!", "cu"])
async def test_a_page_says_why_what_where_with_whom_and_who_to_ask(ground: Ground, words: str) -> None:
    page = await ground.grace.slash("#london", "campaign show", campaign=words)
    text = says(page)
    assert text.startswith("## Cuba\nThe union works with the Cuba Solidarity Campaign")
    text = says(await ground.grace.press(page, "See more on this campaign"))
    # A command that the words of a campaign name can be pressed.
    assert "Your Organising Forum representative; </network contacts:" in text
    for part in (
        f"- {ASSEMBLY} *(in school)*",
        "**Resources**\n- The report of the 2018 delegation",
        "**Partners**\n- Cuba Solidarity Campaign",
        "**Who to ask**\n- The international team: international@neu.org.uk",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("cubba", "Did you mean Cuba?"),
        ("human trade rights", "Did you mean Human and Trade Union Rights?"),
        ("xyzzy **bold** @everyone", r"find the campaign xyzzy \*\*bold\*\*"),
        ("中文", "campaign list"),
        ("x" * 1_900, "I can't find the campaign xxx"),
        ("x" * 3_000, "too long: it has 3000 characters"),
    ],
)
@pytest.mark.parametrize("command", ["show", "act", "progress", "done"])
async def test_an_unknown_campaign_is_answered_with_the_nearest_names(
    ground: Ground, command: str, words: str, said: str
) -> None:
    more = {"action": "assembly"} if command == "done" else {}
    assert said in says(await ground.grace.slash("#london", f"campaign {command}", campaign=words, **more))


async def test_a_campaign_is_opened_from_the_list(ground: Ground) -> None:
    listed = await ground.grace.slash("#london", "campaign list")
    opened = await ground.grace.choose(listed, "See a campaign", "Quality Education for All")
    by_command = await ground.grace.slash("#london", "campaign show", campaign="Quality Education for All")
    assert says(opened) == says(by_command)


async def test_campaigns_and_actions_are_offered_while_typing(ground: Ground) -> None:
    found = await ground.grace.autocomplete("#london", "campaign show", focus="campaign", campaign="")
    assert [choice.name for choice in found][:2] == ["Cuba", "Palestine"]
    found = await ground.grace.autocomplete("#london", "campaign show", focus="campaign", campaign="edu")
    assert [choice.name for choice in found] == ["Quality Education for All"]
    found = await ground.grace.autocomplete(
        "#london", "campaign done", focus="action", campaign="cuba", action="assem"
    )
    assert [choice.value for choice in found] == ["assembly"]
    everything = await ground.grace.autocomplete(
        "#london", "campaign done", focus="action", campaign="cuba", action=""
    )
    assert everything[-1].name == "Something else"
    assert len(everything) == 9
    nothing = await ground.grace.autocomplete(
        "#london", "campaign done", focus="action", campaign="nonsense", action=""
    )
    assert nothing == []


# One thing to do.


async def test_one_thing_that_fits_time_and_place_and_another(ground: Ground) -> None:
    first = await fitting(ground.grace, "cuba", "5 minutes", "Online")
    seen = [says(first).splitlines()[1]]
    assert "Takes 5 minutes," in first.text
    assert buttons(first.message) == [
        "I did this",
        "Next",
        "Not for me",
    ]
    answer = first
    for _ in range(2):
        answer = await ground.grace.press(answer, "Next")
        assert "Takes 5 minutes," in says(answer)
        assert "online" in answer.text
        seen.append(answer.text.splitlines()[1])
    assert len(set(seen)) == 3
    # Three fit, so the first comes round again.
    again = await ground.grace.press(answer, "Next")
    assert again.text.splitlines()[1] == seen[0]
    assert max(map(len, custom_ids(again.message))) <= 100


async def test_what_was_done_or_put_aside_does_not_come_again(ground: Ground) -> None:
    one = await fitting(ground.grace, "cuba", "Up to an hour", "In school")
    assert ASSEMBLY in says(one)
    thanks = await ground.grace.press(one, "I did this")
    assert "I have counted it for" in says(thanks)
    two = await fitting(ground.grace, "cuba", "Up to an hour", "In school")
    assert ASSEMBLY not in says(two)
    while "one thing to do" in two.text:
        two = await ground.grace.press(two, "Not for me")
        assert "I won't suggest this to you again" in says(two)
        two = await fitting(ground.grace, "cuba", "Up to an hour", "In school")
    assert "I have nothing else that fits" in says(two)
    # The way out is in the same card.
    assert "Takes" in says(await ground.grace.choose(two, "Up to an hour, in school", "Any time, any place"))
    # For somebody else it is all still there.
    other = await fitting(ground.tomasz, "cuba", "Up to an hour", "In school")
    assert ASSEMBLY in says(other)
    ground.clock.move(timedelta(days=100))
    later = await fitting(ground.grace, "cuba", "Up to an hour", "In school")
    assert ASSEMBLY in says(later)


async def test_not_for_me_can_be_undone_or_said_of_a_whole_campaign(ground: Ground) -> None:
    one = await fitting(ground.grace, "cuba", "Up to an hour", "In school")
    aside = await ground.grace.press(one, "Not for me")
    assert buttons(aside.message) == ["Undo", "Nothing about this campaign"]
    whole = await ground.grace.press(aside, "Nothing about this campaign")
    assert "I won't suggest anything about Cuba" in says(whole)
    assert await ground.count(Dismissal) == 2
    for _ in range(8):
        text = says(await ground.grace.slash("#london", "campaign act"))
        assert not text.startswith("## Cuba")
        ground.clock.move(timedelta(days=1))
    # Whoever asks for it by name still gets it.
    assert "## Cuba" in says(await ground.grace.slash("#london", "campaign act", campaign="cuba"))
    mine = says(await ground.grace.slash("#london", "campaign mine"))
    assert f"**Put aside:** Cuba; {ASSEMBLY}" in mine
    assert "I may suggest it to you again" in says(await ground.grace.press(whole, "Undo"))
    assert await ground.count(Dismissal) == 1
    mine = await ground.grace.slash("#london", "campaign mine")
    back = await ground.grace.choose(mine, "Bring back something you put aside", [f"cuba {ASSEMBLY_ID}"])
    assert "I may suggest it to you again" in says(back)
    assert "Put aside" not in back.text
    assert await ground.count(Dismissal) == 0


async def test_the_page_of_a_campaign_does_what_it_is_about(ground: Ground) -> None:
    page = await ground.grace.slash("#london", "campaign show", campaign="cuba")
    assert buttons(page.message) == [
        "Get one thing to do",
        "See more on this campaign",
        "Nothing about this campaign",
    ]
    # The page has what takes least time.
    assert ASSEMBLY not in says(page)
    everything = await ground.grace.press(page, "See more on this campaign")
    assert ASSEMBLY in says(everything)
    back = await ground.grace.press(everything, "Back to the campaign")
    assert says(back).startswith("## Cuba")
    assert says(await ground.grace.press(page, "Get one thing to do")).startswith("## Cuba: one thing")
    page = await ground.grace.slash("#london", "campaign show", campaign="cuba")
    thanks = await ground.grace.choose(page, "I did one of these", ASSEMBLY[:100])
    assert "Cuba: I have counted it for" in says(thanks)
    assert [deed.action for deed in await deeds(ground)] == [ASSEMBLY_ID]
    page = await ground.amina.slash("#london", "campaign show", campaign="cuba")
    assert "Post a suggestion now" in buttons((await ground.amina.press(page, "Manage it")).message)


# What organisers change.

CLIMATE = {
    "Name": "Climate **justice**",
    "Why it matters": "It is hot.\nVery hot.",
    "What people can do": "Plant a tree (a term, in school)\nWrite to your MP (5 minutes, online)",
}


async def added(ground: Ground, **other: str) -> Answer:
    panel = await ground.amina.slash("#london", "campaign manage")
    form = (await ground.amina.press(panel, "Add a campaign")).modal
    return await ground.amina.submit(form, CLIMATE | other)


async def test_a_campaign_of_the_servers_own(ground: Ground) -> None:
    answer = await added(ground)
    text = says(answer)
    assert text.startswith("## Added\n" + r"Climate \*\*justice\*\* is on")
    assert "- Write to your MP *(online)*" in text
    assert r"5. **Climate \*\*justice\*\*** (added here)" in says(
        await ground.grace.slash("#london", "campaign list")
    )
    tip = await fitting(ground.grace, "climate justice", "5 minutes", "Any time, any place")
    assert "Write to your MP" in says(tip)
    assert "counted it for" in says(await ground.grace.press(tip, "I did this"))
    await ground.settled()
    assert await ground.count(GuildCampaign) == 1


async def test_a_faulty_form_comes_back_filled_in_and_nothing_is_stored(ground: Ground) -> None:
    answer = await added(ground, **{"What people can do": "Plant (5 minutes, sideways)"})
    assert "Plant (5 minutes, sideways)" in says(answer)
    assert await ground.count(GuildCampaign) == 0
    assert await ground.count(Draft) == 1
    form = (await ground.amina.press(answer, "Change what I typed")).modal
    fixed = await ground.amina.submit(form, {"What people can do": "Plant (an hour, in branch)"})
    assert r"Climate \*\*justice\*\* is on" in says(fixed)
    assert "- Plant *(in your branch)*" in fixed.text
    again = await added(ground)
    assert "There is already a campaign called" in says(again)
    stolen = await ground.press_old(ground.ruth, ground.london, custom_ids(again.message)[0])
    assert "I no longer have what you typed" in says(stolen)


async def test_other_words_for_a_campaign_and_the_way_back(ground: Ground) -> None:
    form = (await ground.amina.press(await managed(ground.amina, "Cuba"), "Change the words")).modal
    assert "Give an assembly" in form.text
    changed = await ground.amina.submit(
        form, {"Name": "Cuba and us", "Resources and partners (optional)": "Ours"}
    )
    text = says(changed)
    assert text.startswith("## Changed")
    assert "**Resources**\n- Ours" in text
    # What was done before is still known by its id.
    page = await ground.grace.slash("#london", "campaign show", campaign="cuba and us")
    assert ASSEMBLY in says(await ground.grace.press(page, "See more on this campaign"))
    panel = await ground.amina.press(changed, "Back to managing it")
    asked = await ground.amina.press(panel, "Go back to the original words")
    assert says(asked).startswith("## Go back to the original words?")
    kept = await ground.amina.press(asked, "Back to managing it")
    assert "## Cuba and us" in says(kept)
    asked = await ground.amina.press(kept, "Go back to the original words")
    back = await ground.amina.press(asked, "Yes, go back to them")
    assert "Cuba has its original words again" in says(back)
    assert "Go back to the original words" not in buttons(back.message)
    says(await added(ground))
    refused = await ground.press_old(ground.amina, ground.london, "campaign:manage:restore:climate-justice")
    assert "there are no original words" in says(refused)


async def test_switching_off_and_on_and_the_order(ground: Ground) -> None:
    assert "Cuba is off" in await switched(ground, "Cuba", "off")
    text = says(await ground.grace.slash("#london", "campaign list"))
    assert "1. **Palestine**" in text
    assert "Switched off here: Cuba" in text
    for _ in range(4):
        assert "Cuba" not in says(await ground.grace.slash("#london", "campaign act")).splitlines()[0]
        ground.clock.move(timedelta(days=1))
    assert "switched off in this server" in says(
        await ground.grace.slash("#london", "campaign show", campaign="cuba")
    )
    panel = await managed(ground.amina, "Human and Trade Union Rights")
    form = (await ground.amina.press(panel, "Move it in the list")).modal
    assert "3" in form.text.splitlines()
    assert "as a place in the list" in says(await ground.amina.submit(form, {"Its place": "top"}))
    ordered = says(await ground.amina.submit(form, {"Its place": "1"}))
    assert "1. Human and Trade Union Rights\n2. Palestine" in ordered
    assert "4. Cuba (switched off)" in ordered
    assert "1. **Human and Trade Union Rights**" in says(await ground.grace.slash("#london", "campaign list"))
    for name in ("Palestine", "Quality Education for All", "Human and Trade Union Rights"):
        answer = await switched(ground, name, "off")
    assert "the last campaign" in answer
    assert "No campaigns are switched on" in says(await ground.grace.slash("#london", "campaign act"))
    assert "No campaigns are switched on" in says(await ground.grace.slash("#london", "campaign list"))
    assert "Cuba is on" in await switched(ground, "Cuba", "on")


async def test_organisers_of_one_region_do_not_change_campaigns_for_all(ground: Ground) -> None:
    panel = await managed(ground.siobhan, "Cuba", "#north-west")
    assert buttons(panel.message) == ["Post a suggestion now", "See all campaigns"]
    for do in ("words:cuba", "original:cuba", "restore:cuba", "on:cuba", "off:cuba", "place:cuba", "add"):
        answer = await ground.press_old(ground.siobhan, ground.london, f"campaign:manage:{do}")
        assert "Only organisers of all regions" in says(answer)
    for do in ("all", "one:cuba", "post:cuba", "off:cuba"):
        answer = await ground.press_old(ground.grace, ground.london, f"campaign:manage:{do}")
        assert "Only organisers of" in says(answer)


async def test_what_one_server_adds_or_does_is_no_other_servers(ground: Ground) -> None:
    says(await added(ground))
    await done(ground, ground.grace)
    other = ground.second_guild()
    found = await ground.running.store.read(
        lambda session: session.scalars(select(CompletedAction.guild_id)).all()
    )
    assert set(found) == {ground.sandbox.guild().id}
    now = ground.clock.now()
    assert await ground.running.store.read(campaigns.there, other.id, now=now) == {}
    names = [one.id for one in await all_campaigns(ground.running, other.id)]
    assert names == ["cuba", "palestine", "education", "rights"]


async def test_forged_buttons_are_answered_kindly(ground: Ground) -> None:
    guild_id = ground.sandbox.guild().id
    for custom_id, said in (
        (f"did:{guild_id}:gone:assembly", "I can't find the campaign gone"),
        (f"did:{guild_id}:cuba:gone", "I can't find that action"),
        (f"notforme:{guild_id}:gone:x", "I can't find the campaign gone"),
        (f"another:{guild_id}:gone:x:---", "I can't find the campaign gone"),
        (f"did:{guild_id}:{'x' * 31}:x", "earlier version"),
    ):
        assert said in says(await ground.press_old(ground.grace, ground.london, custom_id))
    # A number of another server in the button leads nowhere.
    answer = await ground.press_old(ground.grace, ground.london, "did:1:cuba:assembly")
    assert "a server you are not in" in says(answer)
    assert await deeds(ground) == []


def test_words_of_servers_are_shown_literally() -> None:
    from cogs.common.campaigns import shown

    assert shown("**x** @everyone") == "\\*\\*x\\*\\* @\u200beveryone"
    assert shown(Markup("**x**")) == "**x**"
