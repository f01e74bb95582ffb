"""Discord's error codes: which refusals are permanent, and the name of each.

The one list of permanent codes; whatever is not in it passes and is retried. The source is the table "JSON Error
Codes", read in November 2026: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
Left out on purpose, because they say that they pass or are known to: 0 (general error), 10004 (reported for
servers the bot is in: https://github.com/discord/discord-api-docs/issues/8445), 20016, 20022, 20028, 20029,
30034, 30035, 30037, 30040, 30042, 30046, 40001, 40003, 40004, 40006, 40062, 40333, 50014, 110001, 130000, 500000.
"""

from collections.abc import Mapping
from typing import Any, cast

_LASTING: Mapping[str, tuple[int, ...]] = {
    "channel_gone": (10003,),
    "left": (10007,),
    "message_gone": (10008,),
    "role_gone": (10011,),
    "user_gone": (10001, 10013),
    "event_gone": (10070, 10071),
    "gone_at_discord": (
        10002, 10005, 10006, 10009, 10010, 10012, 10014, 10015, 10016, 10020, 10021, 10026, 10027, 10028, 10029,
        10030, 10031, 10032, 10033, 10036, 10038, 10049, 10050, 10057, 10059, 10060, 10061, 10062, 10063, 10065,
        10066, 10067, 10068, 10069, 10087, 10097,
    ),
    "limit_reached": (
        30001, 30002, 30003, 30004, 30005, 30007, 30008, 30010, 30011, 30013, 30015, 30016, 30018, 30019, 30030,
        30031, 30032, 30033, 30039, 30038, 30045, 30047, 30048, 30052, 30056, 30058, 30060, 30061, 40094, 160006,
        160007,
    ),
    "too_big": (40005, 50045),
    "banned": (40007,),
    "no_access": (50001,),
    "dms_closed": (50007,),
    "no_permission": (50013, 20012, 20018, 50028, 50600, 60003, 160002),
    "no_shared_server": (50278,),
    "blocked_by_filter": (20009, 20031, 200000, 200001, 240000),
    "wrong_channel": (50003, 50008, 50019, 50024, 40058, 40066, 40067, 520002),
    "thread_archived": (50083,),
    "thread_locked": (160005,),
    "not_verified": (40002, 50009, 50178),
    "uploads_limited": (400001,),
    "refused_by_discord": (50006, 50035, 50046, 50109, 50110, 50123, 50146, 50159, 50160, 50161, 50162, 50192),
    "refused": (
        20001, 20002, 20024, 20035, 40012, 40018, 40019, 40032, 40033, 40041, 40043, 40060, 40061, 40074, 50002,
        50004, 50005, 50010, 50011, 50012, 50015, 50016, 50017, 50020, 50021, 50025, 50026, 50027, 50033, 50034,
        50036, 50039, 50041, 50054, 50055, 50057, 50067, 50068, 50070, 50073, 50074, 50080, 50081, 50084, 50085,
        50086, 50091, 50095, 50097, 50101, 50124, 50131, 50132, 50138, 50144, 50145, 50151, 50163, 50173, 80004,
        90001, 90002, 150006, 160004, 170001, 170002, 170003, 170004, 170005, 170006, 170007, 180000, 180002,
        220001, 220002, 220003, 220004, 350000, 350001, 520000, 520001, 520003, 520004, 520006,
    ),
}  # fmt: skip
LASTING: Mapping[int, str] = {code: reason for reason, codes in _LASTING.items() for code in codes}
"""Our name for each permanent refusal, by Discord's code."""

PASSING: Mapping[int, str] = {
    10004: "server_not_found",
    20016: "limited",
    20022: "limited",
    20028: "limited",
    20029: "limited",
    30046: "too_many_edits",
    40003: "dms_too_fast",
    40004: "sending_off",
    40006: "feature_off",
    40062: "limited",
    40333: "blocked",
    130000: "overloaded",
}
"""Our names for some of those that pass; others go by their number."""

TOKEN_REFUSED = frozenset({0, 40001, 50014})
"""The codes of a 401 that mean the bot's token; 50027 means the token of a single interaction."""
TOO_MANY_EDITS, OPENING_TOO_FAST, MAY_NOT_REPLY = 30046, 40003, 160002


def code_of(data: Any) -> int | None:
    """Return the code of an error in Discord's own shape; None when something else answered in its place."""
    if not isinstance(data, dict):
        return None
    code: object = cast("dict[str, Any]", data).get("code")
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def reason_for(status: int, code: int | None) -> str:
    """Return the key of the words (under `deliveries.reasons`) for a refusal or a fault of Discord's.

    Args:
        status: the HTTP status, 0 when no answer came.
        code: Discord's code; None when the answer is not Discord's.
    """
    if code and code in LASTING:
        reason = LASTING[code]
        return f"refused:{code}" if reason == "refused" else reason
    if status == 401:
        return "unauthorised" if code in TOKEN_REFUSED else f"edge:{status}"
    if code and code in PASSING:
        return PASSING[code]
    if not status:
        return "no_answer"
    if status == 429:
        return "limited"
    if status >= 500:
        return f"fault:{status}"
    if code is None:
        return f"edge:{status}"
    return f"code:{code}" if code else f"unexplained:{status}"
