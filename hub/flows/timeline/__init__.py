"""A family sees when a child came and went and what it ate, with the source of each (RULES E4, E5, E6)."""

from hub.flows.timeline.joint import show_joint
from hub.flows.timeline.show import show_timeline

__all__ = ["show_joint", "show_timeline"]
