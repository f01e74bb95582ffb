"""Verbs on the weekly digest: who wants one, what is in it, and what organisers confirm."""

from db.digest.choosing import JOB, WEEK, choose, digest_of, plan, readers
from db.digest.week import Ageing, Week, check, week_of
