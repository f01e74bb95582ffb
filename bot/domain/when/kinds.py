"""The kinds that tokens and pieces can have, and the sets of kinds that patterns may name.

Each kind has one private character, so that a phrase becomes a string that regular expressions can
match (see patterns.py).
"""

from typing import Final

# What the lexer finds. Numbers are classified by what they could mean: N12 1-12, N23 13-23, N31 24-31,
# N59 32-59, N999 other 1-3 digits, HMM three digits that could be a time, HHMM four digits that can only
# be a time, YEAR four digits that can only be a year, YH both, W12 and W59 the same in words.
TOKENS: Final = (
    "ZERO LEAD N12 N23 N31 N59 N999 HMM HHMM YEAR YH BIG W12 W59 ORD HUNDRED "
    "TIME TIMEH BADTIME DOTTIME DOTDATE DOTBOTH DECIMAL NUMDATE SLASH BADDATE ISO OFFSET AMOUNT "
    "COMMA DASH SLASHMARK SEMICOLON NEWLINE "
    "WEEKDAY WEEKDAYS MONTH A AND OR TO TIL FROM BETWEEN FOR IN ON AT OF EVERY OTHER ALTERNATE NEXT NEXTBUT THIS "
    "COMING LAST FOLLOWING NEW END ENDING START STARTING AFTER BEFORE BY AGO NOW PAST HALF QUARTER "
    "OCLOCK MERIDIEM NOON MIDNIGHT PARTW TODAY TOMORROW TONIGHT YESTERDAY OVERMORROW MINUTE HOURW DAYW SCHOOLDAY WEEK "
    "FORTNIGHT MONTHW YEARW WEEKENDW WORKING WEEKDAYW TIMEW SAME FREQ TIMES ONCE TWICE ALLDAY ISH ONWARD "
    "APPROX COUPLE FEW WC TERMW HALFTERM BACK HOLIDAY FEAST ZONEW BARRED EXCEPT MOVE NAMED VAGUE MAYBE "
    "LABEL NOUN EVENT VENUE STREET FILLER UNKNOWN "
)
# What rules make from tokens.
PIECES: Final = (
    "CLOCK SPANC DATE DATES SPAN NTH MONTHREF WEEKREF STRETCH LENGTH ELAPSED INSTANT "
    "PART REPEAT UNTIL SINCE COUNTED WITHIN TERM HALFT BACKREF ZONE NOTE NOISE SAMETIME "
    "WITHOUT LASTONE MONTHS MONTHWEEK"
)

KINDS: Final = (TOKENS + PIECES).split()
CHAR: Final = {kind: chr(0xE000 + at) for at, kind in enumerate(KINDS)}

# Names that patterns may use for several kinds at once.
SETS: Final[dict[str, tuple[str, ...]]] = {
    "H12": ("N12", "W12"),
    "H24": ("N23", "LEAD", "ZERO"),
    "DAYNUM": ("N12", "N23", "N31", "LEAD"),
    "COUNT": ("N12", "N23", "N31", "N59", "N999", "HMM", "LEAD", "ZERO", "W12", "W59"),
    "YY": ("N31", "N59", "N999"),
    "ANYYEAR": ("YEAR", "YH"),
    "CLOCKISH": ("CLOCK", "N12", "W12", "N23", "LEAD", "DOTBOTH", "HMM", "YH"),
    "NUMBER": ("ZERO", "LEAD", "N12", "N23", "N31", "N59", "N999", "HMM", "HHMM", "YEAR", "YH", "BIG"),
    "UNIT": ("DAYW", "WEEK", "FORTNIGHT", "MONTHW", "YEARW"),
    "UPTO": ("TO", "TIL", "DASH"),
    "LINK": ("TO", "TIL", "DASH", "AND", "OR", "SLASHMARK", "BETWEEN"),
}
