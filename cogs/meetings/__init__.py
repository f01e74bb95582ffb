"""Meetings: scheduling, answers, reminders, series, polls, agenda, reports, checklist, venues and calendars."""
