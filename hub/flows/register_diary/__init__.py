"""A family gets itself an account at a diary, a child into one that is open, or the diary's letter about a forgotten password."""

from hub.flows.register_diary.confirming import confirm_registration
from hub.flows.register_diary.forms import show_registration
from hub.flows.register_diary.joining import answer_asked, join_child, show_joining
from hub.flows.register_diary.recovering import start_recovery
from hub.flows.register_diary.registering import register

__all__ = [
    "answer_asked",
    "confirm_registration",
    "join_child",
    "register",
    "show_joining",
    "show_registration",
    "start_recovery",
]
