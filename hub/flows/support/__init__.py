"""A question to the support, with or without a sign-in: asked, followed by its secret link, answered by the operator or a school (F008)."""

from hub.flows.support.asking import Question, ask, new_form
from hub.flows.support.desk import At, answer, close_at_desk, hand_on, operator_desk, school_desk, show_at_desk, show_queue
from hub.flows.support.following import close, follow, mine, reply, show_ticket

__all__ = [
    "At",
    "Question",
    "answer",
    "ask",
    "close",
    "close_at_desk",
    "follow",
    "hand_on",
    "mine",
    "new_form",
    "operator_desk",
    "reply",
    "school_desk",
    "show_at_desk",
    "show_queue",
    "show_ticket",
]
