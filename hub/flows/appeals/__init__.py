"""Appeals: a family asks its school about a debit, a mark or a meal, the school answers in time, both keep a journal (F106, F112)."""

from hub.flows.appeals.desk import answer, list_at_desk, show_at_desk, take
from hub.flows.appeals.family import NewAppeal, appeal_form, close, list_mine, open_appeal, reply, show_mine, withdraw
from hub.flows.appeals.opening import put_appeal
from hub.flows.appeals.overdue import warn_overdue

__all__ = [
    "NewAppeal",
    "answer",
    "appeal_form",
    "close",
    "list_at_desk",
    "list_mine",
    "open_appeal",
    "put_appeal",
    "reply",
    "show_at_desk",
    "show_mine",
    "take",
    "warn_overdue",
    "withdraw",
]
