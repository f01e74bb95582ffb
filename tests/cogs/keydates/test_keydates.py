"""Key dates: listed, added in words, switched off, and prompted ahead of in the channels, on the right local day."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.sandbox.world import Message
from db import keydates
from db.keydates.models import KeyDate
from db.meetings.models import AgendaItem
from db.models import Delivery
from tests.cogs.ground import Ground, both, buttons, card_text, says
from tests.cogs.keydates.steps import added, prompted, shown, switched

CHANNELS = ("#london", "#north-west", "#yorkshire", "#wales")


@pytest.fixture
async def ground(fresh: Ground) -> Ground:
    """The bot, set up, with the key dates that come with it."""
    ground = fresh
    await ground.set_up(key_dates=True)
    while not await ground.rows(keydates.JOB):
        await ground.later(timedelta(0))
        says(await ground.grace.slash("#london", "keydates list"))
    return ground


async def through(ground: Ground, wall: str) -> None:
    """Move the clock week by week to a wall time, sending what falls due."""
    end = ground.wall(wall)
    while (now := ground.clock.now()) < end:
        await ground.go_to(min(end, now + timedelta(days=7)))


def prompts(ground: Ground, place: str = "#london", of: str = "") -> list[Message]:
    """Return the prompts that stand in a channel."""
    return [
        message
        for message in ground.sandbox.channel(place).messages
        if "Put it on the agenda" in buttons(message) and of in message.text
    ]


async def pending(ground: Ground, name: str) -> list[Delivery]:
    """Return the prompts enqueued ahead of a key date."""

    def load(session: Session) -> int:
        return session.scalars(select(KeyDate.id).where(KeyDate.name == name)).one()

    about = f"keydate:{await ground.running.store.read(load)}"
    rows = await ground.rows(keydates.PROMPT)
    return [row for row in rows if row.subject == about and row.status == "pending"]


async def days_of(ground: Ground, place: str = "#london") -> list[tuple[str, str]]:
    """Return the local day on which each prompt was sent, and its first line."""
    found: list[tuple[str, str]] = []
    for message in prompts(ground, place):
        at = ground.sandbox.world.time_of(message.id).astimezone(ground.running.settings.zone)
        found.append((at.strftime("%Y-%m-%d %H:%M"), card_text(message).splitlines()[0]))
    return found


@both
async def test_the_list_has_what_comes_with_the_bot_in_order(ground: Ground) -> None:
    text = says(await ground.grace.slash("#london", "keydates list"))
    assert text.startswith("## Key dates")
    lines = [line for line in text.splitlines() if line.startswith("- ")]
    assert lines[0] == "- **Sunday 8 March:** International Women's Day"
    assert "- **Saturday 11 July:** Srebrenica Memorial Day" in lines
    assert "- **Monday 5 October:** World Teachers' Day" in lines
    assert len(lines) == 9
    assert "6 weeks and 2 weeks before, and on the day, at 12.30pm" in text


async def test_the_list_of_a_period_and_of_words_that_are_none(ground: Ground) -> None:
    text = says(await ground.grace.slash("#london", "keydates list", period="October"))
    assert "World Teachers' Day" in text
    assert "Human Rights Day" not in text
    assert "no key dates then" in says(await ground.grace.slash("#london", "keydates list", period="August"))
    assert "this month" in says(await ground.grace.slash("#london", "keydates list", period="asdf"))


async def test_one_is_shown_with_what_members_can_do_and_its_source(ground: Ground) -> None:
    text = says(await shown(ground.grace, "Srebrenica"))
    assert "## Srebrenica Memorial Day" in text
    assert "Saturday 11 July 2026" in text
    assert "A/RES/78/282" in text
    assert "- Hold a minute's silence" in text


@both
async def test_one_added_in_words_is_asked_about_and_comes_every_year(ground: Ground) -> None:
    answer = await ground.amina.slash(
        "#london", "keydates add", name="Branch day", date="second Friday in June"
    )
    assert "every year, or just this once" in says(answer)
    form = (await ground.amina.press(answer, "Say more about it")).modal
    answer = await ground.amina.submit(form, {"What members can do on it (optional)": "Bring a *cake*."})
    assert "every year, or just this once" in says(answer)
    assert r"Bring a \*cake\*." in answer.text
    assert buttons(answer.message) == [
        "every year on the second Friday of June, from 12 June 2026",
        "Friday 12 June 2026",
        "Say more about it",
    ]
    assert "Bring a *cake*." in (await ground.amina.press(answer, "Say more about it")).modal.text
    done = await ground.amina.press(answer, "every year on the second Friday of June, from 12 June 2026")
    assert "## Added: Branch day" in says(done)
    assert "**Next:** Friday 12 June 2026" in done.text
    assert "post a reminder 6 weeks" in done.text
    text = says(await ground.grace.slash("#london", "keydates list", period="June 2027"))
    assert "- **Friday 11 June:** Branch day" in text
    assert r"Bring a \*cake\*." in says(await shown(ground.grace, "Branch"))


async def test_one_that_comes_once_comes_once(ground: Ground) -> None:
    answer = await ground.amina.slash("#london", "keydates add", name="Rally", date="11 July 2026")
    assert says(answer).startswith("## Add Rally?\n**When:** Saturday 11 July 2026")
    assert "Rally" not in says(await ground.grace.slash("#london", "keydates list", period="July 2026"))
    answer = await ground.amina.press(answer, "Add it")
    assert "**When:** Saturday 11 July 2026" in says(answer)
    assert "Rally" in says(await ground.grace.slash("#london", "keydates list", period="July 2026"))
    assert "Rally" not in says(await ground.grace.slash("#london", "keydates list", period="July 2027"))
    ground.clock.move_to(ground.wall("2026-07-12T10:00"))
    assert "Rally" not in says(await ground.grace.slash("#london", "keydates list")).partition("See")[0]
    gone = await ground.amina.press(await shown(ground.amina, "Rally · Saturday 11 July 2026"), "Remove it")
    assert "Rally is no longer" in says(gone)


async def test_the_question_is_answered_after_a_restart_and_only_by_who_asked(ground: Ground) -> None:
    answer = await ground.amina.slash("#london", "keydates add", name="Rally", date="11 July")
    await ground.restart()
    pick = next(part["custom_id"] for part in answer.message.walk() if part["type"] == 2)
    assert "no longer have what you typed" in says(await ground.press_old(ground.ruth, ground.london, pick))
    assert "## Added: Rally" in says(await ground.press_old(ground.amina, ground.london, pick))
    assert "no longer have what you typed" in says(await ground.press_old(ground.amina, ground.london, pick))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("every month on the first Monday", "once, or once a year"),
        ("every Friday", "once, or once a year"),
        ("3-7 October", "I need one day"),
        ("asdf", "11 July every year"),
        ("31 June", "11 July every year"),
        ("1 March 2026", "11 July every year"),
        ("x" * 400, "11 July every year"),
        ("   ", "11 July every year"),
    ],
)
async def test_what_is_no_key_date_is_refused_with_words_that_work(
    ground: Ground, words: str, said: str
) -> None:
    answer = await ground.amina.slash("#london", "keydates add", name="Rally", date=words)
    assert said in says(answer)
    assert "## Added" not in answer.text


async def test_names_twice_empty_or_odd_and_unknown_campaigns(ground: Ground) -> None:
    async def add(**more: str) -> str:
        options = {"name": "Rally", "date": "11 July 2026"} | more
        return says(await added(ground.amina, **options))

    assert "needs a name" in await add(name="   ")
    twice = [
        await ground.amina.slash("#london", "keydates add", name="March", date="12 July 2026")
        for _ in range(2)
    ]
    assert "## Added: March" in says(await ground.amina.press(twice[0], "Add it"))
    refused = await ground.amina.press(twice[1], "Add it")
    assert "There is already a key date called March" in says(refused)
    assert buttons(refused.message) == ["Say more about it"]
    assert "There is already a key date called World Teachers' Day" in await add(name="World Teachers' Day")
    assert "Did you mean Palestine" in await add(campaign="Palestne")
    assert "I can't find the region" in await add(region="Atlantis") or "Atlantis" in await add(
        region="Atlantis"
    )
    odd = await add(name="@everyone **now**", campaign="cuba")
    assert r"\*\*now\*\*" in odd
    assert "called @\u200beveryone" in await add(name="@everyone **now**")


async def test_what_is_typed_is_echoed_as_what_it_means(ground: Ground) -> None:
    choices = await ground.amina.autocomplete(
        "#london", "keydates add", focus="date", name="x", date="11 july"
    )
    assert [choice.name for choice in choices] == [
        "every year on 11 July, from 11 July 2026",
        "Saturday 11 July 2026",
    ]
    for choice in choices:
        answer = await added(ground.amina, choice.name, str(choice.value))
        assert f"**When:** {choice.name}" in says(answer)
    pillar = await added(ground.amina, "Exchange", "20 june 2026", campaign="Learn from colleagues")
    assert "## Added: Exchange" in says(pillar)
    assert "**Campaign:** Learn from colleagues worldwide" in says(await shown(ground.grace, "Exchange"))


@both
async def test_one_that_is_removed_comes_back_by_undo(ground: Ground) -> None:
    says(await added(ground.amina, "Rally", "20 March 2026", do="Come!"))
    answer = await ground.amina.press(await shown(ground.amina, "Rally"), "Remove it")
    assert "Rally is no longer" in says(answer)
    assert not [
        row
        for row in await ground.rows()
        if row.status == "pending"
        and row.due_at < ground.wall("2026-03-20T23:00")
        and row.due_at > ground.wall("2026-03-20T01:00")
    ]
    back = await ground.amina.press(answer, "Undo")
    assert "Rally is a key date again" in says(back)
    assert "switched off here" in await switched(ground, "International Women's Day", "off")
    assert not await pending(ground, "International Women's Day")
    assert "**Switched off here:** International Women's Day" in says(
        await ground.grace.slash("#london", "keydates list")
    )
    assert "is switched on" in await switched(ground, "International Women's Day", "on")
    await through(ground, "2026-03-21T12:00")
    assert len(prompts(ground, of="Rally")) == 2  # two weeks before, and on the day
    assert "Come!" in prompts(ground, of="Rally")[0].text
    assert len(prompts(ground, of="Women")) == 1


async def test_the_buttons_switch_and_a_gone_one_says_so(ground: Ground) -> None:
    assert await pending(ground, "International Women's Day")
    await switched(ground, "International Women's Day", "off")
    assert not await pending(ground, "International Women's Day")
    off = await ground.amina.press(await shown(ground.amina, "Human Rights Day"), "Switch it off")
    assert "Human Rights Day is switched off" in says(off)
    again = await shown(ground.amina, "Human Rights Day (switched off)")
    assert "It is switched off here" in says(again)
    on = await ground.amina.press(again, "Switch it on")
    assert "switched on. It is next on Thursday 10 December 2026" in says(on)
    assert buttons(on.message) == ["Switch it off"]
    assert buttons((await shown(ground.grace, "Human Rights")).message) == []
    for custom_id in ("keydate:remove:1", "keydate:prompts:show", "keydate:prompts:change"):
        assert "Only organisers" in says(await ground.press_old(ground.grace, ground.london, custom_id))
    for custom_id in ("keydate:off:1", "keydate:off:999", "keydate:agenda:999:2026-03-08"):
        answer = await ground.press_old(ground.grace, ground.london, custom_id)
        assert answer.failed is None
    assert "Only organisers" in says(await ground.press_old(ground.grace, ground.london, "keydate:off:1"))
    assert "no longer there" in says(await ground.press_old(ground.amina, ground.london, "keydate:off:999"))
    assert says(await ground.press_old(ground.amina, ground.london, "keydate:agenda:1:2026-99-99"))


async def test_a_prompt_is_put_on_the_agenda_of_the_next_meeting_once(ground: Ground) -> None:
    await through(ground, "2026-03-08T13:00")
    (found,) = prompts(ground, of="Women")
    assert "No meeting is planned here" in says(await ground.grace.press(found, "Put it on the agenda"))
    await ground.scheduled("Forum", "thursday 6pm")
    assert "On the agenda of **Forum**: International Women's Day" in says(
        await ground.grace.press(found, "Put it on the agenda")
    )
    assert "already on the agenda of **Forum**" in says(
        await ground.imran.press(found, "Put it on the agenda")
    )
    assert await ground.count(AgendaItem) == 1


async def test_an_organiser_of_one_region_adds_to_theirs_alone(ground: Ground) -> None:
    place, siobhan = "#north-west", ground.siobhan
    answer = await added(siobhan, "Ours", "20 March 2026", place=place)
    assert "North West's channel" in says(answer)
    assert "Only organisers" in says(await added(siobhan, "All", "20 March 2026", place=place, region=""))
    assert buttons((await shown(siobhan, "World Refugee Day", place=place)).message) == []
    assert buttons((await shown(siobhan, "Ours", place=place)).message) == ["Switch it off", "Remove it"]
    setting = await prompted(siobhan, place=place)
    assert buttons(setting.message) == []
    off = await prompted(siobhan, place=place, region="North West: switch off")
    assert "No reminders of their own key dates: North West" in says(off)
    says(await siobhan.choose(off, "A region's own key dates: on or off", "North West: switch on"))
    await through(ground, "2026-03-21T10:00")
    assert len(prompts(ground, "#north-west", "Ours")) == 2
    assert prompts(ground, of="Ours") == []
    assert "only North West" in says(await ground.grace.slash("#london", "keydates list", period="March"))


async def test_a_restart_owes_nothing_twice_and_new_content_comes_in(ground: Ground) -> None:
    def pending(session: Session) -> int:
        query = select(Delivery).where(Delivery.kind == keydates.PROMPT, Delivery.status == "pending")
        return len(session.scalars(query).all())

    before = await ground.running.store.read(pending)

    def forget(session: Session) -> None:
        session.delete(session.scalars(select(KeyDate).where(KeyDate.page == "human-rights-day")).one())

    await ground.running.store.write(forget)
    await ground.restart()
    await ground.settled()
    for _ in range(50):
        if "Human Rights Day" in says(await ground.grace.slash("#london", "keydates list")):
            break
    assert "Human Rights Day" in says(await ground.grace.slash("#london", "keydates list"))
    assert await ground.running.store.read(pending) == before


async def test_the_campaign_of_the_nearest_key_date(ground: Ground) -> None:
    guild_id = ground.sandbox.guild().id

    async def near(day: str, within: int, region_id: int | None = None) -> str | None:
        found = await ground.running.store.read(
            keydates.near,
            guild_id,
            date.fromisoformat(day),
            within=timedelta(days=within),
            region_id=region_id,
        )
        return found.campaign if found is not None else None

    assert await near("2026-11-25", 7) == "palestine"
    assert await near("2026-11-20", 7) is None
    assert await near("2026-10-05", 0) == "education"
    await switched(ground, "World Teachers' Day", "off")
    assert await near("2026-10-05", 0) is None
    for name, campaign, region in (
        ("Ours", "cuba", "Wales"),
        ("Exchange", "Learn from colleagues worldwide", None),
        ("Plain", None, None),
    ):
        more = {key: value for key, value in (("campaign", campaign), ("region", region)) if value}
        says(await added(ground.amina, name, "14 october 2026", **more))
    record = await ground.running.guild_record(guild_id)
    assert record is not None
    wales = next(one.id for one in record.regions if one.name == "Wales")
    assert await near("2026-10-10", 7, wales) == "cuba"
    assert await near("2026-10-10", 7) is None
