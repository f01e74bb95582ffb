"""Where what concerns everybody is posted: chosen in the set-up, once, and said where nobody chose."""

from datetime import UTC, datetime, timedelta

from tests.cogs.campaigns.test_campaigns_prompts import no_key_dates
from tests.cogs.events.steps import added as event
from tests.cogs.ground import Ground, both, says
from tests.cogs.keydates.steps import added, prompted
from tests.cogs.panels import set_up

FIRST = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)
CHOICE = "Where does news for everyone go?"


@both
async def test_the_channel_for_everybody_is_chosen_and_has_it_once(ground: Ground) -> None:
    shown = await ground.ruth.slash("#welcome", "setup change", section="channels")
    assert f"**For everyone:** {ground.london.mention}" in says(shown)
    form = (await ground.ruth.press(shown, "Change the channel for everyone")).modal
    assert form.values()[CHOICE] == [str(ground.london.id)]
    wales = ground.sandbox.channel("#wales")
    done = await ground.ruth.submit(form, {CHOICE: ["#wales"]})
    assert f"**For everyone:** {wales.mention}" in says(done)
    await no_key_dates(ground)
    says(await set_up(ground.ruth, "#welcome", "campaigns", prompts="on"))
    await ground.go_to(FIRST)
    assert len(wales.messages) == 1
    for place in ("#london", "#north-west", "#yorkshire"):
        assert ground.sandbox.channel(place).messages == []


async def test_who_chose_none_has_it_where_newcomers_are_welcomed_and_is_told(fresh: Ground) -> None:
    form = (await fresh.ruth.slash("#welcome", "setup start")).modal
    done = says(await fresh.ruth.submit(form))
    welcome = fresh.sandbox.channel("#welcome")
    words = f"**For everyone:** {welcome.mention}, until you choose one"
    assert words in done
    assert words in says(await fresh.ruth.slash("#welcome", "setup check"))
    await no_key_dates(fresh)
    await fresh.go_to(FIRST + timedelta(days=7))
    assert [one for one in welcome.messages if "one thing" in one.text]
    assert not [one for one in fresh.london.messages if "one thing" in one.text]


async def test_what_waits_goes_to_the_channel_that_is_chosen_since(ground: Ground) -> None:
    says(await prompted(ground.amina, to="on"))
    says(await added(ground.amina, "Rally", "16 March 2026"))
    shown = await ground.ruth.slash("#welcome", "setup change", section="channels")
    form = (await ground.ruth.press(shown, "Change the channel for everyone")).modal
    says(await ground.ruth.submit(form, {CHOICE: ["#welcome"]}))
    await ground.go_to(ground.wall("2026-03-16T13:00"))
    assert not [one for one in ground.london.messages if "Rally" in one.text]
    assert [one for one in ground.sandbox.channel("#welcome").messages if "Rally" in one.text]


@both
async def test_what_is_enqueued_for_everybody_follows_its_channel(ground: Ground) -> None:
    await event(ground, ground.ruth, "#welcome")
    await event(ground)  # of London alone: it stays in London's channel
    wales = ground.sandbox.channel("#wales")
    shown = await ground.ruth.slash("#welcome", "setup change", section="channels")
    form = (await ground.ruth.press(shown, "Change the channel for everyone")).modal
    says(await ground.ruth.submit(form, {CHOICE: ["#wales"]}))
    await ground.go_to(ground.wall("2026-05-29T12:31"))
    assert [one.text.splitlines()[0][:11] for one in wales.messages] == ["Apply by Fr"]
    assert len([one for one in ground.london.messages if one.text.startswith("Apply by")]) == 1


async def test_a_channel_where_the_bot_may_not_post_is_refused_and_one_that_closes_is_said(
    ground: Ground,
) -> None:
    wales = ground.sandbox.channel("#wales")
    shown = await ground.ruth.slash("#welcome", "setup change", section="channels")
    form = (await ground.ruth.press(shown, "Change the channel for everyone")).modal
    ground.deny(wales, 1 << 11)
    refused = await ground.ruth.submit(form, {CHOICE: ["#wales"]})
    assert "I'm missing the permission" in says(refused)
    ground.allow(wales)
    shown = await ground.ruth.slash("#welcome", "setup change", section="channels")
    form = (await ground.ruth.press(shown, "Change the channel for everyone")).modal
    says(await ground.ruth.submit(form, {CHOICE: ["#welcome"]}))
    ground.deny(ground.sandbox.channel("#welcome"), 1 << 11)
    assert "I'm missing the permission" in says(await ground.ruth.slash("#london", "setup check"))


async def test_only_admins_choose_it(ground: Ground) -> None:
    refused = await ground.press_old(ground.grace, ground.london, "setup:common")
    assert "Only people with the permission Manage Server" in says(refused)
