"""Reminders of key dates: in the channels, on the right local day, and nothing when they are switched off."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from bot.domain.deliveries import Outcome
from db import keydates
from tests.cogs.campaigns.steps import switched as campaign_switched
from tests.cogs.ground import Ground, both, heads, says
from tests.cogs.keydates.steps import added, prompted, shown, switched
from tests.cogs.keydates.test_keydates import CHANNELS, days_of, ground, prompts, through

__all__ = ["ground"]


@both
async def test_prompts_come_six_weeks_two_weeks_and_on_the_day_at_lunchtime(ground: Ground) -> None:
    await through(ground, "2026-07-12T12:00")
    found = [(day, head) for day, head in await days_of(ground) if "Srebrenica" in head]
    head = "## Srebrenica Memorial Day: Saturday 11 July 2026"
    # Six weeks before is the 30th of May; all in British Summer Time.
    assert found == [
        ("2026-05-30 12:30", head),
        ("2026-06-27 12:30", head),
        ("2026-07-11 12:30", head),
    ]
    assert [place for place in CHANNELS if prompts(ground, place)] == ["#london"]
    first, second, third = prompts(ground, of="Srebrenica")
    assert "It's in 6 weeks: plenty of time" in first.text
    assert "It's in 2 weeks. What will you do?" in second.text
    assert "It's today." in third.text
    assert "- Hold a minute's silence" in third.text
    assert not third.pinged


async def test_in_a_year_each_key_date_is_prompted_on_its_own_local_days(ground: Ground) -> None:
    await added(ground.amina, "Branch day", "second Friday in June every year")
    await switched(ground, "World Refugee Day", "off")
    start = ground.clock.now().astimezone(ground.running.settings.zone).date()
    await through(ground, "2027-03-02T10:00")

    def wanted(session: Session) -> set[tuple[str, str]]:
        found: set[tuple[str, str]] = set()
        for key_date in keydates.of_guild(session, ground.sandbox.guild().id):
            for day in keydates.when_of(key_date).between(start, date(2028, 1, 1)):
                for ahead in (42, 14, 0):
                    sent = day - timedelta(days=ahead)
                    if start <= sent < date(2027, 3, 2) and not key_date.off:
                        found.add((f"{sent} 12:30", key_date.name))
        return found

    expected = await ground.running.store.read(wanted)
    sent = {(day, head.removeprefix("## ").rpartition(": ")[0]) for day, head in await days_of(ground)}
    assert sent == expected
    assert len(prompts(ground)) == len(expected) == 27
    assert not any("Refugee" in head for head in heads(ground.london.messages))
    assert {row.status for row in await ground.rows(keydates.PROMPT) if row.settled_at} <= {
        Outcome.SENT, Outcome.SUPPRESSED,
    }  # fmt: skip


async def test_nothing_is_sent_when_it_is_switched_off(ground: Ground) -> None:
    says(await prompted(ground.amina, to="off"))
    await through(ground, "2026-07-12T12:00")
    assert prompts(ground) == []
    assert "They are switched off" in says(await prompted(ground.amina))
    assert "switched off" in says(await added(ground.amina, "Rally", "11 October 2026"))


@both
async def test_a_key_date_of_a_campaign_that_is_off_is_silent_until_it_is_on_again(ground: Ground) -> None:
    # Srebrenica Memorial Day belongs to the campaign for human and trade union rights.
    await campaign_switched(ground, "Human and Trade Union Rights", "off")
    listed = says(await ground.grace.slash("#london", "keydates list"))
    assert "Srebrenica Memorial Day" in listed.partition("campaign is switched off here:** ")[2]
    assert "don't post reminders" in says(await shown(ground.grace, "Srebrenica Memorial Day"))
    await through(ground, "2026-06-20T12:00")
    assert not prompts(ground, of="Srebrenica")
    ends = [row for row in await ground.rows("keydates.prompt") if row.reason == "campaign_off"]
    assert ends
    assert {row.status for row in ends} == {Outcome.SUPPRESSED}
    await campaign_switched(ground, "Human and Trade Union Rights", "on")
    await through(ground, "2026-07-12T12:00")
    assert len(prompts(ground, of="Srebrenica")) == 2


async def test_a_regions_own_key_date_is_told_in_its_channel_unless_it_is_muted(ground: Ground) -> None:
    for name, day in (("Ours", "16 April 2026"), ("Ours too", "20 April 2026")):
        says(await added(ground.amina, name, day, region="Wales"))
    text = says(await prompted(ground.amina, region="Wales: switch off"))
    assert "No reminders of their own key dates: Wales" in text
    await through(ground, "2026-03-10T12:00")
    assert len(prompts(ground)) == 2
    assert prompts(ground, "#wales") == []
    says(await prompted(ground.amina, region="Wales: switch on"))
    await through(ground, "2026-04-03T12:00")
    assert heads(prompts(ground, "#wales")) == ["## Ours: Thursday 16 April 2026"]
    assert not prompts(ground, of="Ours")


async def test_times_ahead_and_the_hour_are_chosen(ground: Ground) -> None:
    text = says(await prompted(ground.amina, before="10 days, on the day", at="8:15"))
    assert "10 days before, and on the day, at 8.15am" in text
    await through(ground, "2026-03-22T12:00")
    assert [day for day, head in await days_of(ground) if "Racial" in head] == [
        "2026-03-11 08:15",
        "2026-03-21 08:15",
    ]
    form = (await ground.amina.press(await prompted(ground.amina), "Change it")).modal
    assert {"10 days, on the day", "8.15am"} <= set(form.text.splitlines())
    for words in ("soon", "6 weeks, 5 weeks, 4 weeks, 3 weeks, 2 weeks, 1 week", "300 days", "x" * 90):
        assert "as times before the day" in says(await prompted(ground.amina, before=words))
    assert "as a time of day" in says(await prompted(ground.amina, at="noonish"))
    assert "at 4pm" in says(await prompted(ground.amina, at="4pm"))


async def test_after_an_outage_what_is_over_expires_and_is_not_piled_up(ground: Ground) -> None:
    await ground.stop()
    ground.clock.move_to(ground.wall("2026-04-30T09:00"))
    await ground.start()
    await ground.settled()
    assert prompts(ground) == []
    ended = [row.status for row in await ground.rows(keydates.PROMPT) if row.due_at < ground.clock.now()]
    assert ended
    assert set(ended) == {Outcome.EXPIRED}
    await through(ground, "2026-05-10T12:00")
    assert [day for day, _ in await days_of(ground)] == [
        "2026-05-09 12:30"
    ]  # World Refugee Day, six weeks on


async def test_a_short_outage_sends_late_and_says_so(ground: Ground) -> None:
    await ground.go_to(ground.wall("2026-03-07T10:00"))
    await ground.jump_to(ground.wall("2026-03-08T18:00"))
    (found,) = prompts(ground, of="Women")
    assert "It's today" in found.text
    assert "late" in found.text


async def test_the_channel_for_everybody_goes_along_with_its_region(ground: Ground) -> None:
    says(await ground.ruth.slash("#welcome", "setup region", name="London", channel="#welcome"))
    await through(ground, "2026-03-08T13:00")
    assert prompts(ground) == []
    assert len(prompts(ground, "#welcome", "Women")) == 1


async def test_a_deleted_channel_is_told_to_the_organisers(ground: Ground) -> None:
    ground.delete(ground.london)
    await through(ground, "2026-03-10T10:00")
    assert heads(ground.sandbox.channel("#organisers").messages) == ["## The channel of London is gone"]
    assert not [row for row in await ground.rows(keydates.PROMPT) if row.status == Outcome.FAILED]
