"""The cards of campaigns: the list, one page, and one thing to do."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from discord import ui

from bot.app import Bot
from bot.domain.campaigns import OTHER, Action, Campaign
from bot.texts import Markup, Texts, plain, plain_lines
from cogs.campaigns.buttons import AddNote, Another, Did, Fit, NotForMe, Privately, PutAside, TakeBack, Undo
from cogs.common.base import BLUE, GREY, Card, fitting, line, row
from cogs.common.times import written
from cogs.interests.topics import choices, name_of
from db.models import Deed

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


ROOM = 3_900
"""Of the 4,000 characters of a card; the rest is for what a list says of what it left out."""


def shown(words: str) -> Markup:
    """Return words as a card shows them: those of the content as they are, others literally."""
    return words if isinstance(words, Markup) else plain(words)


def fit_of(action: Action, texts: Texts) -> Markup:
    """Return how long an action takes and where it is done: '5 minutes; in school or online'."""
    places = texts("campaigns.or").join(texts(f"campaigns.places.{place}") for place in action.places)
    return texts("campaigns.act.fit", time=texts(f"campaigns.times.{action.time}"), places=Markup(places))


def list_card(found: Sequence[Campaign], bot: Bot) -> Card:
    """Return the campaigns of a server, and the pillars they rest on."""
    texts = bot.texts
    on = [campaign for campaign in found if campaign.enabled]
    off = [shown(campaign.title) for campaign in found if not campaign.enabled]
    entries = [
        texts("campaigns.list.own", number=number, title=campaign.title)
        if campaign.own
        else texts(
            "campaigns.list.entry",
            number=number,
            title=campaign.title,
            pillar=texts("campaigns.list.pillar", pillar=name_of("pillar", campaign.pillar, texts))
            if campaign.pillar
            else Markup(),
        )
        for number, campaign in enumerate(on, 1)
    ]
    return Card(
        line(texts("campaigns.list.title"), texts("campaigns.list.intro")),
        fitting(entries, texts, room=1_800) if entries else texts("campaigns.none_on"),
        line(
            texts("campaigns.list.pillars"),
            *[texts("campaigns.list.pillar_line", pillar=name) for name in choices("pillar", texts).values()],
        ),
        line(
            texts("campaigns.list.off", titles=Markup(", ".join(off))) if off else None,
            texts("campaigns.list.how", show=bot.mention("campaign show"), act=bot.mention("campaign act")),
        ),
    )


def show_card(campaign: Campaign, bot: Bot, *, said: Markup | None = None) -> Card:
    """Return the page of a campaign; `said` stands above it."""
    texts = bot.texts
    actions = [
        texts(
            "campaigns.show.action",
            words=action.words,
            fit=Markup(
                "; ".join(
                    [
                        texts(f"campaigns.times.{action.time}"),
                        texts("campaigns.or").join(texts(f"campaigns.places.{one}") for one in action.places),
                    ]
                )
            ),
        )
        for action in campaign.actions
    ]
    pillar = name_of("pillar", campaign.pillar, texts) if campaign.pillar else None
    before = (
        said,
        texts("campaigns.show.title", title=campaign.title),
        line(
            texts.filled(campaign.why) if isinstance(campaign.why, Markup) else plain_lines(campaign.why),
            texts("campaigns.show.pillar", pillar=pillar) if pillar else None,
            texts("campaigns.show.off") if not campaign.enabled else None,
        ),
    )
    after = (
        _list(campaign.resources, texts("campaigns.show.resources"), texts),
        _list(campaign.partners, texts("campaigns.show.partners"), texts),
        _list(campaign.ask, texts("campaigns.show.ask"), texts),
        texts("campaigns.show.how", done=bot.mention("campaign done")),
    )
    room = ROOM - sum(len(part) for part in (*before, *after) if part)
    return Card(
        *before,
        line(texts("campaigns.show.actions"), fitting(actions, texts, room=room)) if actions else None,
        *after,
        colour=BLUE if campaign.enabled else GREY,
    )


def _list(lines: Iterable[str], title: Markup, texts: Texts) -> Markup | None:
    entries = [
        texts("campaigns.show.line", words=texts.filled(words) if isinstance(words, Markup) else words)
        for words in lines
    ]
    return line(title, fitting(entries, texts, room=400)) if entries else None


def _buttons(guild_id: int, campaign: Campaign, action: Action, fit: Fit, texts: Texts) -> list[ui.Item[Any]]:
    key = (campaign.id, action.id)
    return [Did(guild_id, key, texts), Another(guild_id, key, fit, texts), NotForMe(guild_id, key, texts)]


def suggestion_card(
    guild_id: int, campaign: Campaign, action: Action, fit: Fit, texts: Texts, *, private: bool | None = None
) -> Card:
    """Return one thing to do, for one person; `private` says whether they get some in private, None shows no button."""
    return Card(
        texts("campaigns.act.title", title=campaign.title),
        shown(action.words),
        fit_of(action, texts),
        row(*_buttons(guild_id, campaign, action, fit, texts)),
        row(Privately(guild_id, not private, texts)) if private is not None else None,
        texts("campaigns.act.only_you"),
    )


def prompt_card(
    guild_id: int, campaign: Campaign, action: Action, texts: Texts, *, near: Markup | None = None
) -> Card:
    """Return the prompt that a channel gets; `near` says which key date is near, if one is."""
    return Card(
        texts("campaigns.prompt.title", title=campaign.title),
        near,
        shown(action.words),
        fit_of(action, texts),
        row(*_buttons(guild_id, campaign, action, Fit(), texts)),
        texts("campaigns.prompt.how"),
    )


def private_card(guild_id: int, campaign: Campaign, action: Action, texts: Texts) -> Card:
    """Return the prompt that a member gets who asked for it."""
    return Card(
        texts("campaigns.prompt.title", title=campaign.title),
        shown(action.words),
        fit_of(action, texts),
        row(*_buttons(guild_id, campaign, action, Fit(), texts)),
        row(
            Privately(guild_id, False, texts),
            PutAside(guild_id, (campaign.id, ""), texts("campaigns.aside.whole.button")),
        ),
        texts("campaigns.prompt.private"),
    )


def nothing_card(campaign: Campaign | None, bot: Bot, *, fits: bool) -> Card:
    """Return that nothing is left that fits, and the way out."""
    show = bot.mention("campaign show" if campaign is not None else "campaign list")
    words = bot.texts("campaigns.act.nothing" if fits else "campaigns.act.did_it_all", show=show)
    return Card(words)


def done_card(deed: Deed, campaign: Campaign, region: Markup, texts: Texts, *, fresh: bool) -> Card:
    """Return the thanks, with the way to add a note and to take it back."""
    key = "campaigns.done.counted" if fresh else "campaigns.done.before"
    return Card(
        texts("campaigns.done.title"),
        texts(key, title=campaign.title, region=region),
        texts("campaigns.done.your_note", note=deed.note) if deed.note else None,
        row(AddNote(deed.id, texts), Undo(deed.id, texts)),
    )


def aside_card(guild_id: int, campaign: Campaign, action: Action | None, texts: Texts) -> Card:
    """Return what is not suggested any more, with the way back, and the way to leave the whole campaign out."""
    words = (
        texts("campaigns.aside.action", words=action.words)
        if action is not None
        else texts("campaigns.aside.campaign", title=campaign.title)
    )
    return Card(
        texts("campaigns.aside.title"),
        words,
        row(
            TakeBack(guild_id, (campaign.id, action.id if action else ""), texts),
            PutAside(guild_id, (campaign.id, ""), texts("campaigns.aside.whole.button")) if action else None,
        ),
    )


def mine_card(
    guild_id: int,
    deeds: Sequence[Deed],
    asides: Iterable[tuple[str, str]],
    found: Sequence[Campaign],
    bot: Bot,
    *,
    private: bool,
    zone: "ZoneInfo",
) -> Card:
    """Return what a member did and put aside, for them alone."""
    texts = bot.texts
    known = {campaign.id: campaign for campaign in found}
    entries = [
        texts(
            "campaigns.mine.entry",
            when=written(deed.done_at.replace(second=0, microsecond=0), zone),
            words=words_of(known.get(deed.campaign), deed.action, texts),
            title=known[deed.campaign].title if deed.campaign in known else deed.campaign,
            note=texts("campaigns.mine.note", note=deed.note) if deed.note else Markup(),
        )
        for deed in deeds
    ]
    left_out = [
        words_of(known[campaign], action, texts) if action else shown(known[campaign].title)
        for campaign, action in sorted(asides)
        if campaign in known
    ]
    last = deeds[0] if deeds else None
    return Card(
        texts("campaigns.mine.title"),
        fitting(entries, texts, room=2_000)
        if entries
        else texts("campaigns.mine.none", done=bot.mention("campaign done")),
        row(AddNote(last.id, texts), Undo(last.id, texts)) if last else None,
        texts("campaigns.mine.asides", words=fitting(left_out, texts, between="; ", room=900))
        if left_out
        else None,
        texts(f"campaigns.mine.private_{'on' if private else 'off'}"),
        row(Privately(guild_id, not private, texts)),
        texts("campaigns.mine.only_you"),
    )


def words_of(campaign: Campaign | None, action_id: str, texts: Texts) -> Markup:
    """Return an action in words; one that is not there any more, or is not listed, is 'something else'."""
    action = campaign.action(action_id) if campaign is not None and action_id != OTHER else None
    return shown(action.words) if action is not None else texts("campaigns.mine.something")
