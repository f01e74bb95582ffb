"""People are called by their names beside their mentions, which do not resolve on every phone; an edit keeps all."""

from datetime import timedelta

from bot.delivery.naming import Names
from bot.texts import Texts
from tests.cogs.ground import Ground, both
from tests.cogs.meeting_panels import use
from tests.cogs.meetings.test_mentions import chosen, role


def test_a_name_cannot_format_mention_or_turn_round_anything() -> None:
    names = Names(Texts.load(), {5: "**Ann** <@&7>"})
    assert names.beside("Host: <@5>, <@6>") == r"Host: \*\*Ann\*\* \<@&7\> (<@5>), <@6>"
    assert names.instead("<@6> asks") == "someone asks"
    linked = Names(Texts.load(), {7: "Ann https://x.example/a HTTP://a:b@c.example"})
    assert linked.beside("<@7>") == r"Ann https\://x.example/a HTTP\://a:b@c.example (<@7>)"
    assert Names(Texts.load(), {7 * 10**18: "https://x.ex"}).instead(f"<@{7 * 10**18}>") == r"https\://x.ex"
    long = Names(Texts.load(), {10**17: "A*" * 16})
    assert len(long.instead(f"<@{10**17}>")) <= len(f"<@{10**17}>")


@both
async def test_the_host_is_named_and_the_mention_stays_through_every_change(ground: Ground) -> None:
    await chosen(ground, "London", "London")
    card = await ground.scheduled()
    host = f"**Host:** Amina Begum (<@{ground.amina.id}>)"
    last = f"<@&{role(ground, 'London')}>"
    assert host in card.embeds[0]["description"]
    assert card.content.endswith(last)
    await ground.grace.press(card, "Going")
    assert "1 going" in card.embeds[0]["description"]
    assert host in card.embeds[0]["description"]
    assert card.content.endswith(last)
    await use(ground.amina, "#london", "meeting edit", meeting="1", venue="Town hall")
    await ground.later(timedelta(minutes=3))
    assert "Town hall" in card.content
    assert host in card.embeds[0]["description"]
    assert card.content.endswith(last)
    assert not any(one.pinged.users for one in ground.london.messages)


async def test_without_an_answer_of_discord_nobody_waits_and_mentions_stand_alone(ground: Ground) -> None:
    first = await ground.running.naming.of(ground.sandbox.guild().id, ["<@1>", f"<@{ground.amina.id}>"])
    assert first.found == {ground.amina.id: "Amina Begum"}
    unknown = await ground.running.naming.of(1, [f"<@{ground.amina.id}>"])
    assert unknown.found == {}
