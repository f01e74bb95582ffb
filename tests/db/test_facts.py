"""In which servers somebody is looked for who writes in private."""

from sqlalchemy.orm import Session

from db import drafts, facts, guilds
from db.engine import Store
from tests.db.network import AMINA, GRACE, GUILD, NOW, network


async def test_among_many_servers_somebody_is_known_by_whatever_is_kept_of_them(store: Store) -> None:
    await network(store)

    def more(session: Session) -> None:
        for number in range(1, 8):
            guilds.ensure(session, GUILD + number, zone="Europe/London", now=NOW)
        drafts.keep(session, guild_id=GUILD + 3, user_id=GRACE, form="facts", fields={}, now=NOW)

    await store.write(more)
    assert list(await store.read(facts.servers_of, GRACE, most=5)) == [GUILD + 3]
    assert list(await store.read(facts.servers_of, AMINA, most=5)) == []
    assert GUILD + 7 in await store.read(facts.servers_of, AMINA, most=20)
