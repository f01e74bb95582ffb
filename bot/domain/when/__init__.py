"""Words become a time, a question, or a refusal that says what to type instead; never a guess."""

from bot.domain.when.describe import describe
from bot.domain.when.durations import read_duration
from bot.domain.when.offers import read_options
from bot.domain.when.periods import read_period
from bot.domain.when.reader import read
from bot.domain.when.readings import Choice, Day, Days, Moment, Reading, Refusal, Resolved, Series, Span
from bot.domain.when.repeats import read_repeat
from bot.domain.when.spans import EACH_DAY
from bot.domain.when.suggest import suggestions
from bot.domain.when.terms import Term, Terms
