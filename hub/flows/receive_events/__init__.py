"""A device reports what happened at a door or a till: proved, read event by event, kept before the answer (RULES E1-E6)."""

from hub.flows.receive_events.receive import receive_events

__all__ = ["receive_events"]
