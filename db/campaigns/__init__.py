"""Verbs on campaigns: a server's changes to them, what members do, and prompts for channels."""

from db.campaigns.catalogue import add, campaigns_of, change, order, restore, switch
from db.campaigns.completed_actions import (
    annotate,
    completed_actions_of,
    dismiss,
    dismissals,
    done,
    family,
    home_region,
    lately,
    take_back,
    there,
    undo,
)
from db.campaigns.planning import (
    JOB,
    PRIVATE,
    PROMPT,
    ensure_plan,
    make_plan,
    plan_of,
    replan,
    unplanned,
    upcoming_day,
)
from db.campaigns.prompting import (
    attend,
    choose,
    choose_private,
    find_prompt,
    post_now,
    posted,
    subscribe,
    subscription_of,
    was_private,
)
