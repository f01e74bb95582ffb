"""Turns of phrase that no native writes, or that name a thing inconsistently, and what to write instead.

The list holds this project's own slips, so that none comes back; it is for English alone.
"""

import re
from collections.abc import Iterator, Mapping

from bot.texts.catalogue import ContentProblem, Text

TURNS: Mapping[str, str] = {
    r"(?:see|sees|seen|saw) to": "'do', 'is doing', 'done'",
    r"whoever": "'the person who', 'people who', or 'the author', 'the host'",
    r"whom": "'who', or leave it out: 'the person I asked'",
    r"by now": "'now'",
    r"hears? of": "'I tell', 'get news of'",
    r"comes? again": "'repeats'",
    r"of (?:its|their) own accord|by (?:itself|themselves)": "say who does it: 'I send'",
    r"I know no": "'I can't find', 'there is no'",
    r"is the way": "'use'",
    r"(?:become|became|becomes) of": "'what was decided'",
    r"once more": "'again'",
    r"anew": "'again'",
    r"(?:it|everything) stands|stands? still": "'where it is up to', 'has stalled'",
    r"moves? (?:you|me|members)": "'what you care about'",
    r"that there are": "'those that are', or a list without it",
    r"mend(?:ed|ing)?": "'fix'",
    r"(?:is|are) as many as": "'the most'",
    r"if need be": "'if they have to'",
    r"(?:prompt|nudge)s?": "'suggestion' (campaigns), 'reminder' (all else)",
    r"one a line": "'one on each line'",
    r"show you round": "'help you find your way around'",
    r"waits? for (?:me|you)": "'is waiting for you', 'my to-do list'",
    r"union's (?:team|office)|team that does this work": "'the international team'",
    r"deeds?": "'what you did'",
    r"lands": "'countries'",
    r"writes? to you": "'message you'",
    r"some day": "'one day'",
    r"soonish": "say when",
    r"(?<!\{)(?:some|any|every)body": "'someone', 'anyone', 'everyone'",
    r"no [\w ]+ any more": "'no longer'",
}
"""What to write instead, by pattern (whole words, any case)."""
NOT_READ = re.compile(r"guidance\.(?:words|ignored|weak|elsewhere|others)\.|dates_examples\.|help\.words\.")
"""Words that members type rather than read."""
AGREED = frozenset({"interests.consent.wording"})
"""Texts that members have agreed to word for word: any change would ask all of them again."""


def faults_of(entries: Mapping[str, Text]) -> Iterator[ContentProblem]:
    """Yield each listed turn of phrase that a text contains."""
    patterns = [(re.compile(rf"\b(?:{turn})\b", re.IGNORECASE), instead) for turn, instead in TURNS.items()]
    for key, text in entries.items():
        if key in AGREED or NOT_READ.match(key):
            continue
        for pattern, instead in patterns:
            if found := pattern.search(text.words):
                yield ContentProblem(text.path, text.line, f"'{key}' says '{found.group()}': write {instead}")
