"""A device reports what happened at a door or a till: proved, read event by event, kept before the answer (RULES E1-E6)."""

from hub.flows.receive_events.native import (
    commands_for,
    greet_terminal,
    heard_of,
    instruct_terminal,
    note_answers,
    receive_attlog,
    receive_hikvision,
    register_terminal,
)
from hub.flows.receive_events.receive import receive_events

__all__ = [
    "commands_for",
    "greet_terminal",
    "heard_of",
    "instruct_terminal",
    "note_answers",
    "receive_attlog",
    "receive_events",
    "receive_hikvision",
    "register_terminal",
]
