"""The words that the grammar knows, each with its kind and value; everything else is unknown.

The lexicon decides what can be misread: a word that could carry a time must have its own kind, so
that it is either used by a rule or refused as unused, never skipped.
"""

from typing import Final, NamedTuple

from bot.domain.when.wordlists import words
from bot.domain.when.zones import ABBREVIATIONS, REGIONS, SHARED


class Word(NamedTuple):
    """The kind of a word, its number where it has one, and a name that rules check."""

    kind: str
    number: int = 0
    name: str = ""


_WEEKDAYS: Final = (
    "monday mon mond munday",
    "tuesday tues tue tuesd tus teusday tuseday tuesdy",
    "wednesday wed weds wednes wednesd wensday wendsday wednsday wedn wedensday wednesdy",
    "thursday thu thur thurs thursd thrs thrsday thursdy thurday thurdsay",
    "friday fri frid fryday firday",
    "saturday sat satur",
    "sunday sun sund",
)
_MONTHS: Final = (
    "january jan",
    "february feb febr",
    "march mar",
    "april apr",
    "may",
    "june jun",
    "july jul",
    "august aug",
    "september sept sep",
    "october oct",
    "november nov",
    "december dec",
)
_NUMBERS: Final = words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
TENS: Final = {"twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
_ORDINALS: Final = words(
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)

_WORDS: Final[dict[str, str]] = {
    "A": "a an",
    "AND": "and",
    "OR": "or",
    "TO": "to",
    "TIL": "til till until untill 'til thru through",
    "FROM": "from",
    "BETWEEN": "between",
    "FOR": "for lasting",
    "IN": "in during",
    "ON": "on",
    "AT": "at",
    "OF": "of",
    "EVERY": "every each evry",
    "OTHER": "other",
    "ALTERNATE": "alternate alternating",
    "NEXT": "next nxt",
    "THIS": "this",
    "COMING": "coming upcoming forthcoming",
    "LAST": "last final",
    "FOLLOWING": "following",
    "NEW": "new",
    "END": "end",
    "ENDING": "ending ends finish finishing finishes",
    "START": "start",
    "STARTING": "starting beginning starts begin begins commencing commences",
    "AFTER": "after",
    "BEFORE": "before",
    "BY": "by",
    "AGO": "ago",
    "NOW": "now",
    "PAST": "past",
    "HALF": "half",
    "QUARTER": "quarter quarters",
    "OCLOCK": "o'clock oclock",
    "NOON": "noon midday",
    "MIDNIGHT": "midnight",
    "TODAY": "today 2day",
    "TOMORROW": "tomorrow tomorrows tmrw tmrow tmr tomoz tomo tommorow tomorow 2moro 2morrow 2mrw 2mro tomos tmw",
    "TONIGHT": "tonight tonite 2nite 2night",
    "YESTERDAY": "yesterday",
    "OVERMORROW": "overmorrow",
    "MINUTE": "minute minutes min mins",
    "HOURW": "hour hours hr hrs h",
    "DAYW": "day days",
    "WEEK": "week weeks wk wks",
    "FORTNIGHT": "fortnight fortnights fortnite",
    "MONTHW": "month months mth mths",
    "YEARW": "year years yr yrs",
    "WEEKENDW": "weekend weekends",
    "WORKING": "working business",
    "WEEKDAYW": "weekday weekdays workday workdays",
    "TIMEW": "time",
    "SAME": "same",
    "TIMES": "times sessions occurrences occasions x",
    "ONCE": "once",
    "TWICE": "twice thrice",
    "ISH": "ish",
    "ONWARD": "onwards onward",
    "APPROX": "about around approx approximately roughly circa ca ~",
    "COUPLE": "couple",
    "FEW": "few several",
    "WC": "w/c w/b wc wb",
    "TERMW": "term terms semester",
    "HALFTERM": "halfterm",
    "BACK": "back",
    "FEAST": "easter christmas xmas",
    "HUNDRED": "hundred",
    # Words that change the meaning: nothing next to them may be taken at face value.
    "BARRED": (
        "not no nope never nor neither cannot cant wont dont doesnt isnt arent didnt couldnt wouldnt shouldnt avoid "
        "unless cancel cancelled canceled cancels cancelling instead rather than scrap unavailable busy was were "
        "had unable impossible clash clashes clashing away off gone eastern pacific thereabouts wrong previous "
        "previously earlier yday since dozen plus nothing none nobody anything if when whenever missed "
        "sorry post pre upto outwith ignore ignoring suspended suspending paused pausing closed break recurring "
        "repeating repeated repeatedly ongoing regularly regular originally formerly prior hence thereafter thence "
        "before-hand beforehand afterwards afterward meanwhile within throughout former w/e ending-on expired "
        "lapsed most mostly overnight daytime nonstop continuous continually consecutive successive running "
        "twice-weekly hereafter henceforth heretofore yesterdays ere fro lately nowadays pending past-due overdue "
        "interim whit shrove maundy"
    ),
    # What excludes a day from a series.
    "EXCEPT": (
        "except excepting excepted excluding exclude excludes excluded excl exc ex without bar barring less save "
        "saving omit omits omitting omitted skip skips skipping minus but missing w/o"
    ),
    # What is done to an existing meeting.
    "MOVE": (
        "move moves moved moving shift shifted shifting bump bumped push pushed delay delayed delaying amend "
        "amended amending defer deferred deferring rearrange rearranged rearranging reschedule rescheduled "
        "rescheduling postpone postponed postponing change changed changing switch switched swap swapped"
    ),
    # What makes a different day of the weekday or holiday after it.
    "NAMED": (
        "remembrance advent trinity pentecost mothers mothering fathers black mad manic cyber plough giving super "
        "ascension orthodox coptic julian chinese lunar rogation passion stir-up spy holy whitsun corpus small "
        "clean laetare gaudete septuagesima hock huge blue wear"
    ),
    "VAGUE": (
        "sometime someday soon soonish later eventually asap whenever some any anytime anyday early "
        "late mid midweek recently shortly season spring summer autumn winter holiday holidays hols vacation "
        "ramadan eid diwali hanukkah passover bank latest earliest decade century eod cop cob lunchbreak playtime "
        "breaktime sunset sunrise dawn dusk payday inset termtime nights evenings mornings afternoons recent "
        "twilight nowish ones usual"
    ),
    "MAYBE": (
        "maybe perhaps possibly probably either provisional provisionally pencil tentative tentatively might "
        "tbc tba tbd deadline"
    ),
    "LABEL": (
        "room rm unit floor building block number item version ver ward district bus route platform gate zone flat "
        "section para paragraph article motion chapter page ext extension tel pin code id passcode password stage "
        "level phase tier step grade band part round volume vol suite table seat row lodge module classroom studio"
    ),
    "NOUN": (
        "people persons person members member reps rep teachers teacher delegates delegate attendees pints pint "
        "places seats chairs items schools pupils students kids guests guest officers officer colleagues friends "
        "volunteers activists attending participants staff pounds quid tickets copies pages miles km tables rooms "
        "speakers motions votes topics points questions apologies slots teas coffees pizzas biscuits"
    ),
    "EVENT": (
        "meeting meetings session call calls zoom teams webinar training workshop event events demo protest rally "
        "vigil picket lobby committee cttee agm egm agenda reading attempt draft talk talks conference congress "
        "social drinks film screening fundraiser briefing catchup catch-up planning action actions stall walk line "
        "leaflet leafleting leafletting canvass stalls marches demos rallies chat reminder poll vote ballot "
        "discussion visit tour exhibition concert gig debate appointment slot date march council network forum "
        "branch group class course lecture seminar assembly hearing interview supper lunch-meeting breakfast quiz "
        "party panel launch rehearsal hustings surgery drop-in dropin rally-point"
    ),
    "VENUE": (
        "club house hall church chapel mosque synagogue temple office offices pub inn cafe centre center library "
        "school college university academy hotel headquarters hq museum theatre cinema embassy canteen lounge lobby "
        "institute foyer reception gym cathedral arms clubhouse bookshop"
    ),
    "STREET": "street st road rd avenue ave lane ln close court drive square terrace crescent place gardens grove",
    "FILLER": (
        "the please pls plz thanks thx thank ta cheers hi hello hey all everyone folks team book booking let's lets "
        "say says said what's whats what who's is are be being been can could shall should we i i'm i'd i'll you me "
        "us our my your do does it it's its that that's this'll will would like want wants wanted how put have has "
        "get got let meet go going set up arrange schedule scheduled hold holding held plan add make need needs ok "
        "okay so well then there here yes yeah yep just only also again which works work good great best fine suits "
        "suit ideally prefer preferably think exact exactly sharp prompt promptly with via online virtual doors "
        "open opens dear comrades both dates happening happens confirmed definitely actually long hopefully etc see"
    ),
}
_PARTS: Final = {
    "morning": "morning morn",
    "lunchtime": "lunchtime lunch dinnertime",
    "afternoon": "afternoon arvo aft",
    "teatime": "teatime tea",
    "evening": "evening eve eves evng",
    "night": "night nite",
}
# Frequencies: the unit, and how many of it; 0 where people differ.
_FREQUENCIES: Final = {
    "daily": ("DAILY", 1),
    "everyday": ("DAILY", 1),
    "nightly": ("DAILY", 1),
    "weekly": ("WEEKLY", 1),
    "fortnightly": ("WEEKLY", 2),
    "biweekly": ("WEEKLY", 2),
    "monthly": ("MONTHLY", 1),
    "bimonthly": ("MONTHLY", 0),
    "quarterly": ("MONTHLY", 3),
    "yearly": ("YEARLY", 1),
    "annually": ("YEARLY", 1),
    "annual": ("YEARLY", 1),
    "hourly": ("HOURLY", 1),
    "termly": ("TERMLY", 1),
    "halftermly": ("TERMLY", 2),
}


def _table() -> dict[str, Word]:
    table = {word: Word(kind) for kind, text in _WORDS.items() for word in text.split()}
    for day, names in enumerate(_WEEKDAYS):
        table.update((name, Word("WEEKDAY", day)) for name in names.split())
        table[names.split()[0] + "s"] = Word("WEEKDAYS", day)
    for month, names in enumerate(_MONTHS, 1):
        table.update((name, Word("MONTH", month)) for name in names.split())
    table.update((name, Word("W12" if n <= 12 else "W59", n)) for n, name in enumerate(_NUMBERS) if n)
    table["zero"] = Word("ZERO")
    table["oh"] = Word("ZERO")
    table.update((name, Word("W59", n)) for name, n in TENS.items())
    table.update((name, Word("ORD", n)) for n, name in enumerate(_ORDINALS) if n)
    table["thirtieth"] = Word("ORD", 30)
    table.update((w, Word("PARTW", name=part)) for part, names in _PARTS.items() for w in names.split())
    table.update((w, Word("FREQ", n, unit)) for w, (unit, n) in _FREQUENCIES.items())
    table.update(
        (zone, Word("ZONEW", name=REGIONS.get(zone, zone))) for zone in (*ABBREVIATIONS, *SHARED, *REGIONS)
    )
    table["halloween"] = Word("HOLIDAY", name="halloween")
    table["penultimate"] = Word("LAST", 2)
    table["antepenultimate"] = Word("LAST", 3)
    table.update(
        {
            "a": Word("A", 1),
            "an": Word("A", 1),
            "per": Word("A", 1),
            "nye": Word("HOLIDAY", name="new year's eve"),
            "am": Word("MERIDIEM", 1),
            "pm": Word("MERIDIEM", 2),
        }
    )
    return table


WORDS: Final = _table()
