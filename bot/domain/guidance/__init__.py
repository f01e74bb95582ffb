"""Guidance: the right piece of advice for a question in everyday words, and at the risky moment."""

from bot.domain.guidance.library import Advice, Answer, Found, Library
from bot.domain.guidance.moments import moment, overloaded
