"""What admins see of members: failures and what was changed for everybody, never who wanted what."""

from bot.domain.disclosure import RECIPIENT_HIDDEN, RECIPIENT_SHOWN, TO_CHANNELS
from tests.cogs.ground import Ground, both, says
from tests.cogs.interests.test_interests import asked
from tests.cogs.network.test_twinning import looks


@both
async def test_admins_see_that_an_introduction_was_sent_and_not_to_whom(ground: Ground) -> None:
    question = await asked(ground)
    await ground.tomasz.press(question, "No, thank you")
    await ground.settled()
    text = says(await ground.ruth.slash("#organisers", "admin deliveries"))
    assert "question whether someone wants to meet a member, to a member, in private" in text
    for person in (ground.grace, ground.tomasz):
        assert person.mention not in text
        assert str(person.id) not in text


async def test_the_audit_has_no_line_of_a_members_own_affairs(ground: Ground) -> None:
    await looks(ground, ground.grace)
    text = says(await ground.ruth.slash("#organisers", "admin audit"))
    assert "partner union" not in text
    assert ground.grace.mention not in text
    gone = await ground.press_old(ground.grace, ground.london, "twinning:remove:1:yes")
    assert "is no longer listed" in says(gone)
    text = says(await ground.ruth.slash("#organisers", "admin audit"))
    assert ground.grace.mention not in text


async def test_every_kind_that_the_bot_sends_is_declared(ground: Ground) -> None:
    kinds = {name for name, kind in ground.running.sender.kinds.items() if not kind.job}
    assert kinds
    assert kinds <= RECIPIENT_SHOWN | RECIPIENT_HIDDEN | TO_CHANNELS
