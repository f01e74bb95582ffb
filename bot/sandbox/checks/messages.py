"""Discord's requirements for new and edited messages."""

from collections.abc import Sequence

from bot.sandbox.checks.components import Components
from bot.sandbox.checks.embeds import embeds
from bot.sandbox.errors import ApiError, Problems
from bot.sandbox.shapes import items, obj
from bot.sandbox.world import Message, Payload, Upload
from bot.sandbox.world.drafts import Draft
from bot.sandbox.world.messages import COMPONENTS_V2, EPHEMERAL, SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS

MOST_CONTENT = 2000
SETTABLE = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | COMPONENTS_V2
LEGACY = {"content": "content", "embeds": "embeds", "poll": "poll", "sticker_ids": "stickers"}


def draft(
    body: Payload, uploads: Sequence[Upload] = (), *, before: Message | None = None, interaction: bool = False
) -> Draft:
    """Check the body of a new message, or of an edit of `before`; an `interaction`'s may be ephemeral.

    Raises:
        ApiError: 50035 with all faults, 50006 for an empty message.
    """
    problems = Problems()
    flags = _flags(body, problems) & (SETTABLE | (EPHEMERAL if interaction else 0))
    v2 = bool((flags | (before.flags if before else 0)) & COMPONENTS_V2)
    content = body.get("content")
    content = content.strip() if isinstance(content, str) else ""
    problems.length(("content",), content, MOST_CONTENT)
    if v2:
        for name, word in LEGACY.items():
            if body.get(name):
                message = f"The '{word}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
                problems.add((name,), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message)
        if before is not None and not before.flags & COMPONENTS_V2:
            for name, word in LEGACY.items():
                if name not in body and getattr(before, name, None):
                    message = f"The '{word}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
                    problems.add((name,), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message)
    attachments = _attachments(body, uploads, before, problems)
    kept = {file["filename"] for file in before.attachments} if before else set[str]()
    attached = frozenset(kept | {upload.filename for upload in uploads})
    given = body.get("components")
    components = Components(problems, attached).message(given, v2=v2) if given else []
    made = Draft(
        content=content,
        embeds=embeds(body.get("embeds"), problems),
        components=components,
        flags=flags,
        attachments=attachments,
        uploads=uploads,
        allowed_mentions=_allowed_mentions(body, problems),
        nonce=_nonce(body.get("nonce"), problems),
        enforce_nonce=bool(body.get("enforce_nonce")),
        tts=bool(body.get("tts")),
        reference=body.get("message_reference"),
        poll=_poll(body, problems),
        given=frozenset(body),
    )
    problems.settle()
    _not_empty(made, before, v2=v2)
    return made


def _not_empty(made: Draft, before: Message | None, *, v2: bool) -> None:
    if before is None:
        filled = (
            made.components
            if v2
            else made.content or made.embeds or made.uploads or made.poll or made.components
        )
    elif v2:
        filled = made.components if "components" in made.given else before.components
    else:
        filled = (
            (made.content if "content" in made.given else before.content)
            or (made.embeds if "embeds" in made.given else before.embeds)
            or (made.components if "components" in made.given else before.components)
            or made.uploads
            or (before.attachments if made.attachments is None else made.attachments)
            or before.poll
        )
    if not filled:
        raise ApiError(50006)


def _attachments(
    body: Payload, uploads: Sequence[Upload], before: Message | None, problems: Problems
) -> list[Payload] | None:
    if not isinstance(body.get("attachments"), list):
        return None
    given = [obj(each) for each in items(body["attachments"])]
    problems.length(("attachments",), given, 10)
    known = {str(upload.index) for upload in uploads}
    if before is not None:
        known |= {file["id"] for file in before.attachments}
    for index, item in enumerate(given):
        problems.length(("attachments", index, "description"), item.get("description"), 1024)
        if str(item.get("id")) not in known:
            message = "The attachment is neither of this message nor of this request"
            problems.add(("attachments", index, "id"), "ATTACHMENT_NOT_FOUND", message)
    return given


def _allowed_mentions(body: Payload, problems: Problems) -> Payload | None:
    if not isinstance(body.get("allowed_mentions"), dict):
        return None
    given = obj(body["allowed_mentions"])
    path = ("allowed_mentions",)
    parse = items(given.get("parse"))
    for index, kind in enumerate(parse):
        problems.choices((*path, "parse", index), kind, ("users", "roles", "everyone"))
    for kind in ("users", "roles"):
        ids = items(given.get(kind))
        problems.length((*path, kind), ids, 100)
        if ids and kind in parse:
            message = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            problems.add(path, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)
    return given


def _flags(body: Payload, problems: Problems) -> int:
    given = body.get("flags")
    if given is None or isinstance(given, int):
        return given or 0
    problems.add(("flags",), "NUMBER_TYPE_COERCE", f'Value "{given}" is not int.')
    return 0


def _nonce(given: object, problems: Problems) -> str | int | None:
    if given is None or isinstance(given, int):
        return given
    if not isinstance(given, str):
        problems.add(("nonce",), "NONCE_TYPE_INVALID", "Nonces must be strings or integers.")
        return None
    problems.length(("nonce",), given, 25)
    return given


def _poll(body: Payload, problems: Problems) -> Payload | None:
    if not isinstance(body.get("poll"), dict):
        return None
    given = obj(body["poll"])
    question = obj(given.get("question")).get("text") or ""
    problems.length(("poll", "question", "text"), question, 300, 1)
    answers = items(given.get("answers"))
    problems.length(("poll", "answers"), answers, 10, 1)
    for index, answer in enumerate(answers):
        text = obj(obj(answer).get("poll_media")).get("text") or ""
        problems.length(("poll", "answers", index, "poll_media", "text"), text, 55, 1)
    return given
