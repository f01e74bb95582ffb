"""What admins see: every kind of delivery and every act of the audit is declared, and none is forgotten."""

from bot.domain.disclosure import (
    ACTS,
    OWN_ACTS,
    RECIPIENT_HIDDEN,
    RECIPIENT_SHOWN,
    TO_CHANNELS,
    shows_recipient,
)
from bot.texts import Texts


def test_every_kind_of_delivery_says_whether_admins_see_to_whom_it_went() -> None:
    kinds = {key.removeprefix("deliveries.kinds.") for key in Texts.load().under("deliveries.kinds")}
    declared = [RECIPIENT_SHOWN, RECIPIENT_HIDDEN, TO_CHANNELS]
    assert set().union(*declared) == kinds, "bot/domain/disclosure.py declares each kind of delivery"
    assert sum(map(len, declared)) == len(kinds), "a kind stands in one of them alone"


def test_every_act_of_the_audit_says_whose_affair_it_is() -> None:
    acts = {key.removeprefix("audit.actions.") for key in Texts.load().under("audit.actions")}
    assert set(ACTS) == acts, "bot/domain/disclosure.py declares each act"


def test_what_is_under_consent_has_no_recipient_and_what_is_new_has_none_either() -> None:
    for kind in RECIPIENT_HIDDEN | TO_CHANNELS | {"something.new"}:
        assert not shows_recipient(kind)
    for about in ("interests.", "affiliation.", "plans.", "welcome.", "campaign.", "guidance.", "events."):
        assert not any(kind.startswith(about) for kind in RECIPIENT_SHOWN)


def test_a_members_own_acts_are_no_office() -> None:
    assert {"network.twinning.branch", "plans.post", "affiliation.record"} <= OWN_ACTS
