"""The guard's page: who passes, with the face where the family agreed, and the mark by name (RULES E8, E9)."""

from hub.flows.guard.find import find_pupils
from hub.flows.guard.mark import mark_by_name
from hub.flows.guard.watch import guards_photo, watch_door

__all__ = ["find_pupils", "guards_photo", "mark_by_name", "watch_door"]
