"""A device lives: it falls silent, its clock jumps, it is revoked; each is an event that people hear of (RULES E3, E6, E7)."""

from hub.flows.device_life.doubting import doubt_events
from hub.flows.device_life.watching import Watch

__all__ = ["Watch", "doubt_events"]
